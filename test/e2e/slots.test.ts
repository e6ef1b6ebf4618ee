/** Studies that share slots, while the worker and the server are killed with SIGKILL and one of the studies is terminated. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { workerOf } from '../../cli/background/worker-process.ts';
import { processTable } from '../../server/process-table.ts';
import { serverStatus } from '../../server/dev-server.ts';
import { workflowId } from '../../study/contract.ts';
import { Desk } from './dtune.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await Desk.create();
});
afterAll(() => desk.close());

const NAMES = ['first', 'second', 'third'];

const statusOf = async (name: string): Promise<{ counts: { complete: number }; waitingFor?: unknown }> =>
  JSON.parse((await desk.run('status', name, '--json')).stdout) as never;
const complete = async (name: string): Promise<number> => (await statusOf(name)).counts.complete;

async function kill(pid: number): Promise<void> {
  process.kill(pid, 'SIGKILL');
  while ((await processTable.startOf(pid)) !== undefined) await delay(10);
}

it('never has more trials than slots, all studies end, and what a terminated one had is there for the others', async () => {
  const made = await desk.run('slots', 'set', 'gpu', '2', '--json');
  expect(JSON.parse(made.stdout)).toEqual({ pool: 'gpu', capacity: 2, used: 0, studies: [] });
  for (const name of NAMES) {
    const file = await desk.file(`${name}.json`, {
      name,
      space: { x: { float: [0, 1] }, folder: { fixed: desk.folder } },
      objective: { name: 'loss', goal: 'minimize' },
      trial: { function: 'slot', module: join(import.meta.dirname, 'trials/slot.js'), heartbeat: '1s' },
      sampler: 'random',
      // the second one does not end by itself
      stop: { trials: name === 'second' ? 10_000 : 15 },
      parallel: 4,
      slots: { gpu: 1 },
      seed: 1,
    });
    expect(await desk.run('run', file, '--detach')).toMatchObject({ code: 0 });
  }
  await expect.poll(() => complete('second'), { timeout: 60_000 }).toBeGreaterThan(1);
  await kill((await desk.workerPid())!);
  // any command that looks brings it back
  await expect.poll(() => complete('second'), { timeout: 60_000 }).toBeGreaterThan(3);
  await kill((await serverStatus({ home: desk.home })).pid!);
  await expect.poll(() => complete('first'), { timeout: 60_000 }).toBeGreaterThan(5);
  const { address } = await serverStatus({ home: desk.home });
  const connection = await Connection.connect({ address: address! });
  try {
    await new Client({ connection }).workflow.getHandle(workflowId('second')).terminate('no more of it');
  } finally {
    await connection.close();
  }
  await kill((await workerOf(desk.home))!);
  for (const name of ['first', 'third']) {
    const done = await desk.run('watch', name, '--json');
    expect(done.code).toBe(0);
    expect(await complete(name)).toBe(15);
  }
  const counts = (await readFile(join(desk.folder, 'counts'), 'utf8')).trim().split('\n').map(Number);
  expect(Math.max(...counts)).toBe(2);
  const shown = await desk.run('slots', 'list');
  expect(shown.stdout).toMatch(/^pool {2}slots {2}in use {2}studies waiting\ngpu {3}2 {6}\d {7}\d\n$/);
}, 300_000);

it('refuses a study with an unknown pool in words, and says which pools there are', async () => {
  const file = await desk.file('lost.json', {
    name: 'lost',
    space: { x: { float: [0, 1] } },
    objective: { name: 'loss', goal: 'minimize' },
    trial: { command: ['true'] },
    stop: { trials: 1 },
    slots: { tpu: 1 },
  });
  const refused = await desk.run('run', file);
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain("there is no pool of slots named 'tpu' on this server");
  expect(refused.stderr).toContain('dtune slots set tpu 1');
  const unknown = await desk.run('slots', 'show', 'tpu');
  expect(unknown).toMatchObject({ code: 2 });
  expect(unknown.stderr).toContain("there is no pool of slots named 'tpu'; pools here are gpu");
  expect(await desk.run('slots', 'set', 'gpu', 'many')).toMatchObject({ code: 2 });
});
