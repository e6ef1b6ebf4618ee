/** One attempt of a trial: started from its newest checkpoint, ended when it is cancelled, its result checked. */
import { CancelledFailure, type Context } from '@temporalio/activity';
import { openStore } from '../artifacts/store.ts';
import { acknowledging, type Beat } from './beat.ts';
import { withCheckpoints } from './checkpoints.ts';
import { attemptFacts } from '../study/trial/attempt-facts.ts';
import type { TrialAnswer, TrialRequest } from '../study/contract.ts';
import { TransientError, TrialFailedError } from '../study/errors.ts';
import { isRemote } from '../study/trial/remote.ts';
import type { RunnableSpec } from '../study/study.ts';
import { curveOf } from '../study/trial/result.ts';
import { shorten, toFailure } from './failures.ts';
import { openParameters } from './by-run/attempt-parameters.ts';
import type { AttemptReports } from './reports/attempt-reports.ts';
import { claimTrial } from './runners/claims.ts';
import { createRunner, type RunnerRules } from './runners/create-runner.ts';
import type { Progress } from './runners/progress.ts';
import { linkOf } from './runners/remote/link.ts';
import type { TrialEvents, TrialFacts } from './runners/runner.ts';
import { takeResult } from './take-result.ts';

export interface RunTrialOptions extends RunnerRules {
  /** Folder or s3://BUCKET/PREFIX of the artifact store: for whole curves (without it they are thinned to 100 measurements), predictions and checkpoints. */
  readonly artifacts?: string;
  /** How long a trial that was told to end may still take, milliseconds; 5,000. */
  readonly graceMs?: number;
}

/** Runs one attempt within an activity and keeps `progress`. @throws as the activity `runTrial` does */
export type Attempt = (
  context: Context,
  request: TrialRequest,
  progress: Progress,
  beat: Beat,
  reports?: AttemptReports,
) => Promise<TrialAnswer>;

/** Longest time between heartbeats, milliseconds: they carry cancellation. */
const MAX_BEAT_MS = 1000;

export function createAttempt({ artifacts, graceMs = 5000, ...rules }: RunTrialOptions): Attempt {
  const store = artifacts === undefined ? undefined : openStore(artifacts);
  const run = createRunner(rules);

  return async (context, request, progress, beat, reports) => {
    const stop = new AbortController();
    const onCancel = (): void => stop.abort();
    context.cancellationSignal.addEventListener('abort', onCancel);
    if (context.cancellationSignal.aborted || request.end) onCancel();
    let release: (() => void) | undefined;
    try {
      release = await claimTrial(trialKey(request), progress.attempt, onCancel);
      // a run that attempts before have begun elsewhere is to be ended
      if (stop.signal.aborted && !isRemote(request.trial)) throw whyEnded(context, progress);
      const limits = { signal: stop.signal, timeoutMs: request.trial.timeoutMs, graceMs };
      const log = (message: string): void => context.log.info(message);
      const suggest = openParameters(() => context.client, request, progress, stop.signal);
      const raw = await withCheckpoints({ store, request, progress, beat, log }, (facts, events) =>
        run(
          request.trial as RunnableSpec,
          { ...factsOf(request, progress), ...facts },
          { ...eventsOf(context, progress, reports), ...(suggest && { suggest }), ...events },
          limits,
          linkOf(context, request, progress, beat),
        ),
      );
      if (stop.signal.aborted && !context.cancellationDetails?.cancelRequested) throw whyEnded(context, progress);
      const result = await takeResult(raw, request, progress, store);
      // reports that came with the result alone cross, too
      if (progress.crossed) for (const measurement of curveOf(raw, progress)) progress.report(measurement);
      const { attempt, restored, crossed } = progress;
      return { ...result, attempt, ...(restored !== undefined && { restored }), ...(crossed && { crossed }) };
    } catch (error) {
      if (request.end) throw toFailure(new TrialFailedError('nobody waits for this run any more'));
      // what it leaves tells the workflow whether there was progress
      if (stop.signal.aborted) throw toFailure(whyEnded(context, progress), [progress.heartbeat()]);
      throw toFailure(error, error instanceof TrialFailedError ? [progress.failed(shorten(error.message))] : []);
    } finally {
      context.cancellationSignal.removeEventListener('abort', onCancel);
      release?.();
    }
  };
}

/** Heartbeats these details regularly, and whenever `run` says so, until it has ended. */
export async function beating<Result>(
  context: Context,
  details: () => unknown,
  run: (beat: Beat) => Promise<Result>,
): Promise<Result> {
  let over = false;
  // what is over before the first beat costs none
  const beat = (): void => {
    if (!over) context.heartbeat(details());
  };
  const pulse = setInterval(beat, Math.min((context.info.heartbeatTimeoutMs || Infinity) / 3, MAX_BEAT_MS));
  try {
    return await run(acknowledging(context, beat, details));
  } finally {
    // a function that was left behind may still call
    over = true;
    clearInterval(pulse);
  }
}

/** The runs of a final test are trials of their own, though several may have one number. */
function trialKey({ study, firstRunId, number, phase, evaluation }: TrialRequest): string {
  const { candidate, repeat } = evaluation ?? {};
  return [study, firstRunId, number, phase, candidate, repeat].join('\n');
}

function factsOf(request: TrialRequest, { attempt, checkpoint }: Progress): TrialFacts {
  const { stage } = request;
  return { ...attemptFacts(request, attempt, checkpoint), ...(stage && { stage }) };
}

function eventsOf(
  { log }: Context,
  progress: Progress,
  reports: AttemptReports | undefined,
): Omit<TrialEvents, 'checkpoint' | 'directory'> {
  return {
    report(measurement) {
      if (progress.report(measurement)) reports?.report(measurement);
    },
    ...(reports && { verdict: (step: number) => reports.verdict(step) }),
    log: (message) => log.info(message),
    output: (line) => log.debug(shorten(line)),
  };
}

/** Why an attempt that was told to end has ended. */
function whyEnded({ cancellationDetails: details, cancellationSignal }: Context, progress: Progress): Error {
  if (!cancellationSignal.aborted)
    return new TransientError(`attempt ${progress.attempt} was ended, since a later one of the same trial starts here`);
  if (details?.cancelRequested || details?.paused || details?.reset || details?.notFound)
    return new CancelledFailure('the trial was cancelled', [progress.failed('cancelled')]);
  const why = details?.timedOut ? 'the server no longer waits for this attempt' : 'the worker is shutting down';
  return new TransientError(`${why}: the trial goes on from its last checkpoint`);
}
