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
  const message: TrialReports = { firstRunId: address.firstRunId, reports };
  const lost = (): Arrival[] => reports.map(() => 'lost');
  try {
    if (updateId === undefined) {
      await client.withDeadline(Date.now() + SIGNAL_MS, () =>
        client.workflow.getHandle(address.study).signal<[TrialReports]>(SIGNALS.reports, message),
      );
      return reports.map(() => 'sent');
    }
  } catch (error) {
    return error instanceof WorkflowNotFoundError ? lost() : undefined;
  }
  const said = await update<readonly ReportVerdict[] | undefined>(client, address, UPDATES.judge, updateId, message);
  if (said === 'later') return undefined;
  if (said === 'gone' || 'refused' in said) return lost();
  return reports.map((_, i) => (said.answer?.[i] === 'prune' ? 'prune' : 'go on'));
}

/** What became of an update: it may be answered later, its study is gone, or it has refused it, in words. */
export type Said<Answer> = { readonly answer: Answer } | 'later' | 'gone' | { readonly refused: string };

/** Tries an update of a study once. */
export async function update<Answer>(
  client: Client,
  { study, firstRunId }: Address,
  name: string,
  updateId: string,
  message: unknown,
): Promise<Said<Answer>> {
  try {
    const answer = await client.withDeadline(Date.now() + UPDATE_MS, () =>
      client.workflow.getHandle(study).executeUpdate<Answer, [unknown]>(name, { updateId, args: [message] }),
    );
    return { answer };
  } catch (error) {
    // an update may be unknown where its study is not: its run has continued as new, or its worker has died
    if (error instanceof WorkflowNotFoundError)
      return (await isOpen(client, study, firstRunId).catch(() => true)) ? 'later' : 'gone';
    if (error instanceof WorkflowUpdateFailedError && !wasBetween(error.cause))
      return { refused: (error.cause ?? error).message };
    return 'later';
  }
}

function wasBetween(cause: unknown): boolean {
  return cause instanceof ApplicationFailure && BETWEEN.includes(cause.type);
}
