/**
 * The Bayesian correlated t test: how probable it is that the challenger is worse, practically equal or better, from the
 * differences on the folds of cross-validation.
 *
 * With the correlation rho = n_test / n between folds and Jeffreys' prior the mean difference has a Student t posterior with
 * J - 1 degrees around the mean, scale^2 = (1/J + rho / (1 - rho)) s^2; since rho / (1 - rho) = n_test / n_train this is the
 * scale of the corrected t test.
 *
 * [Corani 2015] Corani and Benavoli, "A Bayesian approach for comparing cross-validated algorithms on multiple data sets",
 *   Machine Learning 100, 285-304, eqs. 5 to 8.
 * [Benavoli 2017] Benavoli, Corani, Demsar, Zaffalon, "Time for a change: a tutorial for comparing multiple classifiers through
 *   Bayesian analysis", JMLR 18(77), 1-36, sec. 3.1.
 */
import { foldMoments } from './corrected-t.ts';
import { checkMinimumEffect } from './door.ts';
import { tTail } from './student-t.ts';

/** Sum 1. */
export interface PosteriorShares {
  readonly worse: number;
  readonly equal: number;
  readonly better: number;
}

/**
 * Posterior probabilities that the mean difference is below, in and above the region of practical equivalence [-region, region].
 * Folds that all differ by the same put all probability where that value is.
 * @param differences  one a fold, positive where the challenger is better; at least 2, finite
 * @param testRatio    rows of a test part by rows of a training part, > 0
 * @param region       >= 0, in the metric's unit; at 0 nothing is equal unless the folds all are
 */
export function bayesianCorrelatedT(
  differences: readonly number[],
  testRatio: number,
  region: number,
): PosteriorShares {
  checkMinimumEffect(region);
  const { mean, scale, degrees } = foldMoments(differences, testRatio);
  if (scale === 0) {
    const [worse, better] = [Number(mean < -region), Number(mean > region)];
    return { worse, equal: 1 - worse - better, better };
  }
  const worse = tTail((region + mean) / scale, degrees);
  const better = tTail((region - mean) / scale, degrees);
  return { worse, equal: Math.max(0, 1 - worse - better), better };
}
