import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { METRIC_INFOS } from '../../../study/evaluation/metric-names.ts';
import { defineStudy } from '../../../study/definition.ts';
import { float } from '../../../study/schema.ts';
import type { StudyInput } from '../../../study/syntax/input.ts';
import type { EvaluationSpec } from '../../../study/evaluation/spec.ts';
import { define, faults } from '../studies.ts';

const evaluate = (written: string): EvaluationSpec => define(`evaluate: ${written}`).evaluate!;

const DEFAULTS: EvaluationSpec = {
  test: { kind: 'hold-out', size: 0.2 },
  metrics: [],
  minimumEffect: 0,
  alpha: 0.05,
  repeats: 1,
  seed: 1,
  guards: { off: [], imbalance: 0.8, bound: 0.01 },
  look: 1,
};

describe('evaluate', () => {
  it('is absent where nothing is written', () => {
    expect(Object.keys(define())).not.toContain('evaluate');
  });

  it.each(['true', '{}', '{ guards: {} }', '{ metrics: [] }'])('%s is an evaluation by the defaults', (written) => {
    expect(evaluate(written)).toEqual(DEFAULTS);
  });

  it('keeps everything that is written', () => {
    const definition = define(`
      evaluate:
        split: { stratified: 5, repeats: 2 }
        test: { crossValidation: 10, repeats: 3 }
        metrics: [expectedCost, rocAuc]
        baseline: { x: 0.5 }
        minimumEffect: 0.005
        alpha: 0.01
        repeats: 30
        costs: { classes: [healthy, ill], matrix: [[0, 1], [10, 0]] }
        seed: 7
        guards: { off: [bound, costs], imbalance: 0.9, gap: { above: 0.1, as: constraint }, bound: 0 }
      constraints: { latency: { below: 50 } }
      enqueue: [{ x: 1 }]`);
    expect(definition.evaluate).toEqual({
      split: { kind: 'stratified', folds: 5, repeats: 2 },
      test: { kind: 'cross-validation', folds: 10, repeats: 3 },
      metrics: ['expectedCost', 'rocAuc'],
      minimumEffect: 0.005,
      alpha: 0.01,
      repeats: 30,
      costs: {
        classes: ['healthy', 'ill'],
        matrix: [
          [0, 1],
          [10, 0],
        ],
      },
      seed: 7,
      guards: { off: ['bound', 'costs'], imbalance: 0.9, gap: { above: 0.1, as: 'constraint' }, bound: 0 },
      look: 1,
    });
    expect(definition.enqueue).toEqual([
      { params: { x: 0.5 }, baseline: true },
      { params: { x: 1 }, baseline: false },
    ]);
    expect(definition.constraints).toEqual([
      { name: 'latency', below: 50 },
      { name: 'gap', below: 0.1 },
    ]);
    expect(JSON.parse(JSON.stringify(definition))).toEqual(definition);
  });

  it('is the same in TypeScript, beside a schema', () => {
    const input: StudyInput = {
      name: 's',
      space: z.object({ x: float(0, 1) }),
      objective: { name: 'loss', goal: 'minimize' },
      trial: { command: ['train'] },
      stop: { trials: 5 },
      evaluate: {
        split: { timeSeries: 4, gap: 2 },
        test: 'own',
        metrics: ['rmse'],
        baseline: { x: 0 },
        guards: { gap: { above: 0, as: 'penalty', weight: 2 }, off: ['seeds'] },
      },
      promote: { activity: 'deploy', queue: 'ops', approval: '24h' },
    };
    const written = define(`
      evaluate:
        split: { timeSeries: 4, gap: 2 }
        test: own
        metrics: [rmse]
        baseline: { x: 0 }
        guards: { gap: { above: 0, as: penalty, weight: 2 }, off: [seeds] }
      promote: { activity: deploy, queue: ops, approval: 24h }`);
    expect(defineStudy(input, { directory: '/home/me', seed: 1 })).toEqual(written);
  });

  it("has the study's seed, drawn or written, without one of its own", () => {
    expect(define('{ seed: 9, evaluate: true }').evaluate!.seed).toBe(9);
    expect(define('{ seed: 9, evaluate: { seed: 0 } }').evaluate!.seed).toBe(0);
  });

  it('takes every metric by itself', () => {
    const costs = { classes: [0, 1], matrix: [[0, 1], [1, 0]] }; // prettier-ignore
    for (const metric of Object.keys(METRIC_INFOS))
      expect(
        define({ evaluate: { metrics: [metric], ...(metric === 'expectedCost' && { costs }) } }).evaluate!.metrics,
      ).toEqual([metric]);
  });

  const metrics = 'write metrics: [balancedAccuracy, accuracy], say';
  const names = `${Object.keys(METRIC_INFOS).slice(0, -1).join(', ')} or pinball90`;
  it.each([
    [
      'false',
      'evaluate is false, expected true, or { split, test, metrics, … }; write evaluate: true, or evaluate: { split: { stratified: 5 } }',
    ],
    ['~', 'evaluate is null, expected true, or { split, test, metrics, … }; nothing stands there: write a value'],
    [
      '{ metric: [f1] }',
      'evaluate.metric (value ["f1"]) is not a known key, expected split, test, metrics, baseline, minimumEffect, alpha, repeats, costs, seed or guards; did you mean \'metrics\'?',
    ],
    [
      '{ look: 2 }',
      'evaluate.look (value 2) is not a known key, expected split, test, metrics, baseline, minimumEffect, alpha, repeats, costs, seed or guards; remove it',
    ],
    ['{ metrics: accuracy }', `evaluate.metrics is "accuracy", expected a list of metrics; ${metrics}`],
    ['{ metrics: [acuracy] }', `evaluate.metrics[0] is "acuracy", expected ${names}; did you mean 'accuracy'?`],
    ['{ metrics: [1] }', `evaluate.metrics[0] is 1, expected ${names}; ${metrics}`],
    ['{ metrics: [f1, f1] }', 'evaluate.metrics[1] is "f1", expected each name once; remove one of the two'],
    [
      '{ metrics: [rmse, mae, rocAuc] }',
      'evaluate.metrics is ["rmse", "mae", "rocAuc"], expected metrics of one kind of predictions; rocAuc is of classes and rmse of numbers: remove one of the two',
    ],
    [
      '{ metrics: [accuracy, r2] }',
      'evaluate.metrics is ["accuracy", "r2"], expected metrics of one kind of predictions; accuracy is of classes and r2 of numbers: remove one of the two',
    ],
    [
      '{ metrics: [accuracy, expectedCost] }',
      'evaluate.costs is missing, expected what each mistake costs, since metrics has expectedCost; add costs: { classes: [healthy, ill], matrix: [[0, 1], [10, 0]] }, say',
    ],
    [
      '{ metrics: [mae], costs: { classes: [a, b], matrix: [[0, 1], [1, 0]] } }',
      'evaluate.costs is { classes: ["a", "b"], matrix: [[0, 1], [1, 0]] }, expected none beside mae, which is of numbers; leave it out: costs are of classes',
    ],
    ['{ minimumEffect: -1 }', 'evaluate.minimumEffect is -1, expected a number of at least 0; leave it out for 0'],
    ['{ alpha: 0 }', 'evaluate.alpha is 0, expected a number above 0 and below 0.5; leave it out for 0.05'],
    ['{ alpha: 0.5 }', 'evaluate.alpha is 0.5, expected a number above 0 and below 0.5; leave it out for 0.05'],
    ['{ alpha: "0.05" }', 'evaluate.alpha is "0.05", expected a number above 0 and below 0.5; remove the quotes'],
    ['{ repeats: 0 }', 'evaluate.repeats is 0, expected a whole number from 1 to 30; leave it out for 1'],
    ['{ repeats: 31 }', 'evaluate.repeats is 31, expected a whole number from 1 to 30; leave it out for 1'],
    [
      '{ seed: 1.5 }',
      "evaluate.seed is 1.5, expected a whole number from 0 to 9007199254740991; leave it out for the study's",
    ],
  ])('%s is refused', (written, message) => {
    expect(faults(`evaluate: ${written}`)).toBe(message);
  });

  it.each(['external', '{ external: true }'])('is refused where trial is %s', (trial) => {
    expect(faults(`{ evaluate: true, trial: ${trial} }`)).toBe(
      'evaluate is true, expected none with trial: external; leave it out: nobody would run the last test',
    );
  });

  it('has all its faults found in one pass', () => {
    const lines = faults(`
      evaluate: { split: { kFold: 1 }, test: { holdOut: 1 }, metrics: [x], baseline: { y: 1 }, alpha: 2, guards: { bound: 1 } }
      promote: { webhook: a }`).split('\n');
    expect(lines.map((line) => line.split(/ is | \(/)[0])).toEqual([
      'evaluate.split.kFold',
      'evaluate.test.holdOut',
      'evaluate.metrics[0]',
      'evaluate.guards.bound',
      'evaluate.alpha',
      'evaluate.baseline.y',
      'promote.webhook',
    ]);
  });
});

describe('evaluate.baseline', () => {
  const space = `
space: { o: { choice: [adam, sgd] }, m: { float: [0, 1], when: { o: sgd } }, layers: { array: { int: [1, 9] }, length: [1, 3] }, epochs: { fixed: 20 } }
forbid: [{ o: sgd, m: { above: 0.5 } }]
`;
  const written = (baseline: string): string => `${space}\nevaluate: { baseline: ${baseline} }`;

  it.each([
    ['{ o: adam, layers: [3] }', { o: 'adam', layers: [3] }],
    ['{ o: sgd, m: 0.5, layers: [3, 4], epochs: 20 }', { o: 'sgd', m: 0.5, layers: [3, 4], epochs: 20 }],
  ])('%s has all that exists, and is tried first', (baseline, params) => {
    expect(define(written(baseline)).enqueue).toEqual([{ params, baseline: true }]);
  });

  const given = 'give it too: nothing of a baseline is sampled';
  it.each([
    ['0.1', 'evaluate.baseline is 0.1, expected parameter values by name; write baseline: { lr: 0.01 }, say'],
    [
      '{}',
      `evaluate.baseline.o is missing, expected one of "adam", "sgd"; ${given}\nevaluate.baseline.layers is missing, expected a list of 1 to 3 values, each a whole number from 1 to 9; ${given}`,
    ],
    ['{ o: sgd, layers: [1] }', `evaluate.baseline.m is missing, expected a number from 0 to 1; ${given}`],
    [
      '{ o: adam, m: 0, layers: [1] }',
      'evaluate.baseline.m (value 0) exists only where o is "sgd", but o is not; leave one of the two out',
    ],
    ['{ o: Adam, layers: [1] }', 'evaluate.baseline.o is "Adam", expected one of "adam", "sgd"; change it'],
    [
      '{ o: adam, layer: [1] }',
      "evaluate.baseline.layer (value [1]) is no parameter, expected o, m, layers or epochs; did you mean 'layers'?",
    ],
    [
      '{ o: adam, layers: [1], baseline: true }',
      'evaluate.baseline.baseline (value true) is no parameter, expected o, m, layers or epochs; remove it',
    ],
    [
      '{ o: sgd, m: 0.6, layers: [1] }',
      'evaluate.baseline is { o: "sgd", m: 0.6, layers: [1] }, expected a point that is not forbidden; forbid[0] covers it: { o: { in: ["sgd"] }, m: { above: 0.5 } }',
    ],
  ])('%s is refused', (baseline, message) => {
    expect(faults(written(baseline))).toBe(message);
  });

  it('is refused beside an enqueued trial that is marked', () => {
    expect(faults('{ evaluate: { baseline: { x: 0 } }, enqueue: [{ x: 0.5 }, { x: 1, baseline: true }] }')).toBe(
      'evaluate.baseline is { x: 0 }, expected none, since enqueue[1] is the baseline; remove one of the two',
    );
  });

  it('is not checked against a space with faults', () => {
    expect(faults('{ space: { x: { float: [1, 0] } }, evaluate: { baseline: { y: 1 } } }')).toBe(
      'space.x.float is [1, 0], expected low <= high; swap them',
    );
  });
});

describe('evaluate.costs', () => {
  it('takes numbers as classes, and what being right costs', () => {
    const costs = parse('{ classes: [0, 1, 2], matrix: [[0, 1, 2], [1, 1, 1], [0.5, 3, 0]] }');
    expect(define({ evaluate: { costs } }).evaluate!.costs).toEqual(costs);
  });

  const example = 'write costs: { classes: [healthy, ill], matrix: [[0, 1], [10, 0]] }, say';
  it.each([
    ['1', `evaluate.costs is 1, expected { classes, matrix }; ${example}`],
    [
      '{}',
      `evaluate.costs.classes is missing, expected a list of classes; ${example}\nevaluate.costs.matrix is missing, expected a list of rows; ${example}`,
    ],
    [
      '{ classes: [a], matrix: [[0, 1], [1, 0]] }',
      'evaluate.costs.classes is ["a"], expected 2 to 100 classes; name each class that is predicted',
    ],
    [
      '{ classes: a, matrix: [[0, 1], [1, 0]] }',
      `evaluate.costs.classes is "a", expected a list of classes; ${example}`,
    ],
    [
      '{ classes: [1, "1"], matrix: [[0, 1], [1, 0]] }',
      'evaluate.costs.classes[1] is "1", expected each class once; remove one of the two',
    ],
    [
      '{ classes: [a, true], matrix: [[0, 1], [1, 0]] }',
      "evaluate.costs.classes[1] is true, expected a class as it is predicted: text or a number; put it in quotes: 'true'",
    ],
    ['{ classes: [a, b], matrix: 1 }', `evaluate.costs.matrix is 1, expected a list of rows; ${example}`],
    [
      '{ classes: [a, b], matrix: [[0, 1]] }',
      'evaluate.costs.matrix is [[0, 1]], expected 2 rows, one a true class; write as many rows as classes',
    ],
    [
      '{ classes: [a, b], matrix: [[0, 1], [1]] }',
      'evaluate.costs.matrix[1] is [1], expected 2 costs, one a predicted class; write a square matrix',
    ],
    [
      '{ classes: [a, b], matrix: [[0, 1], 1] }',
      'evaluate.costs.matrix[1] is 1, expected a list of costs; write one a predicted class: [0, 1], say',
    ],
    [
      '{ classes: [a, b], matrix: [[0, -1], [1, 0]] }',
      'evaluate.costs.matrix[0][1] is -1, expected a number of at least 0; write a gain as the cost of missing it',
    ],
    [
      '{ classes: [a, b], matrix: [[1, 0], [0, 1]] }',
      [
        'evaluate.costs.matrix[0][0] is 1, expected at most 0, the least that a mistake in this row costs; write 0 where the prediction is right',
        'evaluate.costs.matrix[1][1] is 1, expected at most 0, the least that a mistake in this row costs; write 0 where the prediction is right',
      ].join('\n'),
    ],
    [
      '{ classes: [a, b], matrix: [[0, 0], [0, 0]] }',
      'evaluate.costs.matrix is [[0, 0], [0, 0]], expected a mistake that costs something; raise what is worse than the rest, or leave costs out',
    ],
  ])('%s is refused', (costs, message) => {
    expect(faults(`evaluate: { costs: ${costs} }`)).toBe(message);
  });
});
