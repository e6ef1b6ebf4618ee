/** What trials and tests measured, of the first objective: the numbers that guards compare. */
import { sameJson } from '../../study/wording/json.ts';
import type { TestedCandidate, TestRun } from '../../study/evaluation/contract.ts';
import type { Objective } from '../../study/study.ts';
import type { TrialRecord } from '../../study/trial/trial.ts';
import { unpenalized } from '../../study/evaluation/gap-rule.ts';
import type { GuardInput } from './guard.ts';

/** A trial with its validation value, as it was before a penalty on its gap. */
export interface Measured {
  readonly record: TrialRecord;
  readonly value: number;
}

export type FinishedRun = Exclude<TestRun, { readonly failed: string }>;

export function firstObjective({ definition }: GuardInput): Objective {
  return definition.objectives[0]!;
}

/** The study's own complete trials, by number. */
export function completeTrials({ definition, guards, trials }: GuardInput): Measured[] {
  const { name, goal } = definition.objectives[0]!;
  return trials
    .filter(({ state, origin }) => state === 'complete' && origin !== 'imported')
    .toSorted((a, b) => a.number - b.number)
    .flatMap((record) => {
      const value = record.values?.[name];
      return value === undefined ? [] : [{ record, value: unpenalized(value, record.train, guards.gap, goal) }];
    });
}

/** The best trial among the complete ones. */
export function bestOf({ best }: GuardInput, complete: readonly Measured[]): Measured | undefined {
  return complete.find(({ record }) => record.number === best?.number);
}

export function finishedRuns(candidate: TestedCandidate | undefined): FinishedRun[] {
  return (candidate?.runs ?? []).filter((run): run is FinishedRun => !('failed' in run));
}

/** The candidate, tested at least once, that the best trial is: by its number, or by its parameters where it has none. */
export function testOfBest({ best, challenger, champion }: GuardInput): TestedCandidate | undefined {
  if (!best) return undefined;
  return [challenger, champion].find(
    (each) =>
      finishedRuns(each).length > 0 &&
      (each!.number === undefined ? sameJson(each!.params, best.params) : each!.number === best.number),
  );
}

/** By how much a is better than b: positive is better, whatever the goal. */
export function lead(goal: Objective['goal'], a: number, b: number): number {
  return goal === 'maximize' ? a - b : b - a;
}
