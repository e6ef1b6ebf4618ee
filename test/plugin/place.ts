/** A real server, a folder for artifacts, and workers that a test puts together as a user does. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Client } from '@temporalio/client';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import {
  bundleWorkflowCode,
  DefaultLogger,
  NativeConnection,
  Runtime,
  Worker,
  type NativeConnectionPlugin,
  type WorkflowBundle,
  type WorkerOptions,
} from '@temporalio/worker';
import { TuningPlugin, type TuningPluginOptions } from '../../plugin.ts';
import { findBinary } from '../../server/binary/search.ts';
import { defineStudy } from '../../study/definition.ts';
import type { StudyDefinition } from '../../study/study.ts';
import type { StudyInput } from '../../study/syntax/input.ts';

/** A workflow file of this folder. */
export const workflowsAt = (name: string): string => fileURLToPath(new URL(`workflows/${name}`, import.meta.url));

const bundles = new Map<string, Promise<WorkflowBundle>>();

/** The bundle of a workflow file, made once. */
export function bundleOf(workflowsPath: string): Promise<WorkflowBundle> {
  const logger = new DefaultLogger('ERROR');
  const bundle = bundles.get(workflowsPath) ?? bundleWorkflowCode({ workflowsPath, logger });
  bundles.set(workflowsPath, bundle);
  return bundle;
}

/** A study of six trials of a function that is registered under `trial`. */
export function studyOf(name: string, changes: Partial<StudyInput> = {}): StudyDefinition {
  const study = {
    name,
    space: { x: { float: [0, 1] }, y: { float: [1e-3, 1e3], scale: 'log' } },
    objective: { name: 'loss', goal: 'minimize' },
    trial: { function: 'trial' },
    sampler: 'random',
    stop: { trials: 6 },
    seed: 7,
    ...changes,
  };
  return defineStudy(study, { directory: '/' });
}

export class Place {
  readonly client: Client;
  readonly artifacts: string;
  private readonly env: TestWorkflowEnvironment;

  private constructor(env: TestWorkflowEnvironment, artifacts: string) {
    this.env = env;
    this.client = env.client;
    this.artifacts = artifacts;
  }

  static async open(): Promise<Place> {
    Runtime.install({ logger: new DefaultLogger('ERROR') });
    const { path } = await findBinary();
    const server = { executable: { type: 'existing-path', path } } as const;
    const env = await TestWorkflowEnvironment.createLocal({ server });
    return new Place(env, await mkdtemp(join(tmpdir(), 'dtune-plugin-')));
  }

  async close(): Promise<void> {
    await this.env.teardown();
    await rm(this.artifacts, { recursive: true, force: true });
  }

  get address(): string {
    return this.env.address;
  }

  plugin(options: Partial<TuningPluginOptions> = {}): TuningPlugin {
    const functions = { trial: ({ params }: { params: { x: number } }) => params.x };
    return new TuningPlugin({ artifacts: this.artifacts, functions, ...options });
  }

  /** A worker with these plugins, which are the connection's where none are given. */
  worker(options: Omit<WorkerOptions, 'connection'>): Promise<Worker> {
    return Worker.create({ connection: this.env.nativeConnection, ...options });
  }

  /** Runs `body` while workers run. */
  async serving<Result>(
    workers: readonly Omit<WorkerOptions, 'connection'>[],
    body: () => Promise<Result>,
  ): Promise<Result> {
    return running(await Promise.all(workers.map((options) => this.worker(options))), body);
  }

  /** Runs `body` with a worker whose connection has the plugins. */
  async servingByConnection<Result>(
    plugins: NativeConnectionPlugin[],
    options: Omit<WorkerOptions, 'connection'>,
    body: () => Promise<Result>,
  ): Promise<Result> {
    const connection = await NativeConnection.connect({ address: this.address, plugins });
    try {
      return await running([await Worker.create({ connection, ...options })], body);
    } finally {
      await connection.close();
    }
  }
}

async function running<Result>(workers: readonly Worker[], body: () => Promise<Result>): Promise<Result> {
  const runs = workers.map((worker) => worker.run());
  try {
    // a worker that cannot go on ends the test
    return (await Promise.race([body(), ...runs.map((run) => run.then(() => new Promise<never>(() => {})))])) as Result;
  } finally {
    for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
    await Promise.all(runs);
  }
}

export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 20));
}
