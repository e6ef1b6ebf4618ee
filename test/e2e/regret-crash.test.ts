/** A study that stops by a bound on its regret stops at the same trial, whatever is killed: the bound is part of what is recorded. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { askedOf, startRig, trialsOf, until, type Rig } from './rig.ts';

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
});
afterAll(() => rig.close());

const study = (name: string): object => ({
  name,
  space: { x: { float: [-1, 1] }, y: { fixed: 10 }, depth: { fixed: 1 }, kind: { fixed: 'bowl' } },
  objective: { name: 'loss', goal: 'minimize' },
  trial: { function: 'bowl', module: './trials/bowl.js', heartbeat: '1s' },
  sampler: 'random',
  stop: { trials: 60, regret: 0.002 },
  parallel: 2,
  order: 'trial',
  seed: 11,
});

it('a study stops by regret at the same trial after kills of the worker and the server', async () => {
  const quiet = await rig.start(study('quiet'));
  const { reason, counts } = await quiet.result();
  expect(reason).toMatch(/^no point is believed to be better .* \(stop\.regret is 0\.002\)$/);
  expect(counts.complete).toBeGreaterThanOrEqual(20);
  expect(counts.complete).toBeLessThan(60);
  const killed = await rig.start(study('killed'));
  for (const [target, moment] of [
    ['worker', 8],
    ['server', 14],
    ['worker', 20],
  ] as const) {
    await until(async () => (await askedOf(killed)) >= moment);
    await rig.kill(target, 200);
  }
  const status = await killed.result();
  expect([status.reason, status.counts]).toEqual([reason, counts]);
  const [a, b] = [await trialsOf(quiet), await trialsOf(killed)].map((trials) =>
    trials.map(({ number, params, values, state }) => ({ number, params, values, state })),
  );
  expect(b).toEqual(a);
  await rig.replay('killed');
}, 180_000);
