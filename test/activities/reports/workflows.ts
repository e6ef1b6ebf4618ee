/** A study as far as reports are concerned: runs one trial, and judges what it hears of it; the workflow of server.test.ts. */
import {
  ActivityCancellationType,
  CancellationScope,
  condition,
  continueAsNew,
  defineSignal,
  defineUpdate,
  proxyActivities,
  setHandler,
  workflowInfo,
  type ActivityFailure,
  type ApplicationFailure,
  type CancelledFailure,
} from '@temporalio/workflow';
import { ACTIVITIES, SIGNALS, UPDATES, type TrialRequest, type TuningActivities } from '../../../study/contract.ts';
import type { ReportVerdict, TrialReport, TrialReports } from '../../../study/scheduling.ts';

export interface Heard {
  /** In the order in which they were heard of, with the run that heard. */
  readonly reports: readonly (TrialReport & { readonly by: 'signal' | 'update'; readonly run: number })[];
  readonly messages: number;
  /** By trial: its answer, or the detail of its failure. */
  readonly endings: readonly unknown[];
}

export interface StudyOf {
  readonly trials: number;
  readonly request: Omit<TrialRequest, 'study' | 'firstRunId' | 'number'>;
  readonly queue: string;
  /** Cancels a trial whose report at this step it hears of; in an update it says so, too. */
  readonly pruneAt?: number;
}

/** Runs trials side by side, and takes in what it hears of them until all have ended. */
export async function reportsWorkflow({ trials, request, queue, pruneAt }: StudyOf): Promise<Heard> {
  const { workflowId, firstExecutionRunId } = workflowInfo();
  const { [ACTIVITIES.runTrial]: runTrial } = proxyActivities<Record<string, TuningActivities['runTrial']>>({
    taskQueue: queue,
    startToCloseTimeout: '1m',
    heartbeatTimeout: '10s',
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  });
  const heard: Heard['reports'][number][] = [];
  let messages = 0;
  const scopes = Array.from({ length: trials }, () => new CancellationScope());
  const take = ({ firstRunId, reports }: TrialReports, by: 'signal' | 'update'): ReportVerdict[] => {
    if (firstRunId !== firstExecutionRunId) return reports.map(() => 'go on');
    messages++;
    return reports.map((report): ReportVerdict => {
      heard.push({ ...report, by, run: 1 });
      if (pruneAt === undefined || report.step < pruneAt) return 'go on';
      scopes[report.number]!.cancel();
      return 'prune';
    });
  };
  setHandler(defineSignal<[TrialReports]>(SIGNALS.reports), (message) => void take(message, 'signal'));
  setHandler(defineUpdate<ReportVerdict[], [TrialReports]>(UPDATES.judge), (message) => take(message, 'update'));
  const endings = await Promise.all(
    scopes.map((scope, number) =>
      scope
        .run(() => runTrial!({ ...request, study: workflowId, firstRunId: firstExecutionRunId, number }))
        .catch(({ cause }: ActivityFailure) => (cause as ApplicationFailure | CancelledFailure).details?.[0]),
    ),
  );
  return { reports: heard, messages, endings };
}

export const stop = defineSignal('stop');

/** Judges reports over several runs, each of which ends right after its third, and runs nothing itself. */
export async function changingWorkflow(run: number, before: Heard['reports']): Promise<Heard['reports']> {
  const heard = [...before];
  let isOver = false;
  const take = ({ reports }: TrialReports, by: 'signal' | 'update'): ReportVerdict[] =>
    reports.map((report) => {
      if (!heard.some(({ step }) => step === report.step)) heard.push({ ...report, by, run });
      return report.step >= 40 ? 'prune' : 'go on';
    });
  setHandler(stop, () => void (isOver = true));
  setHandler(defineSignal<[TrialReports]>(SIGNALS.reports), (message) => void take(message, 'signal'));
  setHandler(defineUpdate<ReportVerdict[], [TrialReports]>(UPDATES.judge), (message) => take(message, 'update'));
  await condition(() => isOver || heard.length >= before.length + 3);
  if (isOver) return heard;
  return continueAsNew<typeof changingWorkflow>(run + 1, heard);
}
