/**
 * The artifact store: immutable bytes under their SHA-256, in a folder. A file appears under its name whole or not at all (it is
 * written beside it, synced and renamed), so a crash on any line leaves at most a temporary file.
 */
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { StudyDefinitionError, TransientError } from '../study/errors.ts';

export interface ArtifactStore {
  /** Keeps the bytes. @returns their SHA-256, hex; the same bytes are kept once. */
  put(bytes: Uint8Array): Promise<string>;
  /** @throws StudyDefinitionError when they are not there or not what was put. */
  get(sha256: string): Promise<Uint8Array>;
}

/** The artifact store's folder in a home. */
export function artifactsOf(home: string): string {
  return join(home, 'artifacts');
}

/** A store in `root`/blobs, for one machine or a shared file system. */
export function fileStore(root: string): ArtifactStore {
  const path = (sha256: string): string => join(root, 'blobs', sha256.slice(0, 2), sha256);
  return {
    async put(bytes) {
      const sha256 = digest(bytes);
      await writeWhole(path(sha256), bytes);
      return sha256;
    },
    async get(sha256) {
      const bytes = await readFile(path(sha256)).catch((cause: NodeJS.ErrnoException) => {
        if (cause.code !== 'ENOENT')
          throw new TransientError(`cannot read ${path(sha256)}: ${cause.message}`, { cause });
        throw new StudyDefinitionError(
          `the artifact store has no ${path(sha256)}; expected a block written by this study: is this the home it was started in?`,
        );
      });
      if (digest(bytes) !== sha256)
        throw new StudyDefinitionError(
          `${path(sha256)} is damaged: its SHA-256 is ${digest(bytes)}; restore it from a backup`,
        );
      return bytes;
    },
  };
}

/** Writes a file so that readers, also after a crash, see the old one or the new one whole. */
export async function writeWhole(path: string, content: Uint8Array | string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    const file = await open(temporary, 'wx');
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw new TransientError(`cannot write ${path}: ${(cause as Error).message}`, { cause });
  }
}

function digest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
