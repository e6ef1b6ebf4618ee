/** Trials in Python under SIGKILL: of their worker, of ours, of both at once. */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createRng } from '../../samplers/numerics/philox.ts';
import type { StudyStatus } from '../../study/contract.ts';
import type { TrialRecord } from '../../study/trial/trial.ts';
import { askedOf, killWorker, startRig, trialsOf, until, type Rig } from '../e2e/rig.ts';
import { commandsWith } from './processes.ts';
import { packageVenv } from './venv.ts';

const TRIALS = 14;
type Target = 'python' | 'ours' | 'both';
const module = fileURLToPath(new URL('killed_training.py', import.meta.url));

const study = (name: string, activity: string, more: object = {}): object => ({
  name,
  space: { x: { float: [0, 1] }, depth: { int: [1, 4] } },
  objective: { name: 'loss', goal: 'minimize' },
  trial: { activity, queue: 'python', heartbeat: '3s' },
  sampler: 'tpe',
  order: 'trial',
  parallel: 3,
  stop: { trials: TRIALS },
  seed: 5,
  ...more,
});

let rig: Rig;
let worker: ChildProcess;
// installing it may take longer than a test's set-up
const programs = await packageVenv();
const folder = mkdtempSync(join(tmpdir(), 'dtune-python-'));

beforeAll(async () => {
  rig = await startRig();
  worker = startPython();
});
afterAll(async () => {
  await killWorker(worker);
  await rig.close();
  rmSync(folder, { recursive: true, force: true });
});

function startPython(): ChildProcess {
  const log = openSync(join(folder, 'worker.log'), 'a');
  const args = [module, '--queue', 'python', '--address', rig.address, '--max-trials', '3'];
  return spawn(join(programs, 'dtune-worker'), args, {
    stdio: ['ignore', log, log],
    env: { ...process.env, TEST_FOLDER: folder },
  });
}

async function kill(target: Target, downMs: number): Promise<void> {
  const ours = target === 'python' ? undefined : rig.kill('worker', downMs);
  if (target !== 'ours') {
    await killWorker(worker);
    await delay(downMs);
    worker = startPython();
  }
  await ours;
}

const table = (trials: readonly TrialRecord[]): unknown[] =>
  trials.map(({ number, params, values, state, seed, reports }) => ({ number, params, values, state, seed, reports }));

/** Starts a study, and kills what runs it while it does. @returns its last status */
async function runKilled(input: object, kills: readonly Target[], seed: number): Promise<StudyStatus> {
  const study = await rig.start(input);
  const rng = createRng(seed, 0);
  for (const [i, target] of kills.entries()) {
    const moment = Math.floor(((i + 0.2 + 0.6 * rng.uniform(1, i)) * (TRIALS - 3)) / kills.length);
    await until(async () => (await askedOf(study)) >= moment);
    await delay(300 * rng.uniform(2, i));
    await kill(target, 300 * rng.uniform(3, i));
  }
  return study.result();
}

it('gives the table of the study that nobody touched, and leaves no process behind', async () => {
  const quiet = await rig.start(study('quiet', 'train'));
  await quiet.result();

  const status = await runKilled(study('killed', 'train'), ['python', 'ours', 'both', 'python', 'python'], 3);
  expect(existsSync(join(folder, 'began'))).toBe(true);

  expect(status.counts).toEqual({ complete: TRIALS, pruned: 0, failed: 0, infeasible: 0 });
  const trials = await trialsOf(rig.client.study('killed'));
  expect(table(trials)).toEqual(table(await trialsOf(quiet)));
  const again = trials.filter(({ attempts }) => attempts > 1);
  expect(again.length).toBeGreaterThan(0);
  await rig.replay('killed');

  await killWorker(worker);
  await until(async () => (await commandsWith(folder)).length === 0);
  worker = startPython();
}, 300_000);

it('prunes the same trials at the same steps, where they wait for the word of the study', async () => {
  const median = { scheduler: { median: { startup: 3, warmup: 1 } } };
  const quiet = await rig.start(study('quiet-judged', 'judged', median));
  await quiet.result();

  const { counts } = await runKilled(study('killed-judged', 'judged', median), ['both', 'ours', 'python'], 4);

  expect(counts.pruned).toBeGreaterThan(0);
  expect(counts).toMatchObject({ complete: TRIALS - counts.pruned, failed: 0, infeasible: 0 });
  expect(table(await trialsOf(rig.client.study('killed-judged')))).toEqual(table(await trialsOf(quiet)));
  await rig.replay('killed-judged');
}, 300_000);
