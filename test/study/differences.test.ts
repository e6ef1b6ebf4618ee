import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { definitionDifferences } from '../../study/differences.ts';
import type { RunnableSpec, StudyDefinition } from '../../study/study.ts';
import { define } from './studies.ts';

const space = (lr: string, more = ''): string => `space: { lr: { float: ${lr} }, o: { choice: [a, b] }${more} }`;

describe('definitionDifferences', () => {
  it('finds none between two readings of one study, whatever its module has become', () => {
    const [a, b] = [define('trial: { function: f, module: a.ts }'), define('trial: { function: f, module: a.ts }')];
    expect(definitionDifferences(a, b)).toEqual([]);
    const hashed = { ...b, trial: { ...b.trial, moduleHash: 'abc' } };
    expect(definitionDifferences(a, hashed)).toEqual([]);
    expect(definitionDifferences(hashed, a)).toEqual([]);
  });

  it('finds none where the module that measures has become another, and tells another command', () => {
    const study = (measure: string): StudyDefinition => define(`trial: { command: [a], evaluate: ${measure} }`);
    const [a, b] = [study('{ function: f, module: a.ts }'), study('{ function: f, module: a.ts }')];
    const evaluate = { ...b.trial.evaluate!, moduleHash: 'abc' } as RunnableSpec;
    expect(definitionDifferences(a, { ...b, trial: { ...b.trial, evaluate } })).toEqual([]);
    expect(definitionDifferences(study('{ command: [b] }'), study('{ command: [c] }'))).toEqual([
      'trial.evaluate.command: ["b"] -> ["c"]',
    ]);
  });

  it.each([
    [space('[0, 0.1]'), space('[0, 0.2]'), ['space.lr.high: 0.1 -> 0.2']],
    [space('[0, 1]'), space('[0, 1], scale: linear, step: 0.5'), ['space.lr.step: absent -> 0.5']],
    [
      space('[0, 1]'),
      space('[0, 1]', ', n: { int: [1, 2], when: { o: a } }'),
      ['space.n: absent -> { kind: "int", low: 1, high: 2, scale: "linear", when: { o: ["a"] } }'],
    ],
    [space('[0, 1], when: { o: a }'), space('[0, 1], when: { o: [a, b] }'), ['space.lr.when.o: ["a"] -> ["a", "b"]']],
    ['space: { x: { float: [0, 1] } }', 'space: { x: { int: [0, 1] } }', ['space.x.kind: "float" -> "int"']],
    [
      'space: { x: { bool: true }, y: { bool: true } }',
      'space: { y: { bool: true }, x: { bool: true } }',
      ['space, order of the parameters: x, y -> y, x'],
    ],
    [
      'forbid: [{ x: { above: 0.5 } }]',
      'forbid: [{ x: { above: 0.6 } }, { x: 0 }]',
      ['forbid[0].x.above: 0.5 -> 0.6', 'forbid[1]: absent -> { x: { in: [0] } }'],
    ],
    [
      'objective: { name: a, goal: minimize }',
      'objective: { name: a, goal: maximize }',
      ['objectives[0].goal: "minimize" -> "maximize"'],
    ],
    ['constraints: { a: { below: 1 } }', '{}', ['constraints[0]: { name: "a", below: 1 } -> absent']],
    ['stop: { trials: 5, time: 2h }', 'stop: { trials: 5, time: 1h30m }', ['stop.time: 2h -> 1h30m']],
    [
      'trial: { command: [a], timeout: 90s }',
      'trial: { command: [a, b] }',
      ['trial.command: ["a"] -> ["a", "b"]', 'trial.timeout: 1m30s -> absent'],
    ],
    [
      'sampler: random',
      'sampler: { tpe: { candidates: 9 } }',
      ['sampler.name: "random" -> "tpe"', 'sampler.options.candidates: absent -> 9'],
    ],
    [
      '{ parallel: 1, seed: 1, order: trial }',
      '{ parallel: 8, seed: 2 }',
      ['parallel: 1 -> 8', 'order: "trial" -> "completion"', 'seed: 1 -> 2'],
    ],
    [
      'evaluate: { split: { kFold: 5 }, metrics: [accuracy] }',
      '{ evaluate: { split: leaveOneOut, alpha: 0.01 }, promote: { command: [ship] } }',
      [
        'evaluate.split.kind: "k-fold" -> "leave-one-out"',
        'evaluate.split.folds: 5 -> absent',
        'evaluate.split.repeats: 1 -> absent',
        'evaluate.metrics: ["accuracy"] -> []',
        'evaluate.alpha: 0.05 -> 0.01',
        'promote: absent -> { action: { kind: "command", command: ["ship"], cwd: "/home/me" }, timeoutMs: 600000, retries: 3 }',
      ],
    ],
    [
      '{ evaluate: true, promote: { webhook: "https://a.b", approval: 24h } }',
      '{ evaluate: { costs: { classes: [a, b], matrix: [[0, 1], [2, 0]] } }, promote: { webhook: "https://a.b", timeout: 1h } }',
      [
        'evaluate.costs: absent -> { classes: ["a", "b"], matrix: [[0, 1], [2, 0]] }',
        'promote.timeout: 10m -> 1h',
        'promote.approval: 1d -> absent',
      ],
    ],
    ['enqueue: [{ x: 1 }]', 'enqueue: [{ x: 1, baseline: true }]', ['enqueue[0].baseline: false -> true']],
  ])('tells %s from %s', (a, b, lines) => {
    const [before, after] = [a, b].map((changes) => define({ sampler: 'random', ...(parse(changes) as object) }));
    expect(definitionDifferences(before!, after!)).toEqual(lines);
  });
});
