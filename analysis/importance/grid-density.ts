/**
 * The density of values on a grid of at most 50 places, as a mixture of normals cut to the grid and a prior over all of it; of
 * categories as a mixture of smoothed observations. The bandwidth is Scott's rule, narrower than that of a sampler.
 *
 * [Scott 1992] Scott, "Multivariate Density Estimation: Theory, Practice, and Visualization", Wiley.
 */
import { exp, log } from '../../samplers/numerics/elementary.ts';
import { logDiffNormalCdf } from '../../samplers/numerics/normal.ts';
import type { Dimension } from '../../study/space/dimensions.ts';

const MOST_PLACES = 50;
/** So that a kernel keeps 90 % of its mass in the place of its observation. */
const LEAST_SD = 0.5 / 1.64;

/** How many places the grid of a dimension has. */
export function placesOf({ kind, low, high, log: onLog, size }: Dimension): number {
  if (kind === 'categorical') return size;
  // an integer on a log scale would leave most of a fine grid empty
  if (kind === 'int' && onLog) return Math.min(MOST_PLACES, bitsOf(high - low + 1) + 1);
  return Math.min(MOST_PLACES, size);
}

/** How many of these values (none inactive) are at each place of the dimension's grid. */
export function countsOf(dimension: Dimension, values: readonly number[]): Float64Array {
  const counts = new Float64Array(placesOf(dimension));
  const { kind, log: onLog } = dimension;
  if (kind === 'categorical') {
    for (const value of values) counts[value]++;
    return counts;
  }
  const scale = (value: number): number => (onLog ? log(value) : value);
  const [low, high] = [scale(dimension.low), scale(dimension.high)];
  const last = counts.length - 1;
  for (const value of values) {
    // in halves: the width of the widest range is no finite number
    const place = ((0.5 * scale(value) - 0.5 * low) / (0.5 * high - 0.5 * low)) * last;
    // values in the middle of two places go to the lower one
    counts[Math.max(0, Math.min(last, Math.ceil(place - 0.5)))]++;
  }
  return counts;
}

/** The probability of each place, given at least one observation; they sum to 1. */
export function densityOf(counts: Float64Array, isCategory: boolean): Float64Array {
  const seen = [...counts.keys()].filter((place) => counts[place] > 0);
  return isCategory ? categoryDensity(counts, seen) : numberDensity(counts, seen);
}

function categoryDensity(counts: Float64Array, seen: readonly number[]): Float64Array {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const prior = 1 / (seen.length + 1);
  const all = 1 + counts.length * prior;
  const density = new Float64Array(counts.length).fill(1 / counts.length / (total + 1));
  for (const place of seen)
    for (let k = 0; k < counts.length; k++)
      density[k] += ((counts[place] / (total + 1)) * (prior + Number(k === place))) / all;
  return density;
}

function numberDensity(counts: Float64Array, seen: readonly number[]): Float64Array {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const last = counts.length - 1;
  const sd = bandwidthOf(counts, seen, total);
  const density = new Float64Array(counts.length);
  const add = (weight: number, centre: number, width: number): void => {
    const mass = (from: number, to: number): number => logDiffNormalCdf((from - centre) / width, (to - centre) / width);
    const whole = mass(-0.5, last + 0.5);
    for (let k = 0; k < density.length; k++) density[k] += weight * exp(mass(k - 0.5, k + 0.5) - whole);
  };
  for (const place of seen) add(counts[place] / (total + 1), place, sd);
  add(1 / (total + 1), 0.5 * last, last + 1);
  return density;
}

/** Scott's rule with the smaller of standard deviation and interquartile range [Scott 1992, sec. 6.5.1]. */
function bandwidthOf(counts: Float64Array, seen: readonly number[], total: number): number {
  const mean = seen.reduce((sum, place) => sum + place * counts[place], 0) / total;
  const squares = seen.reduce((sum, place) => sum + (place - mean) * (place - mean) * counts[place], 0);
  const deviation = Math.sqrt(squares / Math.max(1, total - 1));
  const range = quartile(Math.floor((total * 3) / 4), false) - quartile(Math.floor(total / 4), true);
  return Math.max(LEAST_SD, 1.059 * Math.min(range / 1.34, deviation) * exp(-0.2 * log(total)));

  /** The first place by which at least, or more than, so many are reached. */
  function quartile(reached: number, orEqual: boolean): number {
    let sum = 0;
    for (const place of seen) {
      sum += counts[place];
      if (orEqual ? sum >= reached : sum > reached) return place;
    }
    return seen[seen.length - 1];
  }
}

/** The least k with 2^k >= n. */
function bitsOf(n: number): number {
  let bits = 0;
  for (let power = 1; power < n; power *= 2) bits++;
  return bits;
}
