/**
 * The explore step of population based training [Jaderberg 2017, sec. 3]: a member that begins where another one ended has that one's
 * parameters, each perturbed or drawn anew. Members that begin from nobody are drawn at random.
 *
 * Perturbed: a number on a log scale is multiplied or divided by `factor`; another one is moved up or down by (factor - 1) of itself,
 * a tenth of that of its range at least, since 0 times anything stays 0; whole numbers and grids by one step at least; ordinals to a
 * neighbour. Categories have no neighbours: they are drawn anew or stay. A parameter that the others make active is drawn anew.
 * Forbidden points are explored again, ten times; then the parameters stay as they are.
 *
 * [Jaderberg 2017] Jaderberg et al., "Population based training of neural networks", arXiv:1711.09846.
 */
import { onStep, type CompiledSpace, type Dimension } from '../../study/space/dimensions.ts';
import { forbiddenAt, holds } from '../../study/space/point.ts';
import { pinned } from '../fixed-values.ts';
import { random } from '../designs/random.ts';
import type { Ask, Options, Problem, Rng, Sampler, Suggestion, View } from '../sampler.ts';
import type { Seen } from '../no-repeats.ts';
import { fromUnit } from '../unit-cube.ts';

const ATTEMPTS = 10;
/** Purposes: above those of random draws; three a parameter and attempt. */
const STREAM = 0x200000;

export const pbt: Sampler<Seen> = {
  name: 'pbt',
  version: 1,
  options: {
    explore: {
      type: 'enum',
      default: 'both',
      values: ['perturb', 'resample', 'both'],
      doc: 'How parameters change: moved a little, drawn anew, or either with the probability `resample`',
    },
    resample: {
      type: 'float',
      default: 0.25,
      low: 0,
      high: 1,
      doc: 'Probability of a parameter to be drawn anew, where explore is both',
    },
    factor: {
      type: 'float',
      default: 1.2,
      low: 1.001,
      high: 100,
      doc: 'What a perturbed number is multiplied or divided by',
    },
    bounds: {
      type: 'enum',
      default: 'clip',
      values: ['clip', 'reflect'],
      doc: 'What becomes of a number that is moved beyond its bounds: it stops there, or is thrown back',
    },
  },
  supports: () => true,
  advance: (cache: Seen | undefined, view: View, problem: Problem, options: Options): Seen =>
    random.advance(cache, view, problem, options),

  suggest(cache: Seen, view: View, ask: Ask, rng: Rng, problem: Problem, options: Options): Suggestion | 'exhausted' {
    const parent = parentOf(view, ask);
    if (!parent) return random.suggest(cache, view, ask, rng, problem, options);
    return { x: explore(problem, parent, ask, rng, options) };
  },
};

/** What an ask explores from; undefined: from nowhere. A parent that has no point in the present space is none. */
export function parentOf({ rows }: View, { parent }: Ask): Float64Array | undefined {
  const x = parent === undefined ? undefined : rows[parent].x;
  return x && x.length > 0 ? x : undefined;
}

/** A point near the parent's: what is fixed stays, conditions are followed. */
export function explore({ space }: Problem, parent: Float64Array, ask: Ask, rng: Rng, options: Options): Float64Array {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const x = explored(space, parent, ask, (i, use) => rng.uniform(STREAM + 3 * attempt + use, i), options);
    if (forbiddenAt(space, x) < 0) return x;
  }
  return parent.slice();
}

function explored(
  space: CompiledSpace,
  parent: Float64Array,
  ask: Ask,
  u: (dim: number, use: number) => number,
  { explore, resample, factor, bounds }: Options,
): Float64Array {
  const { fixed, among } = pinned(space, ask.fixed);
  const share = explore === 'both' ? Number(resample) : explore === 'resample' ? 1 : 0;
  const x = new Float64Array(parent.length).fill(NaN);
  for (const [i, dimension] of space.dimensions.entries()) {
    if (!holds(dimension.when, x)) continue;
    if (!Number.isNaN(fixed[i])) x[i] = fixed[i];
    else if (Number.isNaN(parent[i]) || u(i, 0) < share) x[i] = fromUnit(dimension, u(i, 1));
    else x[i] = perturbed(dimension, parent[i], u(i, 2) < 0.5 ? 1 : -1, Number(factor), bounds === 'reflect');
    const left = among?.get(i);
    if (left && !left.includes(x[i])) x[i] = left[Math.min(Math.floor(u(i, 1) * left.length), left.length - 1)];
  }
  return x;
}

/** A value moved up (1) or down (-1), on the dimension's grid and within its bounds. */
function perturbed(dimension: Dimension, value: number, sign: 1 | -1, factor: number, reflects: boolean): number {
  const { kind, low, high, log, step, size } = dimension;
  if (size === 1 || kind === 'categorical') return value;
  const grid = kind === 'ordinal' ? 1 : step;
  const range = high - low;
  const moved =
    kind === 'ordinal'
      ? value + sign
      : log
        ? sign > 0
          ? value * factor
          : value / factor
        : value + sign * (factor - 1) * Math.max(Math.abs(value), range / 10);
  const far = grid > 0 && Math.abs(moved - value) < grid ? value + sign * grid : moved;
  const within = reflects ? reflected(far, low, high) : far;
  const at = grid > 0 ? onStep(low, grid, Math.round((within - low) / grid)) : within;
  return Math.min(high, Math.max(low, at)) + 0;
}

function reflected(value: number, low: number, high: number): number {
  return value < low ? low + (low - value) : value > high ? high - (value - high) : value;
}
