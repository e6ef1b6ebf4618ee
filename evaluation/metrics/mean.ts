/** Weighted means and medians of a number a row. */

/** NaN of no weight. */
export function weightedMean(values: ArrayLike<number>, weights?: ArrayLike<number>): number {
  let sum = 0;
  let total = 0;
  for (let i = 0; i < values.length; i++) {
    const weight = weights ? weights[i] : 1;
    sum += weight * values[i];
    total += weight;
  }
  return sum / total;
}

/** Row numbers by value, smallest first. */
export function ascending(values: ArrayLike<number>): Int32Array {
  return Int32Array.from({ length: values.length }, (_, i) => i).sort((a, b) => values[a] - values[b]);
}

/**
 * The value with half of the weight below it; the mean of two neighbours where exactly half lies on either side. Equal weights give
 * the median, whole ones that of so many copies: the averaged inverted distribution function of [Hyndman 1996, definition 2].
 * NaN of no weight.
 *
 * [Hyndman 1996] Hyndman and Fan, "Sample quantiles in statistical packages", Am. Stat. 50(4), 361-365.
 *
 * @param order  what `ascending` gives, where it is at hand
 */
export function weightedMedian(
  values: ArrayLike<number>,
  weights?: ArrayLike<number>,
  order: Int32Array = ascending(values),
): number {
  let total = 0;
  for (const row of order) total += weights ? weights[row] : 1;
  if (!(total > 0)) return NaN;
  let below = 0;
  let lower: number | undefined;
  for (const row of order) {
    const weight = weights ? weights[row] : 1;
    if (weight === 0) continue;
    if (lower !== undefined) return (lower + values[row]) / 2;
    below += weight;
    if (below < total / 2) continue;
    // a sum of weights is exact to about its last bit alone
    if (below - total / 2 > Number.EPSILON * total) return values[row];
    lower = values[row];
  }
  return lower ?? NaN;
}
