/** The artifact store: immutable bytes under their SHA-256, beside objects with names of their own (archives, checkpoints). */
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { StudyDefinitionError } from '../study/errors.ts';
import { digest, folderObjects } from './folder.ts';
import type { Objects } from './objects.ts';
import { s3Objects } from './s3.ts';

export interface ArtifactStore {
  readonly objects: Objects;
  /** Keeps the bytes. @returns their SHA-256, hex; the same bytes are kept once. */
  put(bytes: Uint8Array): Promise<string>;
  /** @throws StudyDefinitionError when they are not there or not what was put. */
  get(sha256: string): Promise<Uint8Array>;
}

/**
 * Where a home's artifacts are: what was given, else DTUNE_ARTIFACTS, else a folder in the home.
 *
 * @returns an absolute path, or the URI that was given
 */
export function artifactsOf(home: string, given?: string, env: NodeJS.ProcessEnv = process.env): string {
  const place = given ?? (env['DTUNE_ARTIFACTS'] || undefined);
  if (place === undefined) return resolve(home, 'artifacts');
  return hasScheme(place) ? place : resolve(place);
}

/**
 * The store at a place.
 *
 * @param place  a folder, as a path or file:///…, or s3://BUCKET/PREFIX
 * @throws StudyDefinitionError where it is something else
 */
export function openStore(place: string): ArtifactStore {
  return storeOf(objectsAt(place));
}

/** A store in a folder. */
export function fileStore(root: string): ArtifactStore {
  return storeOf(folderObjects(root));
}

/** Objects at a place, as `openStore` takes it. */
export function objectsAt(place: string): Objects {
  if (/^s3:/i.test(place)) return s3Objects(place);
  if (/^file:\/\//i.test(place)) return folderObjects(fileURLToPath(place));
  if (hasScheme(place))
    throw new StudyDefinitionError(
      `the artifact store is '${place}': expected a folder, or s3://BUCKET/PREFIX for a bucket`,
    );
  return folderObjects(place);
}

/** The name of a blob. */
export function blobName(sha256: string): string {
  return `${BLOBS}/${sha256.slice(0, 2)}/${sha256}`;
}

/** The SHA-256 in the URI of a blob, 'sha256:…'; undefined of any other URI. */
export function digestOf(uri: string): string | undefined {
  return /^sha256:([0-9a-f]{64})$/.exec(uri)?.[1];
}

/** The folder of all blobs. */
export const BLOBS = 'blobs';

export function storeOf(objects: Objects): ArtifactStore {
  return {
    objects,
    async put(bytes) {
      const sha256 = digest(bytes);
      await objects.write(blobName(sha256), bytes);
      return sha256;
    },
    async get(sha256) {
      const name = blobName(sha256);
      const bytes = await objects.read(name);
      if (!bytes)
        throw new StudyDefinitionError(
          `the artifact store has no ${objects.where(name)}; expected a block written by this study: is this the home it was started in?`,
        );
      if (digest(bytes) !== sha256)
        throw new StudyDefinitionError(
          `${objects.where(name)} is damaged: its SHA-256 is ${digest(bytes)}; restore it from a backup`,
        );
      return bytes;
    },
  };
}

function hasScheme(place: string): boolean {
  return /^[a-z][a-z0-9+.-]+:/i.test(place);
}
