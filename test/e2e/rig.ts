/** A home with a real server and a real worker process, and a hand that kills them. */
import { spawn, type ChildProcess } from 'node:child_process';
import { openSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import { artifactsOf } from '../../artifacts/store.ts';
import { isPassing } from '../../client/history.ts';
import { TuningClient } from '../../client/tuning-client.ts';
import { register } from '../../cli/background/registrations.ts';
import { createRng } from '../../samplers/numerics/philox.ts';
import { defineStudy } from '../../study/definition.ts';
import { workflowId, type StudyStatus } from '../../study/contract.ts';
import type { TrialRecord } from '../../study/trial.ts';
import { workflowBundle } from '../../workflow-bundle.ts';
import { openTestHome } from './home.ts';

const here = dirname(fileURLToPath(import.meta.url));
const main = join(here, '../../dist/cli/main.js');

export interface Ran {
  readonly status: StudyStatus;
  readonly trials: readonly TrialRecord[];
  readonly kills: { worker: number; server: number };
}

export interface Rig {
  readonly home: string;
  run(study: object, disturb?: { readonly kills: number; readonly seed: number }): Promise<Ran>;
  /** Replays the histories of a study's runs with nothing cached. */
  replay(name: string): Promise<void>;
  close(): Promise<void>;
}

export async function startRig(): Promise<Rig> {
  const place = await openTestHome();
  const { home, namespace } = place;
  const connection = await Connection.connect(place.connection);
  const client = new TuningClient({ client: new Client({ connection, namespace }), artifacts: artifactsOf(home) });
  let worker = startWorker(home);

  return {
    home,

    async run(input, disturb) {
      const definition = defineStudy(input, { directory: here });
      await register(home, { study: definition.name, command: null, registeredAt: Date.now() });
      await client.start(definition, { engine: { heartbeatMs: 1000 }, workflowTaskMs: 2000 });
      const kills = { worker: 0, server: 0 };
      const result = client.study(definition.name).result();
      if (disturb) {
        const rng = createRng(disturb.seed, 0);
        for (let i = 0; i < disturb.kills; i++) {
          // while it runs: not before the first trial, not after the last
          const moment = Math.floor(((i + 0.2 + 0.6 * rng.uniform(1, i)) * 55) / disturb.kills);
          await until(async () => (await askedOf(client, definition.name)) >= moment);
          await delay(300 * rng.uniform(2, i));
          const target = i % 2 === 0 ? 'worker' : 'server';
          kills[target]++;
          if (target === 'worker') {
            await kill(worker);
            await delay(500 * rng.uniform(3, i));
            worker = startWorker(home);
          } else {
            await place.kill();
            await delay(500 * rng.uniform(3, i));
            await place.start();
          }
        }
      }
      const status = await result;
      const trials: TrialRecord[] = [];
      for await (const trial of client.study(definition.name).trials()) trials.push(trial);
      return { status, trials, kills };
    },

    async replay(name) {
      const bundle = await workflowBundle();
      const history = await client.study(name).history();
      await Worker.runReplayHistory({ workflowBundle: bundle }, history, workflowId(name));
    },

    async close() {
      await connection.close();
      await kill(worker);
      await place.dispose();
    },
  };
}

function startWorker(home: string): ChildProcess {
  const log = openSync(join(home, 'worker.log'), 'a');
  const args = [main, 'worker', '--background', '--embedded', '--home', home, '--sticky', '1000'];
  return spawn(process.execPath, args, { stdio: ['ignore', log, log] });
}

async function kill(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => child.once('exit', resolve));
  if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
  else return;
  await ended;
}

/** How many trials were asked for; 0 while nobody can say. */
async function askedOf(client: TuningClient, name: string): Promise<number> {
  try {
    const { asked, finishedAt } = await client.study(name).status();
    return finishedAt === undefined ? asked : Infinity;
  } catch (error) {
    if (isPassing(error)) return 0;
    throw error;
  }
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await delay(50);
}
