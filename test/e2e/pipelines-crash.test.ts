/**
 * Trials that are workflows of the user's, with reports and a pruner: the user's own worker, ours and the server are killed by turns, and
 * the study is, bit for bit, the one nobody touched.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { openSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createRng } from '../../samplers/numerics/philox.ts';
import type { TrialRecord } from '../../study/trial/trial.ts';
import { askedOf, killWorker, startRig, trialsOf, until, type Rig } from './rig.ts';

const TRIALS = 12;
const KILLS = Number(process.env['DTUNE_KILLS'] ?? 6);

let rig: Rig;
let theirs: ChildProcess;
beforeAll(async () => {
  rig = await startRig();
  theirs = startTheirs();
});
afterAll(async () => {
  await killWorker(theirs);
  await rig.close();
});

function startTheirs(): ChildProcess {
  const log = openSync(join(rig.home, 'ml-worker.log'), 'a');
  const program = fileURLToPath(new URL('trials/ml-worker.ts', import.meta.url));
  return spawn(process.execPath, ['--import', 'tsx', program, rig.address, 'ml'], { stdio: ['ignore', log, log] });
}

const study = (name: string): object => ({
  name,
  space: { x: { float: [-1, 1] }, depth: { int: [1, 8] } },
  objective: { name: 'loss', goal: 'minimize' },
  trial: { workflow: 'training', queue: 'ml' },
  sampler: 'tpe',
  scheduler: { median: { startup: 3, warmup: 1 } },
  stop: { trials: TRIALS },
  parallel: 3,
  order: 'trial',
  seed: 3,
});

/** A pruned trial's curve ends anywhere after the verdict. */
function decided({ number, params, state, values, seed, reports }: TrialRecord): object {
  return { number, params, state, values, seed, ...(state === 'complete' && { reports }) };
}

it('a study of pipelines equals the undisturbed one after kills of their worker, ours and the server', async () => {
  const quiet = await rig.start(study('quiet'));
  await quiet.result();
  const killed = await rig.start(study('killed'));
  const rng = createRng(9, 0);
  const kills = { theirs: 0, worker: 0, server: 0 };
  for (let i = 0; i < KILLS; i++) {
    const moment = Math.floor((TRIALS * (i + 0.3 + 0.5 * rng.uniform(1, i))) / (KILLS + 0.5));
    await until(async () => Math.min(await askedOf(killed), TRIALS) >= moment);
    const target = (['theirs', 'worker', 'server'] as const)[i % 3]!;
    kills[target]++;
    if (target === 'theirs') {
      await killWorker(theirs);
      await delay(200 * rng.uniform(2, i));
      theirs = startTheirs();
    } else await rig.kill(target, 300 * rng.uniform(2, i));
  }
  await killed.result();
  const [before, after] = [await trialsOf(quiet), await trialsOf(killed)];
  expect(after.map(decided)).toEqual(before.map(decided));
  expect(new Set(before.map(({ state }) => state))).toEqual(new Set(['complete', 'pruned']));
  expect(Math.min(...Object.values(kills))).toBe(Math.floor(KILLS / 3));
  await rig.replay('killed');
}, 600_000);
