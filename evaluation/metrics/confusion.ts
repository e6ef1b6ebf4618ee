/** Which classes are taken for which. */
import type { ConfusionTable } from '../../study/evaluation/contract.ts';
import type { Predictions } from '../../study/evaluation/predictions.ts';
import { classColumns } from './columns.ts';

/**
 * [true class][predicted class]: weight of the rows, which is their number where they have none.
 * @param truth      index of each row's class, from 0
 * @param predicted  index of the class predicted for it
 * @param classes    how many there are
 */
export function confusionMatrix(
  truth: ArrayLike<number>,
  predicted: ArrayLike<number>,
  classes: number,
  weights?: ArrayLike<number>,
): number[][] {
  const matrix = Array.from({ length: classes }, () => Array.from({ length: classes }, () => 0));
  for (let i = 0; i < truth.length; i++) matrix[truth[i]][predicted[i]] += weights ? weights[i] : 1;
  return matrix;
}

/** The confusion matrix of predictions, in their classes' order. @throws TrialFailedError where these are no classes */
export function confusionOf(predictions: Predictions): ConfusionTable {
  const { classes, truth, predicted } = classColumns(predictions);
  return { classes, counts: confusionMatrix(truth, predicted, classes.length, predictions.weights) };
}
