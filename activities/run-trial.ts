/** The activity that runs one attempt of a trial, and heartbeats for it. */
import { Context } from '@temporalio/activity';
import type { TrialAnswer, TrialHeartbeat, TrialRequest } from '../study/contract.ts';
import { beating, createAttempt, type RunTrialOptions } from './attempt.ts';
import { openReports } from './reports/attempt-reports.ts';
import { Progress } from './runners/progress.ts';

export type { RunTrialOptions } from './attempt.ts';

/**
 * The activity `runTrial`. Its failures are TrialFailedError (the trial's own; the detail is a FailedAttempt), CancelledFailure
 * (on request; the same detail) and TransientError (to be run again from its last checkpoint). Once a cancel was requested, a
 * trial that still returns a result within the grace has returned it; ended for any other reason it runs again, since what it
 * returned then would depend on when that was.
 */
export function createRunTrial(options: RunTrialOptions): (request: TrialRequest) => Promise<TrialAnswer> {
  const attempt = createAttempt(options);
  return async function runTrial(request) {
    const context = Context.current();
    const attemptNumber = request.attemptsBefore + context.info.attempt;
    const before = context.info.heartbeatDetails as Partial<TrialHeartbeat> | null | undefined;
    // what the attempt before had heartbeaten is newer than what the workflow knew
    const checkpoint = before?.checkpoint ?? request.checkpoint;
    const progress = new Progress(attemptNumber, checkpoint, request.crossings, before?.crossed);
    return beating(
      context,
      () => progress.heartbeat(),
      async (beat) => {
        const reports = openReports(() => context.client, request, progress);
        // the study hears of the last report before the end
        return attempt(context, request, progress, beat, reports).finally(() => reports?.close());
      },
    );
  };
}
