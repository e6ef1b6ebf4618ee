/** What ties the attempts of an activity to the one run elsewhere that they share. */
import { createHash } from 'node:crypto';
import type { Context } from '@temporalio/activity';
import { studyName, type TrialHeartbeat, type TrialRequest } from '../../../study/contract.ts';
import type { Beat } from '../../beat.ts';
import { isOpen } from '../../find-gone.ts';
import type { Progress } from '../progress.ts';
import type { RemoteLink } from './run-remote.ts';

/** The tie of this attempt, which goes on from what the one before had heartbeaten, or else from what the workflow knows. */
export function linkOf(context: Context, request: TrialRequest, progress: Progress, beat: Beat): RemoteLink {
  const { attemptsBefore, study, firstRunId, end } = request;
  const before = (context.info.heartbeatDetails as Partial<TrialHeartbeat> | null | undefined)?.remote;
  const run = before ?? request.remote ?? { key: keyOf(request), since: Date.now(), looks: 0 };
  return {
    run,
    attempt: attemptsBefore + 1,
    again: context.info.attempt > 1 || request.remote !== undefined || end === true,
    keep: (now) => {
      progress.remote = now;
    },
    acknowledged: () => {
      // not the one alone: what the worker was about to say is older
      beat();
      return beat.acknowledged();
    },
    async isUnwanted() {
      const { cancelRequested, notFound } = context.cancellationDetails ?? {};
      if (end || cancelRequested) return true;
      // another attempt may look at the run by now, unless the study itself was terminated
      return notFound === true && !(await isOpen(context.client, study, firstRunId).catch(() => true));
    },
  };
}

/**
 * STUDY/RUN/NUMBER/ATTEMPT-DIGEST. The attempt is that of the activity's first try: a lost worker changes nothing, the trial's own
 * failure, a segment or a resumed pause makes another one. The digest is of what the run is to do: a study that was reset may give
 * a number other parameters.
 */
function keyOf({ study, firstRunId, number, attemptsBefore, ...request }: TrialRequest): string {
  const { params, seed, budget, folds, replicate, checkpoint, phase, stage, evaluation } = request;
  const work = [params, seed, budget, folds, replicate, checkpoint, phase, stage, evaluation];
  const digest = createHash('sha256').update(JSON.stringify(work)).digest('hex').slice(0, 12);
  const key = `${studyName(study)}/${firstRunId}/${number}/${attemptsBefore + 1}-${digest}`;
  // headers are ASCII
  return key.replace(/[^\x21-\x7e]/gu, (character) => encodeURIComponent(character));
}
