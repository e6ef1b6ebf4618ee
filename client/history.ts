/** What the server's history tells without any worker. */
import { defaultPayloadConverter } from '@temporalio/common';
import { isGrpcServiceError, WorkflowNotFoundError, type Client } from '@temporalio/client';
import type { StudyInput } from '../study/contract.ts';
import type { StudyDefinition } from '../study/study.ts';

/** The definition an open study was started (or continued) with, read from its first event; undefined if it is not open. */
export async function definitionOfRun(client: Client, workflowId: string): Promise<StudyDefinition | undefined> {
  const description = await client.workflow
    .getHandle(workflowId)
    .describe()
    .catch((error: unknown) => {
      if (error instanceof WorkflowNotFoundError) return undefined;
      throw error;
    });
  if (!description || description.status.name !== 'RUNNING') return undefined;
  const { history } = await client.workflowService.getWorkflowExecutionHistory({
    namespace: client.options.namespace,
    execution: { workflowId, runId: description.runId },
    maximumPageSize: 1,
  });
  const input = history?.events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads?.[0];
  return input ? defaultPayloadConverter.fromPayload<StudyInput>(input).definition : undefined;
}

/** Whether an error says that the server cannot be reached just now (UNAVAILABLE, DEADLINE_EXCEEDED, CANCELLED by a closing one). */
export function isUnreachable(error: unknown): boolean {
  const UNAVAILABLE = 14;
  const DEADLINE_EXCEEDED = 4;
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return [error, cause].some(
    (each) => isGrpcServiceError(each) && (each.code === UNAVAILABLE || each.code === DEADLINE_EXCEEDED),
  );
}
