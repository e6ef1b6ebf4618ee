import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Rig } from './rig.ts';

let rig: Rig;
beforeAll(async () => {
  rig = await Rig.create();
  await rig.serve();
});
afterAll(() => rig.close());

const result = (value: number) => ({ kind: 'result', result: value }) as const;

describe('a borrowed trial', () => {
  it('is told, and the study ends with its budget', async () => {
    const study = await rig.start('plain');
    for (let number = 0; number < 3; number++) {
      const trial = (await study.ask({ who: 'me' }))!;
      expect(trial).toMatchObject({ number, params: { x: expect.any(Number) }, seed: expect.any(Number) });
      await study.tell(trial.lease, result(trial.params['x'] as number));
    }
    expect(await study.result()).toMatchObject({ status: 'complete', counts: { complete: 3 }, asked: 3 });
  });

  it('has the values that it is asked for with, and the study’s own fixed ones', async () => {
    const study = await rig.start('particular', {
      space: { x: { float: [0, 1] }, kind: { choice: ['a', 'b'] }, y: { float: [0, 1] } },
      fixed: { kind: 'b' },
    });
    const trial = (await study.ask({ fixed: { x: 0.125 } }))!;
    expect(trial.params).toEqual({ x: 0.125, kind: 'b', y: expect.any(Number) });
    await study.tell(trial.lease, result(0.5));
    expect((await study.ask())!.params).toMatchObject({ kind: 'b' });
    await expect(study.ask({ fixed: { kind: 'a' } })).rejects.toThrow(
      'ask: fixed: kind is "a", but this study fixes it to "b"; leave it out',
    );
    await expect(study.enqueue([{ kind: 'a' }])).rejects.toThrow(
      'enqueue: kind is "a", but this study fixes it to "b"; leave it out',
    );
  });

  it('is the same for the same id, also for one that asks at the same time', async () => {
    const study = await rig.start('same-id');
    const [a, b] = await Promise.all([study.ask({ requestId: 'mine' }), study.ask({ requestId: 'mine' })]);
    const c = await study.ask({ requestId: 'mine' });
    expect([b, c]).toEqual([a, a]);
    expect(a).toMatchObject({ number: 0, lease: 'mine' });
    expect(await study.status()).toMatchObject({ asked: 1, running: 1 });
  });

  it('goes to the next who asks when its lease runs out, with the same number and parameters', async () => {
    const study = await rig.start('runs-out');
    const lost = (await study.ask({ leaseMs: 1000 }))!;
    await delay(1200);
    const { lease, number, params, seed } = (await study.ask())!;
    expect({ number, params, seed }).toEqual({ number: lost.number, params: lost.params, seed: lost.seed });
    await study.tell(lease, result(0.25));
    await expect(study.tell(lost.lease, result(0.75))).rejects.toThrow(
      `tell: lease ${lost.lease} has ended (ran out); trial 0 went to somebody else or has its outcome`,
    );
    expect(await study.best()).toMatchObject({ number: 0, values: { loss: 0.25 } });
  });

  it('told late counts while nobody else has it', async () => {
    const study = await rig.start('late');
    const { lease, number } = (await study.ask({ leaseMs: 1000 }))!;
    await delay(1200);
    await study.tell(lease, result(0.5));
    await study.tell(lease, result(0.9));
    expect(await study.status()).toMatchObject({ counts: { complete: 1 }, best: { number, values: { loss: 0.5 } } });
  });

  it('is kept longer by renewing its lease', async () => {
    const study = await rig.start('renews');
    const { lease, until } = (await study.ask({ leaseMs: 2000 }))!;
    await delay(1200);
    await study.tell(lease, { kind: 'renew' });
    await delay(1200);
    expect(Date.now()).toBeGreaterThan(Date.parse(until));
    expect((await study.ask())!.number).toBe(1);
    await study.tell(lease, result(0.5));
    expect(await study.best()).toMatchObject({ number: 0 });
  });

  it('given back goes to the next who asks; a failed one fails', async () => {
    const study = await rig.start('gives-back');
    const first = (await study.ask())!;
    await study.tell(first.lease, { kind: 'give back' });
    await study.tell(first.lease, { kind: 'give back' });
    const second = (await study.ask())!;
    expect(second).toMatchObject({ number: first.number, params: first.params });
    await study.tell(second.lease, { kind: 'failed', reason: 'out of memory' });
    expect(await study.status()).toMatchObject({ counts: { failed: 1, complete: 0 } });
    expect((await study.trials().next()).value).toMatchObject({
      state: 'failed',
      reason: 'out of memory',
      attempts: 2,
    });
  });

  it('with a result that is none stays borrowed', async () => {
    const study = await rig.start('garbage');
    const { lease } = (await study.ask())!;
    await expect(study.tell(lease, { kind: 'result', result: { loss: 1 } })).rejects.toThrow(
      `tell: the result has the unknown key 'loss': an objective goes into values, as {"values": {"loss": number}}`,
    );
    await study.tell(lease, result(1));
    expect(await study.status()).toMatchObject({ counts: { complete: 1 } });
  });
});

describe('whoever asks', () => {
  it('gets nothing where the rest of the budget is lent, and leaves no lease behind', async () => {
    const study = await rig.start('poor', { stop: { trials: 1 } });
    const { lease } = (await study.ask())!;
    expect(await study.ask({ waitMs: 300 })).toBeUndefined();
    await study.tell(lease, { kind: 'give back' });
    // nobody waits any more: it is there for the next
    const next = (await study.ask())!;
    expect(next.number).toBe(0);
    await study.tell(next.lease, result(1));
    await study.result();
    await expect(study.ask()).rejects.toThrow("study 'poor' has closed");
  });

  it('hears that the study has ended meanwhile', async () => {
    const study = await rig.start('ends', { stop: { trials: 1 } });
    const { lease } = (await study.ask())!;
    const other = study.ask({ waitMs: 20_000 });
    await delay(300);
    await study.tell(lease, result(1));
    expect(await other).toBeUndefined();
  });

  it('is refused by a study whose trials are its own, in words', async () => {
    const study = await rig.start('own', { trial: { function: 'f' }, order: 'trial' });
    await expect(study.ask()).rejects.toThrow(
      'ask: this study has order: trial, whose trials are its own; ask studies with order: completion',
    );
    await expect(study.tell('none', result(1))).rejects.toThrow('tell: there is no lease "none"');
  });
});
