/**
 * One trial, from its start to its one recorded outcome (I1).
 *
 * A trial's own failure or timeout is repeated `retries` times, same number and parameters, from its last checkpoint. Lost workers
 * and servers do not count, but five losses in a row without a progressed heartbeat make it a failed trial.
 */
import {
  ActivityCancellationType,
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  isCancellation,
  proxyActivities,
  TimeoutFailure,
  workflowInfo,
} from '@temporalio/workflow';
import {
  ACTIVITIES,
  FAILURES,
  trialQueue,
  type FailedAttempt,
  type TrialAnswer,
  type TrialHeartbeat,
  type TrialRequest,
  type TuningActivities,
} from '../study/contract.ts';
import { compileSpace } from '../study/dimensions.ts';
import { trialEvaluation } from '../study/evaluation/trial-evaluation.ts';
import type { Ledger, Outcome } from '../study/ledger/ledger.ts';
import { trialParams } from '../study/models.ts';
import { decode } from '../study/point.ts';
import type { LedgerRow } from '../study/ledger/row.ts';
import { targetOf } from '../study/ledger/scheduling.ts';
import { hasReplicates, replicateSeed } from '../study/replicates.ts';
import { mergeReports } from '../study/result.ts';
import { priorityOf, type TaskPriority } from '../study/priority.ts';
import type { OwnTrialSpec, StudyDefinition, TrialSpec } from '../study/study.ts';
import { trialSummary } from '../study/visibility.ts';

const LOSSES = 5;

/** A trial to run, with what earlier attempts left: their number and the checkpoint to go on from. */
export interface TrialTask {
  readonly request: TrialRequest;
  readonly queue: string;
  readonly priority?: TaskPriority;
  /** Reports of attempts before that crossed: the study may not have heard of them. */
  readonly crossed?: Reports;
}

type Reports = NonNullable<Outcome['crossed']>;

/** How one request ended, where not in a result. */
type Ending =
  | { readonly kind: 'own'; readonly failure: FailedAttempt }
  | { readonly kind: 'lost'; readonly reason: string; readonly heartbeat?: TrialHeartbeat }
  | { readonly kind: 'cancelled'; readonly checkpoint?: string; readonly crossed?: Reports };

/** @param decided  what the study's scheduler wants of its trials; nothing by default */
export function taskOf(
  definition: StudyDefinition,
  row: LedgerRow,
  { crossings, scheduling }: Pick<Ledger, 'crossings' | 'scheduling'> = {},
): TrialTask {
  const { workflowId, firstExecutionRunId } = workflowInfo();
  const checkpoint = row.notes?.checkpoint;
  const evaluation = trialEvaluation(definition);
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
    trial: definition.trial as OwnTrialSpec,
    objectives: definition.objectives.map(({ name }) => name),
    constraints: definition.constraints.map(({ name }) => name),
    phase: 'tune',
    ...(evaluation && { evaluation }),
  };
  const priority = priorityOf(definition);
  return { request, queue: definition.trial.queue ?? trialQueue(definition.name), ...(priority && { priority }) };
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
 * Runs a trial to its outcome, one attempt an activity. Never rejects.
 *
 * @param retries  how many failures of its own may still be repeated
 */
export async function settle(task: TrialTask, retries: number = task.request.trial.retries): Promise<Outcome> {
  const { request } = task;
  const run = trialActivity(task);
  let { attemptsBefore: attempts, checkpoint } = request;
  let steps = 0;
  let { crossed = [] } = task;
  for (;;) {
    try {
      const answer = await run({ ...request, attemptsBefore: attempts, ...(checkpoint && { checkpoint }) });
      return after(crossed, resultOf(answer));
    } catch (error) {
      const ending = endingOf(error);
      if (ending.kind === 'cancelled') {
        crossed = [...crossed, ...(ending.crossed ?? [])];
        return after(crossed, pausedAt(attempts + 1, ending.checkpoint ?? checkpoint));
      }
      if (ending.kind === 'own') {
        const { failure } = ending;
        attempts = failure.attempt;
        checkpoint = failure.checkpoint ?? checkpoint;
        if (retries-- <= 0) return after(crossed, failedWith({ ...failure, ...(checkpoint && { checkpoint }) }));
        crossed = [...crossed, ...(failure.crossed ?? [])];
        continue;
      }
      const { heartbeat } = ending;
      const progressed = heartbeat !== undefined && (heartbeat.steps > steps || heartbeat.checkpoint !== checkpoint);
      attempts = Math.max(attempts + LOSSES, heartbeat?.attempt ?? 0);
      checkpoint = heartbeat?.checkpoint ?? checkpoint;
      steps = heartbeat?.steps ?? steps;
      crossed = [...crossed, ...(heartbeat?.crossed ?? [])];
      // a worker that died while its trial was being cancelled
      if (CancellationScope.current().consideredCancelled) return after(crossed, pausedAt(attempts, checkpoint));
      if (progressed) continue;
      const lost = { reason: ending.reason, attempt: attempts, ...(checkpoint && { checkpoint }), reports: [] };
      return after(crossed, failedWith(lost));
    }
  }
}

export function resultOf({ attempt, crossed, ...result }: TrialAnswer): Outcome {
  return { kind: 'result', result, attempts: attempt, ...(crossed && { crossed }) };
}

export function failedWith({ reason, attempt, checkpoint, reports, crossed }: FailedAttempt): Outcome {
  const notes = { reason, ...(checkpoint && { checkpoint }) };
  return { kind: 'failed', attempts: attempt, notes, reports, ...(crossed && { crossed }) };
}

/** What attempts before the last said counts, too. */
function after(earlier: Reports, outcome: Outcome): Outcome {
  if (earlier.length === 0) return outcome;
  return { ...outcome, crossed: mergeReports([...earlier, ...(outcome.crossed ?? [])]) };
}

export function pausedAt(attempts: number, checkpoint: string | undefined): Outcome {
  return { kind: 'paused', attempts, notes: { ...(checkpoint && { checkpoint }) } };
}

/** Longest time that this many attempts take one after another, milliseconds. */
export function longestRun({ timeoutMs, heartbeatMs }: TrialSpec, attempts: number): number {
  const tenYears = 10 * 365 * 86_400_000;
  // the runner keeps the trial's own time limit; this one is for a worker that forgot it
  return timeoutMs === undefined ? tenYears : Math.min(tenYears, attempts * timeoutMs + 2 * heartbeatMs + 60_000);
}

function trialActivity({ request, queue, priority }: TrialTask): TuningActivities['runTrial'] {
  const { trial, number, params } = request;
  const activities = proxyActivities<Record<string, TuningActivities['runTrial']>>({
    taskQueue: queue,
    summary: trialSummary(number, params),
    ...(priority && { priority }),
    heartbeatTimeout: trial.heartbeatMs,
    startToCloseTimeout: longestRun(trial, 1),
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    retry: { initialInterval: 200, backoffCoefficient: 2, maximumInterval: '10 seconds', maximumAttempts: LOSSES },
  });
  return activities[ACTIVITIES.runTrial]!;
}

function endingOf(error: unknown): Ending {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (cause instanceof ApplicationFailure && cause.type === FAILURES.trial) {
    const failure = cause.details?.[0] as FailedAttempt | undefined;
    return { kind: 'own', failure: failure ?? { reason: cause.message, attempt: 1, reports: [] } };
  }
  if (isCancellation(error)) {
    const details = (cause as { details?: readonly FailedAttempt[] } | undefined)?.details;
    const { checkpoint, crossed } = details?.[0] ?? {};
    return { kind: 'cancelled', ...(checkpoint && { checkpoint }), ...(crossed && { crossed }) };
  }
  if (cause instanceof TimeoutFailure) {
    const heartbeat = cause.lastHeartbeatDetails as TrialHeartbeat | undefined;
    const reason = `worker lost: ${LOSSES} attempts ended without a word from their workers (${cause.message})`;
    return { kind: 'lost', reason, ...(heartbeat && { heartbeat }) };
  }
  const message = cause instanceof Error ? cause.message : String(cause);
  return { kind: 'lost', reason: `worker lost: ${LOSSES} attempts could not run the trial (${message})` };
}
