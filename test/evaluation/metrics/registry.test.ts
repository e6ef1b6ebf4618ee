import { describe, expect, it } from 'vitest';
import { StudyDefinitionError, TrialFailedError } from '../../../study/errors.ts';
import { METRIC_INFOS } from '../../../study/evaluation/metric-names.ts';
import type { Predictions } from '../../../study/evaluation/predictions.ts';
import { confusionOf, METRIC_NAMES, metricNamed, metricsFor } from '../../../evaluation/metrics/index.ts';
import { expectNear, ORACLE } from './oracle.ts';

const SPAM: Predictions = {
  truth: ['ham', 'spam', 'spam', 'ham'],
  predicted: ['ham', 'spam', 'ham', 'ham'],
  scores: [[0.2], [0.9], [0.4], [0.4]],
};
const PRICES: Predictions = { truth: [1.5, 2, 4], predicted: [1, 2, 3.5] };
const LETTERS: Predictions = { truth: ['a', 'b', 'c'], predicted: ['a', 'c', 'c'] };

const compute =
  (name: string, predictions: Predictions, ...rest: [ArrayLike<number>?]): (() => number) =>
  () =>
    metricNamed(name).compute(predictions, ...rest);

describe('the registry of metrics', () => {
  it('has those that a study file may name, each with its goal and needs', () => {
    expect([...METRIC_NAMES].sort()).toEqual(Object.keys(METRIC_INFOS).sort());
    for (const name of METRIC_NAMES) expect(metricNamed(name)).toMatchObject({ name, ...METRIC_INFOS[name] });
  });

  it('says which name was probably meant', () => {
    expect(() => metricNamed('rocauc')).toThrow(StudyDefinitionError);
    expect(() => metricNamed('balancedAcuracy')).toThrow(
      `there is no metric "balancedAcuracy"; did you mean 'balancedAccuracy'?`,
    );
    expect(() => metricNamed('constructor')).toThrow(
      'there is no metric "constructor"; name one of accuracy, balancedAccuracy',
    );
  });

  it('takes the last of two classes as the positive one, by the order stated', () => {
    expect(metricNamed('precision').compute(SPAM)).toBe(1);
    expect(metricNamed('recall').compute(SPAM)).toBe(0.5);
    expect(metricNamed('rocAuc').compute(SPAM)).toBe(0.875);
    const turned: Predictions = {
      ...SPAM,
      classes: ['spam', 'ham'],
      scores: SPAM.scores!.map(([score]) => [1 - score]),
    };
    expect(metricNamed('precision').compute(turned)).toBe(2 / 3);
    expect(metricNamed('recall').compute(turned)).toBe(1);
    expect(metricNamed('rocAuc').compute(turned)).toBe(0.875);
  });

  it.each(ORACLE.labels)('gives what the functions give: $name', ({ truth, predicted, classes, weights, ...given }) => {
    const all = Array.from({ length: classes }, (_, c) => c);
    const predictions: Predictions = { truth, predicted, classes: all, ...(weights && { weights }) };
    for (const name of ['accuracy', 'balancedAccuracy', 'gMean', 'mcc', 'kappa'] as const)
      expectNear(metricNamed(name).compute(predictions), given[name], name);
    const costs = { classes: all, matrix: given.costs };
    expectNear(metricNamed('expectedCost').compute(predictions, undefined, costs), given.expectedCost, 'cost');
    for (const { average, zeroDivision, over, values } of given.averaged) {
      if (zeroDivision !== 0 || (average && over === 'all') || (!average && classes !== 2)) continue;
      const suffix = average ? average[0].toUpperCase() + average.slice(1) : '';
      for (const [name, key] of Object.entries({
        precision: 'precision',
        recall: 'recall',
        specificity: 'specificity',
        f1: 'f1',
        f2: 'f2',
        fHalf: 'f0.5',
      })) {
        const expected = values[key];
        const value = metricNamed(name + suffix).compute(predictions);
        expectNear(value, Array.isArray(expected) ? expected[1] : expected, name + suffix);
      }
    }
  });

  it.each(ORACLE.scores)('gives what the functions of scores give: $name', ({ truth, scores, weights, ...given }) => {
    const classes = scores[0].map((_, c) => c);
    const predictions: Predictions = { truth, predicted: truth, classes, scores, ...(weights && { weights }) };
    const wanted = {
      ...(classes.length === 2 && { rocAuc: given.rocAuc[1], prAuc: given.averagePrecision[1] }),
      ...(given.ovrMacro !== undefined && { rocAucOvr: given.ovrMacro }),
      ...(given.ovoMacro !== undefined && { rocAucOvo: given.ovoMacro }),
      prAucMacro: given.averagePrecisionMacro,
      ...(classes.length > 2 && { top2Accuracy: given.topK![1] }),
      ...(classes.length > 5 && { top3Accuracy: given.topK![2], top5Accuracy: given.topK![4] }),
      ...(given.logLoss !== undefined && {
        logLoss: given.logLoss,
        brier: given.brier!,
        calibrationError: given.calibrationError!['15'],
      }),
    };
    for (const [name, expected] of Object.entries(wanted))
      expectNear(metricNamed(name).compute(predictions), expected, name);
  });

  it.each(ORACLE.numbers)(
    'gives what the functions of numbers give: $name',
    ({ truth, predicted, weights, ...given }) => {
      const predictions: Predictions = { truth, predicted, ...(weights && { weights }) };
      for (const name of ['mae', 'medianAe', 'mape', 'mse', 'rmse', 'r2'] as const)
        expectNear(metricNamed(name).compute(predictions), given[name], name);
      for (const [name, quantile] of [
        ['pinball10', '0.1'],
        ['pinball50', '0.5'],
        ['pinball90', '0.9'],
      ])
        expectNear(metricNamed(name).compute(predictions), given.pinball[quantile], name);
    },
  );

  it('tells lone scores apart that are equal once taken from 1', () => {
    const tiny = { truth: [0, 1, 0, 1], predicted: [0, 0, 0, 0], scores: [[1e-20], [1e-18], [1e-19], [2e-18]] };
    for (const name of ['rocAuc', 'rocAucOvr', 'rocAucOvo', 'prAuc', 'prAucMacro'])
      expect(metricNamed(name).compute(tiny), name).toBe(1);
  });

  it('evaluates resamples by how often each row occurs, as if the other rows were not there', () => {
    const macro = metricNamed('f1Macro').compile(LETTERS);
    expect(macro()).toBeCloseTo((1 + 0 + 2 / 3) / 3, 14);
    // without the row of b, there is no b
    expect(macro(Float64Array.of(2, 0, 1))).toBe(1);
    expect(macro()).toBeCloseTo((1 + 0 + 2 / 3) / 3, 14);
    expect(metricNamed('rocAuc').compute(SPAM, [0, 0, 3])).toBeNaN();
    expect(metricNamed('r2').compute(PRICES, [1])).toBeNaN();
    expect(metricNamed('r2').compute(PRICES, [1, 1])).toBe(1);
  });

  it('refuses rows that are not there', () => {
    expect(compute('mae', PRICES, [0, 3])).toThrow(
      new RangeError('row 3 of a resample: expected a whole number from 0 to 2'),
    );
    expect(compute('mae', PRICES, [0.5])).toThrow(RangeError);
  });

  it('refuses predictions that it cannot be of, in words', () => {
    expect(compute('f1', LETTERS)).toThrow(
      new TrialFailedError(
        'f1: there are 3 classes ["a", "b", "c"]: expected two, the last one positive; ' +
          'name an average of it, such as f1Macro, rocAucOvr or prAucMacro',
      ),
    );
    expect(compute('f1', { truth: [0], predicted: [0] })).toThrow(
      'f1: there are 1 classes [0]: expected two, the last one positive; state both as `classes`',
    );
    expect(compute('rocAucOvr', LETTERS)).toThrow(
      'rocAucOvr: the predictions have no scores: expected a score of each class',
    );
    expect(compute('mae', LETTERS)).toThrow('mae: truth[0] is "a": expected a number');
    expect(compute('accuracy', PRICES)).toThrow('if they are classes, state them as `classes`');
    expect(compute('logLoss', { ...SPAM, scores: [[0.2], [9], [0.4], [0.4]] })).toThrow(
      'logLoss: the score of class "ham" in row 1 is -8: expected a probability, 0 to 1',
    );
    expect(compute('top2Accuracy', SPAM)).toThrow('top2Accuracy: the 2 best of 2 classes hold every class');
    expect(compute('accuracy', { ...SPAM, classes: ['ham', 'eggs'] })).toThrow(
      'accuracy: truth[1] is "spam": expected one of the classes ["ham", "eggs"]',
    );
  });

  it('needs a cost for every class, in whatever order they stand', () => {
    const metric = metricNamed('expectedCost');
    const costs = {
      classes: ['spam', 'other', 'ham'],
      matrix: [
        [0, 9, 1],
        [9, 0, 9],
        [50, 9, 0],
      ],
    };
    expect(metric.compute(SPAM, undefined, costs)).toBe(0.25);
    expect(metric.compute({ ...SPAM, predicted: ['spam', 'spam', 'spam', 'ham'] }, undefined, costs)).toBe(12.5);
    expect(() => metric.compute(SPAM)).toThrow(
      new StudyDefinitionError('expectedCost needs costs, but the study states none; add them, or leave it out'),
    );
    expect(() => metric.compute(LETTERS, undefined, costs)).toThrow(
      'the costs say nothing of class "a", expected ["a", "b", "c"]',
    );
  });
});

describe('the metrics that suit predictions', () => {
  it('are those of classes for text, and of scores where there are some', () => {
    expect(metricsFor(LETTERS)).toContain('f1Macro');
    expect(metricsFor(LETTERS)).not.toContain('f1');
    expect(metricsFor(LETTERS)).not.toContain('logLoss');
    expect(metricsFor(SPAM)).toEqual(expect.arrayContaining(['f1', 'rocAuc', 'logLoss', 'prAuc']));
    expect(metricsFor(SPAM).some((name) => METRIC_INFOS[name].needs === 'numbers' || name.startsWith('top'))).toBe(
      false,
    );
  });

  it('leave out losses of probabilities where scores are none', () => {
    const names = metricsFor({ ...SPAM, scores: [[-2], [3], [0], [0]] });
    expect(names).toContain('rocAuc');
    expect(names).not.toContain('brier');
  });

  it('are those of numbers for fractions, and both for whole numbers', () => {
    const numbers = METRIC_NAMES.filter((name) => METRIC_INFOS[name].needs === 'numbers');
    expect(metricsFor(PRICES)).toEqual(numbers);
    const whole = metricsFor({ truth: [0, 1, 1], predicted: [0, 1, 0] });
    expect(whole).toEqual(expect.arrayContaining([...numbers, 'accuracy', 'f1']));
    expect(metricsFor({ truth: [0, 1], predicted: [0, 1], classes: [0, 1] })).not.toContain('mae');
  });

  it('have the expected cost where costs are stated', () => {
    expect(metricsFor(SPAM)).not.toContain('expectedCost');
    expect(
      metricsFor(SPAM, {
        classes: ['ham', 'spam'],
        matrix: [
          [0, 1],
          [1, 0],
        ],
      }),
    ).toContain('expectedCost');
  });
});

describe('the confusion table', () => {
  it('counts predictions of each class by row of its truth, in the classes’ order', () => {
    expect(confusionOf(SPAM)).toEqual({
      classes: ['ham', 'spam'],
      counts: [
        [2, 0],
        [1, 1],
      ],
    });
    expect(confusionOf({ ...SPAM, classes: ['spam', 'ham'], weights: [1, 2, 3, 4] }).counts).toEqual([
      [2, 3],
      [0, 5],
    ]);
  });

  it('is refused of numbers', () => {
    expect(() => confusionOf(PRICES)).toThrow(TrialFailedError);
  });
});
