/** What the metrics of predicted classes are made of: for each class, how much is truly it, was taken for it, and both. */

/** One number a class each, in weight (rows, where they have none). */
export interface ClassTally {
  /** Of rows truly of the class and predicted as it. */
  readonly correct: Float64Array;
  readonly truth: Float64Array;
  readonly predicted: Float64Array;
  /** 1 where any row, of weight 0 too, is of the class or was predicted as it: scikit-learn averages over these. */
  readonly occurs: Uint8Array;
  /** Of all rows. */
  readonly total: number;
}

/**
 * @param truth      index of each row's class, from 0
 * @param predicted  index of the class predicted for it
 * @param classes    how many there are
 * @param weights    of the rows, >= 0; absent: 1 each
 * @param counts     how often each row is there: one of 0 does not make its classes occur; `weights` have them counted in already
 */
export function tallyClasses(
  truth: ArrayLike<number>,
  predicted: ArrayLike<number>,
  classes: number,
  weights?: ArrayLike<number>,
  counts?: ArrayLike<number>,
): ClassTally {
  const correct = new Float64Array(classes);
  const truthSums = new Float64Array(classes);
  const predictedSums = new Float64Array(classes);
  const occurs = new Uint8Array(classes);
  let total = 0;
  for (let i = 0; i < truth.length; i++) {
    if (counts && counts[i] === 0) continue;
    const t = truth[i];
    const p = predicted[i];
    const weight = weights ? weights[i] : 1;
    occurs[t] = occurs[p] = 1;
    truthSums[t] += weight;
    predictedSums[p] += weight;
    if (t === p) correct[t] += weight;
    total += weight;
  }
  return { correct, truth: truthSums, predicted: predictedSums, occurs, total };
}
