import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createPrepare } from '../../../../activities/prepare.ts';
import { createSuggest } from '../../../../activities/suggest.ts';
import { KNOWN } from '../../../../samplers/registry.ts';
import type { SuggestAnswer } from '../../../../study/contract.ts';
import type { StudyDefinition } from '../../../../study/study.ts';
import { definitionOf } from '../../../study/definitions.ts';
import { Asking } from '../asking.ts';

const python = fileURLToPath(new URL('fake-library.mjs', import.meta.url));
const folders: string[] = [];
let starts: string;

beforeEach(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'dtune-bridge-'));
  folders.push(folder);
  starts = join(folder, 'starts');
});
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

const worker = (): ReturnType<typeof createSuggest> =>
  createSuggest({ artifacts: folders.at(-1)!, samplers: KNOWN, threads: 1 });

/** A study of a library that misbehaves in these ways. */
const study = (
  ways: Record<string, number | boolean> = {},
  options: Record<string, number | string> = {},
): StudyDefinition => {
  const own = Object.entries({ starts, ...ways }).map(([name, value]) => [`options.${name}`, value]);
  return definitionOf({ sampler: { name: 'optuna', options: { python, ...options, ...Object.fromEntries(own) } } });
};

async function played(asking: Asking, trials: number): Promise<unknown[]> {
  const points: unknown[] = [];
  for (let i = 0; i < trials; i++) points.push(await asking.next());
  return points;
}

const pids = (): number[] => (existsSync(starts) ? readFileSync(starts, 'utf8').trim().split('\n').map(Number) : []);

describe("another library's sampler", () => {
  it.each(['replay', 'reseed'])(
    'suggests the same from a worker that knows nothing of the study (%s)',
    async (exact) => {
      const whole = await played(new Asking(worker(), study({}, { exact })), 8);
      const asking = new Asking(worker(), study({}, { exact }));
      const begun = await played(asking, 4);
      const other = new Asking(worker(), study({}, { exact }));
      other.rows.push(...asking.rows);
      expect([...begun, ...(await played(other, 4))]).toEqual(whole);
      expect(new Set(whole.map(String)).size).toBe(8);
    },
  );

  it('keeps one process at hand for a study, and starts one anew where it was killed', async () => {
    const definition = study();
    const undisturbed = await played(new Asking(worker(), definition), 6);
    const before = pids().length;
    const asking = new Asking(worker(), definition);
    const points = await played(asking, 3);
    expect(pids().length - before).toBe(1);
    process.kill(pids().at(-1)!, 'SIGKILL');
    for (let i = 0; i < 3; i++) points.push(await again(asking));
    expect(points).toEqual(undisturbed);
    expect(pids().length - before).toBe(2);
  });

  it('suggests the same once its process was lost in the middle of an ask', async () => {
    const undisturbed = await played(new Asking(worker(), study()), 5);
    const asking = new Asking(worker(), study({ dies: 3 }));
    const points = await played(asking, 3);
    await expect(asking.next()).rejects.toThrow(
      'the process that computed a suggestion was lost: it ended with SIGKILL',
    );
    points.push(...(await played(asking, 2)));
    expect(points.length).toBe(undisturbed.length);
    // the way it dies is among the arguments that nothing but the process knows
    expect(points).toEqual(undisturbed);
  });

  it('is given up where it is silent for too long', async () => {
    const asking = new Asking(worker(), study({ hangs: 0 }, { timeout: 1 }));
    await expect(asking.next()).rejects.toThrow('it said nothing for 1 s');
    for (const pid of pids()) await ended(pid);
  });

  it('may say on stderr what it likes, and on stdout nothing but JSON', async () => {
    expect(await played(new Asking(worker(), study({ noise: true })), 2)).toHaveLength(2);
    const shouting = new Asking(worker(), study({ shouts: 0 }));
    await expect(shouting.next()).rejects.toThrow('it said "not JSON", expected a JSON object');
  });

  it('is replaced by chance where it fails, which is marked', async () => {
    const asking = new Asking(worker(), study({ fails: 1 }));
    await asking.next();
    const { suggestions } = await asking.ask();
    expect(suggestions[0]).toMatchObject({ fallback: 'optuna: ValueError: singular' });
  });

  it('says in words that it is not there, refuses, or says something else than it did', async () => {
    await expect(new Asking(worker(), study({ missing: true })).next()).rejects.toMatchObject({
      name: 'TransientError',
      message: 'fake needs fakelib',
    });
    await expect(new Asking(worker(), study({ refuses: true })).next()).rejects.toMatchObject({
      name: 'StudyDefinitionError',
      message: 'it is not for this study',
    });
    await expect(new Asking(worker(), study({}, { python: '/nowhere/python' })).next()).rejects.toThrow(
      '/nowhere/python cannot be started (spawn /nowhere/python ENOENT)',
    );
    const asking = new Asking(worker(), study({ drifts: 0 }));
    await played(asking, 2);
    const moved = new Asking(worker(), study({ drifts: 0 }));
    moved.rows.push(...asking.rows);
    await expect(moved.next()).rejects.toThrow('trial 0 is another: a replay needs the versions that the trials were');
  });

  it('is tried before a study begins: what it says then ends the study', async () => {
    const prepare = createPrepare(KNOWN);
    await expect(prepare({ definition: study() })).resolves.toBeUndefined();
    const refused = { name: 'StudyDefinitionError' };
    await expect(prepare({ definition: study({ missing: true }) })).rejects.toMatchObject(refused);
    await expect(prepare({ definition: study({ refuses: true }) })).rejects.toMatchObject(refused);
    await expect(prepare({ definition: study({}, { python: '/nowhere/python' }) })).rejects.toMatchObject(refused);
    for (const pid of pids()) await ended(pid);
  });

  it('has trial `replayed` and all later ones by a seed of their own', async () => {
    const points = await played(new Asking(worker(), study({}, { replayed: 3 })), 6);
    const replayed = await played(new Asking(worker(), study()), 6);
    const reseeded = await played(new Asking(worker(), study({}, { exact: 'reseed' })), 6);
    expect(points.slice(0, 3)).toEqual(replayed.slice(0, 3));
    expect(points.slice(3)).not.toEqual(replayed.slice(3));
    expect(reseeded[0]).not.toEqual(replayed[0]);
    const moved = new Asking(worker(), study({}, { replayed: 3 }));
    const first = new Asking(worker(), study({}, { replayed: 3 }));
    await played(first, 4);
    moved.rows.push(...first.rows);
    expect(await played(moved, 2)).toEqual(points.slice(4));
  });

  it('suggests a batch as one trial after another, the earlier ones pending', async () => {
    const asking = new Asking(worker(), study());
    await played(asking, 2);
    const batch: SuggestAnswer = await asking.ask(3);
    const single = new Asking(worker(), study());
    single.rows.push(...asking.rows);
    expect((await single.ask(1)).suggestions[0]).toEqual(batch.suggestions[0]);
    expect((await asking.ask(3)).suggestions).toEqual(batch.suggestions);
    expect(new Set(batch.suggestions.map(({ x }) => String(x))).size).toBe(3);
  });
});

/** As the server does: tried again until it succeeds. */
async function again(asking: Asking): Promise<unknown> {
  for (;;) {
    try {
      return await asking.next();
    } catch (error) {
      if ((error as Error).name !== 'TransientError') throw error;
    }
  }
}

async function ended(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
