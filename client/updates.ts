/** Updates of an open study, repeated until the study has answered: what was asked twice happens once. */
import { setTimeout as delay } from 'node:timers/promises';
import { ApplicationFailure } from '@temporalio/common';
import {
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { FAILURES, workflowId } from '../study/contract.ts';
import { StudyDefinitionError } from '../study/errors.ts';
import { isPassing, readable } from './history.ts';
import type { StudyReader } from './study-reader.ts';

const PAUSE_MS = 250;

/**
 * @param updateId  the same for the same update: a run that has answered it answers so again, even once it has closed. The ledger
 *                  remembers over runs.
 * @throws StudyDefinitionError where the study refuses it, or there is no open study of this name
 */
export async function sendUpdate<Answer>(
  reader: StudyReader,
  update: string,
  updateId: string,
  request: unknown,
): Promise<Answer> {
  const { client, name } = reader;
  for (;;) {
    try {
      const handle = client.workflow.getHandle(workflowId(name));
      return await readable(handle.workflowId, () =>
        handle.executeUpdate<Answer, [unknown]>(update, { updateId, args: [request] }),
      );
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return await refuseClosed(reader, error);
      const refusal = error instanceof WorkflowUpdateFailedError ? error.cause : undefined;
      if (refusal instanceof ApplicationFailure && refusal.type === FAILURES.definition)
        throw new StudyDefinitionError(refusal.message, { cause: error });
      if (wasBetween(refusal) && !(await reader.run())?.isOpen) return await refuseClosed(reader, error as Error);
      // a run that continued as new, a worker or a server that is away: the request's own id makes repeating safe
      const repeat =
        error instanceof WorkflowUpdateRPCTimeoutOrCancelledError || isPassing(error) || wasBetween(refusal);
      if (!repeat) throw error;
      await delay(PAUSE_MS);
    }
  }
}

async function refuseClosed(reader: StudyReader, cause: Error): Promise<never> {
  if (!(await reader.archive())) await reader.unknown();
  throw new StudyDefinitionError(`study '${reader.name}' has closed: it takes nothing more`, { cause });
}

/** The server's own refusals: the run ended between taking it in and answering, or a step that it came with was lost with its worker. */
const BETWEEN: readonly unknown[] = ['AcceptedUpdateCompletedWorkflow', 'UnprocessedUpdate'];

/** An update that no workflow has refused: the run there is now, if there is one, is asked. */
function wasBetween(refusal: Error | undefined): boolean {
  return refusal instanceof ApplicationFailure && BETWEEN.includes(refusal.type);
}
