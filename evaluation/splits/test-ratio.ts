/**
 * How many test rows come on a training row: what the variance of resampled differences is corrected by [Nadeau 2003].
 *
 * [Nadeau 2003] Nadeau and Bengio, "Inference for the generalization error", Machine Learning 52, doi:10.1023/A:1024068626366.
 */
import type { EvaluationSpec } from '../../study/evaluation/spec.ts';

/**
 * Test rows over training rows of a fold in phase 'test', > 0.
 *
 * - `cross-validation` with k folds: 1 / (k - 1); with a time-series split, where training grows from fold to fold, the
 *   mean over folds, (1 + 1/2 + … + 1/k) / k.
 * - `hold-out` of size s: s / (1 - s).
 * - `own`: nobody says how large that test data is, so a quarter of all rows is assumed: 1 / 3.
 *
 * No test is by leave-one-out: a study tuned so has one of the above.
 */
export function testRatio({ split, test }: Pick<EvaluationSpec, 'split' | 'test'>): number {
  if (test.kind === 'hold-out') return test.size / (1 - test.size);
  if (test.kind === 'own') return 1 / 3;
  if (split?.kind !== 'time-series') return 1 / (test.folds - 1);
  let sum = 0;
  for (let fold = 1; fold <= test.folds; fold++) sum += 1 / fold;
  return sum / test.folds;
}
