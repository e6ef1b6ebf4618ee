import { describe, expect, it } from 'vitest';
import { bestBand, bestSoFar } from '../../analysis/best-so-far.ts';
import { quantile } from '../../study/numerics/quantile.ts';
import { edf } from '../../analysis/edf.ts';
import type { Parameter, Params } from '../../study/space/space.ts';
import { studyOf, trialOf } from './trials.ts';

const X: readonly Parameter[] = [{ name: 'x', domain: { kind: 'float', low: 0, high: 1, scale: 'linear' } }];
const of = (values: readonly number[], goal: 'minimize' | 'maximize' = 'minimize'): ReturnType<typeof studyOf> =>
  studyOf(
    X,
    values.map((value): [Params, number] => [{ x: 0.5 }, value]),
    goal,
  );

describe('the distribution of values', () => {
  it('rises at each value by the share of trials that have it', () => {
    expect(edf([of([3, 1, 3, 2]), of([])])).toEqual([
      { study: 'study', objective: 'loss', values: [1, 2, 3], shares: [0.25, 0.5, 1] },
      { study: 'study', objective: 'loss', values: [], shares: [] },
    ]);
  });
});

describe('the best so far', () => {
  it('goes down where small is good and up where large is', () => {
    expect(bestSoFar(of([3, 4, 1, 2])).best).toEqual([3, 3, 1, 1]);
    expect(bestSoFar(of([3, 4, 1, 5], 'maximize')).best).toEqual([3, 4, 4, 5]);
  });

  it('counts pruned and infeasible trials, and none that the study did not run', () => {
    const study = of([5]);
    const trials = [
      ...study.trials,
      trialOf(1, { x: 0 }, 1, { state: 'infeasible' }),
      trialOf(2, { x: 0 }, 1, { origin: 'imported' }),
      trialOf(3, { x: 0 }, null, { state: 'pruned' }),
      trialOf(4, { x: 0 }, null, { state: 'failed' }),
      trialOf(5, { x: 0 }, 3),
    ];
    expect(bestSoFar({ ...study, trials })).toEqual({
      study: 'study',
      objective: 'loss',
      goal: 'minimize',
      numbers: [0, 1, 3, 5],
      values: [5, null, null, 3],
      best: [5, 5, 5, 3],
    });
  });

  it('is a median with quartiles over several studies, of those that go so far', () => {
    expect(bestBand([of([4, 2]), of([1, 3]), of([3])])).toEqual({
      trials: [1, 2],
      studies: [3, 2],
      lower: [2, 1.25],
      median: [3, 1.5],
      upper: [3.5, 1.75],
    });
    expect(bestBand([])).toEqual({ trials: [], studies: [], lower: [], median: [], upper: [] });
  });

  it('has quantiles that are linear between values', () => {
    expect([0, 0.25, 0.5, 1].map((share) => quantile([0, 10, 20], share))).toEqual([0, 5, 10, 20]);
    expect(quantile([7], 0.3)).toBe(7);
  });
});
