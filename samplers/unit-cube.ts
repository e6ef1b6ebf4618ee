/** Numbers in [0, 1] to values of a dimension and back, and points of a space drawn from such numbers. */
import { onStep, type CompiledSpace, type Dimension } from '../study/space/dimensions.ts';
import { StudyDefinitionError } from '../study/errors.ts';
import { forbiddenAt, holds } from '../study/space/point.ts';
import { pinned, type Pinned } from './fixed-values.ts';
import { betaQuantile } from './numerics/beta.ts';
import { exp, log } from './numerics/elementary.ts';
import { truncatedNormalQuantile } from './numerics/truncated-normal.ts';
import type { Rng } from './sampler.ts';

/** How often a point is drawn before the forbidden regions count as everything. */
export const MAX_ATTEMPTS = 1000;

/** Cumulated weights of a dimension's categories, divided by their sum. */
const cumulated = new WeakMap<Dimension, Float64Array>();

/**
 * The value of a dimension below which lies a share u of its prior: uniform on its scale where it has none.
 *
 * Numbers on a grid own the interval of half a step to both sides (on a log scale too), so that without a prior the
 * values of a linear grid are equally likely, and those of a log grid as likely as log(v + 1/2) - log(v - 1/2). Normal
 * and lognormal priors are cut at the bounds; beta is stretched over the range, on the dimension's own scale. Categories
 * follow their weights, in their order.
 *
 * @param u  in (0, 1)
 * @returns  always a value of the dimension, on its grid, never -0
 */
export function fromUnit(dimension: Dimension, u: number): number {
  const { kind, low, high, step, size, log: onLog, prior } = dimension;
  if (size === 1) return low;
  if (kind === 'categorical' || kind === 'ordinal') return category(dimension, u);
  if (step === 0) return clip(quantile(dimension, low, high, u), low, high) + 0;
  if (!onLog && !prior) return gridValue(dimension, u * size);
  const half = 0.5 * step;
  return gridValue(dimension, (quantile(dimension, low - half, high + half, u) - low + half) / step);
}

/**
 * Where in [0, 1] a value lies on its dimension's scale, whatever the prior: 0 and 1 are the bounds of a continuous
 * dimension; a value on a grid and a category lie in the middle of their cells (see fromUnit).
 */
export function toUnit(dimension: Dimension, value: number): number {
  const { kind, low, high, step, size, log: onLog } = dimension;
  if (size === 1) return 0.5;
  if (kind === 'categorical' || kind === 'ordinal') return (value + 0.5) / size;
  if (onLog) {
    const half = 0.5 * step;
    const bottom = log(low - half);
    const middle = half === 0 ? log(value) : 0.5 * (log(value - half) + log(value + half));
    return clip((middle - bottom) / (log(high + half) - bottom), 0, 1);
  }
  if (step > 0) return (Math.round((value - low) / step) + 0.5) / size;
  // in halves: the width of the widest range is no finite number
  return clip((0.5 * value - 0.5 * low) / (0.5 * high - 0.5 * low), 0, 1);
}

/** The numbers that `drawPoint` needs, from the counters stream to stream + MAX_ATTEMPTS - 1. */
export function unitDraws(rng: Rng, stream: number): (dim: number, attempt: number) => number {
  return (dim, attempt) => rng.uniform(stream + attempt, dim);
}

/**
 * A point of the space outside its forbidden regions: fixed values kept (see fixed-values.ts), every other active
 * dimension at the quantile of its prior that `u` gives, parents first.
 *
 * @param ask  `fixed`: one number a dimension, NaN where free
 * @param u    a number in (0, 1) for a dimension; `attempt` counts from 0 while the point is forbidden
 * @throws StudyDefinitionError after MAX_ATTEMPTS forbidden points
 */
export function drawPoint(
  space: CompiledSpace,
  ask: { readonly fixed: Float64Array },
  u: (dim: number, attempt: number) => number,
): Float64Array {
  const pins = pinned(space, ask.fixed);
  const attempts = space.space.forbid.length === 0 ? 1 : MAX_ATTEMPTS;
  for (let attempt = 0; attempt < attempts; attempt++) {
    const x = fill(space, pins, u, attempt);
    if (forbiddenAt(space, x) < 0) return x;
  }
  throw new StudyDefinitionError(
    `forbid: the forbidden regions leave almost nothing of the space: ${MAX_ATTEMPTS} points drawn at random were all ` +
      'forbidden; forbid less, or narrow the parameters to what is allowed',
  );
}

function fill(
  { dimensions }: CompiledSpace,
  { fixed, among }: Pinned,
  u: (dim: number, attempt: number) => number,
  attempt: number,
): Float64Array {
  const x = new Float64Array(dimensions.length).fill(NaN);
  for (let i = 0; i < dimensions.length; i++) {
    const dimension = dimensions[i];
    if (!holds(dimension.when, x)) continue;
    const values = among?.get(i);
    if (!Number.isNaN(fixed[i])) x[i] = fixed[i];
    else if (values) x[i] = oneOf(values, dimension.weights, u(i, attempt));
    else if (dimension.size === 1) x[i] = dimension.low;
    else x[i] = fromUnit(dimension, u(i, attempt));
  }
  return x;
}

/** One of these values, by their weights. */
function oneOf(values: readonly number[], weights: readonly number[] | undefined, u: number): number {
  const bounds = cumulate(weights ? values.map((value) => weights[value]) : values.map(() => 1));
  return values[place(bounds, u)];
}

function category(dimension: Dimension, u: number): number {
  if (!dimension.weights) return Math.min(Math.floor(u * dimension.size), dimension.size - 1);
  let bounds = cumulated.get(dimension);
  if (!bounds) cumulated.set(dimension, (bounds = cumulate(dimension.weights)));
  return place(bounds, u);
}

/** Divided by the largest weight first: the sum of the largest numbers is no finite one. */
function cumulate(weights: readonly number[]): Float64Array {
  let most = 0;
  for (const weight of weights) if (weight > most) most = weight;
  let sum = 0;
  const bounds = Float64Array.from(weights, (weight) => (sum += weight / most));
  return bounds.map((bound) => bound / sum);
}

/** The first place whose bound is above u. */
function place(bounds: Float64Array, u: number): number {
  let low = 0;
  let high = bounds.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (bounds[middle] > u) high = middle;
    else low = middle + 1;
  }
  return low;
}

function gridValue({ low, high, step, size }: Dimension, cells: number): number {
  return clip(onStep(low, step, clip(Math.floor(cells), 0, size - 1)), low, high) + 0;
}

/** The quantile over the continuous range from `bottom` to `top`. */
function quantile({ log: onLog, prior }: Dimension, bottom: number, top: number, u: number): number {
  if (prior && 'normal' in prior) return normal(prior.normal, bottom, top, u);
  if (prior && 'lognormal' in prior && top > 0)
    return exp(normal(prior.lognormal, bottom > 0 ? log(bottom) : -Infinity, log(top), u));
  const share = prior && 'beta' in prior ? betaQuantile(u, prior.beta.alpha, prior.beta.beta) : u;
  return onLog ? exp((1 - share) * log(bottom) + share * log(top)) : (1 - share) * bottom + share * top;
}

/** Of a normal distribution cut to [bottom, top]; all at the nearer end where both are out of its reach. */
function normal({ mean, sd }: { mean: number; sd: number }, bottom: number, top: number, u: number): number {
  const z = truncatedNormalQuantile(u, (bottom - mean) / sd, (top - mean) / sd);
  if (Number.isFinite(z)) return mean + sd * z;
  return z > 0 ? bottom : top;
}

function clip(value: number, low: number, high: number): number {
  return value < low ? low : value > high ? high : value;
}
