/**
 * A trial that runs for hours or days has a workflow of its own, which its study abandons: the study may continue as new, or be
 * down, while the trial runs on, and is told the outcome by signal. A trial whose signal got lost, or whose workflow was
 * terminated, is found by the activity `lookAfter`.
 */
import {
  ChildWorkflowCancellationType,
  CancellationScope,
  getExternalWorkflowHandle,
  ParentClosePolicy,
  sleep,
  startChild,
  workflowInfo,
} from '@temporalio/workflow';
import { SIGNALS, TRIAL_WORKFLOW } from '../../study/contract.ts';
import type { TrialEnded, TrialWorkflowInput } from '../../study/trial/trial-forms.ts';
import type { Outcome } from '../../study/ledger/ledger.ts';
import type { LedgerRow } from '../../study/ledger/row.ts';
import { trialSummary } from '../../study/visibility.ts';
import { settle } from './stages.ts';
import type { TrialTask } from './trial.ts';

/** Between tries to tell the study, milliseconds; continue-as-new takes none, a study that is not found then is gone. */
const PAUSES = [500, 1000, 2000];

/** The workflow of one trial. Cancelled, its trial is paused. @returns what it also tells the study */
export async function trialWorkflow(input: TrialWorkflowInput): Promise<Outcome> {
  const outcome = await settle(input);
  await CancellationScope.nonCancellable(() => tell(input, outcome));
  return outcome;
}

async function tell({ request: { study, firstRunId, number } }: TrialWorkflowInput, outcome: Outcome): Promise<void> {
  const ended: TrialEnded = { firstRunId, number, outcome };
  for (const pause of PAUSES) {
    try {
      // without a run id: whichever run is the study's by now
      return await getExternalWorkflowHandle(study).signal(SIGNALS.trialEnded, ended);
    } catch {
      await sleep(pause);
    }
  }
}

/** Workflow id of a trial of this study; the same until its row closes or is suspended, whichever run of the study asks. */
export function longTrialId({ number, attempts }: LedgerRow): string {
  const { workflowId, firstExecutionRunId } = workflowInfo();
  // the run: a trial of a study that had this name before may still run
  return `${workflowId}/trial/${number}/${attempts + 1}/${firstExecutionRunId}`;
}

/** Resolves when the trial's workflow has started; before that the study must not continue as new. */
export async function startLongTrial(input: TrialTask, workflowId: string): Promise<void> {
  const { request, priority } = input;
  try {
    await startChild(TRIAL_WORKFLOW, {
      workflowId,
      args: [input],
      staticSummary: trialSummary(request.number, request.params),
      ...(priority && { priority }),
      parentClosePolicy: ParentClosePolicy.ABANDON,
      cancellationType: ChildWorkflowCancellationType.ABANDON,
    });
  } catch (error) {
    // a study that was reset finds the trial it had started before
    if ((error as Error).name !== 'WorkflowExecutionAlreadyStartedError') throw error;
  }
}

/** Asks a trial to end; it tells its outcome as ever. Never rejects: of a trial that has ended already the study is told, too. */
export async function cancelLongTrial(row: LedgerRow): Promise<void> {
  await getExternalWorkflowHandle(longTrialId(row))
    .cancel()
    .catch(() => {});
}
