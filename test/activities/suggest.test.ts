import { ActivityCancellationDetails } from '@temporalio/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSuggest, type SuggestOptions } from '../../activities/suggest.ts';
import { withOwnSamplers } from '../../samplers/registry.ts';
import type { Sampler } from '../../samplers/sampler.ts';
import type { StudyDefinition } from '../../study/study.ts';
import { definitionOf } from '../study/definitions.ts';
import { Asking } from './suggest/asking.ts';
// @ts-expect-error: a sampler as a user has it, in JavaScript
import { heavy as untyped } from './suggest/heavy.mjs';

const heavy = untyped as Sampler;
let artifacts: string;
beforeAll(async () => {
  artifacts = await mkdtemp(join(tmpdir(), 'dtune-suggest-'));
});
afterAll(async () => {
  await rm(artifacts, { recursive: true, force: true });
  const marks = (await readdir(tmpdir())).filter((name) => name.startsWith(`dtune-heavy-${process.pid}-`));
  for (const mark of marks) await rm(join(tmpdir(), mark));
});

const suggestWith = (more: Partial<SuggestOptions> = {}): ReturnType<typeof createSuggest> =>
  createSuggest({ artifacts, samplers: withOwnSamplers([heavy]), threads: 1, ...more });

/** A study of the sampler whose asks take long. */
const study = (changes: Partial<StudyDefinition> = {}, options: Record<string, number> = {}): StudyDefinition =>
  definitionOf({ sampler: { name: 'heavy', options }, ...changes });

async function played(asking: Asking, trials: number): Promise<unknown[]> {
  const points: unknown[] = [];
  for (let i = 0; i < trials; i++) points.push(await asking.next());
  return points;
}

/** Whether this thread's event loop goes on turning until the promise is settled. */
async function turnsDuring(promise: Promise<unknown>): Promise<number> {
  let turns = 0;
  let over = false;
  const turn = (): void => {
    turns++;
    if (!over) setImmediate(turn);
  };
  setImmediate(turn);
  await promise.finally(() => (over = true));
  return turns;
}

describe('an ask that takes long', () => {
  it('leaves the worker free for others while it is computed', async () => {
    const asking = new Asking(suggestWith(), study({}, { turns: 100 }));
    // the thread is there
    await asking.next();
    expect(await turnsDuring(asking.next())).toBeGreaterThan(100);
    expect(asking.cold).toBe(0);
  });

  it('holds the worker up where there are no threads, or nobody can say where the sampler is', async () => {
    const { module: _module, ...placeless } = heavy;
    for (const options of [{ threads: 0 }, { samplers: withOwnSamplers([placeless]) }]) {
      const asking = new Asking(suggestWith(options), study({}, { turns: 100 }));
      await asking.next();
      expect(await turnsDuring(asking.next())).toBeLessThan(20);
    }
  });

  it.each(['heavy', 'tpe'])('gives the same bits wherever it is computed (%s)', async (name) => {
    const definition = study({ sampler: { name, options: {} } });
    const trials = 14;
    const here = await played(new Asking(suggestWith({ threads: 0 }), definition), trials);
    const there = new Asking(suggestWith(), definition);
    expect(await played(there, trials)).toEqual(here);
    expect(there.cold).toBe(0);
  });

  it('stays with the thread that has the study in its cache', async () => {
    const suggest = suggestWith({ threads: 2 });
    const askings = [1, 2, 3, 4, 5].map((seed) => new Asking(suggest, study({ name: `study-${seed}`, seed })));
    for (let i = 0; i < 4; i++) await Promise.all(askings.map((asking) => asking.next()));
    expect(askings.map(({ cold }) => cold)).toEqual([0, 0, 0, 0, 0]);
  });

  it('is a matter of the trials before it: the study moves once, with everything', async () => {
    const asking = new Asking(suggestWith(), study({ parallel: 5 }));
    await played(asking, 4);
    expect(asking.cold).toBe(0);
    await played(asking, 4);
    expect(asking.cold).toBe(1);
  });

  it('is no more once another sampler suggests', async () => {
    const asking = new Asking(suggestWith(), study());
    await played(asking, 2);
    const sampler = { name: 'random', options: {} };
    asking.epochs.push({ ...asking.epochs[0], seq: 4, sampler });
    const moved = await played(asking, 3);
    expect(asking.cold).toBe(1);
    const still = new Asking(suggestWith({ threads: 0 }), study());
    await played(still, 2);
    still.epochs.push({ ...still.epochs[0], seq: 4, sampler });
    expect(moved).toEqual(await played(still, 3));
  });

  it('is tried again when its thread is lost, and finds a cold cache', async () => {
    const definition = study({ seed: 11 }, { dies: 3 });
    const asking = new Asking(suggestWith(), definition);
    const before = await played(asking, 3);
    await expect(asking.next()).rejects.toThrow('the thread that computed a suggestion was lost: it ended with code 7');
    await expect(asking.next()).resolves.toBeDefined();
    expect(asking.cold).toBe(1);
    expect(before.length).toBe(3);
    const undisturbed = await played(new Asking(suggestWith(), study({ seed: 11 })), 4);
    expect(asking.rows.map(({ x }) => [...x])).toEqual(undisturbed);
  });

  it.each([
    ['CANCELLED', { cancelRequested: true }, 'CANCELLED'],
    ['WORKER_SHUTDOWN', { workerShutdown: true }, 'the worker ended while it computed a suggestion'],
  ] as const)('is not waited for by an activity that is told to end (%s)', async (reason, details, message) => {
    const asking = new Asking(suggestWith(), study({}, { turns: 200 }));
    const asked = asking.next();
    asking.environment.cancel(reason, new ActivityCancellationDetails(details));
    await expect(asked).rejects.toThrow(message);
  });

  it('tells what its sampler refuses as here', async () => {
    const asking = new Asking(suggestWith(), study({}, { turns: -1 }));
    await expect(asking.next()).rejects.toMatchObject({
      name: 'StudyDefinitionError',
      message: 'sampler.heavy.turns is -1, expected a whole number from 0 to 100000; leave it out for 0',
    });
  });

  it('is refused in words where the sampler is not where it says', async () => {
    const lost = { ...heavy, module: new URL('../study/definitions.ts', import.meta.url).href };
    const asking = new Asking(suggestWith({ samplers: withOwnSamplers([lost]) }), study());
    await expect(asking.next()).rejects.toMatchObject({
      name: 'StudyDefinitionError',
      message: expect.stringMatching(
        /^sampler heavy says that its module is file:.*definitions\.ts, but that exports no sampler of this name and module; export it there, or leave module out$/,
      ),
    });
    const gone = { ...heavy, module: 'file:///nowhere/sampler.mjs' };
    await expect(new Asking(suggestWith({ samplers: withOwnSamplers([gone]) }), study()).next()).rejects.toThrow(
      /^sampler heavy says that its module is file:\/\/\/nowhere\/sampler\.mjs, which cannot be imported/,
    );
  });
});
