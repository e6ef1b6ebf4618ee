/** What every engine benchmark runs on: an embedded server in a home of its own, and workers in this process. */
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { createStudyActivities, createTrialActivities } from '../activities/index.ts';
import type { TrialContext } from '../activities/runners/trial-context.ts';
import { artifactsOf } from '../artifacts/store.ts';
import { TuningClient } from '../client/tuning-client.ts';
import { startServer, stopServer } from '../server/dev-server.ts';
import { STUDY_QUEUE, STUDY_WORKFLOW, trialQueue, workflowId, type EngineOptions } from '../study/contract.ts';
import type { StudyDefinition } from '../study/study.ts';

export interface Rig {
  /** When each trial ran, milliseconds of performance.now(). */
  readonly finished: readonly number[];
  /** Runs a study. @returns seconds, and events of its last run */
  study(definition: StudyDefinition, engine?: Partial<EngineOptions>): Promise<{ seconds: number; events: number }>;
  /** Runs the same activities in a plain loop. @returns seconds */
  rawLoop(definition: StudyDefinition, trials: number, lanes: number): Promise<number>;
  /** Runs the trial's activity so often side by side, so many times one after another, and nothing else. @returns seconds */
  rawGenerations(definition: StudyDefinition, size: number, generations: number): Promise<number>;
  readonly client: Client;
  /** A client of the studies, on the same server and artifact store. */
  readonly tuning: TuningClient;
  close(): Promise<void>;
}

export async function startRig(): Promise<Rig> {
  const finished: number[] = [];
  // the objective costs next to nothing: what is measured is everything else
  const functions = {
    sphere({ params }: Pick<TrialContext, 'params'>): number {
      finished.push(performance.now());
      return Object.values(params).reduce((sum: number, value) => sum + Number(value) ** 2, 0);
    },
    /** A population's: it trains nothing and leaves a checkpoint. */
    member({ params, budget, saveCheckpoint }: TrialContext): number {
      saveCheckpoint(`trained to ${budget}`);
      return functions.sphere({ params });
    },
    async reporting({ params, report, signal }: TrialContext): Promise<number> {
      const value = functions.sphere({ params });
      for (let step = 1; step <= 81 && !signal.aborted; step++) {
        await new Promise((resolve) => setTimeout(resolve, 100));
        report(step, value + 100 / step);
      }
      return value;
    },
  };
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  const home = await mkdtemp(join(tmpdir(), 'dtune-bench-'));
  const { address } = await startServer({ home });
  const connection = await NativeConnection.connect({ address });
  const clientConnection = await Connection.connect({ address });
  const client = new Client({ connection: clientConnection, workflow: { queryRejectCondition: 'NOT_OPEN' } });
  // in a process of its own: the bundler's memory is not the worker's
  const codePath = join(home, 'bundle.js');
  execFileSync(process.execPath, ['--import', 'tsx', new URL('./bundle.ts', import.meta.url).pathname, codePath]);
  const studies = await Worker.create({
    connection,
    taskQueue: STUDY_QUEUE,
    workflowBundle: { codePath },
    activities: createStudyActivities({ artifacts: artifactsOf(home) }),
  });
  const running = [studies.run()];
  const workers = [studies];

  const serve = async (definition: StudyDefinition): Promise<void> => {
    const worker = await Worker.create({
      connection,
      taskQueue: trialQueue(definition.name),
      activities: createTrialActivities({ functions, allowCommand: () => false }),
      maxConcurrentActivityTaskExecutions: 1000,
    });
    workers.push(worker);
    running.push(worker.run());
  };

  return {
    finished,
    client,
    tuning: new TuningClient({ client, artifacts: artifactsOf(home) }),
    async study(definition, engine) {
      await serve(definition);
      const started = performance.now();
      const options = {
        workflowId: workflowId(definition.name),
        taskQueue: STUDY_QUEUE,
        args: [{ definition, engine }],
      };
      const handle = await client.workflow.start(STUDY_WORKFLOW, options);
      await handle.result();
      const seconds = (performance.now() - started) / 1000;
      return { seconds, events: (await handle.describe()).historyLength };
    },
    async rawLoop(definition, trials, lanes) {
      await serve(definition);
      const started = performance.now();
      await client.workflow.execute('rawLoop', {
        workflowId: `raw/${definition.name}`,
        taskQueue: STUDY_QUEUE,
        args: [definition, trials, lanes],
      });
      return (performance.now() - started) / 1000;
    },
    async rawGenerations(definition, size, generations) {
      await serve(definition);
      const started = performance.now();
      await client.workflow.execute('rawGenerations', {
        workflowId: `raw/${definition.name}`,
        taskQueue: STUDY_QUEUE,
        args: [definition, size, generations],
      });
      return (performance.now() - started) / 1000;
    },
    async close() {
      for (const worker of workers) worker.shutdown();
      await Promise.all(running);
      await connection.close();
      await clientConnection.close();
      await stopServer({ home });
      await rm(home, { recursive: true, force: true });
    },
  };
}
