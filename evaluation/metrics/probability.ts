/**
 * Losses of predicted probabilities, each of one row.
 *
 * [Brier 1950] Brier, "Verification of forecasts expressed in terms of probability", Mon. Weather Rev. 78(1), 1-3.
 */
import { log } from '../../samplers/numerics/elementary.ts';

/**
 * -ln of the true class's probability, which is first clipped to 2^-52 … 1 - 2^-52, as scikit-learn does.
 * @param truth    index of each row's class
 * @param columns  a column a class: probabilities, 0 to 1, one a row
 */
export function logLosses(truth: ArrayLike<number>, columns: readonly ArrayLike<number>[]): Float64Array {
  const [least, most] = [Number.EPSILON, 1 - Number.EPSILON];
  return Float64Array.from({ length: truth.length }, (_, i) => -log(clip(columns[truth[i]][i], least, most)));
}

/**
 * Squared distance of the probabilities from the truth (1 for the true class, 0 for the others): 0 to 2 [Brier 1950]. Of two
 * classes it is halved, 0 to 1, which is the squared error of one class's probability: scikit-learn's scale_by_half='auto'.
 */
export function brierLosses(
  truth: ArrayLike<number>,
  columns: readonly ArrayLike<number>[],
  halved: boolean = columns.length <= 2,
): Float64Array {
  return Float64Array.from({ length: truth.length }, (_, i) => {
    let sum = 0;
    for (let c = 0; c < columns.length; c++) {
      const miss = columns[c][i] - (c === truth[i] ? 1 : 0);
      sum += miss * miss;
    }
    return halved ? sum / 2 : sum;
  });
}

/** 1 where the true class is among the k with the highest scores, else 0; of equal scores the later class is the higher, as in scikit-learn. */
export function topKHits(truth: ArrayLike<number>, columns: readonly ArrayLike<number>[], k: number): Float64Array {
  return Float64Array.from({ length: truth.length }, (_, i) => {
    const score = columns[truth[i]][i];
    let before = 0;
    for (let c = 0; c < columns.length; c++)
      if (columns[c][i] > score || (columns[c][i] === score && c > truth[i])) before++;
    return before < k ? 1 : 0;
  });
}

function clip(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}
