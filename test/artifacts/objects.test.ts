import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { StoredObject } from '../../artifacts/objects.ts';
import { objectsAt, openStore } from '../../artifacts/store.ts';
import { describeOnEach } from './places.ts';

let local: string;
beforeAll(() => void (local = mkdtempSync(join(tmpdir(), 'dtune-objects-'))));
afterAll(() => rmSync(local, { recursive: true, force: true }));

async function namesIn(objects: AsyncGenerator<StoredObject>): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of objects) names.push(name);
  return names.sort();
}

const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const segment = fc.stringMatching(/^[a-z0-9][a-z0-9._-]{0,8}$/);

describeOnEach('objects', (placeOf, kind) => {
  it('read back what was written last, and nothing where nothing was', async () => {
    const objects = objectsAt(placeOf());
    expect(await objects.read('a/b')).toBeUndefined();
    expect(await objects.stat('a/b')).toBeUndefined();
    expect(await objects.download('a/b', join(local, 'none'))).toBeUndefined();
    await objects.write('a/b', 'one');
    await objects.write('a/b', Buffer.from('two!'));
    expect(Buffer.from((await objects.read('a/b'))!).toString()).toBe('two!');
    expect(await objects.stat('a/b')).toMatchObject({ name: 'a/b', bytes: 4 });
    expect(Math.abs((await objects.stat('a/b'))!.writtenAt - Date.now())).toBeLessThan(3_600_000);
    await objects.remove('a/b');
    await objects.remove('a/b');
    expect(await objects.read('a/b')).toBeUndefined();
    expect(await namesIn(objects.list(''))).toEqual([]);
  });

  it('hold any bytes under any names, and list those in a folder alone', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(
          fc.tuple(segment, segment).map((parts) => parts.join('/')),
          fc.uint8Array({ maxLength: 2000 }),
          {
            minKeys: 1,
            maxKeys: 5,
          },
        ),
        async (all) => {
          const objects = objectsAt(placeOf());
          for (const [name, bytes] of Object.entries(all)) await objects.write(name, bytes);
          for (const [name, bytes] of Object.entries(all))
            expect(Buffer.from((await objects.read(name))!)).toEqual(Buffer.from(bytes));
          const names = Object.keys(all).sort();
          expect(await namesIn(objects.list(''))).toEqual(names);
          const [folder] = names[0]!.split('/');
          expect(await namesIn(objects.list(folder!))).toEqual(names.filter((name) => name.startsWith(`${folder}/`)));
        },
      ),
      { seed: 7, numRuns: kind === 'folder' ? 40 : 8 },
    );
  });

  it.each([0, 1, 1024 * 1024 + 1, 32 * 1024 * 1024, 64 * 1024 * 1024 + 5])(
    'take and give a file of %i bytes, with its SHA-256',
    async (bytes) => {
      const objects = objectsAt(placeOf());
      const [from, to] = [join(local, `from-${kind}-${bytes}`), join(local, `to/${kind}-${bytes}`)];
      const content = randomBytes(bytes);
      writeFileSync(from, content);
      const copied = { bytes, sha256: sha256Of(content) };
      expect(await objects.upload('large/file', from)).toEqual(copied);
      expect(await objects.stat('large/file')).toMatchObject({ bytes });
      expect(await objects.download('large/file', to)).toEqual(copied);
      expect(statSync(to).size).toBe(bytes);
      expect(readFileSync(to).equals(content)).toBe(true);
    },
  );

  it('are left as they were where the file to take cannot be read', async () => {
    const objects = objectsAt(placeOf());
    await objects.write('a', 'old');
    await expect(objects.upload('a', join(local, 'no such file'))).rejects.toMatchObject({ code: 'ENOENT' });
    expect(Buffer.from((await objects.read('a'))!).toString()).toBe('old');
  });

  it('keep blobs under their SHA-256 and notice where they are damaged', async () => {
    const store = openStore(placeOf());
    const sha256 = await store.put(Buffer.from('block'));
    expect(sha256).toBe(sha256Of(Buffer.from('block')));
    expect(Buffer.from(await store.get(sha256)).toString()).toBe('block');
    await store.objects.write(`blobs/${sha256.slice(0, 2)}/${sha256}`, 'blocK');
    await expect(store.get(sha256)).rejects.toThrow(/is damaged: its SHA-256 is [0-9a-f]{64}; restore it/);
    await expect(store.get('0'.repeat(64))).rejects.toThrow(/^the artifact store has no .*0{64}; expected a block/);
  });
});

describeOnEach(
  'more objects than one answer lists',
  (placeOf) => {
    it('are all listed', async () => {
      const objects = objectsAt(placeOf());
      const names = Array.from({ length: 1203 }, (_, i) => `n/${String(i).padStart(4, '0')}`);
      for (let i = 0; i < names.length; i += 50)
        await Promise.all(names.slice(i, i + 50).map((name) => objects.write(name, '.')));
      expect(await namesIn(objects.list('n'))).toEqual(names);
    });
  },
  ['moto'],
);

describeOnEach(
  'a store that says no',
  (placeOf) => {
    it('is told in words, and asked again later', async () => {
      const objects = objectsAt(placeOf());
      process.env['AWS_SECRET_ACCESS_KEY'] = 'another secret';
      await expect(objects.write('a', 'b')).rejects.toMatchObject({
        name: 'TransientError',
        message: expect.stringMatching(
          /^cannot write s3:\/\/bucket\/place-0\/a: SignatureDoesNotMatch.*AWS_… variables/,
        ),
      });
    });

    it('may be one that has no such bucket, or none that listens', async () => {
      await expect(objectsAt('s3://elsewhere').read('a')).rejects.toThrow(/^cannot read s3:\/\/elsewhere\/a: /);
      process.env['AWS_ENDPOINT_URL'] = 'http://127.0.0.1:1';
      await expect(objectsAt('s3://bucket').read('a')).rejects.toMatchObject({
        name: 'TransientError',
        message: expect.stringContaining('ECONNREFUSED'),
      });
    });
  },
  ['rclone'],
);

it.each([
  ['s3://', /^the artifact store is 's3:\/\/': expected s3:\/\/BUCKET/],
  ['s3://b/../x', /expected s3:\/\/BUCKET/],
  ['s3://bucket/a b', /expected s3:\/\/BUCKET/],
  ['gs://bucket', /^the artifact store is 'gs:\/\/bucket': expected a folder, or s3:\/\/BUCKET\/PREFIX/],
])('refuses %s in words', (place, message) => {
  expect(() => openStore(place)).toThrow(message);
});
