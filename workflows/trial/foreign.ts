/**
 * Trials that are activities or workflows of somebody else's, in any language: one call is one attempt, with a WireTrial. What is known of
 * an attempt is read from what any SDK gives; all repeating is the study's.
 */
import {
  ActivityCancellationType,
  ActivityFailure,
  ApplicationFailure,
  ChildWorkflowCancellationType,
  ChildWorkflowFailure,
  executeChild,
  isCancellation,
  ParentClosePolicy,
  proxyActivities,
  TerminatedFailure,
  TimeoutFailure,
  workflowInfo,
} from '@temporalio/workflow';
import { FAILURES, type TrialRequest } from '../../study/contract.ts';
import { TrialFailedError } from '../../study/errors.ts';
import { trialSummary } from '../../study/visibility.ts';
import {
  readWireAnswer,
  readWireFailure,
  readWireHeartbeat,
  wireTrial,
  type WireTrial,
} from '../../study/trial/wire.ts';
import { formatDuration } from '../../study/wording/duration.ts';
import { LOSSES, NO_LIMIT_MS, type AttemptForm, type Ending, type TrialTask } from './attempt.ts';

/** An activity of any SDK's worker. Cancelled, it is waited for: one that sends no heartbeats never hears of it. */
export function activityForm(
  name: string,
  { request: { number, params, trial, stage }, queue, priority }: TrialTask,
): AttemptForm {
  const activities = proxyActivities<Record<string, (trial: WireTrial) => Promise<unknown>>>({
    taskQueue: queue,
    summary: trialSummary(number, params, stage),
    ...(priority && { priority }),
    ...(trial.heartbeatMs > 0 && { heartbeatTimeout: trial.heartbeatMs }),
    startToCloseTimeout: trial.timeoutMs ?? NO_LIMIT_MS,
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    // which failures are the trial's own no server can tell
    retry: { maximumAttempts: 1 },
  });
  return {
    attempts: 1,
    run: async (request, crossed) => readWireAnswer(await activities[name]!(wireTrial(request, crossed)), request),
    endingOf,
  };
}

/** A workflow of any SDK's worker, the child of this one. Cancelled, it is waited for. */
export function workflowForm(
  type: string,
  { request: { number, params, trial, stage }, queue, priority }: TrialTask,
): AttemptForm {
  return {
    attempts: 1,
    async run(request, crossed) {
      const { workflowId, runId } = workflowInfo();
      const answer = await executeChild(type, {
        // the run: after a reset the child of the run before may still be closing
        workflowId: `${workflowId}/${runOf(request)}/${request.attemptsBefore + 1}/${runId}`,
        taskQueue: queue,
        args: [wireTrial(request, crossed)],
        staticSummary: trialSummary(number, params, stage),
        ...(priority && { priority }),
        ...(trial.timeoutMs !== undefined && { workflowExecutionTimeout: trial.timeoutMs }),
        parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
        cancellationType: ChildWorkflowCancellationType.WAIT_CANCELLATION_COMPLETED,
      });
      return readWireAnswer(answer, request);
    },
    endingOf,
  };
}

/** Several runs of a final test may have one number. */
function runOf({ number, phase, evaluation }: TrialRequest): string {
  const { candidate, repeat } = evaluation ?? {};
  return phase === 'tune' ? `run/${number}` : `test/${candidate}/${number}/${repeat}`;
}

function endingOf(error: unknown, request: TrialRequest): Ending {
  const cause = error instanceof ActivityFailure || error instanceof ChildWorkflowFailure ? error.cause : error;
  const { trial } = request;
  const own = (reason: string, detail?: unknown): Ending => ({
    kind: 'own',
    failure: readWireFailure(reason, detail, request),
  });
  if (error instanceof TrialFailedError) return own(error.message);
  if (isCancellation(error)) {
    const detail = (cause as { details?: readonly unknown[] } | undefined)?.details?.[0];
    const { checkpoint, crossed } = readWireFailure('cancelled', detail, request);
    return { kind: 'cancelled', ...(checkpoint !== undefined && { checkpoint }), ...(crossed && { crossed }) };
  }
  if (cause instanceof ApplicationFailure && cause.type !== FAILURES.transient)
    return own(cause.message || String(cause.type), cause.details?.[0]);
  if (cause instanceof TerminatedFailure) return own('its workflow was terminated');
  if (cause instanceof TimeoutFailure && cause.timeoutType !== 'HEARTBEAT') {
    const limit = trial.timeoutMs === undefined ? 'the server let it' : formatDuration(trial.timeoutMs);
    return own(`it took longer than ${limit}`, cause.lastHeartbeatDetails);
  }
  const detail =
    cause instanceof TimeoutFailure ? cause.lastHeartbeatDetails : (cause as ApplicationFailure).details?.[0];
  const heartbeat = readWireHeartbeat(detail, request);
  const silent = cause instanceof TimeoutFailure && !heartbeat;
  const message = cause instanceof Error ? cause.message : String(cause);
  const reason =
    `worker lost: ${LOSSES} attempts ended without a result (${message})` +
    (silent ? '; an activity that sends no heartbeats needs heartbeat: off and a timeout' : '');
  return { kind: 'lost', reason, ...(heartbeat && { heartbeat }) };
}
