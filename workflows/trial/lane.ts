/**
 * A lane: a child workflow that runs many trials side by side, so that the study's own history holds a few events for all of them.
 * It owns neither sampler nor ledger, only the way from requests to outcomes.
 */
import {
  CancellationScope,
  ChildWorkflowCancellationType,
  defineSignal,
  ParentClosePolicy,
  setHandler,
  startChild,
  workflowInfo,
} from '@temporalio/workflow';
import { LANE_WORKFLOW, SIGNALS } from '../../study/contract.ts';
import type { LaneInput } from '../../study/trial/trial-forms.ts';
import type { Outcome } from '../../study/ledger/ledger.ts';
import { batchSummary } from '../../study/visibility.ts';
import { runBatches } from './batch.ts';
import type { Running } from './running.ts';
import { failedWith, type TrialTask } from './trial.ts';

const cancelTrial = defineSignal<[number]>(SIGNALS.cancelTrial);

/** The workflow of one lane. @returns an outcome a task, in their order; cancelled, its trials are paused */
export async function laneWorkflow({ tasks, batch }: LaneInput): Promise<readonly Outcome[]> {
  const running = runBatches(tasks, batch);
  setHandler(cancelTrial, (number) => running[tasks.findIndex(({ request }) => request.number === number)]?.cancel());
  const outcomes = Promise.all(running.map(({ outcome }) => outcome));
  CancellationScope.current().cancelRequested.catch(() => running.forEach(({ cancel }) => cancel()));
  return CancellationScope.nonCancellable(() => outcomes);
}

/** Runs these tasks in a lane of their own. */
export function runLane(tasks: readonly TrialTask[], batch: number): Running[] {
  const { request, priority } = tasks[0]!;
  const lane = startChild(LANE_WORKFLOW, {
    // the run: lanes of an earlier run of the study may still be closing
    workflowId: `${request.study}/lane/${request.number}/${request.attemptsBefore + 1}/${workflowInfo().runId}`,
    args: [{ tasks, batch } satisfies LaneInput],
    staticSummary: batchSummary(tasks.map((task) => task.request.number)),
    ...(priority && { priority }),
    parentClosePolicy: ParentClosePolicy.TERMINATE,
    cancellationType: ChildWorkflowCancellationType.WAIT_CANCELLATION_COMPLETED,
  });
  const outcomes = lane.then((handle) => handle.result() as Promise<readonly Outcome[]>);
  return tasks.map(({ request: { number, attemptsBefore } }, i) => ({
    number,
    outcome: outcomes.then(
      (all) => all[i]!,
      (error: Error) => failedWith({ reason: lost(error), attempt: attemptsBefore + 1, reports: [] }),
    ),
    cancel: () => void lane.then((handle) => handle.signal(SIGNALS.cancelTrial, number)).catch(() => {}),
  }));
}

function lost({ cause, message }: Error): string {
  return `worker lost: the lane of the trial ended without it (${cause instanceof Error ? cause.message : message})`;
}
