import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  checkpointBefore,
  fetchCheckpoint,
  publishCheckpoint,
  readManifest,
  removeCheckpoint,
} from '../../artifacts/checkpoint.ts';
import { readCheckpointUri, trialFolder } from '../../artifacts/checkpoint-name.ts';
import type { Objects } from '../../artifacts/objects.ts';
import { objectsAt } from '../../artifacts/store.ts';
import { describeOnEach } from './places.ts';

let local: string;
let folders = 0;
beforeAll(() => void (local = mkdtempSync(join(tmpdir(), 'dtune-checkpoints-'))));
afterAll(() => rmSync(local, { recursive: true, force: true }));

const newFolder = (): string => join(local, String(folders++));
const of = { study: 'digits', run: 'run-1', trial: '7', attempt: 1 };

type Files = Readonly<Record<string, Uint8Array | string>>;

function directoryOf(files: Files): string {
  const folder = newFolder();
  mkdirSync(folder);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}

function filesIn(folder: string): Record<string, Buffer> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = entries.map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(paths.map((path) => [path.slice(folder.length + 1), readFileSync(path)]));
}

const asBuffers = (files: Files): Record<string, Buffer> =>
  Object.fromEntries(Object.entries(files).map(([path, content]) => [path, Buffer.from(content)]));

async function fetched(uri: string): Promise<Record<string, Buffer>> {
  const into = newFolder();
  expect(await fetchCheckpoint(uri, into)).toMatchObject({ state: 'whole' });
  return filesIn(into);
}

const fileName = fc
  .stringMatching(/^[a-zA-Z0-9 äé_.+-]{1,10}$/)
  .filter((name) => !/^\.+$/.test(name) && name.trim() === name);
const contents = fc
  .dictionary(
    fc.array(fileName, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/')),
    fc.uint8Array({ maxLength: 500 }),
    { minKeys: 1, maxKeys: 4 },
  )
  // a file cannot be a folder, too
  .filter((files) => {
    const paths = Object.keys(files);
    return !paths.some((path) => paths.some((other) => other.startsWith(`${path}/`)));
  });

describeOnEach('a checkpoint', (placeOf, kind) => {
  it('gives back the files of its directory, whatever they are', async () => {
    const objects = objectsAt(placeOf());
    await fc.assert(
      fc.asyncProperty(contents, async (files) => {
        const uri = await publishCheckpoint(objects, of, 1, directoryOf(files));
        expect(await fetched(uri)).toEqual(asBuffers(files));
      }),
      { seed: 11, numRuns: kind === 'folder' ? 40 : 8 },
    );
  });

  it('knows the one before, and is found from a later one where that does not say it', async () => {
    const objects = objectsAt(placeOf());
    const directory = directoryOf({ state: 'a' });
    const first = await publishCheckpoint(objects, of, 1, directory);
    const second = await publishCheckpoint(objects, of, 2, directory, first);
    const later = await publishCheckpoint(objects, { ...of, attempt: 2 }, 1, directory, second);
    const other = await publishCheckpoint(objects, { ...of, trial: '70' }, 1, directory);
    expect(await readManifest(objects, readCheckpointUri(second)!.name)).toMatchObject({ previous: first });
    expect(await checkpointBefore(later)).toBe(second);
    expect(await checkpointBefore(second)).toBe(first);
    expect(await checkpointBefore(first)).toBeUndefined();
    expect(await checkpointBefore(other)).toBeUndefined();
    await removeCheckpoint(objects, readCheckpointUri(second)!.name);
    expect(await checkpointBefore(later)).toBe(first);
    expect(await fetchCheckpoint(second, newFolder())).toMatchObject({ state: 'missing' });
    for await (const object of objects.list(readCheckpointUri(second)!.name)) expect.fail(object.name);
  });

  it('that lacks a file, or has other bytes in one or in its manifest, is not taken for whole', async () => {
    const objects = objectsAt(placeOf());
    const files = { 'a/weights': 'x'.repeat(1000), b: 'y' };
    const first = await publishCheckpoint(objects, of, 1, directoryOf(files));
    const harmed = async (harm: (name: string) => Promise<void>): Promise<unknown> => {
      const uri = await publishCheckpoint(objects, of, 2, directoryOf(files), first);
      await harm(readCheckpointUri(uri)!.name);
      return fetchCheckpoint(uri, newFolder());
    };
    expect(await harmed((name) => objects.remove(`${name}/files/a/weights`))).toMatchObject({
      state: 'missing',
      why: expect.stringMatching(/^there is no .*\/files\/a\/weights$/),
      previous: first,
    });
    expect(await harmed((name) => objects.write(`${name}/files/b`, 'z'))).toMatchObject({
      state: 'damaged',
      why: expect.stringMatching(/files\/b has 1 bytes with the SHA-256 [0-9a-f]{64}, expected 1 with/),
      previous: first,
    });
    expect(await harmed((name) => objects.write(`${name}/files/a/weights`, 'x'.repeat(999)))).toMatchObject({
      state: 'damaged',
      previous: first,
    });
    const unsafe = { version: 1, files: [{ path: '../b', bytes: 1, sha256: '00' }] };
    const sha256 = createHash('sha256').update(JSON.stringify(unsafe)).digest('hex');
    for (const spoil of [
      (text: string) => text.slice(0, -3),
      (text: string) => text.replace('"path":"b"', '"path":"c"'),
      () => JSON.stringify({ sha256, manifest: unsafe }),
      () => '',
    ])
      expect(
        await harmed(async (name) => {
          const text = Buffer.from((await objects.read(`${name}/manifest.json`))!).toString();
          await objects.write(`${name}/manifest.json`, spoil(text));
        }),
      ).toMatchObject({ state: 'damaged', why: expect.stringMatching(/manifest\.json is no manifest$/) });
  });
});

describeOnEach(
  'a process that is killed while it keeps a checkpoint',
  (placeOf) => {
    const program = fileURLToPath(new URL('doomed-keeper.ts', import.meta.url));
    const run = async (order: object): Promise<{ readonly signal: string | undefined; readonly stdout: string }> =>
      promisify(execFile)(process.execPath, ['--import', 'tsx', program, JSON.stringify(order)]).then(
        ({ stdout }) => ({ signal: undefined, stdout }),
        ({ signal, stdout }) => ({ signal, stdout }),
      );
    const files = { a: 'new a', 'b/c': 'new c', d: 'new d' };

    /** Every checkpoint of the trial that has a manifest. */
    async function published(objects: Objects): Promise<string[]> {
      const names: string[] = [];
      for await (const { name } of objects.list(trialFolder(of)))
        if (name.endsWith('/manifest.json')) names.push(`${objects.uri}/${name.slice(0, -'/manifest.json'.length)}`);
      return names;
    }

    // three files, the manifest, and the moment after it
    it.each([0, 1, 2, 3, 4])('leaves the old one or the new one, never half: before write %i', async (killAt) => {
      const place = placeOf();
      const objects = objectsAt(place);
      const old = { state: 'old' };
      const first = await publishCheckpoint(objects, of, 1, directoryOf(old));
      const { signal } = await run({ place, directory: directoryOf(files), of, previous: first, killAt });
      expect(signal).toBe('SIGKILL');
      expect(await fetched(first)).toEqual(asBuffers(old));
      const others = (await published(objects)).filter((uri) => uri !== first);
      expect(others.length).toBe(killAt === 4 ? 1 : 0);
      for (const uri of others) expect(await fetched(uri)).toEqual(asBuffers(files));
    });

    it('keeps it where it is not killed, after as many writes as were tried', async () => {
      const place = placeOf();
      const first = await publishCheckpoint(objectsAt(place), of, 1, directoryOf({ state: 'old' }));
      const { stdout } = await run({ place, directory: directoryOf(files), of, previous: first, killAt: -1 });
      const [uri, moments] = stdout.trim().split('\n');
      expect(moments).toBe('MOMENTS 5');
      expect(await fetched(uri!)).toEqual(asBuffers(files));
    });

    it.each([0, 1, 2])('has taken it away, or has not: before removal %i', async (killAt) => {
      const place = placeOf();
      const objects = objectsAt(place);
      const uri = await publishCheckpoint(objects, of, 1, directoryOf(files));
      const { signal } = await run({ place, previous: uri, killAt, removes: true });
      expect(signal).toBe('SIGKILL');
      if (killAt === 0) expect(await fetched(uri)).toEqual(asBuffers(files));
      else expect(await fetchCheckpoint(uri, newFolder())).toMatchObject({ state: 'missing' });
    });
  },
  ['folder', 'moto'],
);

describe('a directory that cannot be a checkpoint', () => {
  const keep = (directory: string, objects = objectsAt(newFolder())): Promise<string> =>
    publishCheckpoint(objects, of, 1, directory);
  const failing = (message: RegExp): unknown =>
    expect.objectContaining({ name: 'TrialFailedError', message: expect.stringMatching(message) });

  it('is refused in words', async () => {
    await expect(keep(join(local, 'nowhere'))).rejects.toEqual(
      failing(/^cannot keep .*nowhere as a checkpoint: ENOENT/),
    );
    await expect(keep(join(directoryOf({ a: '' }), 'a'))).rejects.toEqual(failing(/ENOTDIR.*expected a directory/));
    await expect(keep(directoryOf({}))).rejects.toEqual(failing(/has no files in it: expected what the trial is/));
    const linked = directoryOf({ a: '' });
    symlinkSync('a', join(linked, 'link'));
    await expect(keep(linked)).rejects.toEqual(failing(/link in a checkpoint: expected regular files/));
  });

  it('is refused where a file changes, comes or goes while it is kept, and nothing is published', async () => {
    for (const meddle of [
      (directory: string) => writeFileSync(join(directory, 'a'), 'more than before'),
      (directory: string) => writeFileSync(join(directory, 'c'), 'new'),
      (directory: string) => rmSync(join(directory, 'b')),
    ]) {
      const directory = directoryOf({ a: '1', b: '2' });
      const real = objectsAt(newFolder());
      let uploads = 0;
      const objects: Objects = {
        ...real,
        async upload(name, path) {
          const copied = await real.upload(name, path);
          if (uploads++ === 0) meddle(directory);
          return copied;
        },
      };
      await expect(keep(directory, objects)).rejects.toEqual(failing(/changed while it was kept as a checkpoint/));
      for await (const { name } of real.list('')) expect(name).not.toMatch(/manifest/);
    }
  });
});
