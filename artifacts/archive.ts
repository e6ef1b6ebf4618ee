/**
 * Closed studies on disk, so that they can be read whatever the server's retention: `root`/studies/NAME/RUN.json describes one run
 * of a study (its first run id), `root`/studies/NAME/latest.json is the last one that closed.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeRows } from '../study/ledger/blocks.ts';
import type { BlockRef, StudyStatus } from '../study/contract.ts';
import { StudyDefinitionError } from '../study/errors.ts';
import type { LoggedEdit } from '../study/ledger/edits.ts';
import type { Epoch } from '../study/ledger/ledger.ts';
import type { LedgerRow } from '../study/ledger/row.ts';
import type { StudyDefinition } from '../study/study.ts';
import { writeWhole, type ArtifactStore } from './store.ts';

export const ARCHIVE_VERSION = 1;

export interface ArchivedStudy {
  readonly version: number;
  readonly firstRunId: string;
  readonly definition: StudyDefinition;
  readonly status: StudyStatus;
  /** All rows, in number order. */
  readonly blocks: readonly BlockRef[];
  readonly edits: readonly LoggedEdit[];
  readonly epochs: readonly Epoch[];
}

/** Writing the same study twice leaves the same files. */
export async function writeArchive(root: string, study: Omit<ArchivedStudy, 'version'>): Promise<void> {
  const text = `${JSON.stringify({ version: ARCHIVE_VERSION, ...study }, null, 1)}\n`;
  const folder = join(root, 'studies', study.definition.name);
  await writeWhole(join(folder, `${study.firstRunId}.json`), text);
  await writeWhole(join(folder, 'latest.json'), text);
}

/** The study of this name that closed last, or undefined. */
export async function readArchive(root: string, name: string): Promise<ArchivedStudy | undefined> {
  const path = join(root, 'studies', name, 'latest.json');
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const study = JSON.parse(text) as ArchivedStudy;
  if (study.version > ARCHIVE_VERSION)
    throw new StudyDefinitionError(
      `${path} has version ${study.version}, this program reads up to ${ARCHIVE_VERSION}: use the durable-tune that wrote it, or a newer one`,
    );
  return study;
}

/** Names of all studies that ever closed here. */
export async function archivedNames(root: string): Promise<string[]> {
  const entries = await readdir(join(root, 'studies'), { withFileTypes: true }).catch(() => []);
  return entries.flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])).sort();
}

/** The rows of some blocks, block by block. */
export async function* readBlocks(store: ArtifactStore, blocks: readonly BlockRef[]): AsyncGenerator<LedgerRow[]> {
  for (const { sha256 } of blocks) yield decodeRows(await store.get(sha256));
}
