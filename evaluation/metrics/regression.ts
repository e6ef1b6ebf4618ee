/** Losses of predicted numbers, each of one row, and the share of variance that they explain. */
import { weightedMean } from './mean.ts';

/** Loss of a row, >= 0, by true and predicted number. */
export type Loss = (truth: number, predicted: number) => number;

export const absoluteError: Loss = (truth, predicted) => Math.abs(truth - predicted);

export const squaredError: Loss = (truth, predicted) => (truth - predicted) * (truth - predicted);

/** As a share of the truth (1 is 100 %), which counts as 2^-52 where it is nearer to 0. */
export const percentageError: Loss = (truth, predicted) =>
  Math.abs(truth - predicted) / Math.max(Math.abs(truth), Number.EPSILON);

/**
 * What a prediction of a quantile is judged by: its mean is least where predictions are the quantile.
 * @param quantile  0 to 1; 0.5 gives half the absolute error
 */
export function pinballLoss(quantile: number): Loss {
  return (truth, predicted) =>
    truth >= predicted ? quantile * (truth - predicted) : (1 - quantile) * (predicted - truth);
}

export function lossesOf(loss: Loss, truth: ArrayLike<number>, predicted: ArrayLike<number>): Float64Array {
  return Float64Array.from({ length: truth.length }, (_, i) => loss(truth[i], predicted[i]));
}

/** Mean loss: MAE, MSE, MAPE, pinball loss; in the loss's unit, NaN of no weight. */
export function meanLoss(
  loss: Loss,
  truth: ArrayLike<number>,
  predicted: ArrayLike<number>,
  weights?: ArrayLike<number>,
): number {
  return weightedMean(lossesOf(loss, truth, predicted), weights);
}

/**
 * R², the share of the truth's variance that predictions explain: at most 1, below 0 where its mean is a better prediction. Where
 * the truth is constant, 1 if all predictions are right and else 0. NaN of fewer than two rows.
 * @param rows  how many the weights stand for
 */
export function r2(
  truth: ArrayLike<number>,
  predicted: ArrayLike<number>,
  weights?: ArrayLike<number>,
  rows: number = truth.length,
): number {
  if (rows < 2) return NaN;
  // the mean as a distance from one of the values: that of a constant is the constant, to the last bit
  let some = 0;
  while (weights && some < truth.length && !(weights[some] > 0)) some++;
  let distance = 0;
  let total = 0;
  for (let i = some; i < truth.length; i++) {
    const weight = weights ? weights[i] : 1;
    distance += weight * (truth[i] - truth[some]);
    total += weight;
  }
  if (total === 0) return NaN;
  const mean = truth[some] + distance / total;
  let residual = 0;
  let variance = 0;
  for (let i = 0; i < truth.length; i++) {
    const weight = weights ? weights[i] : 1;
    residual += weight * squaredError(truth[i], predicted[i]);
    variance += weight * squaredError(truth[i], mean);
  }
  if (variance === 0) return residual === 0 ? 1 : 0;
  return 1 - residual / variance;
}
