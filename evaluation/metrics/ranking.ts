/**
 * How well scores put rows of one class before those of others: thresholds play no part, ties count half.
 *
 * The area under the ROC curve is the share of pairs (row of the class, other row) in which the first has the higher score. One walk
 * down the scores counts these pairs for every other class at once, which gives one-vs-rest and one-vs-one alike [Hand 2001].
 *
 * [Hand 2001] Hand and Till, "A simple generalisation of the area under the ROC curve for multiple class classification problems",
 *   Mach. Learn. 45, 171-186.
 */

/** Rows by score: what is costly about these metrics, made once for many weightings of the same rows. */
export interface Ranking {
  /** Row numbers, highest score first. */
  readonly order: Int32Array;
  /** Where in `order` each group of equal scores begins, and at last the number of rows. */
  readonly starts: Int32Array;
}

/** @param scores  finite, one a row */
export function rankingOf(scores: ArrayLike<number>): Ranking {
  const order = Int32Array.from({ length: scores.length }, (_, i) => i).sort((a, b) => scores[b] - scores[a]);
  const starts: number[] = [];
  for (let i = 0; i < order.length; i++) if (i === 0 || scores[order[i]] !== scores[order[i - 1]]) starts.push(i);
  return { order, starts: Int32Array.from([...starts, order.length]) };
}

/**
 * Weight of the pairs that are in order, ties half: entry b is of rows of class `positive` against those of class b.
 * @param truth    index of each row's class
 * @param weights  of the rows, >= 0; a pair weighs the product
 */
export function pairsInOrder(
  truth: ArrayLike<number>,
  { order, starts }: Ranking,
  positive: number,
  classes: number,
  weights?: ArrayLike<number>,
): Float64Array {
  const pairs = new Float64Array(classes);
  let above = 0;
  for (let group = 0; group + 1 < starts.length; group++) {
    const start = starts[group];
    const end = starts[group + 1];
    if (end === start + 1) {
      const row = order[start];
      const weight = weights ? weights[row] : 1;
      if (truth[row] === positive) above += weight;
      else pairs[truth[row]] += weight * above;
      continue;
    }
    let tied = 0;
    for (let i = start; i < end; i++) if (truth[order[i]] === positive) tied += weights ? weights[order[i]] : 1;
    const before = above + tied / 2;
    for (let i = start; i < end; i++) {
      const row = order[i];
      if (truth[row] !== positive) pairs[truth[row]] += (weights ? weights[row] : 1) * before;
    }
    above += tied;
  }
  return pairs;
}

/** Weight of each class. */
export function classWeights(truth: ArrayLike<number>, classes: number, weights?: ArrayLike<number>): Float64Array {
  const sums = new Float64Array(classes);
  for (let i = 0; i < truth.length; i++) sums[truth[i]] += weights ? weights[i] : 1;
  return sums;
}

/**
 * Average precision, the area under the curve of precision over recall: sum of (R_n - R_(n-1)) P_n over thresholds n, with no
 * interpolation. 0 to 1; 0 where nothing is of the class, NaN of no weight.
 */
export function averagePrecision(
  truth: ArrayLike<number>,
  { order, starts }: Ranking,
  positive: number,
  weights?: ArrayLike<number>,
): number {
  let found = 0;
  let taken = 0;
  let area = 0;
  for (let group = 0; group + 1 < starts.length; group++) {
    const before = found;
    for (let i = starts[group]; i < starts[group + 1]; i++) {
      const weight = weights ? weights[order[i]] : 1;
      taken += weight;
      if (truth[order[i]] === positive) found += weight;
    }
    if (found > before) area += (found - before) * (found / taken);
  }
  if (taken === 0) return NaN;
  return found === 0 ? 0 : area / found;
}
