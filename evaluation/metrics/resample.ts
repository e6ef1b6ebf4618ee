/**
 * A metric made ready for thousands of resamples of the same rows: whatever depends on rows alone (class indices, losses, sorting)
 * is done once, and a resample is no more than how often each row occurs.
 */
import type { Predictions } from '../../study/evaluation/predictions.ts';

/**
 * The metric where row i occurs counts[i] >= 0 times, one number a row; absent: once each. NaN where it is not defined, such as the area
 * under the ROC curve where one class is left. Weights of the predictions count as well. It keeps no state.
 */
export type Compiled = (counts?: Float64Array) => number;

/** How often each row occurs in a list of row numbers, 0 to rows - 1. @throws RangeError naming another one */
export function countsOf(list: ArrayLike<number>, rows: number): Float64Array {
  const counts = new Float64Array(rows);
  for (let i = 0; i < list.length; i++) {
    const row = list[i];
    if (!(row >= 0 && row < rows && Number.isInteger(row)))
      throw new RangeError(`row ${row} of a resample: expected a whole number from 0 to ${rows - 1}`);
    counts[row]++;
  }
  return counts;
}

/** What each row weighs in a resample, in a list that the next call overwrites; undefined: 1 each. */
export function weighing({ weights }: Predictions): (counts?: Float64Array) => Float64Array | undefined {
  if (!weights) return (counts) => counts;
  const own = Float64Array.from(weights);
  const product = new Float64Array(own.length);
  return (counts) => {
    if (!counts) return own;
    for (let i = 0; i < own.length; i++) product[i] = own[i] * counts[i];
    return product;
  };
}
