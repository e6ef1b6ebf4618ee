import { setTimeout as delay } from 'node:timers/promises';
import { ApplicationFailure } from '@temporalio/common';
import { WorkflowUpdateFailedError } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { StudyHandle } from '../../client/study-handle.ts';
import { Rig } from './rig.ts';

let rig: Rig;
beforeAll(async () => {
  rig = await Rig.create();
  await rig.serve();
});
afterAll(() => rig.close());

const texts = async (study: StudyHandle): Promise<unknown[]> =>
  (await study.edits()).edits.map(({ edit }) => 'text' in edit && edit.text);
const runOf = async (study: StudyHandle): Promise<string> => (await study.run())!.runId;

describe('an update of a study', () => {
  it('is taken in once the worker is back', async () => {
    const study = await rig.start('away');
    await rig.rest();
    const noted = study.note('while nobody worked');
    await delay(500);
    await rig.serve();
    await noted;
    expect(await texts(study)).toEqual(['while nobody worked']);
  });

  it('is taken in once, however many come at once and however often the study continues as new', async () => {
    const study = await rig.start('crowd', {}, { quietEvents: 20 });
    const first = await runOf(study);
    const all = Array.from({ length: 40 }, (_, i) => `remark ${i}`);
    await Promise.all(all.map((text) => study.note(text)));
    expect(((await texts(study)) as string[]).sort()).toEqual([...all].sort());
    expect(await runOf(study)).not.toBe(first);
  });

  it('with the id of an earlier one is that one, in a later run too', async () => {
    const study = await rig.start('twice', {}, { quietEvents: 12 });
    const first = await runOf(study);
    await study.note('said', { requestId: 'mine' });
    await study.note('said again', { requestId: 'mine' });
    for (let i = 0; (await runOf(study)) === first; i++) await study.note(`more ${i}`);
    await study.note('and again', { requestId: 'mine' });
    expect((await texts(study)).filter((text) => /again|said/.test(text as string))).toEqual(['said']);
  });

  it('that was answered is answered so again by a study that has closed meanwhile', async () => {
    const study = await rig.start('closes', { stop: { trials: 1 } });
    await study.note('before', { requestId: 'mine' });
    const { lease } = (await study.ask())!;
    await study.tell(lease, { kind: 'result', result: 0.5 });
    await study.result();
    await study.note('before', { requestId: 'mine' });
    await study.tell(lease, { kind: 'result', result: 0.7 });
    expect(await study.best()).toMatchObject({ values: { loss: 0.5 } });
    await expect(study.note('after')).rejects.toThrow("study 'closes' has closed: it takes nothing more");
  });

  it('that is refused changes nothing, and its id may be used again', async () => {
    const study = await rig.start('refuses');
    const before = await study.status();
    await expect(study.setParallel(0, { requestId: 'p' })).rejects.toThrow(
      'parallel: got 0, expected a whole number from 1 to 1000',
    );
    expect(await study.status()).toEqual(before);
    expect((await study.edits()).edits).toEqual([]);
    await study.setParallel(3, { requestId: 'p' });
    expect((await study.edits()).definition.parallel).toBe(3);
  });

  it.each(['UnprocessedUpdate', 'AcceptedUpdateCompletedWorkflow'])(
    'that the server gave up as %s is sent again, and answered',
    async (type) => {
      const study = await rig.start(`given-up-${type}`);
      const { workflow } = rig.temporal;
      let sent = 0;
      const getHandle = workflow.getHandle.bind(workflow);
      const spy = vi.spyOn(workflow, 'getHandle').mockImplementation((...args) => {
        const handle = getHandle(...args);
        const executeUpdate = handle.executeUpdate.bind(handle);
        handle.executeUpdate = ((...update: Parameters<typeof executeUpdate>) => {
          if (++sent > 1) return executeUpdate(...update);
          throw new WorkflowUpdateFailedError('Workflow Update failed', ApplicationFailure.nonRetryable('lost', type));
        }) as typeof executeUpdate;
        return handle;
      });
      try {
        await study.note('after all');
      } finally {
        spy.mockRestore();
      }
      expect(sent).toBe(2);
      expect(await texts(study)).toEqual(['after all']);
    },
  );

  it('of a study that is not there names those that are', async () => {
    await expect(rig.client.study('crowds').pause()).rejects.toThrow(
      /there is no study named 'crowds'; studies here are .*\bcrowd\b/,
    );
  });
});
