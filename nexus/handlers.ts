/**
 * Answers the Nexus service 'tuning' on a worker that runs studies: they start on its own task queue. Refusals are BAD_REQUEST (the
 * request), CONFLICT (a study that has the name) and NOT_FOUND (none that has it); none of them is tried again.
 */
import { randomInt } from 'node:crypto';
import { WorkflowExecutionAlreadyStartedError, type Client } from '@temporalio/client';
import { getClient, TemporalOperationHandler, TemporalOperationResult } from '@temporalio/nexus';
import { HandlerError, serviceHandler, type HandlerErrorType, type ServiceHandler } from 'nexus-rpc';
import { StudyReader } from '../client/study-reader.ts';
import { TuningClient } from '../client/tuning-client.ts';
import { checkDefinition } from '../samplers/check.ts';
import { checkScheduler } from '../schedulers/registry.ts';
import { withOwnSamplers } from '../samplers/registry.ts';
import type { Sampler } from '../samplers/sampler.ts';
import { QUERIES, STUDY_WORKFLOW, workflowId, type StudyStatus } from '../study/contract.ts';
import { defineStudy } from '../study/definition.ts';
import { StudyDefinitionError } from '../study/errors.ts';
import type { StudyDefinition } from '../study/study.ts';
import { show } from '../study/wording/json.ts';
import type { studyWorkflow } from '../workflows/study.ts';
import { tuningService, type StartStudyRequest, type StudyRequest, type TuningService } from './service.ts';

export interface TuningServiceOptions {
  /** Folder or s3://BUCKET/PREFIX of the artifact store, where closed studies are read. */
  readonly artifacts: string;
  /** Samplers of the worker's own. */
  readonly samplers?: readonly Sampler[];
}

export function createTuningService({
  artifacts,
  samplers = [],
}: TuningServiceOptions): ServiceHandler<TuningService['operations']> {
  const known = withOwnSamplers(samplers);

  const read = (request: StartStudyRequest, seed: number): StudyDefinition => {
    const definition = defineStudy(request?.study, { directory: process.cwd(), seed });
    checkDefinition(definition, known);
    checkScheduler(definition);
    return definition;
  };

  return serviceHandler(tuningService, {
    start: new TemporalOperationHandler<StartStudyRequest, StudyStatus>({
      async start(_context, nexus, request) {
        const drawn = randomInt(2 ** 31);
        const definition = await refused('BAD_REQUEST', async () => read(request, drawn));
        const studies = new TuningClient({ client: nexus.client, artifacts });
        for (;;) {
          const there = await refused('CONFLICT', async () => {
            const standing = await studies.standing((seed = drawn) => read(request, seed));
            return standing === 'closed' ? studies.study(definition.name).status() : standing;
          });
          if (typeof there === 'object') return TemporalOperationResult.sync(there);
          try {
            return await nexus.startWorkflow<typeof studyWorkflow>(STUDY_WORKFLOW, {
              workflowId: workflowId(definition.name),
              args: [{ definition }],
              ...(there === 'open' ? ATTACH : START),
            });
          } catch (error) {
            // it has been started, or has closed, meanwhile
            if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
          }
        }
      },
    }),
    status: (_context, request) => statusOf(getClient(), artifacts, request),
    best: async (_context, request) => (await statusOf(getClient(), artifacts, request)).best,
  });
}

/** The operation becomes one more that waits for the study's result. */
const ATTACH = { workflowIdReusePolicy: 'REJECT_DUPLICATE', workflowIdConflictPolicy: 'USE_EXISTING' } as const;
const START = { workflowIdReusePolicy: 'ALLOW_DUPLICATE', workflowIdConflictPolicy: 'FAIL' } as const;

async function refused<Result>(type: HandlerErrorType, ask: () => Promise<Result>): Promise<Result> {
  try {
    return await ask();
  } catch (error) {
    throw error instanceof StudyDefinitionError ? new HandlerError(type, error.message) : error;
  }
}

async function statusOf(client: Client, artifacts: string, request: StudyRequest): Promise<StudyStatus> {
  const name = readName(request);
  const reader = new StudyReader(client, artifacts, name);
  const open = await reader.query<StudyStatus>(QUERIES.status);
  if (open) return open;
  const run = await reader.run();
  const archive = await reader.archive();
  // a run that was terminated, or refused, has left nothing
  if (archive && (!run || run.firstRunId === archive.firstRunId)) return archive.status;
  const message = run ? `study '${name}' ended without a result` : `there is no study named '${name}'`;
  throw new HandlerError('NOT_FOUND', `${message}; start one with the operation 'start'`);
}

/** A study's name is part of a path: only what can be one is looked up. */
function readName(request: StudyRequest): string {
  const name: unknown = request?.study;
  if (typeof name === 'string' && /^[A-Za-z0-9._-]{1,200}$/.test(name) && !/^\.+$/.test(name)) return name;
  throw new HandlerError('BAD_REQUEST', `study is ${show(name)}, expected a study's name; give its name`);
}
