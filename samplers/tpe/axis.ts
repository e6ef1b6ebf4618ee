/**
 * A dimension as the Parzen estimators see it: a unit interval, linear in the value or in its logarithm.
 *
 * A dimension with steps reaches half a step beyond its ends, and a value of it stands for the piece of the interval that
 * rounds to it. Categories have no order and no interval: their position is their index.
 */
import type { Dimension } from '../../study/space/dimensions.ts';
import { onStep } from '../../study/space/dimensions.ts';
import type { Prior } from '../../study/space/space.ts';
import { exp, log } from '../numerics/elementary.ts';

export interface Axis {
  /** Index among the space's dimensions. */
  readonly dim: number;
  readonly dimension: Dimension;
  /** `steps` counts the mass of a value's piece; continuous axes (and pieces too fine to matter) its density. */
  readonly kind: 'continuous' | 'steps' | 'categories';
  /** Start and length of the unit interval, in halves of the value or its ln: the widest range has no finite length. */
  readonly low: number;
  readonly span: number;
  /** Prior kernel, in the unit interval; for categories `priorWeights`, which sum to 1, and their running sums. */
  readonly priorMean: number;
  readonly priorSd: number;
  readonly priorWeights: Float64Array;
  readonly priorSums: Float64Array;
}

/** Positions left to right; the width is right even where they are so close that they are equal. */
export interface Piece {
  readonly left: number;
  readonly right: number;
  readonly width: number;
  readonly logWidth: number;
}

/** No kernel is narrower than this share of the interval; from WIDEST on one is as good as uniform. */
export const NARROWEST = 0.01;
const WIDEST = 1000;
/** From this many steps on a piece is at most a tenth of the narrowest kernel: its density does. */
const FINE = 1000;
const GRID = 1024;
const NONE = new Float64Array(0);
/** Below this width the difference of two positions has lost too many digits. */
const THIN = 1e-6;

/** The axis of a dimension with at least two values. */
export function axisOf(dimension: Dimension, dim: number): Axis {
  const { step, size } = dimension;
  if (dimension.kind === 'categorical') {
    const weights = dimension.weights ?? Array.from({ length: size }, () => 1);
    const most = weights.reduce((a, b) => Math.max(a, b));
    const total = weights.reduce((sum, weight) => sum + weight / most, 0);
    const priorWeights = Float64Array.from(weights, (weight) => Math.max(weight / most / total, 1e-300));
    let sum = 0;
    const priorSums = priorWeights.map((weight) => (sum += weight));
    return { dim, dimension, kind: 'categories', low: 0, span: 1, priorMean: 0, priorSd: 0, priorWeights, priorSums };
  }
  const low = internal(dimension, dimension.low - step / 2);
  const span = internal(dimension, dimension.high + step / 2) - low;
  const kind = step === 0 || (size >= FINE && !dimension.log) ? 'continuous' : 'steps';
  const [priorMean, priorSd] = priorOf(dimension, low, span);
  return { dim, dimension, kind, low, span, priorMean, priorSd, priorWeights: NONE, priorSums: NONE };
}

/** Where a value lies: in [0, 1], or the index of a category. */
export function toUnit(axis: Axis, value: number): number {
  if (axis.kind === 'categories') return value;
  return (internal(axis.dimension, value) - axis.low) / axis.span;
}

/** The value at a position of the unit interval: within its bounds, on its step. */
export function fromUnit(axis: Axis, unit: number): number {
  const { low, high, step, size } = axis.dimension;
  const half = axis.low + unit * axis.span;
  const value = axis.dimension.log ? exp(2 * half) : 2 * half;
  if (step > 0) {
    return onStep(low, step, Math.min(Math.max(Math.round((value - low) / step), 0), size - 1)) + 0;
  }
  return Math.min(Math.max(value, low), high) + 0;
}

/** The piece of the interval that rounds to a value of an axis with steps. */
export function pieceOf(axis: Axis, value: number): Piece {
  const { step, log: onLog } = axis.dimension;
  const left = toUnit(axis, value - step / 2);
  const right = toUnit(axis, value + step / 2);
  const width = right - left > THIN ? right - left : (0.5 * (onLog ? step / value : step)) / axis.span;
  return { left, right, width, logWidth: log(width) };
}

function internal({ log: onLog }: Dimension, value: number): number {
  return 0.5 * (onLog ? log(value) : value);
}

/** Mean and sd of the prior kernel: the prior's own where it is normal on this scale, else its moments. */
function priorOf(dimension: Dimension, low: number, span: number): [mean: number, sd: number] {
  const { prior, weights } = dimension;
  if (weights) return momentsOf(weights.length, (unit) => log(weights[Math.floor(unit * weights.length)]!));
  if (!prior) return [0.5, 1];
  if ('beta' in prior) {
    const { alpha, beta } = prior.beta;
    const total = alpha + beta;
    return [alpha / total, clip(Math.sqrt(((alpha / total) * (beta / total)) / (total + 1)))];
  }
  const normal = 'normal' in prior ? prior.normal : prior.lognormal;
  if ('lognormal' in prior === dimension.log) {
    const mean = (0.5 * normal.mean - low) / span;
    if (mean >= 0 && mean <= 1) return [mean, clip((0.5 * normal.sd) / span)];
  }
  return momentsOf(GRID, (unit) => logDensity(prior, dimension.log, 2 * (low + unit * span)));
}

/** Log density, up to a constant, of a normal or lognormal prior at a value, or per unit of ln at a value's ln. */
function logDensity(prior: Exclude<Prior, { beta: unknown }>, onLog: boolean, at: number): number {
  if ('normal' in prior) {
    const z = ((onLog ? exp(at) : at) - prior.normal.mean) / prior.normal.sd;
    return -0.5 * z * z + (onLog ? at : 0);
  }
  if (!onLog && at <= 0) return -Infinity;
  const logValue = onLog ? at : log(at);
  const z = (logValue - prior.lognormal.mean) / prior.lognormal.sd;
  return -0.5 * z * z - (onLog ? 0 : logValue);
}

/** Mean and standard deviation over the unit interval of a density given by its logarithm at `cells` midpoints. */
function momentsOf(cells: number, logDensityAt: (unit: number) => number): [mean: number, sd: number] {
  const logs = Float64Array.from({ length: cells }, (_, i) => logDensityAt((i + 0.5) / cells));
  const highest = logs.reduce((a, b) => Math.max(a, b), -Infinity);
  if (highest === -Infinity) return [0.5, 1];
  let mass = 0;
  let first = 0;
  let second = 0;
  for (let i = 0; i < cells; i++) {
    const p = exp(logs[i]! - highest);
    const unit = (i + 0.5) / cells;
    mass += p;
    first += p * unit;
    second += p * unit * unit;
  }
  const mean = first / mass;
  const variance = Math.max(second / mass - mean * mean, 0) + 1 / (12 * cells * cells);
  return [mean, clip(Math.sqrt(variance))];
}

function clip(sd: number): number {
  return Math.min(Math.max(sd, NARROWEST), WIDEST);
}
