/**
 * The activity that runs a batch of short trials one after another. Each has its own ending, and what one does costs the others
 * nothing but time.
 */
import { setImmediate as turn } from 'node:timers/promises';
import { ApplicationFailure, CancelledFailure, Context } from '@temporalio/activity';
import { FAILURES, type FailedAttempt } from '../study/contract.ts';
import {
  MAX_KEPT_BYTES,
  type BatchedEnding,
  type BatchHeartbeat,
  type RunTrialsRequest,
} from '../study/trial/trial-forms.ts';
import { beating, createAttempt, type RunTrialOptions } from './attempt.ts';
import { openReports } from './reports/attempt-reports.ts';
import { Progress } from './runners/progress.ts';

/** Endings of one batch, bytes of JSON: more than 2 MiB the server refuses. What is left then goes on by itself. */
const MAX_BYTES = 1024 * 1024;

/**
 * The activity `runTrials`. @returns how the trials ended, in their order; fewer than there are trials where it was cancelled
 * before all of them had begun. A later attempt goes on after the endings that were heartbeaten.
 */
export function createRunTrials(
  options: RunTrialOptions,
): (request: RunTrialsRequest) => Promise<readonly BatchedEnding[]> {
  const attempt = createAttempt(options);

  return async function runTrials({ shared, trials }) {
    const context = Context.current();
    const before = context.info.heartbeatDetails as BatchHeartbeat | null | undefined;
    const endings = [...(before?.endings ?? [])];
    const kept = [...endings];
    let keptBytes = bytesOf(kept);
    let bytes = keptBytes;
    let progress: Progress | undefined;
    const heard: Promise<void>[] = [];
    const heartbeat = (): BatchHeartbeat => ({
      endings: kept,
      ended: endings.length,
      ...(progress && { trial: progress.heartbeat() }),
    });

    return beating(context, heartbeat, async (beat) => {
      for (const trial of trials.slice(endings.length)) {
        // heartbeats and cancellation get their turn, however short the trials are
        await turn();
        if (context.cancellationSignal.aborted || bytes > MAX_BYTES) break;
        const newest = before?.trial && endings.length === before.ended ? before.trial : undefined;
        const attemptNumber = trial.attemptsBefore + context.info.attempt;
        const checkpoint = newest?.checkpoint ?? trial.checkpoint;
        const current = new Progress(attemptNumber, checkpoint, shared.crossings, newest?.crossed);
        progress = current;
        const request = { ...shared, ...trial };
        const reports = openReports(() => context.client, request, current);
        const ending = await attempt(context, request, current, beat, reports)
          .finally(() => {
            // sending goes on beside the next trial
            if (reports) heard.push(reports.close());
          })
          .then(
            (ok): BatchedEnding => ({ ok }),
            (error: unknown) => endingOf(error, context, current),
          );
        progress = undefined;
        const more = bytesOf(ending);
        if (kept.length === endings.length && keptBytes + more <= MAX_KEPT_BYTES) {
          kept.push(ending);
          keptBytes += more;
        }
        endings.push(ending);
        bytes += more;
      }
      // the study hears of the last report before the ends
      await Promise.all(heard);
      return endings;
    });
  };
}

/** @throws what ends the whole batch: it was paused or reset by hand, or nobody waits for it. */
function endingOf(error: unknown, { cancellationDetails }: Context, progress: Progress): BatchedEnding {
  if (error instanceof ApplicationFailure && error.type === FAILURES.trial)
    return { failed: error.details![0] as FailedAttempt };
  if (error instanceof CancelledFailure && !cancellationDetails?.cancelRequested) throw error;
  return { left: progress.heartbeat() };
}

function bytesOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}
