/**
 * Whether classes come as often as their probabilities say.
 *
 * [Guo 2017] Guo et al., "On calibration of modern neural networks", ICML, arXiv 1706.04599.
 */

/** Bins of [Guo 2017]. */
export const BINS = 15;

/** Each row's bin, and what its confidence is off by. */
export interface ConfidenceGaps {
  readonly bins: number;
  readonly bin: Int32Array;
  /** 1 if the most probable class is the true one, else 0, minus its probability. */
  readonly gap: Float64Array;
}

/**
 * Rows by confidence, the probability of the most probable class (the first of equal ones), in bins of equal width over
 * [0, 1]: bin m of M is above (m - 1)/M and up to m/M, and 0 is in the first.
 * @param columns  a column a class: probabilities, 0 to 1, one a row
 */
export function confidenceGaps(
  truth: ArrayLike<number>,
  columns: readonly ArrayLike<number>[],
  bins: number = BINS,
): ConfidenceGaps {
  const bin = new Int32Array(truth.length);
  const gap = new Float64Array(truth.length);
  for (let i = 0; i < truth.length; i++) {
    let likeliest = 0;
    for (let c = 1; c < columns.length; c++) if (columns[c][i] > columns[likeliest][i]) likeliest = c;
    const confidence = columns[likeliest][i];
    const at = Math.min(Math.floor(confidence * bins), bins - 1);
    bin[i] = at > 0 && confidence <= at / bins ? at - 1 : at;
    gap[i] = (likeliest === truth[i] ? 1 : 0) - confidence;
  }
  return { bins, bin, gap };
}

/** Expected calibration error [Guo 2017, eq. 3]: mean over rows of |accuracy - confidence| of their bin, 0 to 1; NaN of no weight. */
export function calibrationError({ bins, bin, gap }: ConfidenceGaps, weights?: ArrayLike<number>): number {
  const sums = new Float64Array(bins);
  let total = 0;
  for (let i = 0; i < bin.length; i++) {
    const weight = weights ? weights[i] : 1;
    sums[bin[i]] += weight * gap[i];
    total += weight;
  }
  return sums.reduce((error, sum) => error + Math.abs(sum), 0) / total;
}
