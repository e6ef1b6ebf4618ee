/** Precision, recall, F-measure and specificity: of a positive class, or averaged over classes. All are 0 to 1. */
import { averaged, type AverageOptions, type Sums } from './averages.ts';
import type { ClassTally } from './tally.ts';

/** Of what was taken for the class, the share that is it. */
export function precision(tally: ClassTally, options?: AverageOptions): number {
  return averaged(tally, precisionOf, options);
}

/** Of what is of the class, the share that was found: sensitivity, the rate of true positives. */
export function recall(tally: ClassTally, options?: AverageOptions): number {
  return averaged(tally, recallOf, options);
}

/** Of what is not of the class, the share that was not taken for it: the rate of true negatives. */
export function specificity(tally: ClassTally, options?: AverageOptions): number {
  return averaged(tally, specificityOf, options);
}

/**
 * Weighted harmonic mean of precision and recall: F1, F2, …
 * @param beta  >= 0, how many times as much recall counts; 0 is precision, Infinity recall
 */
export function fBeta(tally: ClassTally, beta: number, options?: AverageOptions): number {
  if (beta === 0) return precision(tally, options);
  if (beta === Infinity) return recall(tally, options);
  const square = beta * beta;
  return averaged(
    tally,
    ({ correct, truth, predicted }) => [(1 + square) * correct, square * truth + predicted],
    options,
  );
}

function precisionOf({ correct, predicted }: Sums): [number, number] {
  return [correct, predicted];
}

function recallOf({ correct, truth }: Sums): [number, number] {
  return [correct, truth];
}

function specificityOf({ correct, truth, predicted, total }: Sums): [number, number] {
  return [total - truth - (predicted - correct), total - truth];
}
