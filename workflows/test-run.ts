/** One run of a candidate in phase 'test', as durable as a trial of tuning. */
import { fullBudgetOf } from '../schedulers/rules.ts';
import type { TrialRequest } from '../study/contract.ts';
import { trialQueue } from '../study/contract.ts';
import { testedConstraints } from '../study/evaluation/trial-evaluation.ts';
import type { Outcome } from '../study/ledger/ledger.ts';
import { priorityOf } from '../study/priority.ts';
import { trialParams } from '../study/models.ts';
import type { OwnTrialSpec, StudyDefinition } from '../study/study.ts';
import { settle } from './trial.ts';

/** Runs it to its outcome. Never rejects; cancelled it is 'paused'. */
export function runTest(
  definition: StudyDefinition,
  run: Pick<TrialRequest, 'study' | 'firstRunId' | 'number' | 'params' | 'seed' | 'evaluation'>,
): Promise<Outcome> {
  const { objectives, trial, name } = definition;
  const budget = fullBudgetOf(definition);
  const request: TrialRequest = {
    ...run,
    params: trialParams(definition, run.params),
    attemptsBefore: 0,
    trial: trial as OwnTrialSpec,
    objectives: objectives.map((each) => each.name),
    constraints: testedConstraints(definition).map((each) => each.name),
    phase: 'test',
    ...(budget !== undefined && { budget }),
  };
  const priority = priorityOf(definition);
  return settle({ request, queue: trial.queue ?? trialQueue(name), ...(priority && { priority }) });
}
