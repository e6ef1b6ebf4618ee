/** Answers the Nexus service 'tuning' on a worker that runs studies: they start on its own task queue. */
import { randomInt } from 'node:crypto';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { getClient, startWorkflow, WorkflowRunOperationHandler } from '@temporalio/nexus';
import { HandlerError, serviceHandler, type ServiceHandler } from 'nexus-rpc';
import { readArchive } from '../artifacts/archive.ts';
import { currentRun } from '../client/history.ts';
import { checkDefinition } from '../samplers/check.ts';
import { QUERIES, STUDY_WORKFLOW, workflowId, type StudyStatus } from '../study/contract.ts';
import { defineStudy } from '../study/definition.ts';
import { StudyDefinitionError } from '../study/errors.ts';
import type { StudyDefinition } from '../study/study.ts';
import type { studyWorkflow } from '../workflows/study.ts';
import { tuningService, type StartStudyRequest, type StudyRequest, type TuningService } from './service.ts';

/** @param artifacts folder of the artifact store, where closed studies are read */
export function createTuningService(artifacts: string): ServiceHandler<TuningService['operations']> {
  return serviceHandler(tuningService, {
    start: new WorkflowRunOperationHandler<StartStudyRequest, StudyStatus>(async (context, request) => {
      const definition = readDefinition(request);
      try {
        return await startWorkflow<typeof studyWorkflow>(context, STUDY_WORKFLOW, {
          workflowId: workflowId(definition.name),
          args: [{ definition }],
          workflowIdReusePolicy: 'ALLOW_DUPLICATE',
          workflowIdConflictPolicy: 'FAIL',
        });
      } catch (error) {
        if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
        const message = `a study named '${definition.name}' is open; wait for its end, or choose another name`;
        throw new HandlerError('CONFLICT', message, { cause: error });
      }
    }),
    status: async (_context, request) => statusOf(artifacts, request),
    best: async (_context, request) => (await statusOf(artifacts, request)).best,
  });
}

function readDefinition(request: StartStudyRequest): StudyDefinition {
  try {
    const definition = defineStudy(request?.study, { directory: process.cwd(), seed: randomInt(2 ** 31) });
    checkDefinition(definition);
    return definition;
  } catch (error) {
    if (error instanceof StudyDefinitionError) throw new HandlerError('BAD_REQUEST', error.message);
    throw error;
  }
}

async function statusOf(artifacts: string, request: StudyRequest): Promise<StudyStatus> {
  const name = readName(request);
  const client = getClient();
  const run = await currentRun(client, workflowId(name));
  if (run?.isOpen) return client.workflow.getHandle(run.workflowId).query<StudyStatus>(QUERIES.status);
  const archive = await readArchive(artifacts, name);
  // a run that was terminated, or refused, has left nothing
  if (archive && (!run || run.firstRunId === archive.firstRunId)) return archive.status;
  const message = run ? `study '${name}' ended without a result` : `there is no study named '${name}'`;
  throw new HandlerError('NOT_FOUND', `${message}; start one with the operation 'start'`);
}

/** A study's name is part of a path: only what can be one is looked up. */
function readName(request: StudyRequest): string {
  const name: unknown = request?.study;
  if (typeof name === 'string' && /^[A-Za-z0-9._-]{1,200}$/.test(name) && !/^\.+$/.test(name)) return name;
  throw new HandlerError('BAD_REQUEST', `study is ${JSON.stringify(name)}, expected a study's name; give its name`);
}
