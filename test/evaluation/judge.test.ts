import { describe, expect, it } from 'vitest';
import { judge, type JudgeInput } from '../../evaluation/judge.ts';
import type { Read } from '../../evaluation/judging/tested-predictions.ts';
import { createRng } from '../../samplers/numerics/philox.ts';
import type { Evaluation, Judgement, TestRun } from '../../study/evaluation/contract.ts';
import type { Predictions } from '../../study/evaluation/predictions.ts';
import { DEFAULT_GUARDS, type EvaluationSpec } from '../../study/evaluation/spec.ts';
import { definitionOf, evaluationOf } from '../study/definitions.ts';

const SPEC = evaluationOf({
  metrics: ['accuracy'],
  guards: { ...DEFAULT_GUARDS, off: ['defaults', 'bound', 'seeds', 'gap', 'optimism'] },
  seed: 5,
});

/** Predictions of two classes that are right in a share of the rows. */
function predicted(share: number, seed: number, rows = 400, ill = 0.5): Predictions {
  const rng = createRng(seed, 0);
  const truth = Array.from({ length: rows }, (_, i) => (createRng(1, 0).uniform(1, i) < ill ? 'ill' : 'well'));
  const other = (label: string): string => (label === 'ill' ? 'well' : 'ill');
  return { truth, predicted: truth.map((label, i) => (rng.uniform(2, i) < share ? label : other(label))) };
}

const run = (value: number, more: object = {}): TestRun => ({ seed: 1, values: [value], ...more });

function judgeOf(
  champion: readonly (Read | number | TestRun)[] | undefined,
  challenger: readonly (Read | number | TestRun)[] | undefined,
  spec: Partial<EvaluationSpec> = {},
  look = 1,
): Judgement {
  const runs = (all: typeof champion): TestRun[] =>
    (all ?? []).map((each) => (typeof each === 'number' ? run(each) : each && 'seed' in each ? each : run(0)));
  const reads = (all: typeof champion): Read[] =>
    (all ?? []).map((each) => (typeof each === 'object' && !('seed' in each) ? each : undefined));
  const evaluation: Evaluation = {
    phase: 'judging',
    look,
    tests: { ended: 2, of: 2 },
    ...(champion && { champion: { number: 0, params: { x: 0.5, y: 1 }, values: { loss: 0.5 }, runs: runs(champion) } }),
    ...(challenger && {
      challenger: { number: 3, params: { x: 0.1, y: 1 }, values: { loss: 0.1 }, runs: runs(challenger) },
    }),
  };
  const input: JudgeInput = {
    definition: definitionOf({ evaluate: { ...SPEC, ...spec } }),
    evaluation,
    best: { number: 3, params: { x: 0.1, y: 1 }, values: { loss: 0.1 } },
    trials: [],
    predictions: { champion: reads(champion), challenger: reads(challenger) },
  };
  return judge(input);
}

describe('a verdict', () => {
  it.each<[string, string, string, Parameters<typeof judgeOf>]>([
    ['promote', 'exact McNemar', 'accuracy', [[predicted(0.7, 2)], [predicted(0.9, 3)]]],
    ['keep', 'exact McNemar', 'accuracy', [[predicted(0.9, 2)], [predicted(0.7, 3)]]],
    ['inconclusive', 'exact McNemar', 'accuracy', [[predicted(0.8, 2)], [predicted(0.8, 3)]]],
    [
      'promote',
      'paired bootstrap',
      'balancedAccuracy',
      [[predicted(0.7, 2)], [predicted(0.9, 3)], { metrics: ['balancedAccuracy'] }],
    ],
    [
      'promote',
      'paired bootstrap',
      'accuracy',
      [
        [predicted(0.7, 2), predicted(0.7, 4)],
        [predicted(0.9, 3), predicted(0.9, 5)],
      ],
    ],
    ['promote', 'corrected t', 'loss', [[5, 5.1, 4.9, 5], [1, 1.2, 0.9, 1], { metrics: [] }]],
    ['inconclusive', 'single values', 'loss', [[5], [1], { metrics: [] }]],
    [
      'promote',
      'corrected t',
      'loss',
      [[run(5, { folds: [5, 5.1, 4.9, 5] })], [run(1, { folds: [1, 1.2, 0.9, 1] })], { metrics: [] }],
    ],
    [
      'promote',
      'corrected t',
      'accuracy',
      [
        [0, 1, 2, 3].map((i) => ({
          ...predicted(0.7, i),
          ids: Array.from({ length: 400 }, (_, row) => 400 * i + row),
        })),
        [0, 1, 2, 3].map((i) => ({
          ...predicted(0.9, 9 + i),
          ids: Array.from({ length: 400 }, (_, row) => 400 * i + row),
        })),
        { test: { kind: 'cross-validation', folds: 5, repeats: 1 } },
      ],
    ],
  ])('is %s by the %s of %s', (decision, method, metric, args) => {
    const { verdict } = judgeOf(...args);
    expect(verdict).toMatchObject({ decision, method, metric });
  });

  it('is that of the area under the ROC curve by DeLong', () => {
    const scored = (share: number, seed: number): Predictions => {
      const predictions = predicted(share, seed);
      const rng = createRng(seed, 7);
      const scores = predictions.predicted.map((label, i) => [
        label === 'well' ? 0.5 + rng.uniform(1, i) / 2 : rng.uniform(1, i) / 2,
      ]);
      return { ...predictions, classes: ['ill', 'well'], scores };
    };
    const { verdict, scores } = judgeOf([scored(0.7, 2)], [scored(0.9, 3)], { metrics: ['rocAuc', 'prAuc'] });
    expect(verdict).toMatchObject({ decision: 'promote', method: 'DeLong', n: 400 });
    expect(verdict.challenger).toBeCloseTo(scores['rocAuc']!.challenger!, 12);
    expect(Object.keys(scores)).toEqual(['loss', 'rocAuc', 'prAuc']);
  });

  it.each<[string, RegExp, Parameters<typeof judgeOf>]>([
    ['keep', /^the best trial is the champion itself/, [[predicted(0.8, 2)], undefined]],
    ['inconclusive', /nothing to beat: name the defaults as evaluate\.baseline/, [undefined, [predicted(0.8, 2)]]],
    ['keep', /the challenger failed its test: no data/, [[predicted(0.8, 2)], [{ seed: 1, failed: 'no data' }]]],
    ['inconclusive', /the champion failed its test: no data/, [[{ seed: 1, failed: 'no data' }], [predicted(0.8, 2)]]],
    ['inconclusive', /accuracy is computed from predictions, and there are none/, [[1], [2]]],
    ['inconclusive', /it is damaged/, [[{ fault: 'it is damaged' }], [predicted(0.8, 2)]]],
    [
      'inconclusive',
      /cannot be compared: they are of 400 and of 300 rows/,
      [[predicted(0.8, 2)], [predicted(0.8, 2, 300)]],
    ],
    ['inconclusive', /mae: /, [[predicted(0.8, 2)], [predicted(0.9, 2)], { metrics: ['mae'] }]],
  ])('is %s where %s', (decision, reason, args) => {
    const { verdict } = judgeOf(...args);
    expect(verdict.decision).toBe(decision);
    expect(verdict.reason).toMatch(reason);
  });

  it('spends alpha by the number of looks', () => {
    const at = (look: number) => judgeOf([predicted(0.7, 2)], [predicted(0.9, 3)], {}, look).verdict;
    expect(at(1)).toMatchObject({ look: 1, alpha: 0.025, alphaSpent: 0.025, alphaTotal: 0.05 });
    expect(at(4).alpha).toBeCloseTo(0.0025, 15);
    expect(at(4).alphaSpent).toBeCloseTo(0.04, 15);
    const [one, thirty] = [at(1).interval!, at(30).interval!];
    expect(thirty[0]).toBeLessThan(one[0]);
  });

  it('heeds the least effect that is worth a change', () => {
    const { verdict } = judgeOf([predicted(0.7, 2)], [predicted(0.9, 3)], { minimumEffect: 0.19 });
    expect(verdict).toMatchObject({ decision: 'inconclusive', minimumEffect: 0.19 });
  });

  it('has the rows side by side, in whatever order they come', () => {
    const ids = Array.from({ length: 400 }, (_, i) => i);
    const [a, b] = [
      { ...predicted(0.7, 2), ids },
      { ...predicted(0.9, 3), ids },
    ];
    const turned = {
      truth: b.truth.toReversed(),
      predicted: b.predicted.toReversed(),
      ids: ids.toReversed(),
    };
    expect(judgeOf([a], [turned]).verdict).toEqual(judgeOf([a], [b]).verdict);
  });

  it('is not to promote what answers with one class alone, however often that is right', () => {
    const truth = Array.from({ length: 1000 }, (_, i) => (i % 100 === 0 ? 'fraud' : 'fine'));
    const champion = { truth, predicted: truth.map((label, i) => (i % 100 === 0 || i % 10 === 1 ? 'fraud' : label)) };
    const challenger = { truth, predicted: truth.map(() => 'fine') };
    const { verdict, warnings, scores, confusion } = judgeOf([champion], [challenger], {
      metrics: ['accuracy', 'balancedAccuracy'],
    });
    expect(scores['accuracy']!.challenger).toBeCloseTo(0.99, 12);
    expect(verdict.effect).toBeGreaterThan(0.08);
    expect(verdict.decision).toBe('inconclusive');
    expect(verdict.reason).toContain('but it would rest on what a guard saw: imbalance:');
    expect(warnings).toMatchObject([{ guard: 'imbalance', blocks: true }]);
    expect(scores['balancedAccuracy']!.challenger).toBe(0.5);
    expect(confusion!.challenger).toEqual({
      classes: ['fine', 'fraud'],
      counts: [
        [990, 0],
        [10, 0],
      ],
    });
  });
});

describe('the scores', () => {
  it('are the objectives and the named metrics, or all that fit', () => {
    const named = judgeOf([predicted(0.7, 2)], [predicted(0.9, 3)]).scores;
    expect(Object.keys(named)).toEqual(['loss', 'accuracy']);
    const all = judgeOf([predicted(0.7, 2)], [predicted(0.9, 3)], { metrics: [] }).scores;
    expect(Object.keys(all)).toEqual(expect.arrayContaining(['loss', 'accuracy', 'mcc', 'kappa']));
    expect(Object.keys(all)).not.toContain('mae');
  });

  it('leave out what is not defined', () => {
    const { scores, confusion } = judgeOf([1], [2], { metrics: [] });
    expect(scores).toEqual({ loss: { champion: 1, challenger: 2 } });
    expect(confusion).toBeUndefined();
  });
});
