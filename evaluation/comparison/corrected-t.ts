/**
 * The corrected resampled t test: differences on J folds of cross-validation, whose training sets overlap, so that they vary
 * less among each other than the mean of another cross-validation would; the variance of the mean is taken as
 * (1/J + n_test / n_train) s^2 instead of s^2 / J.
 *
 * [Nadeau 2003] Nadeau and Bengio, "Inference for the generalization error", Machine Learning 52, 239-281, sec. 4.1; for
 *   repeated cross-validation: Bouckaert and Frank, PAKDD 2004.
 */
import { checkAlpha } from './door.ts';
import { tQuantile, tTail } from './student-t.ts';

/** Mean of the folds' differences, and how far it may be off. */
export interface FoldMoments {
  readonly mean: number;
  /** Square root of (1/J + n_test / n_train) s^2. */
  readonly scale: number;
  /** J - 1. */
  readonly degrees: number;
}

export interface TestedMean {
  readonly mean: number;
  /** 0 / 0 is 0. */
  readonly t: number;
  readonly interval: readonly [low: number, high: number];
  /** Two-sided, of a mean of 0. */
  readonly p: number;
}

/**
 * @param differences  one a fold, at least 2, finite
 * @param testRatio    rows of a test part by rows of a training part, > 0: 1/9 for ten folds
 * @throws RangeError
 */
export function foldMoments(differences: readonly number[], testRatio: number): FoldMoments {
  const folds = differences.length;
  if (folds < 2) throw new RangeError(`there is ${folds} difference between folds, expected at least 2`);
  const odd = differences.findIndex((value) => !Number.isFinite(value));
  if (odd >= 0) throw new RangeError(`the difference on fold ${odd} is ${differences[odd]}, expected a finite number`);
  if (!(testRatio > 0 && testRatio < Infinity))
    throw new RangeError(
      `testRatio is ${testRatio}, expected test rows by training rows, a number > 0 (1/9 for ten folds)`,
    );
  const mean = differences.reduce((sum, value) => sum + value, 0) / folds;
  const squares = differences.reduce((sum, value) => sum + (value - mean) * (value - mean), 0);
  return { mean, scale: Math.sqrt((1 / folds + testRatio) * (squares / (folds - 1))), degrees: folds - 1 };
}

/**
 * The test at confidence 1 - alpha. Folds that all differ by the same leave the limit of t: the interval is that one value, p is
 * 1 where it is 0, else 0.
 */
export function correctedT(differences: readonly number[], testRatio: number, alpha: number): TestedMean {
  checkAlpha(alpha);
  const { mean, scale, degrees } = foldMoments(differences, testRatio);
  const t = mean === 0 ? 0 : mean / scale;
  const width = -tQuantile(0.5 * alpha, degrees) * scale;
  return { mean, t, interval: [mean - width, mean + width], p: 2 * tTail(Math.abs(t), degrees) };
}
