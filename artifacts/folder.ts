/**
 * Objects as files of a folder, for one machine or a shared file system. A file is written beside its name, synced and renamed, so a
 * crash on any line leaves at most a temporary file.
 */
import { createHash, randomUUID, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, mkdir, open, readdir, readFile, rename, rm, rmdir, type FileHandle } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { TransientError } from '../study/errors.ts';
import type { Copied, Objects, StoredObject } from './objects.ts';

export function folderObjects(root: string): Objects {
  const where = (name: string): string => join(root, name);
  return {
    uri: pathToFileURL(root).href,
    folder: root,
    where,
    read: (name) => ifThere('read', where(name), readFile(where(name))),
    write: (name, content) => writeWhole(where(name), content),
    async upload(name, path) {
      const source = await open(path);
      try {
        return await writeAside(where(name), (file) => copy(source, file));
      } finally {
        await source.close();
      }
    },
    async download(name, path) {
      const source = await ifThere('read', where(name), open(where(name)));
      if (!source) return undefined;
      try {
        await mkdir(dirname(path), { recursive: true });
        const file = await open(path, 'wx');
        return await copy(source, file).finally(() => file.close());
      } catch (cause) {
        throw new TransientError(`cannot copy ${where(name)} to ${path}: ${(cause as Error).message}`, { cause });
      } finally {
        await source.close();
      }
    },
    async stat(name) {
      const found = await ifThere('look at', where(name), lstat(where(name)));
      return found?.isFile() ? { name, bytes: found.size, writtenAt: found.mtimeMs } : undefined;
    },
    list: (folder) => filesIn(root, where(folder)),
    async remove(name) {
      await rm(where(name), { force: true }).catch((cause: Error) => {
        throw new TransientError(`cannot remove ${where(name)}: ${cause.message}`, { cause });
      });
      // folders that have nothing left in them go with it
      for (let folder = dirname(where(name)); folder.length > root.length; folder = dirname(folder))
        if (
          !(await rmdir(folder).then(
            () => true,
            () => false,
          ))
        )
          break;
    },
  };
}

/** Writes a file so that readers, also after a crash, see the old one or the new one whole. */
export async function writeWhole(path: string, content: Uint8Array | string): Promise<void> {
  await writeAside(path, (file) => file.writeFile(content));
}

/** SHA-256, hex. */
export function digest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Hands over a file from its beginning in order, and its SHA-256 and length. */
export async function* chunksOf(source: FileHandle, hash: Hash): AsyncGenerator<Buffer> {
  const stream = createReadStream('', { fd: source, start: 0, autoClose: false, highWaterMark: CHUNK_BYTES });
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    hash.update(chunk);
    yield chunk;
  }
}

const CHUNK_BYTES = 1024 * 1024;

async function copy(source: FileHandle, file: FileHandle): Promise<Copied> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of chunksOf(source, hash)) {
    await file.writeFile(chunk);
    bytes += chunk.length;
  }
  return { bytes, sha256: hash.digest('hex') };
}

async function writeAside<Result>(path: string, write: (file: FileHandle) => Promise<Result>): Promise<Result> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    const file = await openNew(temporary);
    let result: Result;
    try {
      result = await write(file);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
    return result;
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => {});
    throw new TransientError(`cannot write ${path}: ${(cause as Error).message}`, { cause });
  }
}

/** Its folder may be taken away, as an empty one, just when it was made. */
async function openNew(path: string, tries = 3): Promise<FileHandle> {
  await mkdir(dirname(path), { recursive: true });
  return open(path, 'wx').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT' || tries === 0) throw error;
    return openNew(path, tries - 1);
  });
}

async function* filesIn(root: string, folder: string): AsyncGenerator<StoredObject> {
  const entries = (await ifThere('list', folder, readdir(folder, { withFileTypes: true }))) ?? [];
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesIn(root, path);
    else if (entry.isFile()) {
      const found = await ifThere('look at', path, lstat(path));
      const name = relative(root, path).split(sep).join('/');
      if (found) yield { name, bytes: found.size, writtenAt: found.mtimeMs };
    }
  }
}

async function ifThere<Value>(verb: string, path: string, found: Promise<Value>): Promise<Value | undefined> {
  return found.catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return undefined;
    throw new TransientError(`cannot ${verb} ${path}: ${cause.message}`, { cause });
  });
}
