/**
 * The distribution of a bootstrap's replicates, as a function of normal scores, so that it can be asked far outside of what
 * they show: the endpoints of an interval at alpha = .00005 would lie beyond the last of 10,000.
 *
 * Up to the tenth value from either end it is the sample quantile (study/numerics/quantile.ts); beyond, it goes on along the straight
 * line through the median and that value, which is a normal tail as wide as the replicates have it there.
 */
import { quantile } from '../../study/numerics/quantile.ts';
import { normalCdf, normalQuantile } from '../../samplers/numerics/normal.ts';

/** This many replicates are beyond the last quantile that is read off. */
const BEYOND = 10;

/** The score up to which quantiles of so many replicates are read off. */
function lastScore(replicates: Float64Array): number {
  return -normalQuantile(Math.min(0.25, BEYOND / replicates.length));
}

/** The value below which a share normalCdf(z) of the replicates lies. @param sorted  ascending */
export function quantileAt(sorted: Float64Array, z: number): number {
  const last = lastScore(sorted);
  if (Math.abs(z) <= last) return quantile(sorted, normalCdf(z));
  const median = quantile(sorted, 0.5);
  return median + (quantile(sorted, normalCdf(z < 0 ? -last : last)) - median) * (Math.abs(z) / last);
}

/**
 * The scores whose quantile is `value`: lowest and highest, as replicates may be equal.
 * @returns  infinite where no score reaches it
 */
export function scoresOf(sorted: Float64Array, value: number): [lowest: number, highest: number] {
  const negated = sorted.map((replicate) => -replicate).reverse();
  return [0 - highestScore(negated, -value), highestScore(sorted, value)];
}

function highestScore(sorted: Float64Array, value: number): number {
  const last = lastScore(sorted);
  const median = quantile(sorted, 0.5);
  for (const end of [-last, last]) {
    const edge = quantile(sorted, normalCdf(end));
    if (end < 0 ? value < edge : value >= edge)
      return edge === median ? Math.sign(value - edge || 1) * Infinity : (end * (value - median)) / (edge - median);
  }
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  const [below, above] = [sorted[low - 1]!, sorted[low]!];
  return normalQuantile((low - 1 + (value - below) / (above - below)) / (sorted.length - 1));
}
