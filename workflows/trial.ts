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
  type TrialHeartbeat,
  type TuningActivities,
} from '../study/contract.ts';
import { compileSpace } from '../study/dimensions.ts';
import type { Outcome } from '../study/ledger/ledger.ts';
import { decode } from '../study/point.ts';
import type { LedgerRow } from '../study/ledger/row.ts';
import type { StudyDefinition, TrialSpec } from '../study/study.ts';

const LOSSES = 5;

/** How one request ended, where not in a result. */
type Ending =
  | { readonly kind: 'own'; readonly failure: FailedAttempt }
  | { readonly kind: 'lost'; readonly reason: string; readonly heartbeat?: TrialHeartbeat }
  | { readonly kind: 'cancelled'; readonly checkpoint?: string };

/** Never rejects. */
export async function runTrial(definition: StudyDefinition, row: LedgerRow): Promise<Outcome> {
  const { workflowId, firstExecutionRunId } = workflowInfo();
  const run = trialActivity(definition);
  const request = {
    study: workflowId,
    firstRunId: firstExecutionRunId,
    number: row.number,
    seed: row.seed,
    params: decode(compileSpace(definition.space), row.x),
    trial: definition.trial,
    objectives: definition.objectives.map(({ name }) => name),
    constraints: definition.constraints.map(({ name }) => name),
    phase: 'tune' as const,
  };
  let attempts = 0;
  let checkpoint: string | undefined;
  let steps = 0;
  for (let retries = definition.trial.retries; ;) {
    try {
      const { attempt, ...result } = await run({
        ...request,
        attemptsBefore: attempts,
        ...(checkpoint && { checkpoint }),
      });
      return { kind: 'result', result, attempts: attempt };
    } catch (error) {
      const ending = endingOf(error);
      if (ending.kind === 'cancelled') {
        checkpoint = ending.checkpoint ?? checkpoint;
        return { kind: 'paused', attempts: attempts + 1, notes: { ...(checkpoint && { checkpoint }) } };
      }
      if (ending.kind === 'own') {
        const { failure } = ending;
        attempts = failure.attempt;
        checkpoint = failure.checkpoint ?? checkpoint;
        if (retries-- > 0) continue;
        return {
          kind: 'failed',
          attempts,
          notes: { reason: failure.reason, ...(checkpoint && { checkpoint }) },
          reports: failure.reports,
        };
      }
      const { heartbeat } = ending;
      const progressed = heartbeat !== undefined && (heartbeat.steps > steps || heartbeat.checkpoint !== checkpoint);
      attempts = Math.max(attempts + LOSSES, heartbeat?.attempt ?? 0);
      checkpoint = heartbeat?.checkpoint ?? checkpoint;
      steps = heartbeat?.steps ?? steps;
      if (!progressed)
        return {
          kind: 'failed',
          attempts,
          notes: { reason: ending.reason, ...(checkpoint && { checkpoint }) },
          reports: [],
        };
    }
  }
}

function trialActivity({ name, trial }: StudyDefinition): TuningActivities['runTrial'] {
  const activities = proxyActivities<Record<string, TuningActivities['runTrial']>>({
    taskQueue: trialQueue(name),
    heartbeatTimeout: trial.heartbeatMs,
    // the runner keeps the trial's own time limit; this one is for a worker that forgot it
    startToCloseTimeout: longestAttempt(trial),
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    retry: { initialInterval: 200, backoffCoefficient: 2, maximumInterval: '10 seconds', maximumAttempts: LOSSES },
  });
  return activities[ACTIVITIES.runTrial]!;
}

function longestAttempt({ timeoutMs, heartbeatMs }: TrialSpec): number {
  const tenYears = 10 * 365 * 86_400_000;
  return timeoutMs === undefined ? tenYears : timeoutMs + 2 * heartbeatMs + 60_000;
}

function endingOf(error: unknown): Ending {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (cause instanceof ApplicationFailure && cause.type === FAILURES.trial) {
    const failure = cause.details?.[0] as FailedAttempt | undefined;
    return { kind: 'own', failure: failure ?? { reason: cause.message, attempt: 1, reports: [] } };
  }
  if (isCancellation(error)) {
    const details = (cause as { details?: readonly FailedAttempt[] } | undefined)?.details;
    const checkpoint = details?.[0]?.checkpoint;
    return { kind: 'cancelled', ...(checkpoint && { checkpoint }) };
  }
  if (cause instanceof TimeoutFailure) {
    const heartbeat = cause.lastHeartbeatDetails as TrialHeartbeat | undefined;
    const reason = `worker lost: ${LOSSES} attempts ended without a word from their workers (${cause.message})`;
    return { kind: 'lost', reason, ...(heartbeat && { heartbeat }) };
  }
  const message = cause instanceof Error ? cause.message : String(cause);
  return { kind: 'lost', reason: `worker lost: ${LOSSES} attempts could not run the trial (${message})` };
}
