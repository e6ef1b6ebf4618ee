/**
 * Two areas under the ROC curve on the same rows: their difference and its variance, from the placement of each row's score
 * among those of the other class [DeLong 1988], by midranks in n log n steps [Sun 2014].
 *
 * [DeLong 1988] DeLong, DeLong, Clarke-Pearson, "Comparing the areas under two or more correlated receiver operating
 *   characteristic curves: a nonparametric approach", Biometrics 44(3), 837-845.
 * [Sun 2014] Sun and Xu, "Fast implementation of DeLong's algorithm for comparing the areas under correlated receiver operating
 *   characteristic curves", IEEE Signal Process. Lett. 21(11), 1389-1393.
 * [Hoeffding 1963] Hoeffding, "Probability inequalities for sums of bounded random variables", J. Am. Stat. Assoc. 58, 13-30.
 */
import { exp, log } from '../../samplers/numerics/elementary.ts';
import { normalCdf, normalQuantile } from '../../samplers/numerics/normal.ts';
import { checkAlpha, checkLength } from './door.ts';

export interface BinaryScores {
  /** 1 for the positive class, else 0. */
  readonly positive: ArrayLike<number>;
  /** As long: higher means more likely positive. */
  readonly champion: ArrayLike<number>;
  readonly challenger: ArrayLike<number>;
}

export interface AucComparison {
  readonly champion: number;
  readonly challenger: number;
  /** Challenger less champion. */
  readonly difference: number;
  /** Of the difference. */
  readonly variance: number;
  readonly interval: readonly [low: number, high: number];
  /** Two-sided, of equal areas. */
  readonly p: number;
}

/**
 * DeLong's comparison at confidence 1 - alpha. Where every row has the same part in the difference (one model separates the
 * classes, the other one scores all alike) the variance is 0 and says nothing about chance: then interval and p are those of
 * Hoeffding's bound for such averages over pairs [Hoeffding 1963, sec. 5b], which holds for any scores.
 * @throws RangeError where lengths differ, a score is NaN or a class is missing
 */
export function delong({ positive, champion, challenger }: BinaryScores, alpha: number): AucComparison {
  checkAlpha(alpha);
  checkLength('champion', champion, positive.length);
  checkLength('challenger', challenger, positive.length);
  const a = placements(positive, champion, 'champion');
  const b = placements(positive, challenger, 'challenger');
  const [m, n] = [a.positives.length, a.negatives.length];
  // placements are multiples of 1/2, so these differences are exact
  const ofPositives = a.positives.map((rank, i) => b.positives[i]! - rank);
  const ofNegatives = a.negatives.map((rank, j) => b.negatives[j]! - rank);
  const difference = mean(ofPositives) / n;
  const variance = sampleVariance(ofPositives) / n / n / m + sampleVariance(ofNegatives) / m / m / n;
  const areas = { champion: mean(a.positives) / n, challenger: mean(b.positives) / n, difference, variance };
  if (variance === 0 && difference !== 0) return { ...areas, ...hoeffding(difference, Math.min(m, n), alpha) };
  const error = Math.sqrt(variance);
  const width = -normalQuantile(0.5 * alpha) * error;
  const p = error === 0 ? 1 : 2 * normalCdf(-Math.abs(difference) / error);
  return { ...areas, interval: [Math.max(-1, difference - width), Math.min(1, difference + width)], p };
}

/** Of each positive row: how many negatives score lower, ties half; of each negative row: how many positives score higher. */
function placements(
  positive: ArrayLike<number>,
  scores: ArrayLike<number>,
  whose: string,
): { positives: Float64Array; negatives: Float64Array } {
  const rows = Array.from({ length: positive.length }, (_, i) => i);
  const nan = rows.find((i) => Number.isNaN(scores[i]!));
  if (nan !== undefined) throw new RangeError(`the ${whose}'s score of row ${nan} is NaN, expected a number`);
  const positives = rows.filter((i) => positive[i] === 1);
  const negatives = rows.filter((i) => positive[i] !== 1);
  if (positives.length === 0 || negatives.length === 0)
    throw new RangeError(
      `${positives.length} rows are positive and ${negatives.length} are not, expected both: an area under the curve needs two classes`,
    );
  const all = midranks(rows, scores);
  const amongPositives = midranks(positives, scores);
  const amongNegatives = midranks(negatives, scores);
  return {
    positives: Float64Array.from(positives, (i, k) => all[i]! - amongPositives[k]!),
    negatives: Float64Array.from(negatives, (i, k) => positives.length - (all[i]! - amongNegatives[k]!)),
  };
}

/** Rank of each of the rows by score, from 1; rows that tie share the mean of their ranks. */
function midranks(rows: readonly number[], scores: ArrayLike<number>): Float64Array {
  const order = rows.map((_, k) => k).sort((a, b) => scores[rows[a]!]! - scores[rows[b]!]! || a - b);
  const ranks = new Float64Array(rows.length);
  for (let from = 0, to = 0; from < order.length; from = to) {
    const score = scores[rows[order[from]!]!]!;
    while (to < order.length && scores[rows[order[to]!]!]! === score) to++;
    for (let k = from; k < to; k++) ranks[order[k]!] = 0.5 * (from + 1 + to);
  }
  return ranks;
}

/** For an average over at least `pairs` disjoint pairs of values in [-1, 1]. */
function hoeffding(difference: number, pairs: number, alpha: number): Pick<AucComparison, 'interval' | 'p'> {
  const width = Math.sqrt((2 * log(2 / alpha)) / pairs);
  const interval = [Math.max(-1, difference - width), Math.min(1, difference + width)] as const;
  return { interval, p: Math.min(1, 2 * exp(-0.5 * pairs * difference * difference)) };
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Over n - 1; exactly 0 where all are equal, or where there is only one. */
function sampleVariance(values: Float64Array): number {
  if (values.every((value) => value === values[0])) return 0;
  const centre = mean(values);
  return values.reduce((sum, value) => sum + (value - centre) * (value - centre), 0) / (values.length - 1);
}
