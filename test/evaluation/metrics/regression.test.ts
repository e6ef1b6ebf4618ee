import { describe, expect, it } from 'vitest';
import {
  absoluteError,
  lossesOf,
  meanLoss,
  percentageError,
  pinballLoss,
  r2,
  squaredError,
  weightedMedian,
} from '../../../evaluation/metrics/index.ts';
import { expectNear, ORACLE } from './oracle.ts';

describe('metrics of numbers are those of scikit-learn', () => {
  it.each(ORACLE.numbers)('$name', ({ truth, predicted, ...given }) => {
    const weights = given.weights ?? undefined;
    const mean = (loss: typeof absoluteError): number => meanLoss(loss, truth, predicted, weights);
    expectNear(mean(absoluteError), given.mae, 'MAE');
    expectNear(mean(squaredError), given.mse, 'MSE');
    expectNear(Math.sqrt(mean(squaredError)), given.rmse, 'RMSE');
    expectNear(mean(percentageError), given.mape, 'MAPE');
    expectNear(r2(truth, predicted, weights), given.r2, 'R²');
    expectNear(weightedMedian(lossesOf(absoluteError, truth, predicted), weights), given.medianAe, 'median');
    for (const [quantile, expected] of Object.entries(given.pinball))
      expectNear(mean(pinballLoss(Number(quantile))), expected, `pinball ${quantile}`);
  });
});

describe('worked examples', () => {
  const [truth, predicted] = [
    [3, -0.5, 2, 7],
    [2.5, 0, 2, 8],
  ];

  it('scikit-learn: MAE 0.5, median 0.5, MSE 0.375, MAPE 0.3273…, R² 0.9486…', () => {
    expect(meanLoss(absoluteError, truth, predicted)).toBe(0.5);
    expect(weightedMedian(lossesOf(absoluteError, truth, predicted))).toBe(0.5);
    expect(meanLoss(squaredError, truth, predicted)).toBe(0.375);
    expect(meanLoss(percentageError, truth, predicted)).toBeCloseTo(0.32738, 5);
    expect(r2(truth, predicted)).toBeCloseTo(0.9486, 4);
  });

  it('scikit-learn, mean_pinball_loss: 0.03 for the quantile 0.1, 0.3 for 0.9', () => {
    expect(meanLoss(pinballLoss(0.1), [1, 2, 3], [0, 2, 3])).toBeCloseTo(0.1 / 3, 14);
    expect(meanLoss(pinballLoss(0.9), [1, 2, 3], [0, 2, 3])).toBeCloseTo(0.3, 14);
    expect(meanLoss(pinballLoss(0.1), [1, 2, 3], [1, 2, 4])).toBeCloseTo(0.3, 14);
  });

  it('a constant is one whatever its last bit: R² is 1 or 0, though three times 0.1 is not 0.3', () => {
    expect(r2([0.1, 0.1, 0.1], [0.1, 0.1, 0.1])).toBe(1);
    expect(r2([0.1, 0.1, 0.1], [0.1, 0.2, 0.1])).toBe(0);
    expect(r2([5, 0.1, 0.1, 0.1], [9, 0.1, 0.2, 0.1], [0, 0.7, 0.2, 0.1])).toBe(0);
  });

  it('a pinball loss is least at its quantile', () => {
    const values = Array.from({ length: 101 }, (_, i) => i);
    const losses = values.map((guess) =>
      meanLoss(
        pinballLoss(0.9),
        values,
        values.map(() => guess),
      ),
    );
    expect(losses.indexOf(Math.min(...losses))).toBe(90);
  });
});
