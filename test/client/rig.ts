/** A real server, the real study activities and a client: studies that others run, so that the client is under test. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { createStudyActivities } from '../../activities/index.ts';
import { TuningClient } from '../../client/tuning-client.ts';
import type { StudyHandle } from '../../client/study-handle.ts';
import { findBinary } from '../../server/binary/search.ts';
import { STUDY_QUEUE, type EngineOptions } from '../../study/contract.ts';
import { defineStudy } from '../../study/definition.ts';
import { workflowBundle } from '../../workflow-bundle.ts';

export class Rig {
  readonly client: TuningClient;
  private readonly env: TestWorkflowEnvironment;
  private readonly artifacts: string;
  private serving: { readonly worker: Worker; readonly ended: Promise<void> } | undefined;

  private constructor(env: TestWorkflowEnvironment, artifacts: string) {
    this.env = env;
    this.artifacts = artifacts;
    this.client = new TuningClient({ client: env.client, artifacts });
  }

  static async create(): Promise<Rig> {
    Runtime.install({ logger: new DefaultLogger('ERROR') });
    const { path } = await findBinary();
    const env = await TestWorkflowEnvironment.createLocal({ server: { executable: { type: 'existing-path', path } } });
    return new Rig(env, await mkdtemp(join(tmpdir(), 'dtune-client-')));
  }

  /** The client beneath. */
  get temporal(): TestWorkflowEnvironment['client'] {
    return this.env.client;
  }

  async close(): Promise<void> {
    await this.rest();
    await this.env.teardown();
    await rm(this.artifacts, { recursive: true, force: true });
  }

  /** Starts a study whose trials are asked for and told. */
  async start(name: string, more: object = {}, engine: Partial<EngineOptions> = {}): Promise<StudyHandle> {
    const study = {
      name,
      space: { x: { float: [0, 1] } },
      objective: { name: 'loss', goal: 'minimize' },
      trial: 'external',
      sampler: 'random',
      stop: { trials: 3 },
      ...more,
    };
    const definition = defineStudy(study, { directory: '/', seed: 1 });
    return this.client.start(definition, { engine, workflowTaskMs: 2000 });
  }

  /** Has a worker serve studies. */
  async serve(): Promise<void> {
    const worker = await Worker.create({
      connection: this.env.nativeConnection,
      taskQueue: STUDY_QUEUE,
      workflowBundle: await workflowBundle(),
      activities: createStudyActivities({ artifacts: this.artifacts }),
    });
    this.serving = { worker, ended: worker.run() };
  }

  /** Ends the worker. */
  async rest(): Promise<void> {
    this.serving?.worker.shutdown();
    await this.serving?.ended;
    this.serving = undefined;
  }
}
