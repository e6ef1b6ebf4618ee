/**
 * What points in flight are taken to be worth, so that the next suggestion does not ask for the same again.
 *
 * A study asks for one point at a time, with those still running as pending rows; given values, they are rows like others.
 *
 * [Ginsbourger 2010] Ginsbourger, Le Riche and Carraro, "Kriging is well-suited to parallelize optimization",
 *   Computational Intelligence in Expensive Optimization Problems, 131-162.
 */

/** Constant liars take the best, mean or worst value seen; a believer what the model predicts [Ginsbourger 2010, section 4]. */
export type Liar = 'best' | 'mean' | 'worst' | 'believer';

/**
 * A value for each pending point. A believer's lies leave the model's mean as it is and only take the spread away.
 * @param values   those seen, at least one, to be minimised
 * @param count    pending points
 * @param believe  posterior means of the pending points, from the closed rows alone; asked by the believer only
 */
export function lies(liar: Liar, values: Float64Array, count: number, believe: () => Float64Array): Float64Array {
  if (liar === 'believer') return count === 0 ? new Float64Array(0) : believe();
  let [best, worst, mean] = [Infinity, -Infinity, 0];
  for (const value of values) {
    best = Math.min(best, value);
    worst = Math.max(worst, value);
    mean += value / values.length;
  }
  return new Float64Array(count).fill(liar === 'best' ? best : liar === 'worst' ? worst : mean);
}
