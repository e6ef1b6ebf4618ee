/** A home with a real server and a real worker process, and a hand that kills them. */
import { spawn, type ChildProcess } from 'node:child_process';
import { openSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { artifactsOf } from '../../artifacts/store.ts';
import type { ForkOptions } from '../../client/forking.ts';
import { allTrials as trialsOf } from '../../client/all-trials.ts';
import { patiently } from '../../client/history.ts';
import type { StudyHandle } from '../../client/study-handle.ts';
import { TuningClient } from '../../client/tuning-client.ts';
import { auditOf } from '../../cli/audit.ts';
import { commandsOf, promotionsOf, register, remotesOf } from '../../cli/background/registrations.ts';
import { createRng } from '../../samplers/numerics/philox.ts';
import { defineStudy } from '../../study/definition.ts';
import { workflowId, type EngineOptions, type StudyStatus } from '../../study/contract.ts';
import type { StudyDefinition } from '../../study/study.ts';
import type { TrialRecord } from '../../study/trial/trial.ts';
import { workflowBundle } from '../../workflow-bundle.ts';
import { openTestHome } from './home.ts';

const here = dirname(fileURLToPath(import.meta.url));
const main = join(here, '../../dist/cli/main.js');

export { trialsOf };

export interface Ran {
  readonly status: StudyStatus;
  readonly trials: readonly TrialRecord[];
  readonly kills: { worker: number; server: number };
}

export type Target = 'worker' | 'server';

export interface Rig {
  readonly home: string;
  readonly client: TuningClient;
  run(study: object, disturb?: { readonly kills: number; readonly seed: number }): Promise<Ran>;
  readonly address: string;
  start(study: object, engine?: Partial<EngineOptions>): Promise<StudyHandle>;
  fork(source: string, options: ForkOptions): Promise<StudyHandle>;
  /** A client with a connection of its own. */
  anotherClient(): Promise<{ readonly client: TuningClient; close(): Promise<void> }>;
  /** Kills the worker or the server, and starts it again after `downMs` milliseconds. */
  kill(target: Target, downMs: number): Promise<void>;
  /** Replays the history of a study's last run with nothing cached, and makes all of its suggestions again. */
  replay(name: string): Promise<void>;
  close(): Promise<void>;
}

export async function startRig(): Promise<Rig> {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  const place = await openTestHome();
  const { home, namespace } = place;
  const connect = async (): Promise<{ client: TuningClient; close: () => Promise<void> }> => {
    const connection = await Connection.connect(place.connection);
    const client = new TuningClient({ client: new Client({ connection, namespace }), artifacts: artifactsOf(home) });
    return { client, close: () => connection.close() };
  };
  const { client, close: disconnect } = await connect();
  let worker = startWorker(home);

  const serve = (definition: StudyDefinition): Promise<void> => {
    const allowed = { ...commandsOf(definition), remotes: remotesOf(definition), promotions: promotionsOf(definition) };
    return register(home, { study: definition.name, ...allowed, registeredAt: Date.now() });
  };
  const start = async (input: object, engine: Partial<EngineOptions> = {}): Promise<StudyHandle> => {
    const definition = defineStudy(input, { directory: here });
    await serve(definition);
    return client.start(definition, { engine: { heartbeatMs: 1000, ...engine }, workflowTaskMs: 2000 });
  };

  const killOne = async (target: Target, downMs: number): Promise<void> => {
    if (target === 'worker') {
      await killWorker(worker);
      await delay(downMs);
      worker = startWorker(home);
    } else {
      await place.kill();
      await delay(downMs);
      await place.start();
    }
  };

  return {
    home,
    address: place.address,
    client,
    start,
    fork: (source, options) => client.fork(source, { ...options, beforeStart: serve }),
    kill: killOne,
    anotherClient: connect,

    async run(input, disturb) {
      const study = await start(input);
      const kills = { worker: 0, server: 0 };
      const result = study.result();
      if (disturb) {
        const rng = createRng(disturb.seed, 0);
        for (let i = 0; i < disturb.kills; i++) {
          // while it runs: not before the first trial, not after the last
          const moment = Math.floor(((i + 0.2 + 0.6 * rng.uniform(1, i)) * 55) / disturb.kills);
          await until(async () => (await askedOf(study)) >= moment);
          await delay(300 * rng.uniform(2, i));
          const target = i % 2 === 0 ? 'worker' : 'server';
          kills[target]++;
          await killOne(target, 500 * rng.uniform(3, i));
        }
      }
      const status = await result;
      return { status, trials: await trialsOf(study), kills };
    },

    async replay(name) {
      const bundle = await workflowBundle();
      const history = await client.study(name).history();
      await Worker.runReplayHistory({ workflowBundle: bundle }, history, workflowId(name));
      const { trials, recomputed, difference, skipped } = await auditOf(client.study(name));
      // what was told is nobody's suggestion
      if (difference || recomputed === 0 || Object.keys(skipped).length > 0)
        throw new Error(`the audit of ${name}: ${JSON.stringify({ trials, recomputed, difference, skipped })}`);
    },

    async close() {
      await disconnect();
      await killWorker(worker);
      await place.dispose();
    },
  };
}

/** The home's worker, as a process of its own. */
export function startWorker(home: string): ChildProcess {
  const log = openSync(join(home, 'worker.log'), 'a');
  const args = [main, 'worker', '--background', '--embedded', '--home', home, '--sticky', '1000'];
  // trials of some tests wait for files there
  const env = { ...process.env, TEST_GATES: join(home, 'gates') };
  return spawn(process.execPath, args, { stdio: ['ignore', log, log], env });
}

export async function killWorker(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => child.once('exit', resolve));
  if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
  else return;
  await ended;
}

/** How many trials were asked for; 0 while nobody can say. */
export async function askedOf(study: StudyHandle): Promise<number> {
  const status = await patiently(() => study.status());
  if (!status) return 0;
  return status.finishedAt === undefined ? status.asked : Infinity;
}

export async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await delay(50);
}
