import { describe, expect, it } from 'vitest';
import { splitsOf, testRatio } from '../../../evaluation/splits/index.ts';
import type { TrialEvaluation } from '../../../study/evaluation/spec.ts';

/** Test rows over training rows, as the folds of a test have it on average. */
function observed(evaluation: Pick<TrialEvaluation, 'split' | 'test'>, rows: number): number {
  const folds = splitsOf({ ...evaluation, seed: 1, repeat: 0 }, 'test', rows);
  return folds.reduce((sum, { train, test }) => sum + test.length / train.length, 0) / folds.length;
}

describe('the ratio of test to training rows', () => {
  it.each([
    { test: { kind: 'cross-validation', folds: 5, repeats: 2 } },
    { test: { kind: 'cross-validation', folds: 2, repeats: 1 } },
    { test: { kind: 'hold-out', size: 0.2 } },
    { test: { kind: 'hold-out', size: 0.5 }, split: { kind: 'leave-one-out' } },
    { test: { kind: 'cross-validation', folds: 4, repeats: 1 }, split: { kind: 'time-series', folds: 3, gap: 0 } },
  ] as const)('is that of the folds of $test with $split', (evaluation) => {
    expect(testRatio(evaluation)).toBeCloseTo(observed(evaluation, 1000), 10);
  });

  it('takes a quarter for test data of which it knows nothing', () => {
    expect(testRatio({ test: { kind: 'own' } })).toBeCloseTo(0.25 / 0.75, 15);
  });
});
