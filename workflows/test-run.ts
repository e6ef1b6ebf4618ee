/** One run of a candidate in phase 'test', as durable as a trial of tuning. */
import { fullBudgetOf } from '../schedulers/rules.ts';
import { divideParams } from '../study/trial/by-run.ts';
import { DEFAULT_ENGINE, type TrialRequest } from '../study/contract.ts';
import { isStored } from '../study/trial/checkpoints.ts';
import { testedConstraints } from '../study/evaluation/trial-evaluation.ts';
import type { Outcome } from '../study/ledger/ledger.ts';
import type { ScheduledInterval } from '../study/trial/lineage.ts';
import { priorityOf } from '../study/priority.ts';
import { trialParams } from '../study/models.ts';
import type { StudyDefinition } from '../study/study.ts';
import { studyActivity } from './ask.ts';
import { settle } from './trial/stages.ts';
import { attempted, failedWith, stagesOf, type TrialTask } from './trial/trial.ts';

export interface TestedRun extends Pick<
  TrialRequest,
  'study' | 'firstRunId' | 'number' | 'params' | 'seed' | 'evaluation'
> {
  /** Of a population's member: what it was trained with, one interval after another. */
  readonly schedule?: readonly ScheduledInterval[];
}

/** Runs it to its outcome. Never rejects; cancelled it is 'paused'. */
export function runTest(
  definition: StudyDefinition,
  run: TestedRun,
  heartbeatMs: number = DEFAULT_ENGINE.heartbeatMs,
): Promise<Outcome> {
  const { schedule, ...tested } = run;
  const task = taskOf(definition, tested);
  return schedule ? trainThrough(definition, task, schedule, heartbeatMs) : settle(task);
}

function taskOf(definition: StudyDefinition, run: Omit<TestedRun, 'schedule'>): TrialTask {
  const { trial, queue, evaluate } = stagesOf(definition);
  const budget = fullBudgetOf(definition);
  const { inSpace, suggested } = divideParams(definition, run.params);
  const request: TrialRequest = {
    ...run,
    params: trialParams(definition, inSpace),
    ...(definition.defineByRun && { suggested }),
    attemptsBefore: 0,
    trial,
    objectives: definition.objectives.map((each) => each.name),
    constraints: testedConstraints(definition).map((each) => each.name),
    phase: 'test',
    ...(evaluate && { stage: 'train' }),
    ...(budget !== undefined && { budget }),
  };
  const priority = priorityOf(definition);
  return { request, queue, ...(priority && { priority }), ...(evaluate && { evaluate }) };
}

/**
 * Trains a schedule from the beginning, each interval from the checkpoint of the one before, as a population's members are; what the last
 * one comes to counts. Of the others nothing stays.
 */
async function trainThrough(
  definition: StudyDefinition,
  { request, ...task }: TrialTask,
  schedule: readonly ScheduledInterval[],
  heartbeatMs: number,
): Promise<Outcome> {
  let attemptsBefore = 0;
  let checkpoint: string | undefined;
  for (const [i, { to, params }] of schedule.entries()) {
    const interval: TrialTask = {
      ...task,
      request: {
        ...request,
        params: trialParams(definition, params),
        seed: seedOf(request.seed, i),
        budget: to,
        attemptsBefore,
        ...(checkpoint !== undefined && { checkpoint }),
      },
    };
    const isLast = i === schedule.length - 1;
    const outcome = await (isLast ? settle(interval) : attempted(interval));
    if (isLast || outcome.kind !== 'result') return outcome;
    const before = checkpoint;
    checkpoint = outcome.result.checkpoint;
    attemptsBefore = outcome.attempts;
    if (checkpoint === undefined || checkpoint === before) {
      const reason = `the interval to ${to} left no checkpoint to go on from: expected one, saved where it has got to its budget`;
      return failedWith({ reason, attempt: attemptsBefore, reports: [] });
    }
    if (isStored(checkpoint)) await studyActivity('tidyCheckpoints', heartbeatMs)({ gone: [], ended: [checkpoint] });
  }
  throw new RangeError('a schedule has no interval');
}

/** The first interval has the seed of the whole run, as another candidate has it; the others differ from it and from all repeats. */
function seedOf(seed: number, interval: number): number {
  return (seed + Math.imul(interval, 0x85ebca6b)) >>> 0;
}
