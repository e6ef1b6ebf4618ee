/**
 * The paired bootstrap of a difference between two models: rows (or whole groups) are drawn with replacement, both models are
 * scored on the same ones, and the spread of the differences is that of chance.
 *
 * [Efron 1993] Efron and Tibshirani, "An introduction to the bootstrap", Chapman and Hall: paired samples ch. 8, BCa ch. 14.
 * [Field 2007] Field and Welsh, "Bootstrapping clustered data", J. R. Stat. Soc. B 69(3), 369-390: whole groups.
 */
import { bcaInterval } from './bca.ts';
import { checkAlpha, checkCount } from './door.ts';
import { acceleration } from './jackknife.ts';
import { drawSample } from './resampling.ts';
import { type RowKey, unitsOf } from './units.ts';

/** A number from rows, each taken counts[row] times (0 and up). The array is written to again after the call; NaN: undefined on these rows. */
export type RowStatistic = (counts: Int32Array) => number;

export interface BootstrapInput {
  /** Rows. */
  readonly n: number;
  /** Of the difference between the models. */
  readonly statistic: RowStatistic;
  /** The stratum of each row, such as its class: every sample has as many rows of each. */
  readonly strata?: readonly RowKey[] | undefined;
  /** The group of each row: groups are drawn whole. */
  readonly groups?: readonly RowKey[] | undefined;
  /** At least 10,000, which is the default. */
  readonly resamples?: number | undefined;
  /** Whole number, 0 to 2^53 - 1. */
  readonly seed: number;
}

export interface BootstrapResult {
  /** On the rows as they are; NaN where the statistic is undefined on them. */
  readonly effect: number;
  /** At confidence 1 - alpha. */
  readonly interval?: readonly [low: number, high: number];
  /** Two-sided, of no effect: below alpha exactly where the interval excludes 0. */
  readonly p?: number;
  readonly kind: 'BCa' | 'percentile' | 'none';
  /** Standard deviation of the replicates. */
  readonly standardError?: number;
  /** Why there is no interval. */
  readonly lacks?: string;
}

/** More undefined samples than this share, and the rest does not stand for all. */
const MOST_UNDEFINED = 0.05;

/**
 * Effect, interval and p. There is no interval where the statistic is undefined on the rows or on more than 5 % of the samples
 * (fewer are left out), or where fewer than two units can be drawn. Where all samples agree on an effect other than 0, nothing
 * shows its chance but the number of units, each of which could as well have gone the other way: p is 2^(1 - units), and the
 * interval is that one value if p does not exceed alpha, else there is none.
 */
export function pairedBootstrap(input: BootstrapInput, alpha: number): BootstrapResult {
  const { n, statistic, seed, resamples = 10_000 } = input;
  checkAlpha(alpha);
  checkCount('n', n, 1);
  checkCount('resamples', resamples, 10_000);
  checkCount('seed', seed, 0);
  const units = unitsOf(n, input.strata, input.groups);
  const total = units.starts.length - 1;
  const counts = new Int32Array(n).fill(1);
  const effect = statistic(counts);
  if (!Number.isFinite(effect)) return { effect: NaN, kind: 'none', lacks: 'the metric is undefined on these rows' };
  if (total < 2) return { effect, kind: 'none', lacks: 'there is one unit alone to draw, expected two or more' };
  const drawn = new Float64Array(resamples);
  for (let sample = 0; sample < resamples; sample++) {
    drawSample(units, seed, sample, counts);
    drawn[sample] = statistic(counts);
  }
  const replicates = drawn.filter(Number.isFinite).sort();
  const undefinedShare = 1 - replicates.length / resamples;
  if (undefinedShare > MOST_UNDEFINED)
    return { effect, kind: 'none', lacks: `the metric is undefined on ${share(undefinedShare)} % of the samples` };
  if (replicates[0] === replicates.at(-1)) return unanimous(effect, total, alpha);
  const { interval, p, kind } = bcaInterval(
    {
      replicates,
      effect,
      acceleration: acceleration(units, statistic, seed),
      units: total,
      degrees: total - units.strata.length,
    },
    alpha,
  );
  return { effect, interval, p, kind, standardError: deviation(replicates) };
}

function unanimous(effect: number, units: number, alpha: number): BootstrapResult {
  let p = 1;
  if (effect !== 0) for (let i = 1; i < units && p > 0; i++) p *= 0.5;
  if (effect !== 0 && p > alpha)
    return { effect, p, kind: 'none', standardError: 0, lacks: `${units} rows or groups are too few to tell` };
  return { effect, interval: [effect, effect], p, kind: 'percentile', standardError: 0 };
}

function deviation(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) * (value - mean), 0) / (values.length - 1));
}

function share(value: number): number {
  return Math.round(1000 * value) / 10;
}
