/** Trials that a worker of ours runs: one call makes up to LOSSES attempts, as the server gives a lost worker's to another one. */
import {
  ActivityCancellationType,
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  isCancellation,
  proxyActivities,
  TimeoutFailure,
} from '@temporalio/workflow';
import {
  ACTIVITIES,
  FAILURES,
  type FailedAttempt,
  type TrialHeartbeat,
  type TuningActivities,
} from '../../study/contract.ts';
import type { TrialSpec } from '../../study/study.ts';
import { trialSummary } from '../../study/visibility.ts';
import { LOSSES, NO_LIMIT_MS, type AttemptForm, type Ending, type TrialTask } from './attempt.ts';

/** How long it is tried to have a run ended that lost workers have left, milliseconds: there may be no worker any more. */
const END_MS = 60_000;

export function ownForm(task: TrialTask): AttemptForm {
  return {
    attempts: LOSSES,
    run: ownActivity(task, LOSSES),
    endingOf,
    async end(request, remote) {
      const run = ownActivity(task, LOSSES, END_MS + 2 * request.trial.heartbeatMs);
      // whatever comes of it: a result that nobody waits for, or the failure that it was cancelled
      const ended = CancellationScope.nonCancellable(() => run({ ...request, ...(remote && { remote }), end: true }));
      await ended.catch(() => {});
    },
  };
}

/** Longest time that this many attempts take one after another, milliseconds. */
export function longestRun({ timeoutMs, heartbeatMs }: TrialSpec, attempts: number): number {
  // the runner keeps the trial's own time limit; this one is for a worker that forgot it
  return timeoutMs === undefined ? NO_LIMIT_MS : Math.min(NO_LIMIT_MS, attempts * timeoutMs + 2 * heartbeatMs + 60_000);
}

function ownActivity(
  { request, queue, priority }: TrialTask,
  attempts: number,
  withinMs?: number,
): TuningActivities['runTrial'] {
  const { trial, number, params, stage } = request;
  const activities = proxyActivities<Record<string, TuningActivities['runTrial']>>({
    taskQueue: queue,
    summary: trialSummary(number, params, stage),
    ...(priority && { priority }),
    heartbeatTimeout: trial.heartbeatMs,
    startToCloseTimeout: longestRun(trial, 1),
    ...(withinMs !== undefined && { scheduleToCloseTimeout: withinMs }),
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    retry: { initialInterval: 200, backoffCoefficient: 2, maximumInterval: '10 seconds', maximumAttempts: attempts },
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
    // what the server says itself, of an attempt that waits for its worker, is a word
    const said: unknown = (cause as { details?: readonly unknown[] } | undefined)?.details?.[0];
    if (typeof said !== 'object' || said === null) return { kind: 'cancelled', unheard: true };
    const { checkpoint, crossed } = said as Partial<FailedAttempt>;
    return { kind: 'cancelled', ...(checkpoint && { checkpoint }), ...(crossed && { crossed }) };
  }
  if (cause instanceof TimeoutFailure) {
    const heartbeat = cause.lastHeartbeatDetails as TrialHeartbeat | undefined;
    const reason = `worker lost: ${LOSSES} attempts ended without a word from their workers (${cause.message})`;
    return { kind: 'lost', reason, ...(heartbeat && { heartbeat }) };
  }
  const message = cause instanceof Error ? cause.message : String(cause);
  const reason = `worker lost: ${LOSSES} attempts could not run the trial (${message})`;
  const left = cause instanceof ApplicationFailure ? (cause.details?.[0] as TrialHeartbeat | undefined) : undefined;
  return { kind: 'lost', reason, ...(left && { heartbeat: left }) };
}
