import { defaultPayloadConverter } from '@temporalio/common';
import type { WorkflowHandle } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { workflowId } from '../../study/contract.ts';
import { activitiesOf, Rig, studyOf } from './trials-rig.ts';

let rig: Rig;
beforeAll(async () => {
  rig = await Rig.create();
});
afterAll(() => rig.close());

/** What is written beside the events of a workflow. */
async function summariesOf(handle: WorkflowHandle): Promise<string[]> {
  const { events } = await handle.fetchHistory();
  return events!.flatMap(({ userMetadata }) =>
    userMetadata?.summary ? [defaultPayloadConverter.fromPayload<string>(userMetadata.summary)] : [],
  );
}

describe('beside its event in the history', () => {
  it('a batch has the numbers of its trials', async () => {
    await rig.serving(
      'batch',
      activitiesOf(() => 1),
      async () => {
        const definition = studyOf('batch', { batch: 4 });
        const handle = await rig.start('batchWorkflow', workflowId('batch'), { definition, count: 4 });
        await handle.result();
        expect(await summariesOf(handle)).toEqual(['trials 0–3']);
      },
    );
  });

  it('a long trial has its parameters, as has the trial in it', async () => {
    await rig.serving(
      'long',
      activitiesOf(() => 1),
      async () => {
        const definition = studyOf('long');
        const handle = await rig.start('longWorkflow', workflowId('long'), { definition, count: 1 });
        const { ids } = (await handle.result()) as { ids: string[] };
        const child = rig.handle(ids[0]!);
        await child.result();
        expect(await (await child.describe()).staticSummary()).toBe('trial 0: x=0 y=1');
        expect(await summariesOf(child)).toEqual(['trial 0: x=0 y=1', 'trial 0: x=0 y=1']);
      },
    );
  });
});
