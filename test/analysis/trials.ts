/** Trials for tests of analyses: parameters and a value, all the rest as it usually is. */
import type { StudyTrials } from '../../analysis/study-trials.ts';
import type { Parameter, Params } from '../../study/space/space.ts';
import type { Objective } from '../../study/study.ts';
import type { TrialRecord } from '../../study/trial/trial.ts';

export function trialOf(
  number: number,
  params: Params,
  value: number | null,
  changes: Partial<TrialRecord> = {},
): TrialRecord {
  return {
    number,
    state: 'complete',
    params,
    values: value === null ? null : { loss: value },
    reports: [],
    asOf: number,
    origin: 'sampler',
    startedAt: null,
    finishedAt: null,
    attempts: 1,
    seed: 0,
    ...changes,
  };
}

/** A study of trials 0, 1, ... with these parameters and values. */
export function studyOf(
  parameters: readonly Parameter[],
  points: readonly (readonly [Params, number])[],
  goal: Objective['goal'] = 'minimize',
): StudyTrials {
  return {
    definition: {
      name: 'study',
      space: { version: 1, parameters, forbid: [] },
      objectives: [{ name: 'loss', goal }],
    },
    trials: points.map(([params, value], number) => trialOf(number, params, value)),
  };
}
