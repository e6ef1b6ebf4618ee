/**
 * Door './worker': the workers of studies. Run as a program it serves the study queue, and the trials of the studies named as its
 * arguments, on the server that the environment names (TEMPORAL_ADDRESS or a profile; DTUNE_ARTIFACTS or DTUNE_HOME for artifacts).
 */
import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { NativeConnection, Worker, type WorkerDeploymentOptions, type WorkerOptions } from '@temporalio/worker';
import { createStudyActivities, createTrialActivities, type StudyActivitiesOptions } from './activities/index.ts';
import type { RunTrialOptions } from './activities/run-trial.ts';
import { artifactsOf } from './artifacts/store.ts';
import { homePath } from './server/home.ts';
import { resolveServer } from './server/address.ts';
import { STUDY_QUEUE, trialQueue } from './study/contract.ts';
import { workflowBundle } from './workflow-bundle.ts';

export interface WorkerPlace {
  readonly connection: NativeConnection;
  readonly namespace: string;
}

export interface StudyWorkerOptions extends WorkerPlace {
  /** Folder or s3://BUCKET/PREFIX of the artifact store, shared by all workers of these studies. */
  readonly artifacts: string;
  /** How long a workflow task waits for the worker that has the study in its cache; milliseconds, 10,000. */
  readonly stickyMs?: number;
  /**
   * Makes this a version of a worker deployment: a study's run stays with the version it began with, and goes over to the current
   * one when it continues as new. Default: unversioned, any newer worker goes on with what there is.
   */
  readonly deployment?: { readonly name: string; readonly buildId: string };
  /** Whether this worker may run a command that promotes a study's winner; none by default. */
  readonly allowPromotion?: StudyActivitiesOptions['allowPromotion'];
  /** Studies kept in memory between their steps; 0 replays every step (for tests). Default: by memory. */
  readonly maxCachedWorkflows?: number;
}

export interface TrialWorkerOptions extends WorkerPlace, RunTrialOptions {
  readonly study: string;
  /** Trials in flight together in this worker; 1,000. */
  readonly slots?: number;
}

/** A worker for study workflows, their asks and their blocks. */
export async function createStudyWorker(options: StudyWorkerOptions): Promise<Worker> {
  const { connection, namespace, artifacts, allowPromotion, stickyMs, maxCachedWorkflows, deployment } = options;
  return Worker.create({
    connection,
    namespace,
    taskQueue: STUDY_QUEUE,
    workflowBundle: await workflowBundle(),
    activities: createStudyActivities({ artifacts, ...(allowPromotion && { allowPromotion }) }),
    ...(stickyMs !== undefined && { stickyQueueScheduleToStartTimeout: stickyMs }),
    ...(maxCachedWorkflows !== undefined && { maxCachedWorkflows }),
    ...(deployment && { workerDeploymentOptions: pinned(deployment) }),
    ...SHUTDOWN,
  });
}

/** A worker for the trials of one study. */
export async function createTrialWorker(options: TrialWorkerOptions): Promise<Worker> {
  const { connection, namespace, study, slots = 1000, ...trials } = options;
  return Worker.create({
    connection,
    namespace,
    taskQueue: trialQueue(study),
    activities: createTrialActivities(trials),
    maxConcurrentActivityTaskExecutions: slots,
    // a cancelled trial hears of it by its next heartbeat
    maxHeartbeatThrottleInterval: '2 seconds',
    ...SHUTDOWN,
  });
}

function pinned({ name, buildId }: { readonly name: string; readonly buildId: string }): WorkerDeploymentOptions {
  return {
    version: { deploymentName: name, buildId },
    useWorkerVersioning: true,
    defaultVersioningBehavior: 'PINNED',
  };
}

const SHUTDOWN: Pick<WorkerOptions, 'shutdownGraceTime'> = { shutdownGraceTime: 0 };

async function main(studies: readonly string[]): Promise<void> {
  const home = homePath();
  const { connection: options, namespace } = await resolveServer({ home });
  const connection = await NativeConnection.connect(options);
  try {
    const place = { connection, namespace, artifacts: artifactsOf(home) };
    const workers = [
      createStudyWorker(place),
      ...studies.map((study) => createTrialWorker({ ...place, study, functions: {}, allowCommand: () => false })),
    ];
    await Promise.all((await Promise.all(workers)).map((worker) => worker.run()));
  } finally {
    await connection.close();
  }
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url))
  await main(process.argv.slice(2));
