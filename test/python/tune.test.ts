/** A script that tunes is killed, and with it the home's worker and server; it is run again, and loses the server once more. */
import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Desk } from '../e2e/dtune.ts';
import { killServerOf } from '../e2e/home.ts';
import { killWorker, until } from '../e2e/rig.ts';
import { commandsWith } from './processes.ts';
import { packageVenv } from './venv.ts';

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const programs = await packageVenv();

let desk: Desk;
beforeAll(async () => {
  desk = await Desk.create();
});
afterAll(() => desk.close());

interface Script {
  readonly child: ChildProcess;
  readonly said: Promise<string>;
}

function start(): Script {
  // the processes of trials are known by it
  const env = { ...process.env, DTUNE: here('../../dist/cli/main.js'), TMPDIR: desk.folder };
  const args = [here('tuned_script.py'), desk.folder, desk.home];
  const child = spawn(join(programs, 'python'), args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (part) => (text += part));
  return { child, said: new Promise((resolve) => child.once('close', () => resolve(text))) };
}

/** The number of each trial that has begun. */
function begun(): string[] {
  try {
    return readFileSync(join(desk.folder, 'started'), 'utf8').trim().split('\n');
  } catch {
    return [];
  }
}

/** Processes of trials, or of ones to come. */
async function trainings(): Promise<string[]> {
  return (await commandsWith(desk.folder)).filter((command) => command.includes('durable_tune.worker.child'));
}

it('goes on where it was, and brings back what has died meanwhile', async () => {
  const first = start();
  await until(async () => begun().length >= 4 || first.child.exitCode !== null);
  expect((await trainings()).length).toBeGreaterThan(0);
  await killWorker(first.child);
  await until(async () => (await trainings()).length === 0);
  expect(begun().length, await first.said).toBeGreaterThanOrEqual(4);
  process.kill((await desk.workerPid())!, 'SIGKILL');
  await killServerOf(desk.home);

  const second = start();
  await until(async () => begun().length >= 7 || second.child.exitCode !== null);
  await killServerOf(desk.home);
  expect(await second.said).toContain(`[${Array(10).fill("'complete'").join(', ')}] tuned_script-loss`);
  // trials that had ended are not run again; those that were in flight may be
  const again = begun();
  expect(again.length - new Set(again).size).toBeLessThanOrEqual(4);
  await until(async () => (await trainings()).length === 0);
});
