/**
 * A Gaussian process of one thing that is measured of trials: its hyperparameters follow the schedule of fits, its points
 * all closed trials, and then those that still run.
 */
import { fit, type Fit } from './fit.ts';
import type { Layout } from './layout.ts';
import type { Outputs } from './outputs.ts';
import { hyperparametersOf } from './likelihood.ts';
import { Posterior, type MeanFunction } from './posterior.ts';
import { chosen, MOST_FITTED, MOST_MEMBERS } from './schedule.ts';
import type { Trials } from './trials.ts';

/** What a Gaussian process models. */
export interface Target {
  /** The measurement of a trial; undefined where the trial says nothing of it. */
  of(trials: Trials, index: number): number | undefined;
  /** Powers that a fit is to choose among. */
  powers(measured: Float64Array): readonly number[];
  /** Measurements as observations of mean 0 and variance 1, bent by a power. */
  outputs(measured: Float64Array, power: number): Outputs;
}

/** Makes the mean function of a process that is fitted to `count` points (layout.ts): another one is another function. */
export type MeanOf = (columns: Float64Array, count: number) => MeanFunction;

export class Surrogate {
  private readonly layout: Layout;
  private readonly target: Target;
  private readonly leastNoise: number;
  /** Trials that the hyperparameters are fitted to the first of, and trials taken in. */
  private fitted = -1;
  private taken = 0;
  private power = 1;
  private meanOf: MeanOf | undefined;
  /** Places among the trials of the posterior's points. */
  members: number[] = [];
  measured: Float64Array = new Float64Array(0);
  /** Posterior means at the members. */
  means: Float64Array = new Float64Array(0);
  posterior: Posterior | undefined;

  constructor(layout: Layout, target: Target, leastNoise: number) {
    this.layout = layout;
    this.target = target;
    this.leastNoise = leastNoise;
  }

  /**
   * The posterior of all trials, with hyperparameters of the first `fitted`, and of `count` points without results.
   * @param meanOf  absent: mean 0
   * @returns it, or undefined while no trial says anything
   */
  advance(
    trials: Trials,
    fitted: number,
    pending: Float64Array,
    count: number,
    meanOf?: MeanOf,
  ): Posterior | undefined {
    const { columns: width } = this.layout;
    if (this.fitted !== fitted || this.meanOf !== meanOf) {
      this.meanOf = meanOf;
      this.refit(trials, fitted);
    }
    const { posterior, members } = this;
    if (!posterior) return undefined;
    posterior.truncate(members.length);
    for (; this.taken < trials.count; this.taken++) {
      if (this.target.of(trials, this.taken) === undefined) continue;
      members.push(this.taken);
      posterior.append(trials.columns, this.taken, this.taken + 1, [trials.noiseShares[this.taken]]);
    }
    this.measured = Float64Array.from(members, (i) => this.target.of(trials, i)!);
    this.means = posterior.observe(this.target.outputs(this.measured, this.power).values);
    posterior.append(pending.subarray(0, count * width), 0, count);
    return posterior;
  }

  private refit(trials: Trials, fitted: number): void {
    const { columns: width } = this.layout;
    const known: number[] = [];
    for (let i = 0; i < fitted; i++) if (this.target.of(trials, i) !== undefined) known.push(i);
    this.fitted = fitted;
    this.taken = fitted;
    this.posterior = undefined;
    this.members = [];
    if (known.length === 0) return;
    const values = known.map((i) => this.target.of(trials, i)!);
    const columnsOf = (places: readonly number[]): Float64Array => {
      const columns = new Float64Array(places.length * width);
      for (const [k, i] of places.entries())
        columns.set(trials.columns.subarray(i * width, (i + 1) * width), k * width);
      return columns;
    };
    const sample = chosen(values, MOST_FITTED);
    const points = columnsOf(sample.map((k) => known[k]));
    const shares = Float64Array.from(sample, (k) => trials.noiseShares[known[k]]);
    const mean = this.meanOf?.(points, sample.length);
    const expected = mean?.at(points, sample.length);
    const measured = Float64Array.from(values);
    let best: Fit | undefined;
    for (const power of this.target.powers(measured)) {
      const { values: outputs, logSlopes } = this.target.outputs(measured, power);
      const y = Float64Array.from(sample, (k, i) => outputs[k] - (expected?.[i] ?? 0));
      const found = fit(this.layout, points, y, this.leastNoise, shares, best && [best.logs]);
      let value = found.value;
      for (const k of sample) value -= logSlopes[k];
      if (best && value >= best.value) continue;
      best = { ...found, value };
      this.power = power;
    }
    this.members = chosen(values, MOST_MEMBERS).map((k) => known[k]);
    this.posterior = new Posterior(this.layout, hyperparametersOf(this.layout, best!.logs), mean);
    const ofMembers = this.members.map((i) => trials.noiseShares[i]);
    this.posterior.append(columnsOf(this.members), 0, this.members.length, ofMembers);
  }
}
