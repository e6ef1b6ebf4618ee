/** A real server, real workers, and trial functions that count how many of them run at once: studies that share something. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, Runtime, type Worker } from '@temporalio/worker';
import type { TrialFunction } from '../../activities/runners/trial-context.ts';
import { TuningClient } from '../../client/tuning-client.ts';
import { findBinary } from '../../server/binary/search.ts';
import { createStudyWorker, createTrialWorker, type WorkerPlace } from '../../worker.ts';

export class SharingRig {
  readonly env: TestWorkflowEnvironment;
  readonly client: TuningClient;
  private readonly artifacts: string;

  private constructor(env: TestWorkflowEnvironment, artifacts: string) {
    this.env = env;
    this.artifacts = artifacts;
    this.client = new TuningClient({ client: env.client, artifacts });
  }

  static async create(): Promise<SharingRig> {
    Runtime.install({ logger: new DefaultLogger('ERROR') });
    const { path } = await findBinary();
    // a queue in one part: over several, the server keeps the order of priorities in each part only
    const extraArgs = ['Read', 'Write'].flatMap((kind) => [
      '--dynamic-config-value',
      `matching.numTaskqueue${kind}Partitions=1`,
    ]);
    const env = await TestWorkflowEnvironment.createLocal({
      server: { executable: { type: 'existing-path', path }, extraArgs },
    });
    return new SharingRig(env, await mkdtemp(join(tmpdir(), 'dtune-sharing-')));
  }

  async close(): Promise<void> {
    await this.env.teardown();
    await rm(this.artifacts, { recursive: true, force: true });
  }

  get place(): WorkerPlace {
    return { connection: this.env.nativeConnection, namespace: 'default' };
  }

  /** Serves study workflows, and the trials of these studies, until the function it gives is called. */
  async serve(studies: readonly string[], trial: TrialFunction<never>): Promise<() => Promise<void>> {
    const { place, artifacts } = this;
    const functions = { trial };
    const workers: Worker[] = await Promise.all([
      createStudyWorker({ ...place, artifacts, stickyMs: 1000 }),
      ...studies.map((study) =>
        createTrialWorker({ ...place, study, functions, allowCommand: () => false, graceMs: 100 }),
      ),
    ]);
    const running = workers.map((worker) => worker.run());
    return async () => {
      for (const worker of workers) worker.shutdown();
      await Promise.all(running);
    };
  }
}

/** Counts trials that run at once. */
export class Meter {
  now = 0;
  most = 0;
  /** Trials started, by study. */
  readonly started = new Map<string, number>();

  private release: () => void = () => {};
  private readonly opened = new Promise<void>((resolve) => (this.release = resolve));

  /** Lets trials end that run until then. */
  open(): void {
    this.release();
  }

  /** A trial function that runs for so many milliseconds (without: until `open`), or until it is told to end. */
  trial(ms?: number): TrialFunction<never> {
    return async ({ study, number, signal }) => {
      this.most = Math.max(this.most, ++this.now);
      this.started.set(study, (this.started.get(study) ?? 0) + 1);
      try {
        const whole = ms === undefined ? this.opened : new Promise<void>((resolve) => setTimeout(resolve, ms));
        const told = new Promise<void>((_, reject) => {
          signal.addEventListener('abort', () => reject(new Error('told to end')));
        });
        await Promise.race([whole, told]);
        return number;
      } finally {
        this.now--;
      }
    };
  }
}
