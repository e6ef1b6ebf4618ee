/**
 * Closed studies in the store, so that they can be read whatever the server's retention: studies/NAME/RUN.json describes one run
 * of a study (its first run id), studies/NAME/latest.json is the last one that closed.
 */
import { decodeRows } from '../study/ledger/blocks.ts';
import type { BlockRef, StudyStatus } from '../study/contract.ts';
import { StudyDefinitionError } from '../study/errors.ts';
import type { LoggedEdit } from '../study/ledger/edits.ts';
import type { Epoch } from '../study/ledger/ledger.ts';
import type { LedgerRow } from '../study/ledger/row.ts';
import type { StudyDefinition } from '../study/study.ts';
import type { ArtifactStore } from './store.ts';

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

/** Writing the same study twice leaves the same objects. */
export async function writeArchive({ objects }: ArtifactStore, study: Omit<ArchivedStudy, 'version'>): Promise<void> {
  const text = `${JSON.stringify({ version: ARCHIVE_VERSION, ...study }, null, 1)}\n`;
  const folder = folderOf(study.definition.name);
  await objects.write(`${folder}/${study.firstRunId}.json`, text);
  await objects.write(`${folder}/${LATEST}`, text);
}

/** The study of this name that closed last, or undefined. */
export async function readArchive(store: ArtifactStore, name: string): Promise<ArchivedStudy | undefined> {
  return read(store, `${folderOf(name)}/${LATEST}`);
}

/** Every run of the study of this name that has closed, in no order. */
export async function* readArchives(store: ArtifactStore, name: string): AsyncGenerator<ArchivedStudy> {
  for await (const object of store.objects.list(folderOf(name))) {
    if (!object.name.endsWith('.json') || object.name.endsWith(`/${LATEST}`)) continue;
    const study = await read(store, object.name);
    if (study) yield study;
  }
}

/** Names of all studies that ever closed here. */
export async function archivedNames({ objects }: ArtifactStore): Promise<string[]> {
  const names = new Set<string>();
  for await (const { name } of objects.list(STUDIES)) names.add(name.split('/')[1]!);
  return [...names].sort();
}

/** The rows of some blocks, block by block. */
export async function* readBlocks(store: ArtifactStore, blocks: readonly BlockRef[]): AsyncGenerator<LedgerRow[]> {
  for (const { sha256 } of blocks) yield decodeRows(await store.get(sha256));
}

/** The folder of all archives. */
export const STUDIES = 'studies';
const LATEST = 'latest.json';

function folderOf(name: string): string {
  return `${STUDIES}/${name}`;
}

async function read({ objects }: ArtifactStore, name: string): Promise<ArchivedStudy | undefined> {
  const bytes = await objects.read(name);
  if (!bytes) return undefined;
  const study = JSON.parse(Buffer.from(bytes).toString('utf8')) as ArchivedStudy;
  if (study.version > ARCHIVE_VERSION)
    throw new StudyDefinitionError(
      `${objects.where(name)} has version ${study.version}, this program reads up to ${ARCHIVE_VERSION}: use the durable-tune that wrote it, or a newer one`,
    );
  return study;
}
