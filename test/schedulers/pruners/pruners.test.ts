import { describe, expect, it } from 'vitest';
import { bracketOf, hyperbandStopping } from '../../../schedulers/pruners/hyperband-stopping.ts';
import { checkScheduler, schedulerByName, schedulerOptions, schedulingProblem } from '../../../schedulers/registry.ts';
import type { Pruner, SchedulingProblem } from '../../../schedulers/scheduler.ts';
import { definitionOf } from '../../study/definitions.ts';

const problem: SchedulingProblem = { objectives: 1, parallel: 2, seed: 5 };

/** What it says against these options; true: nothing. */
function verdictOn(name: string, raw: Readonly<Record<string, number | string>>): true | string {
  const pruner = schedulerByName(name);
  return pruner.supports(problem, schedulerOptions(pruner, raw));
}

/** The reason to prune the trial of these values, after complete trials of those. */
function reason(
  name: string,
  raw: Readonly<Record<string, number | string>>,
  complete: readonly (readonly number[])[],
  values: readonly number[],
  maximize = false,
): string | undefined {
  const pruner = schedulerByName(name) as Pruner;
  const options = schedulerOptions(pruner, raw);
  const state = pruner.begin({ ...problem, ...(maximize && { maximize: true as const }) }, options);
  const reportsOf = (curve: readonly number[]): { step: number; y: number }[] =>
    curve.map((value, i) => ({ step: i + 1, y: maximize ? -value : value }));
  for (const [number, curve] of complete.entries()) {
    for (const report of reportsOf(curve)) pruner.reported(state, number, report, number);
    pruner.ended(state, { number, state: 'complete', reports: reportsOf(curve) }, number);
  }
  const verdict = pruner.verdict(state, { number: complete.length, reports: reportsOf(values) }, Infinity);
  return verdict === 'go on' ? undefined : verdict.prune;
}

describe('pruners', () => {
  it('refuse options under which nothing, or everything, would be pruned', () => {
    expect(verdictOn('threshold', {})).toBe(
      'neither lower nor upper is given, and nothing would ever be pruned; give one',
    );
    expect(verdictOn('threshold', { lower: 2, upper: 1 })).toMatch(/^lower is 2 and upper 1/);
    expect(verdictOn('asha-stopping', { min: 9, max: 3 })).toMatch(/^min is 9 and max 3/);
    expect(verdictOn('asha-stopping', { max: 9, earlyStoppingRate: 2 })).toMatch(
      /^earlyStoppingRate is 2, but there are 2 rungs below max \(1, 3\)/,
    );
    expect(verdictOn('hyperband-stopping', { min: 9, max: 9 })).toMatch(/^min is 9 and max 9: no rung lies below max/);
    expect(verdictOn('hyperband-stopping', { min: 9, max: 3 })).toMatch(/^min is 9 and max 3/);
  });

  it('refuse a signed-rank test that its steps cannot pass', () => {
    expect(verdictOn('wilcoxon', { steps: 3 })).toMatch(/^with 3 steps p is 0.125 at least, never below 0.1/);
    expect(verdictOn('wilcoxon', { steps: 4 })).toBe(true);
    expect(verdictOn('wilcoxon', { steps: 5, pThreshold: 0.03 })).toMatch(/^with 5 steps p is 0.03125 at least/);
    expect(verdictOn('wilcoxon', { steps: 6, pThreshold: 0.03 })).toBe(true);
    expect(verdictOn('wilcoxon', { steps: 5, startupSteps: 5 })).toMatch(
      /^startupSteps is 5 \(2 at least\) of 5 steps/,
    );
    expect(verdictOn('wilcoxon', { pThreshold: 1e-9 })).toBe(true);
  });

  it('say why in values as the user knows them', () => {
    const curves = [
      [0.5, 0.6],
      [0.7, 0.8],
    ];
    expect(reason('median', { startup: 2 }, curves, [0.1, 0.2], true)).toBe(
      'its best by step 2, 0.2, is worse than the median of 2 trials, 0.7',
    );
    expect(reason('percentile', { startup: 2 }, curves, [0.9, 0.95])).toBe(
      'its best by step 2, 0.9, is worse than the best 25 percent of 2 trials, 0.65',
    );
    expect(reason('threshold', { lower: 0.5 }, [], [0.25], true)).toBe('its value at step 1, 0.25, is below 0.5');
    expect(reason('threshold', { upper: 0.5 }, [], [0.75], true)).toBe('its value at step 1, 0.75, is above 0.5');
    expect(reason('patient', { patience: 1 }, [], [0.9, 0.5, 0.6], true)).toBe(
      'its last 2 reports brought 0.6 at best, after 0.9 before',
    );
    expect(reason('asha-stopping', { max: 9 }, [[1], [2], [3]], [0.5], true)).toBe(
      'its value at step 1, 0.5, is not among the best 1/3 at budget 1',
    );
    const folds = [[0, 0, 0, 0, 0, 0]];
    expect(reason('wilcoxon', {}, folds, [1, 2, 3, 4])).toBe('worse than trial 0 on 4 steps in common, p = 0.063');
    expect(reason('wilcoxon', {}, folds, [1, 2, 3])).toBeUndefined();
  });

  it('never stop a trial at the budget that it is complete at', () => {
    for (const name of ['asha-stopping', 'hyperband-stopping']) {
      const better = Array.from({ length: 30 }, () => [0, 0, 0, 0]);
      expect(reason(name, { min: 2, max: 4, eta: 2 }, better, [9, 0, 9, 9])).toBeUndefined();
    }
  });

  it('look at a report that skips a rung where it arrives', () => {
    const pruner = schedulerByName('asha-stopping') as Pruner;
    const state = pruner.begin(problem, schedulerOptions(pruner, { max: 27 }));
    for (let number = 0; number < 6; number++) pruner.reported(state, number, { step: 4, y: number }, number);
    const at = (step: number, y: number, before: number[] = []): unknown =>
      pruner.verdict(state, { number: 9, reports: [...before, step].map((each) => ({ step: each, y })) }, Infinity);
    expect(at(4, 1)).toBe('go on');
    expect(at(4, 5)).toMatchObject({ prune: expect.stringContaining('at budget 1') });
    expect(at(3, 5, [2])).toMatchObject({ prune: expect.stringContaining('at budget 3') });
    // it passed rung 3 at step 4
    expect(at(5, 5, [4])).toBe('go on');
  });

  it('divide trials among brackets by their numbers, in the shares of Hyperband', () => {
    const state = hyperbandStopping.begin(problem, schedulerOptions(hyperbandStopping as Pruner, { max: 9 }));
    expect(state.weights).toEqual([9, 5, 3]);
    const counts = [0, 0, 0];
    for (let number = 0; number < 17_000; number++) counts[bracketOf(state, number)]!++;
    for (const [b, weight] of state.weights.entries()) expect(Math.abs(counts[b]! - 1000 * weight)).toBeLessThan(250);
  });

  it('are told of the direction of a study', () => {
    const objectives = [{ name: 'accuracy', goal: 'maximize' as const }];
    expect(schedulingProblem(definitionOf({ objectives })).maximize).toBe(true);
    expect(schedulingProblem(definitionOf({})).maximize).toBeUndefined();
    const scheduler = { name: 'wilcoxon', options: { steps: 2 } };
    expect(() => checkScheduler(definitionOf({ scheduler }))).toThrow(
      'scheduler wilcoxon: with 2 steps p is 0.25 at least',
    );
    expect(() => checkScheduler(definitionOf({ scheduler: { name: 'medain', options: {} } }))).toThrow(
      "did you mean 'median'?",
    );
  });
});
