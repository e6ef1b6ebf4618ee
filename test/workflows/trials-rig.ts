/** A real server, the workflows of trials.ts and workers with the activities that a test names. */
import { fileURLToPath } from 'node:url';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import {
  bundleWorkflowCode,
  DefaultLogger,
  Runtime,
  Worker,
  type WorkflowBundleWithSourceMap,
} from '@temporalio/worker';
import type { WorkflowHandle } from '@temporalio/client';
import { createTrialActivities } from '../../activities/index.ts';
import { lookAfter } from '../../activities/look-after.ts';
import type { TrialFunction } from '../../activities/runners/trial-context.ts';
import { findBinary } from '../../server/binary/search.ts';
import { ACTIVITIES, STUDY_QUEUE, trialQueue } from '../../study/contract.ts';
import type { StudyDefinition } from '../../study/study.ts';
import { definitionOf } from '../study/definitions.ts';

type Activities = Record<string, (...args: never[]) => Promise<unknown>>;

/** A study whose trials are the registered function `trial`. */
export const studyOf = (name: string, limits: Partial<StudyDefinition['trial']> = {}): StudyDefinition =>
  definitionOf({
    name,
    trial: { ...definitionOf().trial, heartbeatMs: 1000, ...limits } as StudyDefinition['trial'],
  });

/** What a worker runs whose function `trial` is this. */
export const activitiesOf = (trial: TrialFunction): Activities =>
  createTrialActivities({ functions: { trial }, allowCommand: () => false });

export class Rig {
  private readonly env: TestWorkflowEnvironment;
  private readonly workflowBundle: WorkflowBundleWithSourceMap;

  private constructor(env: TestWorkflowEnvironment, bundle: WorkflowBundleWithSourceMap) {
    this.env = env;
    this.workflowBundle = bundle;
  }

  static async create(): Promise<Rig> {
    const logger = new DefaultLogger('ERROR');
    Runtime.install({ logger });
    const workflowsPath = fileURLToPath(new URL('trials.ts', import.meta.url));
    const bundle = await bundleWorkflowCode({ workflowsPath, logger });
    const { path } = await findBinary();
    const env = await TestWorkflowEnvironment.createLocal({ server: { executable: { type: 'existing-path', path } } });
    return new Rig(env, bundle);
  }

  close(): Promise<void> {
    return this.env.teardown();
  }

  handle(workflowId: string, runId?: string): WorkflowHandle {
    return this.env.client.workflow.getHandle(workflowId, runId);
  }

  async start(workflow: string, workflowId: string, ...args: unknown[]): Promise<WorkflowHandle> {
    return this.env.client.workflow.start(workflow, { workflowId, taskQueue: STUDY_QUEUE, args });
  }

  /** Runs `body` while workers serve workflows and the trials of this study; nothing is cached, so that every step replays. */
  async serving<Result>(study: string, trials: Activities, body: () => Promise<Result>): Promise<Result> {
    const connection = this.env.nativeConnection;
    const { workflowBundle } = this;
    const workers = await Promise.all([
      Worker.create({
        connection,
        taskQueue: STUDY_QUEUE,
        workflowBundle,
        activities: { [ACTIVITIES.lookAfter]: lookAfter },
        maxCachedWorkflows: 0,
      }),
      Worker.create({
        connection,
        taskQueue: trialQueue(study),
        activities: trials,
        maxHeartbeatThrottleInterval: 100,
        defaultHeartbeatThrottleInterval: 100,
      }),
    ]);
    const running = workers.map((worker) => worker.run());
    try {
      return await body();
    } finally {
      for (const worker of workers) worker.shutdown();
      await Promise.all(running);
    }
  }

  /** Replays the whole history of a workflow's run. @returns the types of its events */
  async replay(handle: WorkflowHandle): Promise<number[]> {
    const history = await handle.fetchHistory();
    await Worker.runReplayHistory({ workflowBundle: this.workflowBundle }, history, handle.workflowId);
    return history.events!.map(({ eventType }) => Number(eventType));
  }
}

export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 20));
}
