/**
 * The promise of the product: worker and server are killed with SIGKILL at seeded random moments, and the study's table is, bit for
 * bit, that of the study nobody touched.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TrialRecord } from '../../study/trial/trial.ts';
import { startRig, type Rig } from './rig.ts';

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
});
afterAll(() => rig.close());

const study = (name: string, more: object): object => ({
  name,
  space: {
    x: { float: [-1, 1] },
    y: { float: [1e-3, 1e3], scale: 'log' },
    depth: { int: [1, 8] },
    kind: { choice: ['bowl', 'wave'] },
    frequency: { float: [0.1, 2], when: { kind: 'wave' } },
  },
  objective: { name: 'loss', goal: 'minimize' },
  trial: { function: 'bowl', module: './trials/bowl.js', heartbeat: '1s' },
  sampler: 'tpe',
  stop: { trials: 60 },
  seed: 11,
  ...more,
});

const table = (trials: readonly TrialRecord[]): unknown[] =>
  trials.map(({ number, params, values, state, seed }) => ({ number, params, values, state, seed }));

describe.each([
  ['one at a time', {}],
  ['four at a time with order trial', { parallel: 4, order: 'trial' }],
])('a TPE study, %s,', (how, more) => {
  it('equals the undisturbed one after five kills of the worker and five of the server', async () => {
    const name = how.replaceAll(' ', '-');
    const undisturbed = await rig.run(study(`quiet-${name}`, more));
    const disturbed = await rig.run(study(`killed-${name}`, more), { kills: 10, seed: 5 });
    expect(disturbed.kills).toEqual({ worker: 5, server: 5 });
    expect(disturbed.trials.length).toBe(60);
    expect(table(disturbed.trials)).toEqual(table(undisturbed.trials));
    expect(undisturbed.trials.map(({ number }) => number)).toEqual(Array.from({ length: 60 }, (_, n) => n));
    await rig.replay(`killed-${name}`);
  }, 240_000);
});
