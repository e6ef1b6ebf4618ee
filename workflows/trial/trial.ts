/**
 * One trial, from its start to its one recorded outcome (I1), or one of its stages (stages.ts).
 *
 * A trial's own failure or timeout is repeated `retries` times, same number and parameters, from its last checkpoint. Lost workers
 * and servers do not count, but five losses in a row without a progressed heartbeat make it a failed trial.
 */
import { allHandlersFinished, CancellationScope, condition, patched, sleep, workflowInfo } from '@temporalio/workflow';
import {
  trialQueue,
  type FailedAttempt,
  type TrialAnswer,
  type TrialHeartbeat,
  type TrialRequest,
} from '../../study/contract.ts';
import { compileSpace } from '../../study/space/dimensions.ts';
import { trialEvaluation } from '../../study/evaluation/trial-evaluation.ts';
import type { Ledger, Outcome } from '../../study/ledger/ledger.ts';
import { trialParams } from '../../study/models.ts';
import { decode } from '../../study/space/point.ts';
import type { LedgerRow } from '../../study/ledger/row.ts';
import { targetOf } from '../../study/ledger/scheduling.ts';
import { isRemote, type RemoteRun } from '../../study/trial/remote.ts';
import { hasReplicates, replicateSeed } from '../../study/trial/replicates.ts';
import { mergeReports } from '../../study/trial/result.ts';
import { priorityOf } from '../../study/priority.ts';
import type { OwnTrialSpec, StudyDefinition } from '../../study/study.ts';
import { LOSSES, type AttemptForm, type TrialTask } from './attempt.ts';
import { activityForm, workflowForm } from './foreign.ts';
import { ownForm } from './own-activity.ts';

export type { TrialTask } from './attempt.ts';

type Reports = NonNullable<Outcome['crossed']>;

/** Before an attempt whose worker was lost is repeated here and not by the server, milliseconds. */
const PAUSE_MS = 1000;

/** Runs elsewhere are ended that no heartbeat has told of. */
const UNHEARD = 'runs elsewhere end unheard';

/** @param decided  what the study's scheduler wants of its trials; nothing by default */
export function taskOf(
  definition: StudyDefinition,
  row: LedgerRow,
  { crossings, scheduling }: Pick<Ledger, 'crossings' | 'scheduling'> = {},
): TrialTask {
  const { workflowId, firstExecutionRunId } = workflowInfo();
  const checkpoint = row.notes?.checkpoint;
  const evaluation = trialEvaluation(definition);
  const { trial, queue, evaluate } = stagesOf(definition);
  const trained = row.notes?.trained;
  const request: TrialRequest = {
    study: workflowId,
    firstRunId: firstExecutionRunId,
    number: row.number,
    ...seedOf(definition, row),
    params: trialParams(definition, decode(compileSpace(definition.space), row.x)),
    attemptsBefore: row.attempts,
    ...(checkpoint && { checkpoint }),
    ...(row.lineage && { fallbacks: [row.lineage.checkpoint, ...(row.lineage.before ? [row.lineage.before] : [])] }),
    ...(row.rung && !hasReplicates(definition) && { budget: targetOf(row).to }),
    ...(scheduling?.form === 'halving' && scheduling.folds && { folds: row.notes?.folds ?? [] }),
    ...(crossings && { crossings }),
    ...(definition.defineByRun && { suggested: row.suggested ?? [] }),
    trial,
    objectives: definition.objectives.map(({ name }) => name),
    constraints: definition.constraints.map(({ name }) => name),
    phase: 'tune',
    ...(evaluate && { stage: 'train' }),
    ...(evaluation && { evaluation }),
  };
  const priority = priorityOf(definition);
  return {
    request,
    queue,
    ...(priority && { priority }),
    ...(evaluate && { evaluate }),
    ...(trained && { trained }),
  };
}

/** What runs first, and where, and what measures what it left if that is a step of its own. */
export function stagesOf({ trial: whole, name }: StudyDefinition): Pick<TrialTask, 'queue' | 'evaluate'> & {
  readonly trial: OwnTrialSpec;
} {
  const { evaluate, ...trial } = whole as OwnTrialSpec;
  return { trial, queue: trial.queue ?? trialQueue(name), ...(evaluate && { evaluate }) };
}

/** A replicate has a seed of its own. */
function seedOf(definition: StudyDefinition, row: LedgerRow): Pick<TrialRequest, 'seed' | 'replicate'> {
  const { seed, notes } = row;
  if (!hasReplicates(definition)) return { seed };
  const replicate = notes?.replicates?.length ?? 0;
  return { seed: replicateSeed(seed, replicate), replicate };
}

/** The task after attempts that were made meanwhile. */
export function resumed(task: TrialTask, { attempt, checkpoint, crossed }: Omit<TrialHeartbeat, 'steps'>): TrialTask {
  const request = { ...task.request, attemptsBefore: attempt, ...(checkpoint && { checkpoint }) };
  return { ...task, request, ...(crossed && { crossed }) };
}

/**
 * Runs a request to its outcome, one attempt a call. Never rejects.
 *
 * @param retries  how many failures of its own may still be repeated
 */
export async function attempted(task: TrialTask, retries: number = task.request.trial.retries): Promise<Outcome> {
  const { request } = task;
  const form = formOf(task);
  let { attemptsBefore: attempts, checkpoint } = request;
  let steps = 0;
  let losses = 0;
  let { crossed = [] } = task;
  let remote: RemoteRun | undefined;
  for (;;) {
    const asked = {
      ...request,
      attemptsBefore: attempts,
      ...(checkpoint && { checkpoint }),
      ...(remote && { remote }),
    };
    try {
      // an update's answer comes before what follows from an attempt's end, whichever step a replay delivers it with (see study.ts)
      if (attempts > request.attemptsBefore && form.attempts === 1) await condition(allHandlersFinished);
      return after(crossed, resultOf(await form.run(asked, crossed)));
    } catch (error) {
      const ending = form.endingOf(error, asked);
      if (ending.kind === 'cancelled') {
        crossed = [...crossed, ...(ending.crossed ?? [])];
        // a job has a name: whoever has begun it, it is found
        if (ending.unheard && request.trial.kind === 'job' && patched(UNHEARD)) await form.end?.(asked, remote);
        return after(crossed, pausedAt(attempts + 1, ending.checkpoint ?? checkpoint));
      }
      if (ending.kind === 'own') {
        const { failure } = ending;
        attempts = failure.attempt;
        checkpoint = failure.checkpoint ?? checkpoint;
        remote = undefined;
        if (retries-- <= 0) return after(crossed, failedWith({ ...failure, ...(checkpoint && { checkpoint }) }));
        crossed = [...crossed, ...(failure.crossed ?? [])];
        continue;
      }
      const { heartbeat } = ending;
      const progressed = heartbeat !== undefined && hasProgressed(heartbeat, { steps, checkpoint, remote });
      attempts = Math.max(attempts + form.attempts, heartbeat?.attempt ?? 0);
      losses = progressed ? 0 : losses + form.attempts;
      checkpoint = heartbeat?.checkpoint ?? checkpoint;
      steps = heartbeat?.steps ?? steps;
      remote = heartbeat?.remote ?? remote;
      crossed = [...crossed, ...(heartbeat?.crossed ?? [])];
      // a worker that died while its trial was being cancelled
      const unwanted = CancellationScope.current().consideredCancelled;
      if ((unwanted || (!progressed && losses >= LOSSES)) && (remote || (isRemote(request.trial) && patched(UNHEARD))))
        await form.end?.(asked, remote);
      if (unwanted) return after(crossed, pausedAt(attempts, checkpoint));
      if (progressed) continue;
      if (losses < LOSSES) {
        await condition(allHandlersFinished).catch(() => {});
        // cancelled meanwhile, the next attempt does not begin
        await sleep(PAUSE_MS).catch(() => {});
        continue;
      }
      const lost = { reason: ending.reason, attempt: attempts, ...(checkpoint && { checkpoint }), reports: [] };
      return after(crossed, failedWith(lost));
    }
  }
}

function hasProgressed(
  heartbeat: TrialHeartbeat,
  before: { readonly steps: number; readonly checkpoint: string | undefined; readonly remote: RemoteRun | undefined },
): boolean {
  const { steps, checkpoint, remote } = heartbeat;
  if (steps > before.steps || checkpoint !== before.checkpoint) return true;
  // a run elsewhere loses nothing with a worker
  return (remote?.looks ?? 0) > (before.remote?.looks ?? 0);
}

export function resultOf({ attempt, crossed, ...result }: TrialAnswer): Outcome {
  return { kind: 'result', result, attempts: attempt, ...(crossed && { crossed }) };
}

export function failedWith({ reason, attempt, checkpoint, reports, crossed }: FailedAttempt): Outcome {
  const notes = { reason, ...(checkpoint && { checkpoint }) };
  return { kind: 'failed', attempts: attempt, notes, reports, ...(crossed && { crossed }) };
}

/** What attempts before the last said counts, too. */
export function after(earlier: Reports, outcome: Outcome): Outcome {
  if (earlier.length === 0) return outcome;
  return { ...outcome, crossed: mergeReports([...earlier, ...(outcome.crossed ?? [])]) };
}

export function pausedAt(attempts: number, checkpoint: string | undefined): Outcome {
  return { kind: 'paused', attempts, notes: { ...(checkpoint && { checkpoint }) } };
}

function formOf(task: TrialTask): AttemptForm {
  const { trial } = task.request;
  if (trial.kind === 'activity') return activityForm(trial.activity, task);
  if (trial.kind === 'workflow') return workflowForm(trial.workflow, task);
  return ownForm(task);
}
