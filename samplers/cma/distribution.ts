/** A search distribution over all that is searched: normal coordinates with margins, and categories. */
import { createRng } from '../numerics/philox.ts';
import { defaultPopulation, constantsOf, type Constants } from './constants.ts';
import { Categories, type Picks } from './categories.ts';
import { Gaussian, type Generation } from './gaussian.ts';
import { toUnit } from '../unit-cube.ts';
import type { Layout, Start } from './layout.ts';
import { Margin } from './margin.ts';

/** Above this many coordinates the covariance is diagonal. */
export const MOST_FULL = 100;

/** A draw: its place in the unit cube as unit-vectors.ts has it, one number a dimension. */
export interface Draw {
  readonly vector: Float64Array;
  /** Whether its continuous coordinates were in [0, 1] as drawn; else they are cut to it. */
  readonly isInside: boolean;
}

/** A trial that was drawn from it. */
export interface Drawn {
  readonly key: number;
  /** Its point, NaN where inactive. */
  readonly x: Float64Array;
}

/** Purposes of a key's generator. */
const NORMAL = 0;
const CATEGORY = 1;

export class Distribution {
  readonly gaussian: Gaussian | undefined;
  readonly categories: Categories | undefined;
  private readonly layout: Layout;
  private readonly margin: Margin;
  private readonly scratch: Float64Array;
  /** Room for a generation. */
  private last: Generation = { steps: new Float64Array(0), white: new Float64Array(0), active: new Uint8Array(0) };
  private constants: Constants | undefined;

  /** @param sigma  standard deviation where the start's spread is 1, in widths of the unit cube */
  constructor(layout: Layout, { mean, spread, probabilities }: Start, sigma: number, adaptRates: boolean) {
    this.layout = layout;
    const n = mean.length;
    this.scratch = new Float64Array(n);
    if (n > 0)
      this.gaussian = new Gaussian({
        mean,
        spread: spread.map((each) => each * sigma),
        diagonal: n > MOST_FULL,
        adaptRates,
      });
    if (probabilities.length > 0)
      this.categories = new Categories(probabilities, layout.stepped.length + probabilities.length);
    this.margin = new Margin(n, layout.stepped);
  }

  /** The default for its dimensions. */
  get population(): number {
    return defaultPopulation(this.layout.size);
  }

  /** The draw of a key: always the same until the next update. */
  draw(key: number): Draw {
    const { space, numbers, categories } = this.layout;
    const vector = new Float64Array(space.dimensions.length).fill(0.5);
    let isInside = true;
    if (this.gaussian) {
      const { mean, sigma } = this.gaussian;
      const steps = new Float64Array(mean.length);
      isInside = this.step(key, steps, 0);
      for (const [i, dim] of numbers.entries()) {
        const value = mean[i] + sigma * this.margin.widening[i] * steps[i];
        vector[dim] = value < 0 ? 0 : value > 1 ? 1 : value;
      }
    }
    const picks = this.picks(key);
    for (const [i, dim] of categories.entries()) {
      const { low, step } = space.dimensions[dim];
      vector[dim] = toUnit(space.dimensions[dim], low + picks[i] * step);
    }
    return { vector, isInside };
  }

  /** @param ranked  a generation's trials, best first: at least two */
  update(ranked: readonly Drawn[]): void {
    const n = this.layout.numbers.length;
    const lambda = ranked.length;
    if (this.constants?.lambda !== lambda) this.constants = constantsOf(Math.max(n, 1), lambda, n > MOST_FULL);
    const { mu, weights } = this.constants;
    if (this.gaussian) {
      this.gaussian.update(this.constants, this.generationOf(ranked));
      this.margin.correct(this.gaussian, lambda);
    }
    this.categories?.update(
      ranked.slice(0, mu).map(({ x }) => this.picksOf(x)),
      weights,
    );
  }

  private generationOf(ranked: readonly Drawn[]): Generation {
    const { gaussian, layout, scratch } = this;
    const n = layout.numbers.length;
    if (this.last.active.length !== ranked.length * n)
      this.last = {
        steps: new Float64Array(ranked.length * n),
        white: new Float64Array(ranked.length * n),
        active: new Uint8Array(ranked.length * n),
      };
    const { steps, white, active } = this.last;
    for (let k = 0, at = 0; k < ranked.length; k++, at += n) {
      const { key, x } = ranked[k];
      // scratch has the normal numbers afterwards
      if (this.step(key, steps, at)) gaussian!.covariance.rotate(scratch, white, at);
      else gaussian!.covariance.whiten(steps, white, at);
      for (let i = 0; i < n; i++) active[at + i] = Number(!Number.isNaN(x[layout.numbers[i]]));
    }
    return this.last;
  }

  /**
   * The step from the mean in units of sigma, into `out` from place `at` on; continuous coordinates are cut to [0, 1].
   * @returns whether nothing was to be cut
   */
  private step(key: number, out: Float64Array, at: number): boolean {
    const { layout, scratch } = this;
    const { mean, sigma, covariance } = this.gaussian!;
    const rng = createRng(key, 0);
    for (let i = 0; i < scratch.length; i++) scratch[i] = rng.normal(NORMAL, i);
    covariance.stretch(scratch, out, at);
    let isInside = true;
    for (let i = 0; i < scratch.length; i++) {
      if (!layout.isContinuous[i]) continue;
      const value = mean[i] + sigma * out[at + i];
      if (value >= 0 && value <= 1) continue;
      isInside = false;
      out[at + i] = ((value < 0 ? 0 : 1) - mean[i]) / sigma;
    }
    return isInside;
  }

  /** The categories of a point: where a value that is kept narrows a parent, it is not the one that was drawn. */
  private picksOf(x: Float64Array): Picks {
    const { space, categories } = this.layout;
    return Int32Array.from(categories, (dim) => {
      const { low, step } = space.dimensions[dim];
      return Number.isNaN(x[dim]) ? -1 : Math.round((x[dim] - low) / step);
    });
  }

  private picks(key: number): Picks {
    const { categories, layout } = this;
    const picks = new Int32Array(layout.categories.length);
    if (!categories) return picks;
    const rng = createRng(key, 0);
    return picks.map((_, i) => categories.pick(i, rng.uniform(CATEGORY, i)));
  }
}
