import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allTrials } from '../../client/all-trials.ts';
import type { StudyHandle } from '../../client/study-handle.ts';
import type { TrialRecord } from '../../study/trial/trial.ts';
import { Rig } from './rig.ts';

let rig: Rig;
beforeAll(async () => {
  rig = await Rig.create();
  await rig.serve();
});
afterAll(() => rig.close());

const models = {
  svm: { space: { lr: { float: [1, 2] }, c: { float: [0, 1] } }, trials: 6 },
  forest: { space: { lr: { float: [0, 0.5] }, trees: { int: [1, 9] } }, trials: 3, sampler: 'quasi-random' },
};

const study = (name: string, more: object = {}): Promise<StudyHandle> =>
  rig.start(name, { space: undefined, stop: undefined, models, ...more });

/** Runs a study's trials, four side by side; those that `fails` says fail. */
async function runAll(handle: StudyHandle, fails: (number: number) => boolean = () => false): Promise<void> {
  for (;;) {
    const { counts, trials = 0, finishedAt } = await handle.status();
    if (finishedAt !== undefined || counts.complete === trials) return;
    const lent = [];
    for (let i = 0; i < Math.min(4, trials - counts.complete); i++) lent.push((await handle.ask())!);
    for (const { lease, number, params } of lent.toReversed())
      await handle.tell(
        lease,
        fails(number) ? { kind: 'failed', reason: 'no luck' } : { kind: 'result', result: Number(params['lr']) },
      );
  }
}

/** Counted trials by class. */
function countsOf(trials: readonly TrialRecord[]): object {
  const ended = trials.filter(({ state }) => state === 'complete');
  return Object.fromEntries(
    Object.keys(models).map((name) => [name, ended.filter(({ model }) => model === name).length]),
  );
}

describe('a study of two models', () => {
  it('gives each as many trials as it says, whatever fails and four side by side', async () => {
    const handle = await study('exact');
    await runAll(handle, (number) => number % 3 === 1);
    const status = await handle.result();
    expect(status).toMatchObject({ status: 'complete', reason: 'all 9 trials are done', trials: 9 });
    expect(status.counts.failed).toBeGreaterThan(2);
    expect(countsOf(await allTrials(handle))).toEqual({ svm: 6, forest: 3 });
  });

  it('lends trials with plain names, and records the class and full names', async () => {
    const handle = await study('names');
    const trial = (await handle.ask({ fixed: { model: 'svm', lr: 1.5 } }))!;
    expect(trial.params).toEqual({ model: 'svm', lr: 1.5, c: expect.any(Number) });
    await handle.tell(trial.lease, { kind: 'result', result: 0.25 });
    const [record] = await allTrials(handle);
    expect(record).toMatchObject({ model: 'svm', params: { model: 'svm', 'svm.lr': 1.5, 'svm.c': trial.params['c'] } });
    expect((await handle.status()).best).toMatchObject({ model: 'svm', params: { 'svm.lr': 1.5 } });
    expect((await handle.best())!).toMatchObject({ model: 'svm', params: trial.params });
  });

  it('tries what is enqueued by plain names, and takes told results so', async () => {
    const handle = await study('enqueued');
    await handle.enqueue([{ model: 'forest', trees: 7 }]);
    await handle.add({ model: 'svm', lr: 1, c: 0.5 }, 0.5);
    expect((await handle.ask())!.params).toEqual({ model: 'forest', trees: 7, lr: expect.any(Number) });
    await expect(handle.enqueue([{ model: 'svm', trees: 7 }])).rejects.toThrow(
      "enqueue: there is no parameter 'trees' (value 7); parameters are model, svm.lr, svm.c, forest.lr, forest.trees",
    );
  });

  it('keeps its spaces, and may have another sampler for classes without one', async () => {
    const handle = await study('edited');
    await expect(handle.setSpace({ x: { float: [0, 1] } })).rejects.toThrow(
      'space: the study has the model classes svm or forest, whose spaces stay as they are; start a study with the new ones, and warmStart: edited',
    );
    await handle.setSampler('tpe');
    await runAll(handle);
    expect(countsOf(await allTrials(handle))).toEqual({ svm: 6, forest: 3 });
  });

  it('is forked and continued, in the same proportion', async () => {
    const handle = await study('source');
    await runAll(handle);
    const fork = await rig.client.fork('source', { at: 4, name: 'forked' });
    await runAll(fork);
    expect(countsOf(await allTrials(fork))).toEqual({ svm: 6, forest: 3 });
    const more = await rig.client.continue('source', { stop: () => ({ trials: 18 }) });
    await runAll(more);
    expect(countsOf(await allTrials(more))).toEqual({ svm: 12, forest: 6 });
  });

  it('begins with trials of another, or of a study of one class', async () => {
    const one = await rig.start('one-class', { space: models.svm.space });
    const trial = (await one.ask())!;
    await one.tell(trial.lease, { kind: 'result', result: 1 });
    const map = { lr: 'svm.lr', c: 'svm.c' };
    const warm = await study('warm', { warmStart: { study: 'one-class', map, assume: { model: 'svm' } } });
    expect((await allTrials(warm))[0]).toMatchObject({
      origin: 'imported',
      model: 'svm',
      params: { 'svm.c': trial.params['c'] },
    });
    await runAll(warm);
    expect(countsOf((await allTrials(warm)).slice(1))).toEqual({ svm: 6, forest: 3 });
  });
});
