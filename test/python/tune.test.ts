/** A script that tunes is killed, and with it the home's worker and server; it is run again, and loses the server once more. */
import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { processTable } from '../../server/process-table.ts';
import { Desk } from '../e2e/dtune.ts';
import { killServerOf } from '../e2e/home.ts';
import { killWorker, until } from '../e2e/rig.ts';
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
  const env = { ...process.env, DTUNE: here('../../dist/cli/main.js') };
  const args = [here('tuned_script.py'), desk.folder, desk.home];
  const child = spawn(join(programs, 'python'), args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (part) => (text += part));
  return { child, said: new Promise((resolve) => child.once('close', () => resolve(text))) };
}

/** A line a training that has begun: the trial's number and its process. */
function begun(): string[] {
  try {
    return readFileSync(join(desk.folder, 'started'), 'utf8').trim().split('\n');
  } catch {
    return [];
  }
}

it('goes on where it was, and brings back what has died meanwhile', async () => {
  const first = start();
  await until(async () => begun().length >= 4 || first.child.exitCode !== null);
  await killWorker(first.child);
  expect(begun().length, await first.said).toBeGreaterThanOrEqual(4);
  process.kill((await desk.workerPid())!, 'SIGKILL');
  await killServerOf(desk.home);

  const second = start();
  await until(async () => begun().length >= 7 || second.child.exitCode !== null);
  await killServerOf(desk.home);
  expect(await second.said).toContain(`[${Array(10).fill("'complete'").join(', ')}] tuned_script-loss`);
  // trials that had ended are not run again; those that were in flight may be
  const again = begun().map((line) => line.split(' ')[0]);
  expect(again.length - new Set(again).size).toBeLessThanOrEqual(4);
  const pids = begun().map((line) => Number(line.split(' ')[1]));
  await until(async () => (await Promise.all(pids.map((pid) => processTable.startOf(pid)))).every((began) => !began));
});
