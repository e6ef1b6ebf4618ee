/**
 * Results as a Gaussian process can take them: mean 0, variance 1, and no tail of bad results that drowns the good ones.
 *
 * The better half keeps its shape. A result above the median is replaced by the normal quantile of its rank, scaled by the
 * better half's spread around the median: the half-rank warping of [Song 2024, appendix B].
 *
 * [Song 2024] Song et al., "The Vizier Gaussian Process Bandit Algorithm", arXiv:2408.11527.
 */
import { normalQuantile } from '../numerics/normal.ts';

/**
 * @param values  finite, smaller is better
 * @returns       one a value, in an order that agrees; all 0 where all are equal
 */
export function warped(values: Float64Array): Float64Array {
  const n = values.length;
  // halves: the difference of the largest numbers is no finite one
  const sorted = values.map((value) => 0.5 * value).sort();
  const median = sorted[(n - 1) >> 1];
  const widest = Math.max(median - sorted[0], Number.MIN_VALUE);
  let spread = 0;
  const good = (n + 1) >> 1;
  for (let i = 0; i < good; i++) {
    const share = (sorted[i] - median) / widest;
    spread += share * share;
  }
  spread = Math.sqrt(spread / good);
  const out = values.map((value) => {
    const half = 0.5 * value;
    if (half <= median) return spread > 0 ? (half - median) / widest / spread : 0;
    // ties share their last rank
    return normalQuantile((upperBound(sorted, half) - 0.5) / n);
  });
  return standardised(out);
}

/** Shifted and scaled to mean 0 and variance 1; all 0 where all are equal. */
export function standardised(values: Float64Array): Float64Array {
  const { mean, sd, largest } = momentsOf(values);
  if (sd === 0) return new Float64Array(values.length);
  return values.map((value) => (value / largest - mean) / sd);
}

/** What 0 becomes when these values are standardised; 0 where all are equal. */
export function thresholdOf(values: Float64Array): number {
  const { mean, sd } = momentsOf(values);
  return sd === 0 ? -Math.sign(mean) : -mean / sd;
}

/** The largest magnitude; mean and standard deviation of the values divided by it, sd 0 where rounding is all there is. */
function momentsOf(values: Float64Array): { readonly largest: number; readonly mean: number; readonly sd: number } {
  const n = values.length;
  let largest = 0;
  for (const value of values) largest = Math.max(largest, Math.abs(value));
  if (largest === 0) return { largest, mean: 0, sd: 0 };
  let mean = 0;
  for (const value of values) mean += value / largest / n;
  let variance = 0;
  for (const value of values) variance += ((value / largest - mean) * (value / largest - mean)) / n;
  const sd = Math.sqrt(variance);
  return { largest, mean, sd: sd > 1e-14 ? sd : 0 };
}

/** How many of the ascending numbers are at most `value`. */
function upperBound(sorted: Float64Array, value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle] <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
