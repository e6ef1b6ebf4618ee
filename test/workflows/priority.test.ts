import { Worker } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTrialActivities } from '../../activities/index.ts';
import { workflowId } from '../../study/contract.ts';
import { definitionOf } from '../study/definitions.ts';
import { SharingRig } from './sharing-rig.ts';

let rig: SharingRig;
beforeAll(async () => {
  rig = await SharingRig.create();
});
afterAll(() => rig.close());

const QUEUE = 'one-machine';
const EACH = 20;

describe('two studies that share one queue of trials', () => {
  it('run the trials of the one with the higher priority first, though the other ones came before', async () => {
    const stop = await rig.serve([], () => 0);
    const order: string[] = [];
    const trial = ({ study }: { study: string }): number => order.push(study);
    const scheduled = async (study: string): Promise<number> => {
      const { raw } = await rig.env.client.workflow.getHandle(workflowId(study)).describe();
      return raw.pendingActivities?.length ?? 0;
    };
    try {
      const one = {
        parallel: EACH,
        stop: { trials: EACH, maxFailures: 1 },
        trial: { ...definitionOf().trial, queue: QUEUE },
      };
      // it is there first, and all its trials wait before the other one's do
      for (const [name, priority] of [
        ['late', 5],
        ['soon', 1],
      ] as const) {
        await rig.client.start(definitionOf({ name, priority, ...one }));
        await expect.poll(() => scheduled(name), { timeout: 30_000 }).toBe(EACH);
      }
      const worker = await Worker.create({
        ...rig.place,
        taskQueue: QUEUE,
        activities: createTrialActivities({ functions: { trial }, allowCommand: () => false }),
        maxConcurrentActivityTaskExecutions: 1,
      });
      await worker.runUntil(Promise.all(['late', 'soon'].map((name) => rig.client.study(name).result())));
      expect(order).toEqual(['soon', 'late'].flatMap((name) => Array<string>(EACH).fill(name)));
    } finally {
      await stop();
    }
  });
});
