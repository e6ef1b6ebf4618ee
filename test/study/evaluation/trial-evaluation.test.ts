import { describe, expect, it } from 'vitest';
import { runOf } from '../../../study/evaluation/phase.ts';
import type { EvaluationSpec, GapSpec } from '../../../study/evaluation/spec.ts';
import { testedConstraints, trialEvaluation } from '../../../study/evaluation/trial-evaluation.ts';
import type { StudyDefinition } from '../../../study/study.ts';
import { definitionOf } from '../definitions.ts';

const studyOf = (gap: GapSpec, changes: Partial<EvaluationSpec> = {}): StudyDefinition =>
  definitionOf({
    objectives: [{ name: 'accuracy', goal: 'maximize' }],
    evaluate: {
      split: { kind: 'stratified', folds: 5, repeats: 2 },
      test: { kind: 'hold-out', size: 0.2 },
      metrics: ['f1'],
      minimumEffect: 0.01,
      alpha: 0.05,
      repeats: 3,
      guards: { off: [], imbalance: 0.8, gap, bound: 0.02 },
      seed: 11,
      look: 1,
      ...changes,
    },
  });

describe('what a trial is told of an evaluation', () => {
  it('is how to divide its rows', () => {
    const split = { kind: 'stratified', folds: 5, repeats: 2 };
    const test = { kind: 'hold-out', size: 0.2 };
    const study = studyOf({ above: 0.1, as: 'warning' });
    expect(trialEvaluation(study)).toEqual({ split, test, seed: 11, repeat: 0 });
  });

  it('is what the worker does about the gap, and which way is better', () => {
    for (const gap of [
      { above: 0.1, as: 'constraint' },
      { above: 0.1, as: 'penalty', weight: 2 },
    ] as const)
      expect(trialEvaluation(studyOf(gap))?.gap).toEqual({ ...gap, goal: 'maximize' });
  });

  it('is nothing in a study without one', () => {
    expect(trialEvaluation(definitionOf())).toBeUndefined();
  });
});

describe('a final test', () => {
  const constraints = [
    { name: 'ms', below: 3 },
    { name: 'gap', below: 0.1 },
  ];
  const outcome = { kind: 'result', attempts: 1, result: { values: [0.5], constraints: [3], reports: [] } } as const;

  it('is held to all constraints but the one that the gap makes', () => {
    const study = { ...studyOf({ above: 0.1, as: 'constraint' }), constraints };
    expect(testedConstraints(study)).toEqual([{ name: 'ms', below: 3 }]);
    expect(runOf(study, 1, outcome)).toEqual({ seed: 1, values: [0.5] });
  });

  it("is held to a constraint of that name that is the study's own", () => {
    for (const study of [definitionOf({ constraints }), { ...studyOf({ above: 0.1, as: 'penalty' }), constraints }]) {
      expect(testedConstraints(study)).toEqual(constraints);
      expect(runOf(study, 1, outcome)).toEqual({ seed: 1, failed: 'it breaks a constraint' });
    }
  });
});
