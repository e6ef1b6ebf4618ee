/** Updates of an open study, repeated until the study has answered: what was asked twice happens once. */
import { ApplicationFailure } from '@temporalio/common';
import {
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
  type Client,
} from '@temporalio/client';
import { FAILURES, workflowId } from '../study/contract.ts';
import { StudyDefinitionError } from '../study/errors.ts';
import { isPassing, readable } from './history.ts';

const PAUSE_MS = 250;

/** @throws StudyDefinitionError where the study refuses it, or there is no open study of this name */
export async function sendUpdate<Answer>(
  client: Client,
  name: string,
  update: string,
  request: unknown,
): Promise<Answer> {
  for (;;) {
    try {
      const handle = client.workflow.getHandle(workflowId(name));
      return await readable(handle.workflowId, () =>
        handle.executeUpdate<Answer, [unknown]>(update, { args: [request] }),
      );
    } catch (error) {
      if (error instanceof WorkflowNotFoundError)
        throw new StudyDefinitionError(`there is no open study named '${name}'`, { cause: error });
      const refusal = error instanceof WorkflowUpdateFailedError ? error.cause : undefined;
      if (refusal instanceof ApplicationFailure && refusal.type === FAILURES.definition)
        throw new StudyDefinitionError(refusal.message, { cause: error });
      // a run that continued as new, a worker or a server that is away: the request's own id makes repeating safe
      const repeat =
        error instanceof WorkflowUpdateRPCTimeoutOrCancelledError || isPassing(error) || wasBetween(refusal);
      if (!repeat) throw error;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
}

function wasBetween(refusal: Error | undefined): boolean {
  return refusal instanceof ApplicationFailure && refusal.type === 'AcceptedUpdateCompletedWorkflow';
}
