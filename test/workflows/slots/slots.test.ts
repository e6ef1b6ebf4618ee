import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { workflowId } from '../../../study/contract.ts';
import { slotPoolId, type SlotPoolStatus } from '../../../study/slots/protocol.ts';
import type { StudyDefinition } from '../../../study/study.ts';
import { workflowBundle } from '../../../workflow-bundle.ts';
import { Worker } from '@temporalio/worker';
import { definitionOf } from '../../study/definitions.ts';
import { Meter, SharingRig } from '../sharing-rig.ts';

let rig: SharingRig;
beforeAll(async () => {
  rig = await SharingRig.create();
});
afterAll(() => rig.close());

const study = (
  name: string,
  slots: Readonly<Record<string, number>>,
  trials: number,
  more: Partial<StudyDefinition> = {},
) =>
  definitionOf({
    name,
    slots,
    parallel: 4,
    stop: { trials, maxFailures: 5 },
    trial: { ...definitionOf().trial, heartbeatMs: 1000 },
    ...more,
  });
const done = async (name: string): Promise<number> => (await rig.client.study(name).status()).counts.complete;
const poolOf = (pool: string): Promise<SlotPoolStatus> => rig.client.slots.show(pool);
const until = (holds: () => Promise<boolean>): Promise<void> =>
  expect.poll(holds, { timeout: 60_000, interval: 50 }).toBe(true);
const temporal = (): SharingRig['env']['client'] => rig.env.client;

async function replay(id: string): Promise<number> {
  const history = await temporal().workflow.getHandle(id).fetchHistory();
  await Worker.runReplayHistory({ workflowBundle: await workflowBundle() }, history, id);
  return history.events!.length;
}

describe('studies that share a pool of slots', () => {
  it('never run more trials at once than there are slots, over restarts and the end of one of them', async () => {
    const names = ['first', 'second', 'third'];
    const meter = new Meter();
    await rig.client.slots.set('gpu', 2, { lookMs: 1000 });
    let stop = await rig.serve(names, meter.trial(40));
    try {
      // the second one does not end by itself
      for (const name of names) await rig.client.start(study(name, { gpu: 1 }, name === 'second' ? 10_000 : 30));
      await until(async () => Math.min(...(await Promise.all(names.map(done)))) >= 5);
      await stop();
      expect(meter.now).toBe(0);
      stop = await rig.serve(names, meter.trial(40));
      await until(async () => (await done('first')) >= 10);
      await temporal().workflow.getHandle(workflowId('second')).terminate('no more of it');
      await Promise.all(['first', 'third'].map((name) => rig.client.study(name).result()));
      expect([await done('first'), await done('third')]).toEqual([30, 30]);
      expect(meter.most).toBe(2);
      await until(async () => (await poolOf('gpu')).studies.every(({ study: id }) => id === workflowId('second')));
      // the terminated one's are there for somebody who needs all of them
      await rig.client.start(study('first', { gpu: 2 }, 3), { again: true });
      expect(await rig.client.study('first').result()).toMatchObject({ counts: { complete: 3 } });
      expect(await poolOf('gpu')).toEqual({ pool: 'gpu', capacity: 2, used: 0, studies: [] });
    } finally {
      await stop();
    }
    await replay(slotPoolId('gpu'));
    for (const name of ['first', 'third']) await replay(workflowId(name));
  }, 180_000);

  it('say what they wait for, and go on when there are slots', async () => {
    const meter = new Meter();
    await rig.client.slots.set('scarce', 1);
    const stop = await rig.serve(['waits'], meter.trial());
    try {
      const handle = await rig.client.start(study('waits', { scarce: 1 }, 6, { parallel: 2 }));
      const waits = async (): Promise<unknown> => (await handle.status()).waitingFor;
      await expect.poll(waits, { timeout: 20_000 }).toEqual([{ pool: 'scarce', wants: 2, granted: 1 }]);
      await until(async () => meter.now === 1);
      await rig.client.slots.set('scarce', 0);
      await until(async () => (await poolOf('scarce')).studies[0]?.granted === 0);
      expect(await poolOf('scarce')).toMatchObject({ capacity: 0, used: 1 });
      meter.open();
      await expect.poll(waits, { timeout: 20_000 }).toEqual([{ pool: 'scarce', wants: 2, granted: 0 }]);
      expect(meter.now).toBe(0);
      await rig.client.slots.set('scarce', 2);
      const status = await handle.result();
      expect(status.counts.complete).toBe(6);
      expect(status.waitingFor).toBeUndefined();
    } finally {
      meter.open();
      await stop();
    }
  });

  it.each(['completion', 'trial'] as const)(
    'end when they are told to, with order %s, also while they wait',
    async (order) => {
      const meter = new Meter();
      await rig.client.slots.set('closing', 1);
      const stop = await rig.serve([`ends-${order}`], meter.trial());
      try {
        const handle = await rig.client.start(study(`ends-${order}`, { closing: 1 }, 6, { order, parallel: 2 }));
        await until(async () => meter.now === 1 && (await handle.status()).waitingFor !== undefined);
        await rig.client.slots.set('closing', 0);
        await handle.stop({ now: true });
        expect(await handle.result()).toMatchObject({ status: 'stopped', counts: { complete: 0 } });
        await expect.poll(() => poolOf('closing')).toMatchObject({ used: 0, studies: [] });
      } finally {
        meter.open();
        await stop();
      }
    },
  );

  it('cost no history while nothing changes, and continue as new with what they have', async () => {
    const meter = new Meter();
    await rig.client.slots.set('ample', 8);
    const stop = await rig.serve(['plain', 'with-slots', 'renewed'], meter.trial(5));
    try {
      const one = { parallel: 1 };
      const { slots: _none, ...plain } = study('plain', {}, 20, one);
      await (await rig.client.start(plain)).result();
      await (await rig.client.start(study('with-slots', { ample: 1 }, 20, one))).result();
      const events = [await replay(workflowId('plain')), await replay(workflowId('with-slots'))] as const;
      expect(events[1] - events[0]).toBeLessThanOrEqual(25);
      const engine = { quietEvents: 40, hardEvents: 60 };
      const renewed = await rig.client.start(study('renewed', { ample: 1 }, 30), { engine });
      expect((await renewed.result()).counts.complete).toBe(30);
      await replay(workflowId('renewed'));
    } finally {
      await stop();
    }
  });

  it('are the same with order trial, however few slots there are', async () => {
    const meter = new Meter();
    await rig.client.slots.set('narrow', 1);
    await rig.client.slots.set('wide', 9);
    const names = ['narrowly', 'widely'];
    const stop = await rig.serve(names, meter.trial(10));
    const table = async (name: string): Promise<unknown[]> => {
      const rows = [];
      for await (const { number, params, values, asOf } of rig.client.study(name).trials())
        rows.push([number, params, values, asOf]);
      return rows;
    };
    try {
      const more = { order: 'trial', sampler: { name: 'tpe', options: {} } } as const;
      await (await rig.client.start(study('narrowly', { narrow: 1, wide: 1 }, 25, more))).result();
      expect(meter.most).toBe(1);
      await (await rig.client.start(study('widely', { wide: 1 }, 25, more))).result();
      expect(meter.most).toBeGreaterThan(1);
      expect((await table('narrowly')).length).toBe(25);
      expect(await table('narrowly')).toEqual(await table('widely'));
    } finally {
      await stop();
    }
  });

  it('are refused in words where a pool is not there or too small', async () => {
    await rig.client.slots.set('small', 2);
    const stop = await rig.serve([], new Meter().trial(1));
    try {
      const none = await rig.client.start(study('unknown-pool', { gpus: 1 }, 3));
      await expect(none.result()).rejects.toThrow(
        "slots.gpus: there is no pool of slots named 'gpus' on this server, so no trial could start; make it with: dtune slots set gpus 1",
      );
      const few = await rig.client.start(study('too-few', { small: 3 }, 3));
      await expect(few.result()).rejects.toThrow(
        "slots.small: each trial takes 3 slots, but pool 'small' has 2, so no trial could start; " +
          'take fewer, or enlarge it with: dtune slots set small 3',
      );
      await expect(rig.client.slots.show('gpus')).rejects.toThrow(
        "there is no pool of slots named 'gpus'; pools here are",
      );
      await expect(rig.client.slots.set('a b', 1)).rejects.toThrow('pool is "a b", expected a name');
      await expect(rig.client.slots.set('small', 1.5)).rejects.toThrow(
        "capacity of pool 'small' is 1.5, expected a whole",
      );
    } finally {
      await stop();
    }
  });
});
