import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { METRIC_INFOS } from '../../../study/evaluation/metric-names.ts';
import type { Predictions } from '../../../study/evaluation/predictions.ts';
import { metricNamed, metricsFor } from '../../../evaluation/metrics/index.ts';
import { classPredictions, numberPredictions, pickRows, withoutWeights } from './drawn.ts';

const COSTS = {
  classes: [0, 1, 2, 3, 4, 5],
  matrix: Array.from({ length: 6 }, (_, t) => [1, 2, 3, 4, 5, 6].map((p) => t * p)),
};

const anyPredictions = fc.oneof(...[2, 3, 6].map(classPredictions), numberPredictions());
const seeded = { seed: 7, numRuns: 60 };

/** All metrics that there are of both, near each other. */
function expectSame(a: Predictions, b: Predictions, names = metricsFor(a, COSTS)): void {
  expect(names.length).toBeGreaterThan(0);
  for (const name of names) {
    const [x, y] = [a, b].map((predictions) => metricNamed(name).compute(predictions, undefined, COSTS));
    if (Number.isNaN(x)) expect(y, name).toBeNaN();
    else expect(Math.abs(x - y), `${name}: ${x} and ${y}`).toBeLessThan(1e-10 * Math.max(1, Math.abs(x)));
  }
}

describe('every metric', () => {
  it('is the same whatever the order of the rows', () => {
    const shuffled = anyPredictions.chain((given) =>
      fc
        .shuffledSubarray([...given.truth.keys()], { minLength: given.truth.length })
        .map((rows) => [given, pickRows(given, rows)] as const),
    );
    fc.assert(
      fc.property(shuffled, ([given, other]) => expectSame(given, other)),
      seeded,
    );
  });

  it('takes a weight of 2 for the row twice', () => {
    const repeated = anyPredictions.chain((given) =>
      fc
        .array(fc.integer({ min: 1, max: 4 }), { minLength: given.truth.length, maxLength: given.truth.length })
        .map((times) => [withoutWeights(given), times] as const),
    );
    fc.assert(
      fc.property(repeated, ([given, times]) => {
        const rows = times.flatMap((count, row) => Array(count).fill(row) as number[]);
        const names = metricsFor(given, COSTS).filter((name) => name !== 'r2' || given.truth.length > 1);
        expectSame({ ...given, weights: times }, pickRows(given, rows), names);
      }),
      seeded,
    );
  });

  it('does not change when all weights are multiplied', () => {
    const scaled = fc.tuple(anyPredictions, fc.constantFrom(1 / 1024, 0.5, 8, 3e7));
    fc.assert(
      fc.property(scaled, ([given, factor]) => {
        expectSame(given, { ...given, weights: given.weights!.map((each) => each * factor) });
        expectSame(withoutWeights(given), { ...given, weights: given.truth.map(() => factor) });
      }),
      seeded,
    );
  });

  it('is of a list of rows what it is of predictions that hold just these', () => {
    const resampled = anyPredictions.chain((given) =>
      fc
        .array(fc.integer({ min: 0, max: given.truth.length - 1 }), { minLength: 1, maxLength: 40 })
        .map((rows) => [given, rows] as const),
    );
    fc.assert(
      fc.property(resampled, ([given, rows]) => {
        const picked = pickRows(given, rows);
        for (const name of metricsFor(given, COSTS)) {
          const value = metricNamed(name).compute(given, rows, COSTS);
          const wanted = metricNamed(name).compute(picked, undefined, COSTS);
          if (Number.isNaN(wanted)) expect(value, name).toBeNaN();
          else expect(Math.abs(value - wanted), name).toBeLessThan(1e-10 * Math.max(1, Math.abs(wanted)));
        }
      }),
      seeded,
    );
  });

  it('stays within its bounds', () => {
    fc.assert(
      fc.property(anyPredictions, (given) => {
        for (const name of metricsFor(given, COSTS)) {
          const value = metricNamed(name).compute(given, undefined, COSTS);
          if (Number.isNaN(value)) continue;
          const low = name === 'r2' ? -Infinity : name === 'mcc' || name === 'kappa' ? -1 : 0;
          const high = METRIC_INFOS[name].goal === 'maximize' || name === 'calibrationError' ? 1 : Infinity;
          expect(value, name).toBeGreaterThanOrEqual(low - 1e-12);
          expect(value, name).toBeLessThanOrEqual(high + 1e-12);
        }
      }),
      seeded,
    );
  });

  it('is at its best where predictions are perfect', () => {
    const perfect = anyPredictions.map(({ scores, ...given }) => ({
      ...given,
      predicted: given.truth,
      ...(scores && { scores: given.truth.map((label) => given.classes!.map((other) => Number(label === other))) }),
    }));
    const free = {
      classes: COSTS.classes,
      matrix: COSTS.classes.map((t) => COSTS.classes.map((p) => Math.abs(t - p))),
    };
    fc.assert(
      fc.property(perfect, (given) => {
        // a class that does not occur is found with 0 of 0
        const all = !given.classes || new Set(given.truth).size === given.classes.length;
        for (const name of all ? metricsFor(given, free) : []) {
          const value = metricNamed(name).compute(given, undefined, free);
          if (name !== 'r2' || given.truth.length > 1)
            expect(value, name).toBeCloseTo(METRIC_INFOS[name].goal === 'maximize' ? 1 : 0, 12);
        }
      }),
      seeded,
    );
  });
});

describe('metrics of all classes', () => {
  it('do not depend on what classes are called, nor on their order', () => {
    const renamed = fc
      .constantFrom(3, 6)
      .chain((classes) =>
        fc.tuple(
          classPredictions(classes),
          fc.shuffledSubarray(['a', 'b', 'c', 'd', 'e', 'f'].slice(0, classes), { minLength: classes }),
        ),
      );
    fc.assert(
      fc.property(renamed, ([given, labels]) => {
        const name = (label: string | number): string => labels[label as number];
        const sorted = [...labels].sort();
        const other: Predictions = {
          ...given,
          truth: given.truth.map(name),
          predicted: given.predicted.map(name),
          classes: sorted,
          scores: given.scores!.map((row) => sorted.map((label) => row[labels.indexOf(label)])),
        };
        // of equal scores the first or last class is taken, which is another one then
        const ordered = /^(top\dAccuracy|calibrationError)$/;
        const names = metricsFor(given).filter((metric) => !ordered.test(metric));
        expect(names).toContain('f1Macro');
        expectSame(given, other, names);
      }),
      seeded,
    );
  });

  it('micro averages of precision, recall and F are accuracy', () => {
    fc.assert(
      fc.property(classPredictions(4), (given) => {
        const wanted = metricNamed('accuracy').compute(given);
        for (const name of ['precisionMicro', 'recallMicro', 'f1Micro', 'f2Micro', 'recallWeighted'])
          expect(metricNamed(name).compute(given), name).toBeCloseTo(wanted, 12);
      }),
      seeded,
    );
  });
});

describe('the area under the ROC curve', () => {
  it('of scores turned round is what is left to 1', () => {
    fc.assert(
      fc.property(classPredictions(2), (given) => {
        const turned = { ...given, scores: given.scores!.map(([first, second]) => [second, first]) };
        const [area, other] = [given, turned].map((each) => metricNamed('rocAuc').compute(each));
        if (new Set(given.truth).size === 2) expect(area + other).toBeCloseTo(1, 12);
        else expect(area).toBeNaN();
      }),
      seeded,
    );
  });

  it('of two classes is the same one-vs-rest and one-vs-one, with both columns or one', () => {
    fc.assert(
      fc.property(classPredictions(2), (given) => {
        const wanted = metricNamed('rocAuc').compute(given);
        const lone = { ...given, scores: given.scores!.map(([, second]) => [second]) };
        for (const name of ['rocAuc', 'rocAucOvr', 'rocAucOvo'])
          for (const each of [given, lone]) {
            const value = metricNamed(name).compute(each);
            if (Number.isNaN(wanted)) expect(value, name).toBeNaN();
            else expect(value, name).toBeCloseTo(wanted, 12);
          }
      }),
      seeded,
    );
  });
});
