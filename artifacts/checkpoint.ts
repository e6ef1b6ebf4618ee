/**
 * Directories as checkpoints in the store. The files go first and the manifest last, so a checkpoint is there whole or, wherever its
 * writer was killed, not there; one that was there is taken away manifest first.
 */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { TrialFailedError } from '../study/errors.ts';
import {
  checkpointOf,
  compareNames,
  nextName,
  readCheckpointUri,
  trialFolder,
  isEarlier,
  partsOf,
  type AttemptName,
} from './checkpoint-name.ts';
import { digest } from './folder.ts';
import type { Objects } from './objects.ts';
import { objectsAt } from './store.ts';

export interface CheckpointFile {
  /** Relative, parts with '/' between them. */
  readonly path: string;
  readonly bytes: number;
  /** Hex. */
  readonly sha256: string;
}

export interface Manifest {
  readonly version: 1;
  /** The checkpoint that the trial had before; absent for its first. */
  readonly previous?: string;
  /** By path. */
  readonly files: readonly CheckpointFile[];
}

/** A checkpoint as it was found. */
export type Fetched =
  | { readonly state: 'whole'; readonly manifest: Manifest }
  | { readonly state: 'missing' | 'damaged'; readonly why: string; readonly previous?: string };

/** Files of one checkpoint: the manifest is read whole. */
const MAX_FILES = 10_000;
const MANIFEST = 'manifest.json';
const FILES = 'files';

/**
 * Keeps what is in a directory. Nothing may write into it meanwhile.
 *
 * @param sequence  higher than those before it of the same attempt
 * @param previous  the URI of the checkpoint to fall back to
 * @returns its URI
 * @throws TrialFailedError where it is no directory of files, or changes while it is read
 */
export async function publishCheckpoint(
  objects: Objects,
  of: AttemptName,
  sequence: number,
  directory: string,
  previous?: string,
): Promise<string> {
  const name = nextName(of, sequence);
  const files: CheckpointFile[] = [];
  const seen = await filesOf(directory);
  for (const path of seen.keys()) {
    const copied = await objects.upload(`${name}/${FILES}/${path}`, join(directory, path)).catch(changed(directory));
    files.push({ path, ...copied });
  }
  const now = await filesOf(directory);
  const other = [...new Set([...seen.keys(), ...now.keys()])].find((path) => seen.get(path) !== now.get(path));
  if (other !== undefined) throw new TrialFailedError(changedWords(join(directory, other)));
  const manifest: Manifest = { version: 1, ...(previous !== undefined && { previous }), files };
  await objects.write(`${name}/${MANIFEST}`, encode(manifest));
  return `${objects.uri}/${name}`;
}

/**
 * Copies a checkpoint's files to a directory that is not there yet, each compared with the manifest.
 *
 * @throws TransientError where the store cannot be read; what it does not hold, or holds damaged, is an answer
 */
export async function fetchCheckpoint(uri: string, directory: string): Promise<Fetched> {
  const place = readCheckpointUri(uri);
  if (!place) return { state: 'missing', why: 'it is not the URI of a checkpoint in an artifact store' };
  const objects = objectsAt(place.store);
  const text = await objects.read(`${place.name}/${MANIFEST}`);
  if (!text) return { state: 'missing', why: `there is no ${objects.where(`${place.name}/${MANIFEST}`)}` };
  const manifest = decode(text);
  if (!manifest) return { state: 'damaged', why: `${objects.where(`${place.name}/${MANIFEST}`)} is no manifest` };
  const before = manifest.previous === undefined ? {} : { previous: manifest.previous };
  for (const { path, bytes, sha256 } of manifest.files) {
    const name = `${place.name}/${FILES}/${path}`;
    const copied = await objects.download(name, join(directory, path));
    if (!copied) return { state: 'missing', why: `there is no ${objects.where(name)}`, ...before };
    if (copied.sha256 !== sha256)
      return {
        state: 'damaged',
        why: `${objects.where(name)} has ${copied.bytes} bytes with the SHA-256 ${copied.sha256}, expected ${bytes} with ${sha256}`,
        ...before,
      };
  }
  return { state: 'whole', manifest };
}

/** The newest checkpoint of the same trial that was kept before this one, by what the store lists; undefined if there is none. */
export async function checkpointBefore(uri: string): Promise<string | undefined> {
  const place = readCheckpointUri(uri);
  if (!place) return undefined;
  const objects = objectsAt(place.store);
  let newest: { readonly name: string; readonly of: NonNullable<ReturnType<typeof partsOf>> } | undefined;
  for await (const object of objects.list(trialFolder(place.of))) {
    if (!object.name.endsWith(`/${MANIFEST}`)) continue;
    const name = object.name.slice(0, -MANIFEST.length - 1);
    const of = partsOf(name);
    if (of && isEarlier(of, place.of) && (!newest || compareNames(of, newest.of) > 0)) newest = { name, of };
  }
  return newest && `${place.store}/${newest.name}`;
}

/** The manifest of a checkpoint that is there, without its files; undefined where it is not, or is damaged. */
export async function readManifest(objects: Objects, name: string): Promise<Manifest | undefined> {
  const text = await objects.read(`${name}/${MANIFEST}`);
  return text && decode(text);
}

/** Takes a checkpoint away. */
export async function removeCheckpoint(objects: Objects, name: string): Promise<void> {
  await objects.remove(`${name}/${MANIFEST}`);
  for await (const object of objects.list(name)) await objects.remove(object.name);
}

/** Takes the checkpoints of a trial away: all that are kept of it, or all but this one. What is no URI of a store stays as it is. */
export async function removeTrialCheckpoints(uri: string, which: 'all' | 'all others'): Promise<void> {
  const place = readCheckpointUri(uri);
  if (!place) return;
  const objects = objectsAt(place.store);
  const names = new Set<string>();
  for await (const object of objects.list(trialFolder(place.of))) {
    const name = checkpointOf(object.name);
    if (name !== undefined && (which === 'all' || name !== place.name)) names.add(name);
  }
  for (const name of names) await removeCheckpoint(objects, name);
}

/** Path and a stamp of each regular file in a directory, by path. @throws TrialFailedError where it is not as it should be */
async function filesOf(directory: string): Promise<Map<string, string>> {
  const stamps = new Map<string, string>();
  const walk = async (folder: string): Promise<void> => {
    const entries = await readdir(join(directory, folder), { withFileTypes: true }).catch((cause: Error) => {
      throw new TrialFailedError(
        `cannot keep ${join(directory, folder)} as a checkpoint: ${cause.message}; expected a directory with files in it`,
        { cause },
      );
    });
    for (const entry of entries) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) await walk(path);
      else if (entry.isFile()) {
        const { size, mtimeMs, ino } = await stat(join(directory, path)).catch(changed(directory));
        stamps.set(path, `${size} ${mtimeMs} ${ino}`);
      } else
        throw new TrialFailedError(
          `cannot keep ${join(directory, path)} in a checkpoint: expected regular files and directories alone, no links or sockets`,
        );
      if (stamps.size > MAX_FILES)
        throw new TrialFailedError(
          `${directory} has more than ${MAX_FILES} files: expected fewer in a checkpoint; pack them into one`,
        );
    }
  };
  await walk('');
  if (stamps.size === 0)
    throw new TrialFailedError(`${directory} has no files in it: expected what the trial is to go on from`);
  return new Map([...stamps].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function changed(directory: string): (error: unknown) => never {
  return (error) => {
    const { code, path, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new TrialFailedError(changedWords(path ?? directory), { cause: error });
    if (code === 'EACCES' || code === 'EISDIR')
      throw new TrialFailedError(`cannot keep ${directory} as a checkpoint: ${message}`, { cause: error });
    throw error;
  };
}

function changedWords(path: string): string {
  return (
    `${path} changed while it was kept as a checkpoint: expected nothing to write there until it is kept ` +
    '(a function awaits saveCheckpoint; a command waits until the directory is empty)'
  );
}

/** Its own SHA-256 stands beside it, since nothing else would tell that it is damaged. */
function encode(manifest: Manifest): string {
  return JSON.stringify({ sha256: digest(Buffer.from(JSON.stringify(manifest))), manifest });
}

function decode(text: Uint8Array): Manifest | undefined {
  try {
    const { sha256, manifest } = JSON.parse(Buffer.from(text).toString('utf8')) as {
      readonly sha256: string;
      readonly manifest: Manifest;
    };
    if (manifest.version !== 1 || digest(Buffer.from(JSON.stringify(manifest))) !== sha256) return undefined;
    return manifest.files.every(({ path }) => isInside(path)) ? manifest : undefined;
  } catch {
    return undefined;
  }
}

function isInside(path: string): boolean {
  return !path.startsWith('/') && path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}
