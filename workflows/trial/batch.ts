/**
 * Several short trials in one activity, which keeps history short and the way to a result too. Whatever a batch leaves (own
 * failures that may be repeated, trials whose worker was lost) goes on alone, so that no trial suffers long for its neighbours.
 */
import {
  ActivityCancellationType,
  ActivityFailure,
  CancellationScope,
  isCancellation,
  proxyActivities,
  TimeoutFailure,
} from '@temporalio/workflow';
import { ACTIVITIES, type TrialRequest, type TuningActivities } from '../../study/contract.ts';
import type { BatchedEnding, BatchedTrial, BatchHeartbeat, RunTrialsRequest } from '../../study/trial/trial-forms.ts';
import type { Outcome } from '../../study/ledger/ledger.ts';
import { batchSummary } from '../../study/visibility.ts';
import type { Running } from './running.ts';
import { longestRun } from './own-activity.ts';
import { measured, settle } from './stages.ts';
import { attempted, failedWith, pausedAt, resultOf, resumed, type TrialTask } from './trial.ts';

/** Twice: a server that is killed loses what it was just handing out. */
const TRIES = 2;

/** Longest input of one batch, characters of JSON: the server refuses more than 2 MiB. */
const MAX_INPUT = 256 * 1024;

/** Runs these tasks in batches of at most `size`, each on one worker, one after another there. @returns them in the same order */
export function runBatches(tasks: readonly TrialTask[], size: number): Running[] {
  return parts(tasks, size).flatMap((part) => (part.length === 1 ? [runAlone(part[0]!)] : runPart(part)));
}

/** Runs a trial by itself. */
export function runAlone(task: TrialTask): Running {
  return within(new CancellationScope(), task.request.number, () => settle(task));
}

/** Cancelled, one trial ends the batch it is in: the others go on alone. */
function runPart(tasks: readonly TrialTask[]): Running[] {
  const together = new CancellationScope();
  const endings = together.run(() => attempt(tasks));
  return tasks.map((task, i) => {
    const own = new CancellationScope();
    const { number, outcome, cancel } = within(own, task.request.number, async () =>
      outcomeOf(task, (await endings)[i]!),
    );
    return {
      number,
      outcome,
      cancel() {
        cancel();
        together.cancel();
      },
    };
  });
}

function within(scope: CancellationScope, number: number, run: () => Promise<Outcome>): Running {
  return { number, outcome: scope.run(run), cancel: () => scope.consideredCancelled || scope.cancel() };
}

/** What measures a trial's checkpoint, where that is a step of its own, runs alone. */
function outcomeOf(task: TrialTask, ending: BatchedEnding): Promise<Outcome> {
  const ended = endedIn(task, ending);
  return task.evaluate ? ended.then((outcome) => measured(task, outcome)) : ended;
}

async function endedIn(task: TrialTask, ending: BatchedEnding): Promise<Outcome> {
  if ('ok' in ending) return resultOf(ending.ok);
  const after = resumed(task, 'failed' in ending ? ending.failed : ending.left);
  const { attemptsBefore, checkpoint, trial } = after.request;
  if ('failed' in ending)
    return trial.retries > 0
      ? attempted(after, trial.retries - 1)
      : failedWith({ ...ending.failed, ...(checkpoint && { checkpoint }) });
  // a neighbour was cancelled, not this one: it goes on
  return CancellationScope.current().consideredCancelled ? pausedAt(attemptsBefore, checkpoint) : attempted(after);
}

/** One ending a task; never rejects. */
async function attempt(tasks: readonly TrialTask[]): Promise<readonly BatchedEnding[]> {
  try {
    return completed(tasks, await batchActivity(tasks)(requestOf(tasks)), 0);
  } catch (error) {
    const cause = error instanceof ActivityFailure ? error.cause : error;
    const heartbeat =
      cause instanceof TimeoutFailure ? (cause.lastHeartbeatDetails as BatchHeartbeat | undefined) : undefined;
    const endings = [...(heartbeat?.endings ?? [])];
    // a lost worker may still run, and what it writes is named by attempt
    const whole = completed(tasks, endings, isCancellation(error) ? 0 : TRIES);
    return whole.map((ending, i) =>
      i === heartbeat?.ended && heartbeat.trial && 'left' in ending
        ? { left: { ...heartbeat.trial, attempt: ending.left.attempt } }
        : ending,
    );
  }
}

/** The endings, and for the tasks without one what they began with, `attempts` later. */
function completed(
  tasks: readonly TrialTask[],
  endings: readonly BatchedEnding[],
  attempts: number,
): readonly BatchedEnding[] {
  return tasks.map(
    ({ request: { attemptsBefore } }, i) => endings[i] ?? { left: { attempt: attemptsBefore + attempts, steps: 0 } },
  );
}

function batchActivity(tasks: readonly TrialTask[]): TuningActivities['runTrials'] {
  const { request, queue, priority } = tasks[0]!;
  const activities = proxyActivities<Record<string, TuningActivities['runTrials']>>({
    taskQueue: queue,
    summary: batchSummary(tasks.map(({ request: { number } }) => number)),
    ...(priority && { priority }),
    heartbeatTimeout: request.trial.heartbeatMs,
    startToCloseTimeout: longestRun(request.trial, tasks.length),
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    retry: { initialInterval: 200, maximumAttempts: TRIES },
  });
  return activities[ACTIVITIES.runTrials]!;
}

function requestOf(tasks: readonly TrialTask[]): RunTrialsRequest {
  const { study, firstRunId, trial, objectives, constraints, phase, stage, evaluation } = tasks[0]!.request;
  const parts = { ...(stage && { stage }), ...(evaluation && { evaluation }) };
  return {
    shared: { study, firstRunId, trial, objectives, constraints, phase, ...parts },
    trials: tasks.map(({ request }) => batched(request)),
  };
}

function batched({
  number,
  seed,
  params,
  attemptsBefore,
  checkpoint,
  budget,
  folds,
  replicate,
  suggested,
}: TrialRequest): BatchedTrial {
  return {
    number,
    seed,
    params,
    attemptsBefore,
    ...(checkpoint !== undefined && { checkpoint }),
    ...(budget !== undefined && { budget }),
    ...(folds && { folds }),
    ...(replicate !== undefined && { replicate }),
    ...(suggested && { suggested }),
  };
}

/** The tasks in order, in parts of at most `size` whose input is not too long; those that are trained alone. */
function parts(tasks: readonly TrialTask[], size: number): TrialTask[][] {
  const all: TrialTask[][] = [];
  let length = Infinity;
  for (const task of tasks) {
    // only its evaluation is left
    if (task.trained) {
      all.push([task]);
      length = Infinity;
      continue;
    }
    const more = JSON.stringify(batched(task.request)).length;
    length += more;
    if (length > MAX_INPUT || all.at(-1)!.length >= size) {
      all.push([]);
      length = more;
    }
    all.at(-1)!.push(task);
  }
  return all;
}
