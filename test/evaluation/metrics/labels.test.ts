import { describe, expect, it } from 'vitest';
import {
  accuracy,
  balancedAccuracy,
  confusionMatrix,
  fBeta,
  gMean,
  kappa,
  mcc,
  precision,
  recall,
  rowCosts,
  specificity,
  tallyClasses,
  weightedMean,
  type AverageOptions,
  type ClassTally,
} from '../../../evaluation/metrics/index.ts';
import { expectNear, ORACLE, type Expected, type LabelCase } from './oracle.ts';

const RATIOS: Record<string, (tally: ClassTally, options: AverageOptions) => number> = {
  precision,
  recall,
  specificity,
  f0: (tally, options) => fBeta(tally, 0, options),
  'f0.5': (tally, options) => fBeta(tally, 0.5, options),
  f1: (tally, options) => fBeta(tally, 1, options),
  f2: (tally, options) => fBeta(tally, 2, options),
  finf: (tally, options) => fBeta(tally, Infinity, options),
};

function tallyOf({ truth, predicted, classes, weights }: LabelCase): ClassTally {
  return tallyClasses(truth, predicted, classes, weights ?? undefined);
}

describe('metrics of predicted classes are those of scikit-learn', () => {
  it.each(ORACLE.labels)('for all classes together: $name', (given) => {
    const tally = tallyOf(given);
    expectNear(accuracy(tally), given.accuracy, 'accuracy');
    expectNear(balancedAccuracy(tally), given.balancedAccuracy, 'balanced accuracy');
    expectNear(balancedAccuracy(tally, true), given.adjusted, 'adjusted balanced accuracy');
    expectNear(mcc(tally), given.mcc, 'MCC');
    expectNear(kappa(tally), given.kappa, 'kappa');
    expectNear(gMean(tally), given.gMean, 'G-mean');
  });

  it.each(ORACLE.labels)('for confusions and what they cost: $name', ({ truth, predicted, classes, ...given }) => {
    const matrix = confusionMatrix(truth, predicted, classes, given.weights ?? undefined);
    matrix.forEach((row, t) => row.forEach((cell, p) => expectNear(cell, given.confusion[t][p], `[${t}][${p}]`)));
    const costs = rowCosts(truth, predicted, given.costs);
    expectNear(weightedMean(costs, given.weights ?? undefined), given.expectedCost, 'expected cost');
  });

  it.each(ORACLE.labels)('for averages, classes alone and divisions by zero: $name', (given) => {
    const tally = tallyOf(given);
    for (const { average, zeroDivision, over, values } of given.averaged)
      for (const [name, expected] of Object.entries(values)) {
        const options = { zeroDivision: zeroDivision ?? NaN, over };
        const what = `${average ?? 'one'} ${name}, ${zeroDivision} for 0/0, over ${over}`;
        if (average) expectNear(RATIOS[name](tally, { ...options, average }), expected as Expected, what);
        else
          (expected as readonly Expected[]).forEach((value, positive) =>
            expectNear(RATIOS[name](tally, { ...options, positive }), value, `${what}, class ${positive}`),
          );
      }
  });
});

describe('worked examples', () => {
  // the documentation of scikit-learn: cat, dog, pig
  const pets = tallyClasses([0, 1, 2, 0, 1, 2], [0, 2, 1, 0, 0, 1], 3);

  it('scikit-learn, precision_recall_fscore_support: (0.22, 0.33, 0.27) macro, 1/3 micro', () => {
    expect(precision(pets, { average: 'macro' })).toBeCloseTo(2 / 9, 14);
    expect(recall(pets, { average: 'macro' })).toBeCloseTo(1 / 3, 14);
    expect(fBeta(pets, 1, { average: 'macro' })).toBeCloseTo(4 / 15, 14);
    expect(fBeta(pets, 1, { average: 'micro' })).toBeCloseTo(1 / 3, 14);
  });

  it('imbalanced-learn, geometric_mean_score: 0, and 0.01 with recalls of 0 corrected to 0.001', () => {
    expect(gMean(pets)).toBe(0);
    expect(gMean(pets, 0.001)).toBeCloseTo(0.01, 14);
  });

  it('scikit-learn, matthews_corrcoef: -0.33', () => {
    expect(mcc(tallyClasses([1, 1, 1, 0], [1, 0, 1, 1], 2))).toBeCloseTo(-1 / 3, 14);
  });

  it('two readers of 50 grant proposals (20 and 15 alike, 5 and 10 not): kappa is 0.4', () => {
    expect(kappa(tallyClasses([0, 0, 1, 1], [0, 1, 0, 1], 2, [20, 5, 10, 15]))).toBeCloseTo(0.4, 14);
  });

  it('a test of sensitivity 2/3 and specificity 0.91 for a disease that 30 of 2,030 have', () => {
    const test = tallyClasses([1, 1, 0, 0], [1, 0, 1, 0], 2, [20, 10, 180, 1820]);
    expect(recall(test)).toBeCloseTo(2 / 3, 14);
    expect(specificity(test)).toBeCloseTo(0.91, 14);
    expect(precision(test)).toBeCloseTo(0.1, 14);
  });

  it('always the large class: accuracy 0.99, balanced accuracy 0.5, everything else 0', () => {
    const lazy = tallyClasses([0, 1], [0, 0], 2, [99, 1]);
    expect(accuracy(lazy)).toBeCloseTo(0.99, 14);
    expect(balancedAccuracy(lazy)).toBe(0.5);
    expect([balancedAccuracy(lazy, true), gMean(lazy), mcc(lazy), kappa(lazy), fBeta(lazy, 1)]).toEqual([
      0, 0, 0, 0, 0,
    ]);
  });
});
