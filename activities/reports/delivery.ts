/** One message with reports to a study, and what its failure means. */
import { ApplicationFailure } from '@temporalio/common';
import { WorkflowNotFoundError, WorkflowUpdateFailedError, type Client } from '@temporalio/client';
import { SIGNALS, UPDATES } from '../../study/contract.ts';
import type { ReportVerdict, TrialReport, TrialReports } from '../../study/scheduling.ts';
import { isOpen } from '../find-gone.ts';

/** A study: its workflow id, and its first run, since another study may have the name by now. */
export interface Address {
  readonly study: string;
  readonly firstRunId: string;
}

/** What became of a report: a verdict, or that it was sent without asking for one, or given up. */
export type Arrival = ReportVerdict | 'sent' | 'lost';

/** Longest call, milliseconds; an update waits until a worker of the study has answered. */
const SIGNAL_MS = 10_000;
const UPDATE_MS = 30_000;

/** The server's own refusals of an update: the run ended before it answered, or a step was lost with its worker. */
const BETWEEN: readonly unknown[] = ['AcceptedUpdateCompletedWorkflow', 'UnprocessedUpdate'];

/**
 * Tries once. @returns what became of each report, or undefined where the same message may arrive later
 *
 * @param updateId  asks for verdicts; absent: nobody waits for any
 */
export async function deliver(
  client: Client,
  address: Address,
  reports: readonly TrialReport[],
  updateId: string | undefined,
): Promise<readonly Arrival[] | undefined> {
  const handle = client.workflow.getHandle(address.study);
  const message: TrialReports = { firstRunId: address.firstRunId, reports };
  const within = <Answer>(ms: number, call: () => Promise<Answer>): Promise<Answer> =>
    client.withDeadline(Date.now() + ms, call);
  const lost = (): Arrival[] => reports.map(() => 'lost');
  try {
    if (updateId === undefined) {
      await within(SIGNAL_MS, () => handle.signal<[TrialReports]>(SIGNALS.reports, message));
      return reports.map(() => 'sent');
    }
    const verdicts = await within(UPDATE_MS, () =>
      handle.executeUpdate<readonly ReportVerdict[] | undefined, [TrialReports]>(UPDATES.judge, {
        updateId,
        args: [message],
      }),
    );
    return reports.map((_, i) => (verdicts?.[i] === 'prune' ? 'prune' : 'go on'));
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) {
      // an update may be unknown where its study is not: its run has continued as new, or its worker has died
      const gone =
        updateId === undefined || !(await isOpen(client, address.study, address.firstRunId).catch(() => true));
      return gone ? lost() : undefined;
    }
    if (error instanceof WorkflowUpdateFailedError && !wasBetween(error.cause)) return lost();
    return undefined;
  }
}

function wasBetween(cause: unknown): boolean {
  return cause instanceof ApplicationFailure && BETWEEN.includes(cause.type);
}
