/** The activity that asks the server which of the studies that have slots of a pool do not run any more. */
import { Context } from '@temporalio/activity';
import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import type { FindGoneRequest } from '../study/slots/protocol.ts';

/** @returns first runs */
export async function findGone({ studies }: FindGoneRequest): Promise<readonly string[]> {
  const { client } = Context.current();
  const gone: string[] = [];
  for (const { study, firstRunId } of studies) if (!(await isOpen(client, study, firstRunId))) gone.push(firstRunId);
  return gone;
}

/** Whether the study that began with this run still runs. */
export async function isOpen(client: Client, study: string, firstRunId: string): Promise<boolean> {
  try {
    const { status, raw } = await client.workflow.getHandle(study).describe();
    // another study may have the name by now
    const isSame = raw.workflowExecutionInfo?.firstRunId === firstRunId;
    return isSame && (status.name === 'RUNNING' || status.name === 'PAUSED');
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}
