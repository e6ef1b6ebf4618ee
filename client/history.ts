/** What the server's history tells without any worker. */
import { setTimeout as delay } from 'node:timers/promises';
import { ValueError, type Payload, type SerializationContext } from '@temporalio/common';
import { isGrpcServiceError, WorkflowNotFoundError, type Client } from '@temporalio/client';
import type { StudyInput } from '../study/contract.ts';
import { StudyDefinitionError } from '../study/errors.ts';
import type { StudyDefinition } from '../study/study.ts';

export interface StudyRun {
  readonly workflowId: string;
  readonly runId: string;
  /** The same over all runs of one study: continue-as-new makes new ones. */
  readonly firstRunId: string;
  readonly isOpen: boolean;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
}

/** The last run under a workflow id, or undefined where the server knows none. */
export async function currentRun(client: Client, workflowId: string): Promise<StudyRun | undefined> {
  try {
    const { runId, status, raw, startTime } = await client.workflow.getHandle(workflowId).describe();
    const firstRunId = raw.workflowExecutionInfo?.firstRunId || runId;
    return { workflowId, runId, firstRunId, isOpen: status.name === 'RUNNING', startedAt: startTime.getTime() };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

/** What follows `prefix` in the ids of the open workflows of this type, ascending, each once. */
export async function openNames(client: Client, workflowType: string, prefix: string): Promise<string[]> {
  const names = new Set<string>();
  const query = `WorkflowType = '${workflowType}' AND ExecutionStatus = 'Running'`;
  for await (const { workflowId } of client.workflow.list({ query }))
    if (workflowId.startsWith(prefix)) names.add(workflowId.slice(prefix.length));
  return [...names].sort();
}

/** The definition a run was started (or continued) with, read from its first event. */
export async function definitionOfRun(client: Client, { workflowId, runId }: StudyRun): Promise<StudyDefinition> {
  const { history } = await client.workflowService.getWorkflowExecutionHistory({
    namespace: client.options.namespace,
    execution: { workflowId, runId },
    maximumPageSize: 1,
  });
  const { namespace } = client.options;
  const payloads = history!.events![0]!.workflowExecutionStartedEventAttributes!.input!.payloads!;
  const [input] = await decoded(client, { type: 'workflow', namespace, workflowId }, payloads);
  return (input as StudyInput).definition;
}

/** Values of a history. @throws StudyDefinitionError where this client's data converter cannot read them */
export async function decoded(
  client: Client,
  context: SerializationContext & { readonly workflowId: string },
  encoded: Payload[],
): Promise<unknown[]> {
  const { payloadConverter, payloadCodecs } = client.options.loadedDataConverter;
  let payloads = encoded;
  // the last to encode is the first to decode
  for (const codec of payloadCodecs.toReversed()) payloads = await codec.decode(payloads, context);
  const read = async (): Promise<unknown[]> =>
    payloads.map((payload) => payloadConverter.fromPayload<unknown>(payload, context));
  return readable(context.workflowId, read);
}

/** What `read` reads from the server. @throws StudyDefinitionError where this client's data converter cannot */
export async function readable<Answer>(workflowId: string, read: () => Promise<Answer>): Promise<Answer> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof ValueError)) throw error;
    throw new StudyDefinitionError(
      `${workflowId} cannot be read here (${error.message}): expected a client with the data converter of its workers; ` +
        `give the Temporal client their dataConverter`,
      { cause: error },
    );
  }
}

/** gRPC's CANCELLED, DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, FAILED_PRECONDITION (a step is being repeated) and UNAVAILABLE. */
const PASSING = [1, 4, 8, 9, 14];

/** Whether an error says that the server, or the worker that has to answer, is just not there: the same question may do later. */
export function isPassing(error: unknown): boolean {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return [error, cause].some((each) => isGrpcServiceError(each) && PASSING.includes(each.code));
}

/** What `ask` gives, or undefined while nobody can say. */
export async function patiently<Answer>(ask: () => Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (isPassing(error)) return undefined;
    throw error;
  }
}

/** What `ask` gives, once somebody can say. */
export async function persistently<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!isPassing(error)) throw error;
      await delay(250);
    }
  }
}
