/** What guards say of classifications. Rows count by their weights where there are any. */
import type { Label, Predictions } from '../../study/evaluation/predictions.ts';
import { accuracy, balancedAccuracy } from '../metrics/agreement.ts';
import { tallyClasses } from '../metrics/tally.ts';
import { classesOf } from '../predictions.ts';

export interface ClassCounts {
  readonly rows: number;
  /** Of the rows: the most frequent true class, the first such of several. */
  readonly largest: Label;
  /** The share that it has of the rows, and what else is right by always saying it. */
  readonly share: number;
  /** Share of rows that are predicted right. */
  readonly accuracy: number;
  /** Mean recall of the classes that occur in the truth. */
  readonly balancedAccuracy: number;
  /** The same, 0 for answers that are always the same, 1 for right ones; not finite where only one class occurs. */
  readonly adjusted: number;
}

/** Undefined where there are no rows, or none with a weight. */
export function countClasses(predictions: Predictions): ClassCounts | undefined {
  const classes = classesOf(predictions);
  const places = new Map(classes.map((label, i) => [label, i]));
  const [truth, predicted] = [predictions.truth, predictions.predicted].map((labels) =>
    Int32Array.from(labels, (label) => places.get(label)!),
  ) as [Int32Array, Int32Array];
  const tally = tallyClasses(truth, predicted, classes.length, predictions.weights);
  if (!(tally.total > 0)) return undefined;
  const most = tally.truth.indexOf(Math.max(...tally.truth));
  return {
    rows: truth.length,
    largest: classes[most],
    share: tally.truth[most] / tally.total,
    accuracy: accuracy(tally),
    balancedAccuracy: balancedAccuracy(tally),
    adjusted: balancedAccuracy(tally, true),
  };
}
