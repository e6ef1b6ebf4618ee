import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_RESULT_BYTES } from '../../../study/contract.ts';
import { TrialFailedError } from '../../../study/errors.ts';
import {
  mergeReports,
  readCheckpoint,
  readMeasurement,
  readResult,
  readTraining,
  splitPredictions,
  thinReports,
  type ResultNames,
} from '../../../study/trial/result.ts';
import type { Measurement } from '../../../study/trial/trial.ts';

const one = { objectives: ['accuracy'], constraints: [] };
const two = { objectives: ['accuracy', 'loss'], constraints: [] };
const bounded = { objectives: ['accuracy'], constraints: ['latency', 'size'] };

describe('splitPredictions', () => {
  it('takes columns out of a result, and leaves everything else as it is', () => {
    const columns = { truth: [1], predicted: [0] };
    expect(splitPredictions({ value: 1, predictions: columns })).toEqual({ rest: { value: 1 }, inline: columns });
    for (const raw of [0.5, null, undefined, { value: 1 }, { value: 1, predictions: 'file:///p.csv' }, [columns]])
      expect(splitPredictions(raw)).toEqual({ rest: raw });
  });
});

describe('readResult', () => {
  it('takes a bare number, a value and values by name', () => {
    for (const raw of [0.97, { value: 0.97 }, { values: { accuracy: 0.97 } }])
      expect(readResult(raw, one)).toEqual({ values: [0.97], reports: [] });
  });

  it('puts values and constraints into the order of the definition', () => {
    expect(readResult({ values: { loss: 2, accuracy: 1 } }, two).values).toEqual([1, 2]);
    expect(readResult({ value: 1, constraints: { size: 9, latency: 8 } }, bounded).constraints).toEqual([8, 9]);
  });

  it('keeps all that a result may hold', () => {
    const raw = {
      value: 1,
      cost: 2.5,
      attributes: { epochs: 20, nested: [{ a: null, b: true }], text: 'ä' },
      reports: [[1, 0.5]],
      train: 1.5,
      folds: [0.5, 1.5],
      checkpoint: 'ckpt/1',
      predictions: 'file:///p.csv',
    };
    const { value, ...rest } = raw;
    expect(readResult(raw, one)).toEqual({ values: [value], ...rest });
  });

  it('takes the mean of folds for the value that is not there, of one objective', () => {
    expect(readResult({ folds: [1, 2, 6] }, one)).toEqual({ values: [3], folds: [1, 2, 6], reports: [] });
    expect(readResult({ value: 9, folds: [1, 2, 6] }, one).values).toEqual([9]);
    expect(readResult({ values: { accuracy: 9, loss: 1 }, folds: [1, 2] }, two)).toMatchObject({
      values: [9, 1],
      folds: [1, 2],
    });
    expect(() => readResult({ folds: [1, 2] }, two)).toThrow(
      new TrialFailedError('the result has no value: expected {"values": {"accuracy": number, "loss": number}}'),
    );
  });

  it('takes a single fold for the value, and keeps it as nothing more', () => {
    expect(readResult({ folds: [0.5] }, one)).toEqual({ values: [0.5], reports: [] });
    expect(readResult({ value: 1, folds: [0.5] }, one)).toEqual({ values: [1], reports: [] });
  });

  it('reads a zero of either sign as zero, so that what was stored is what was measured', () => {
    const { values, cost, train, folds, attributes, reports } = readResult(
      { value: -0, cost: -0, train: -0, folds: [-0, -0], attributes: { a: [-0] }, reports: [[-0, -0]] },
      one,
    );
    for (const zero of [values[0], cost, train, ...folds!, (attributes!['a'] as number[])[0], ...reports[0]!])
      expect(zero).toBe(0);
  });

  it('comes back from JSON as it was', () => {
    fc.assert(
      fc.property(
        fc.double({ noDefaultInfinity: true, noNaN: true }),
        fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 })),
        fc.array(fc.tuple(fc.nat(300), fc.double({ noDefaultInfinity: true, noNaN: true })), { maxLength: 200 }),
        (value, attributes, reports) => {
          const result = readResult({ value, attributes, reports }, one);
          expect(JSON.parse(JSON.stringify(result))).toEqual(result);
        },
      ),
      { seed: 3, numRuns: 200 },
    );
  });

  it('puts live reports before its own, and the last live checkpoint where it has none', () => {
    const live = {
      reports: [
        [3, 0.3],
        [1, 0.1],
      ] as Measurement[],
      checkpoint: 'live',
    };
    expect(
      readResult(
        {
          value: 1,
          reports: [
            [3, 9],
            [2, 0.2],
          ],
        },
        one,
        live,
      ),
    ).toEqual({
      values: [1],
      reports: [
        [1, 0.1],
        [2, 0.2],
        [3, 0.3],
      ],
      checkpoint: 'live',
    });
    expect(readResult({ value: 1, checkpoint: 'own' }, one, live).checkpoint).toBe('own');
  });

  it('thins a long curve before it weighs the result', () => {
    const reports = Array.from({ length: 5000 }, (_, i) => [i, i / 3]);
    expect(readResult({ value: 1, reports }, one).reports.length).toBeLessThanOrEqual(100);
  });

  it.each<[unknown, ResultNames, string]>([
    [NaN, one, 'accuracy is NaN: expected a finite number'],
    [{ value: NaN }, one, 'accuracy is NaN: expected a finite number'],
    [{ value: Infinity }, one, 'accuracy is Infinity: expected a finite number'],
    [{ values: { accuracy: -Infinity } }, one, 'accuracy is -Infinity: expected a finite number'],
    [{ value: null }, one, 'accuracy is null: expected a finite number'],
    [{ value: true }, one, 'accuracy is true: expected a finite number'],
    [{ value: '0.97' }, one, 'accuracy is "0.97": expected a finite number'],
    [{ value: [1] }, one, 'accuracy is [1]: expected a finite number'],
    [{ value: 5n }, one, 'accuracy is 5n: expected a finite number'],
    [undefined, one, 'there is no result: expected {"value": number}'],
    [null, one, 'the result is null: expected {"value": number}'],
    ['0.97', one, 'the result is "0.97": expected {"value": number}'],
    [[0.97], one, 'the result is [0.97]: expected {"value": number}'],
    [new Date(0), one, 'the result is the date 1970-01-01T00:00:00.000Z: expected {"value": number}'],
    [{}, one, 'the result has no value: expected {"value": number}'],
    [{}, two, 'the result has no value: expected {"values": {"accuracy": number, "loss": number}}'],
    [0.97, two, 'value is 0.97, but there are 2 objectives: expected {"values": {"accuracy": number, "loss": number}}'],
    [{ value: 1, values: { accuracy: 1 } }, one, 'the result has both value and values: expected one of them'],
    [{ values: 3 }, one, 'values is 3: expected {"accuracy": number}'],
    [
      { values: { accuracy: 1 } },
      two,
      `the objective 'loss' is missing: expected {"values": {"accuracy": number, "loss": number}}`,
    ],
    [
      { values: { acuracy: 1 } },
      one,
      `there is no objective 'acuracy' (value 1): expected {"accuracy": number} (did you mean 'accuracy'?)`,
    ],
    [
      { accuracy: 0.97 },
      one,
      `the result has the unknown key 'accuracy': an objective goes into values, as {"values": {"accuracy": number}}`,
    ],
    [
      { value: 1, costs: 3 },
      one,
      "the result has the unknown key 'costs': expected value, values, constraints, cost, train, folds, attributes, " +
        "reports, checkpoint, predictions (did you mean 'cost'?); put other data into attributes",
    ],
    [
      { value: 1 },
      bounded,
      'the result has no constraints: expected {"constraints": {"latency": number, "size": number}}',
    ],
    [
      { value: 1, constraints: { latency: 3 } },
      bounded,
      `the constraint 'size' is missing: expected {"constraints": {"latency": number, "size": number}}`,
    ],
    [{ value: 1, constraints: { latency: NaN, size: 1 } }, bounded, 'latency is NaN: expected a finite number'],
    [{ value: 1, constraints: [1, 2] }, bounded, 'constraints is [1, 2]: expected {"latency": number, "size": number}'],
    [
      { value: 1, constraints: { memory: 3 } },
      one,
      `there is no constraint 'memory' (value 3): the study has none; put other data into attributes`,
    ],
    [{ value: 1, cost: -1 }, one, 'cost is -1: expected a finite number, 0 or more'],
    [{ value: 1, cost: Infinity }, one, 'cost is Infinity: expected a finite number, 0 or more'],
    [{ value: 1, cost: '3' }, one, 'cost is "3": expected a finite number, 0 or more'],
    [{ value: 1, train: Infinity }, one, 'train is Infinity: expected a finite number'],
    [{ value: 1, train: null }, one, 'train is null: expected a finite number'],
    [{ folds: 0.5 }, one, 'folds is 0.5: expected a list of 1 to 200 finite numbers, the first objective by fold'],
    [
      { folds: [] },
      one,
      'folds has 0 numbers: expected a list of 1 to 200 finite numbers, the first objective by fold; of more give the mean as value',
    ],
    [
      { value: 1, folds: Array.from({ length: 201 }, () => 1) },
      one,
      'folds has 201 numbers: expected a list of 1 to 200 finite numbers, the first objective by fold; of more give the mean as value',
    ],
    [{ folds: [0.5, NaN] }, one, 'folds[1] is NaN: expected a finite number'],
    [{ folds: [1e308, 1e308] }, one, 'accuracy, the mean of folds, is Infinity: expected a finite number'],
    [{ value: 1, attributes: [1] }, one, 'attributes is [1]: expected an object of JSON values'],
    [{ value: 1, attributes: { a: { b: [0, NaN] } } }, one, 'attributes.a.b[1] is NaN: expected a finite number'],
    [
      { value: 1, attributes: { when: new Date(0) } },
      one,
      'attributes.when is the date 1970-01-01T00:00:00.000Z: expected JSON',
    ],
    [{ value: 1, attributes: { f: () => 1 } }, one, 'attributes.f is a function: expected JSON'],
    [{ value: 1, reports: { 1: 2 } }, one, 'reports is { 1: 2 }: expected a list of [step, value]'],
    [{ value: 1, reports: [[1, 2, 3]] }, one, 'a report is [1, 2, 3]: expected [step, value]'],
    [{ value: 1, reports: [[1, null]] }, one, 'the value reported at step 1 is null: expected a finite number'],
    [{ value: 1, reports: [['a', 1]] }, one, `a report's step is "a": expected a finite number, 0 or more`],
    [{ value: 1, checkpoint: 7 }, one, 'the checkpoint is 7: expected a string, such as the path of a file'],
    [
      { value: 1, predictions: 'p.csv' },
      one,
      'predictions is "p.csv": expected a URI, such as "file:///data/predictions.csv"',
    ],
    [
      { value: 1, predictions: { truth: [1], predicted: [1] } },
      one,
      'predictions is { truth: [1], predicted: [1] }: expected a URI here; ' +
        'only a trial that a worker of the study runs may give columns inline',
    ],
  ])('refuses %o in words', (raw, names, message) => {
    expect(() => readResult(raw, names)).toThrow(new TrialFailedError(message));
  });

  it('refuses a result that is too large for history, with its size and the limit', () => {
    const fitting = { value: 1, attributes: { text: 'x'.repeat(MAX_RESULT_BYTES - 100) } };
    expect(readResult(fitting, one).values).toEqual([1]);
    expect(() => readResult({ value: 1, attributes: { text: 'ä'.repeat(10_000) } }, one)).toThrow(
      'the result takes 20052 bytes as JSON: expected at most 16384; write large data to a file and give its URI',
    );
  });

  it('refuses attributes that go round in a circle', () => {
    const circle: Record<string, unknown> = {};
    circle['again'] = circle;
    expect(() => readResult({ value: 1, attributes: circle }, one)).toThrow(
      'is nested deeper than 50 levels: expected JSON',
    );
  });

  it('keeps an attribute called __proto__ as data', () => {
    const { attributes } = readResult(JSON.parse('{"value": 1, "attributes": {"__proto__": {"a": 1}}}'), one);
    expect(JSON.stringify(attributes)).toBe('{"__proto__":{"a":1}}');
  });
});

describe('readTraining', () => {
  const live = { reports: [[1, 0.5]] as const, checkpoint: 'state' };

  it('takes nothing but a checkpoint that was saved, or more than that', () => {
    for (const raw of [undefined, null, {}])
      expect(readTraining(raw, live)).toEqual({ values: [], reports: [[1, 0.5]], checkpoint: 'state' });
    const given = { cost: 2, attributes: { a: 1 }, reports: [[2, 0.25]], checkpoint: 'other' };
    expect(readTraining(given, live)).toEqual({
      values: [],
      cost: 2,
      attributes: { a: 1 },
      reports: [
        [1, 0.5],
        [2, 0.25],
      ],
      checkpoint: 'other',
    });
  });

  it.each([
    [0.5, 'the training gave value (0.5): expected at most cost, attributes, reports, checkpoint'],
    [{ values: { a: 1 } }, 'the training gave values ({ a: 1 })'],
    [{ predictions: { truth: [1] } }, 'the training gave predictions'],
    [{ cost: -1 }, 'cost is -1: expected a finite number, 0 or more'],
  ])('refuses %j', (raw, message) => {
    expect(() => readTraining(raw, live)).toThrow(message);
  });

  it('refuses one that left no checkpoint', () => {
    expect(() => readTraining({}, { reports: [] })).toThrow('the training left no checkpoint');
  });
});

describe('readMeasurement and readCheckpoint', () => {
  it('take what is right', () => {
    expect(readMeasurement([0.5, -3])).toEqual([0.5, -3]);
    expect(readCheckpoint('ä'.repeat(2048))).toHaveLength(2048);
  });

  it('name what is wrong', () => {
    expect(() => readMeasurement([3, NaN])).toThrow('the value reported at step 3 is NaN: expected a finite number');
    expect(() => readMeasurement([-1, 1])).toThrow("a report's step is -1: expected a finite number, 0 or more");
    expect(() => readMeasurement('no')).toThrow('a report is "no": expected [step, value]');
    expect(() => readCheckpoint('ä'.repeat(2049))).toThrow(
      'the checkpoint takes 4098 bytes: expected at most 4096; write the state to a file and give its path or URI',
    );
  });
});

describe('reports', () => {
  const curves = fc.array(fc.tuple(fc.nat(500), fc.integer()), { maxLength: 400 });

  it('keep the first value of a step, in step order', () => {
    expect(
      mergeReports([
        [2, 1],
        [1, 5],
        [2, 7],
      ]),
    ).toEqual([
      [1, 5],
      [2, 1],
    ]);
    fc.assert(
      fc.property(curves, (curve) => {
        const merged = mergeReports(curve);
        expect(new Set(merged.map(([step]) => step))).toEqual(new Set(curve.map(([step]) => step)));
        merged.forEach(([step, value], i) => {
          expect(value).toBe(curve.find((report) => report[0] === step)![1]);
          expect(i === 0 || merged[i - 1]![0] < step).toBe(true);
        });
      }),
      { seed: 5 },
    );
  });

  it('are thinned to a sub-curve with both ends and both extremes, the same every time', () => {
    fc.assert(
      fc.property(curves, fc.integer({ min: 4, max: 100 }), (curve, most) => {
        const merged = mergeReports(curve);
        const thin = thinReports(merged, most);
        expect(thin).toHaveLength(Math.min(thin.length, most));
        expect(merged.filter((report) => thin.includes(report))).toEqual(thin);
        expect(thinReports(merged, most)).toEqual(thin);
        if (merged.length === 0) return;
        expect([thin[0], thin.at(-1)]).toEqual([merged[0], merged.at(-1)]);
        const values = merged.map(([, value]) => value);
        const kept = thin.map(([, value]) => value);
        expect([Math.min(...kept), Math.max(...kept)]).toEqual([Math.min(...values), Math.max(...values)]);
      }),
      { seed: 7 },
    );
  });

  it('stay evenly spaced when thinned', () => {
    const line = Array.from({ length: 1000 }, (_, i): Measurement => [i, i]);
    const gaps = thinReports(line, 100).map(([step], i, thin) => (i === 0 ? 10 : step - thin[i - 1]![0]));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(10);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(11);
  });
});
