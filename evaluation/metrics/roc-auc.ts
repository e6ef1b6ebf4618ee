/** Area under the ROC curve, of one class or of many. 0 to 1, guessing gives 0.5; NaN where a class to be told apart does not occur. */
import { classWeights, pairsInOrder, averagePrecision, type Ranking } from './ranking.ts';

/** Of one class against all others. */
export function rocAuc(
  truth: ArrayLike<number>,
  ranking: Ranking,
  positive: number,
  classes: number,
  weights?: ArrayLike<number>,
): number {
  const pairs = pairsInOrder(truth, ranking, positive, classes, weights);
  return restArea(pairs, classWeights(truth, classes, weights), positive);
}

/**
 * One-vs-rest: the mean of each class's area against all others.
 * @param rankings  of each class's scores
 * @param average   `weighted`: by what is truly of the class, so that absent ones do not count
 */
export function rocAucOvr(
  truth: ArrayLike<number>,
  rankings: readonly Ranking[],
  weights?: ArrayLike<number>,
  average: 'macro' | 'weighted' = 'macro',
): number {
  const classes = rankings.length;
  const sums = classWeights(truth, classes, weights);
  let area = 0;
  let total = 0;
  for (const [c, ranking] of rankings.entries()) {
    const share = average === 'macro' ? 1 : sums[c];
    total += share;
    if (share > 0) area += share * restArea(pairsInOrder(truth, ranking, c, classes, weights), sums, c);
  }
  return area / total;
}

/**
 * One-vs-one [Hand 2001, see ranking.ts]: the mean over pairs of classes that occur of both their areas against each other.
 * scikit-learn takes no weights here; these are as if rows were repeated.
 * @param average  `weighted`: by what is truly of either class
 */
export function rocAucOvo(
  truth: ArrayLike<number>,
  rankings: readonly Ranking[],
  weights?: ArrayLike<number>,
  average: 'macro' | 'weighted' = 'macro',
): number {
  const sums = classWeights(truth, rankings.length, weights);
  const pairs = rankings.map((ranking, c) =>
    sums[c] > 0 ? pairsInOrder(truth, ranking, c, rankings.length, weights) : undefined,
  );
  let area = 0;
  let total = 0;
  for (const [a, ofA] of pairs.entries())
    for (const [b, ofB] of pairs.slice(0, a).entries()) {
      if (!ofA || !ofB) continue;
      const share = average === 'macro' ? 1 : sums[a] + sums[b];
      area += (share * (ofA[b] + ofB[a])) / (2 * sums[a] * sums[b]);
      total += share;
    }
  return area / total;
}

/** The mean of each class's average precision against all others; an absent class counts as 0. */
export function averagePrecisionMacro(
  truth: ArrayLike<number>,
  rankings: readonly Ranking[],
  weights?: ArrayLike<number>,
): number {
  const areas = rankings.map((ranking, c) => averagePrecision(truth, ranking, c, weights));
  return areas.reduce((sum, area) => sum + area, 0) / areas.length;
}

function restArea(pairs: Float64Array, sums: Float64Array, positive: number): number {
  let inOrder = 0;
  let rest = 0;
  for (let c = 0; c < sums.length; c++) {
    if (c === positive) continue;
    inOrder += pairs[c];
    rest += sums[c];
  }
  return inOrder / (sums[positive] * rest);
}
