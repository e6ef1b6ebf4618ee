import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineStudy } from '../../study/definition.ts';
import { float, int } from '../../study/schema.ts';
import { Rig } from './rig.ts';

let rig: Rig;
beforeAll(async () => {
  rig = await Rig.create();
  await rig.serve();
});
afterAll(() => rig.close());

describe('an edit', () => {
  it('is logged with who, when, what and why, and where it took effect', async () => {
    const study = await rig.start('logs');
    const by = { who: 'ada', why: 'because' };
    await study.pause({ ...by });
    await study.resume();
    await study.setBudget({ trials: 7, cost: 3 });
    await study.setParallel(2);
    await study.enqueue([{ x: 0.5 }]);
    await study.setSampler({ tpe: { candidates: 12 } });
    await study.setSpace({ x: { float: [0, 2] }, y: { int: [1, 3] } }, { was: { y: 2 } });
    await study.add({ x: 1.5, y: 3 }, { value: 0.1 }, by);
    await study.note('looks good', { number: 0 });
    await study.tag({ team: 'a', old: null });
    const { edits, definition, epochs } = await study.edits();
    expect(edits.map(({ edit }) => edit.kind)).toEqual(
      'pause resume budget parallel enqueue sampler space tell note tag'.split(' '),
    );
    expect(edits[0]).toMatchObject({ who: 'ada', why: 'because', time: expect.any(Number), seq: expect.any(Number) });
    const seqs = edits.map(({ seq }) => seq!);
    expect(seqs).toEqual([...seqs].sort((a, b) => a - b));
    expect(definition).toMatchObject({
      stop: { trials: 7, cost: 3 },
      parallel: 2,
      sampler: { name: 'tpe', options: { candidates: 12 } },
      space: { version: 2 },
    });
    expect(epochs.map(({ was }) => was)).toEqual([{}, {}, {}, { y: 2 }]);
    expect(await study.status()).toMatchObject({
      told: 1,
      tags: { team: 'a' },
      best: { params: { x: 1.5, y: 3 }, values: { loss: 0.1 } },
    });
    const next = (await study.ask())!;
    expect(next.params).toMatchObject({ x: 0.5 });
  });

  it('of the sampler to auto records the one that is chosen, and why', async () => {
    const study = await rig.start('chooses');
    await study.setSampler('tpe');
    await study.setBudget({ trials: 9 });
    await study.setSampler('auto');
    const chosen = 'auto 3: 9 trials, of any kind of parameters';
    expect((await study.edits()).definition.sampler).toEqual({ name: 'forest', options: {}, chosen });
    expect(await study.status()).toMatchObject({ sampler: `forest, ${chosen}` });
  });

  it('that a worker refuses is logged as refused, and changes nothing', async () => {
    const study = await rig.start('checks');
    const before = await study.edits();
    await expect(study.setSampler('tpx', { why: 'try' })).rejects.toThrow(/there is no sampler "tpx"/);
    const after = await study.edits();
    expect(after).toEqual({ ...before, edits: [expect.objectContaining({ why: 'try', refused: expect.any(String) })] });
    expect(after.edits[0]).not.toHaveProperty('seq');
  });

  it('of the space is refused where somebody else was quicker', async () => {
    const study = await rig.start('race');
    const { definition } = await study.edits();
    const space = { ...definition.space, version: 2 };
    await study.edit({ kind: 'space', space, was: {} });
    await expect(study.edit({ kind: 'space', space, was: {} })).rejects.toThrow(
      'space: its version is 2, expected 3: somebody else has changed the space; look at it and send the change again',
    );
    expect((await study.edits()).definition.space.version).toBe(2);
  });

  it('that ends the study is not undone by a second', async () => {
    const study = await rig.start('stops');
    await study.stop({ why: 'enough' });
    expect(await study.result()).toMatchObject({ status: 'stopped', reason: 'enough' });
    await study.stop({ why: 'again' });
    expect(await study.status()).toMatchObject({ reason: 'enough' });
  });

  it('takes nested parameters as a trial receives them', async () => {
    const space = z.object({
      lr: float(1e-4, 1e-1, { scale: 'log' }),
      model: z.discriminatedUnion('kind', [
        z.object({ kind: z.literal('tree'), depth: int(1, 9) }),
        z.object({ kind: z.literal('line') }),
      ]),
    });
    const objective = { name: 'loss', goal: 'minimize' } as const;
    const definition = defineStudy(
      { name: 'nested', space, objective, trial: 'external', sampler: 'random', stop: { trials: 2 } },
      { directory: '/', seed: 1 },
    );
    const study = await rig.client.start(definition);
    await study.enqueue([{ model: { kind: 'tree', depth: 4 } }]);
    await study.add({ lr: 0.01, model: { kind: 'line' } }, 0.25);
    await expect(study.add({ lr: 1, model: { kind: 'line' } }, 0.25)).rejects.toThrow('tell: lr cannot be 1');
    const trial = (await study.ask())!;
    expect(trial.params.model).toEqual({ kind: 'tree', depth: 4 });
    expect(await study.best()).toMatchObject({ params: { lr: 0.01, model: { kind: 'line' } } });
  });
});
