/** What the artifact store holds, whose it is, and what of it nothing needs any more. */
import type { Client } from '@temporalio/client';
import { archivedNames, readArchives, readBlocks } from '../artifacts/archive.ts';
import { readManifest, removeCheckpoint } from '../artifacts/checkpoint.ts';
import { readCheckpointUri } from '../artifacts/checkpoint-name.ts';
import { collectable, type KnownRun } from '../artifacts/collection.ts';
import { inventoryOf, type StoredThing } from '../artifacts/inventory.ts';
import type { ArtifactStore } from '../artifacts/store.ts';
import { checkpointsToKeep, mayBeParents } from '../study/trial/checkpoints.ts';
import { QUERIES, type BlockRef, type StudyStatus, type TrialPage } from '../study/contract.ts';
import { StudyDefinitionError } from '../study/errors.ts';
import type { LedgerRow } from '../study/ledger/row.ts';
import type { StudyDefinition } from '../study/study.ts';
import { isPopulation } from '../study/scheduling.ts';
import { definitionOfRun } from './history.ts';
import type { Schedules } from './schedules.ts';
import { openStudies, StudyReader } from './study-reader.ts';

/** Things of one kind that one trial has, or a study beside its trials. */
export interface StoredGroup {
  /** null: no study that is known here speaks of them. */
  readonly study: string | null;
  /** A trial's number, or what names its run in a final test; null: the study's own. */
  readonly trial: string | null;
  readonly kind: 'archive' | 'block' | 'curve' | 'predictions' | 'checkpoint' | 'blob' | 'leftover' | 'other';
  readonly count: number;
  readonly bytes: number;
}

export interface CollectOptions {
  /** One study's things alone. */
  readonly study?: string;
  /** Tell what would go, and leave it. */
  readonly dryRun?: boolean;
  /** What is younger stays, milliseconds; an hour. */
  readonly graceMs?: number;
  /** Also what belongs to no study that this server and this store know, once it is a week old. */
  readonly orphans?: boolean;
}

export interface Collected {
  readonly kind: StoredThing['kind'];
  /** Its name in the store. */
  readonly name: string;
  readonly bytes: number;
}

/** What a blob is, and whose. */
interface Owner {
  readonly study: string;
  readonly trial: string | null;
  readonly kind: 'block' | 'curve' | 'predictions' | 'blob';
}

interface Known {
  readonly runs: readonly KnownRun[];
  readonly owners: ReadonlyMap<string, Owner>;
}

const HOUR_MS = 3_600_000;

export class StoredArtifacts {
  private readonly client: Client;
  private readonly place: string;
  private readonly store: ArtifactStore;
  private readonly schedules: Schedules;

  /** @param store  the one at `place` */
  constructor(client: Client, place: string, store: ArtifactStore, schedules: Schedules) {
    this.client = client;
    this.place = place;
    this.store = store;
    this.schedules = schedules;
  }

  /** What there is, by study, trial and kind. @throws StudyDefinitionError where there is no such study */
  async list(study?: string): Promise<StoredGroup[]> {
    const things = await inventoryOf(this.store.objects);
    const known = await this.known();
    checkKnown(known, study);
    const groups = new Map<string, StoredGroup>();
    for (const thing of things) {
      const owner = ownerOf(thing, known);
      if (study !== undefined && owner.study !== study) continue;
      const key = JSON.stringify([owner.study, owner.kind, owner.trial]);
      const { count, bytes } = groups.get(key) ?? { count: 0, bytes: 0 };
      groups.set(key, { ...owner, count: count + 1, bytes: bytes + thing.bytes });
    }
    return [...groups.values()].sort(compareGroups);
  }

  /**
   * Takes away what nothing needs: never the checkpoint of a trial that has not ended, that is a best one, on the front, the baseline or a
   * champion, or that another goes on from, in any study that is known here; never a blob or an archive of such a study.
   *
   * @returns what went, or would
   */
  async collect({ study, dryRun = false, graceMs = HOUR_MS, orphans = false }: CollectOptions): Promise<Collected[]> {
    const { objects } = this.store;
    // what is there first: whatever comes meanwhile stays
    const things = await inventoryOf(objects);
    const known = await this.known();
    checkKnown(known, study);
    const previous = await this.previousOf(known.runs);
    const rules = { now: Date.now(), graceMs, orphans, previous, ...(study !== undefined && { study }) };
    const gone: Collected[] = [];
    for (const thing of collectable(things, known.runs, rules)) {
      if (!dryRun && !(await this.remove(thing))) continue;
      const { kind, name, bytes } = thing;
      gone.push({ kind, name: kind === 'blob' ? thing.objects[0]! : name, bytes });
    }
    return gone;
  }

  /** @returns false where it has been written again meanwhile: then it stays */
  private async remove({ kind, name, objects: parts, writtenAt }: StoredThing): Promise<boolean> {
    const { objects } = this.store;
    if (kind === 'checkpoint') {
      await removeCheckpoint(objects, name);
      return true;
    }
    for (const part of parts) {
      const now = await objects.stat(part);
      if (now && now.writtenAt > writtenAt) return false;
      await objects.remove(part);
    }
    return true;
  }

  /** Every run of every study that is open on the server or closed in the store. */
  private async known(): Promise<Known> {
    const runs: KnownRun[] = [];
    const owners = new Map<string, Owner>();
    const champions = await this.champions();
    for (const name of await openStudies(this.client)) {
      const reader = new StudyReader(this.client, this.place, name);
      const [run, status] = [await reader.run(), await reader.query<StudyStatus>(QUERIES.status)];
      // it has closed meanwhile: then it is in the archive
      if (!run?.isOpen || !status) continue;
      const rows: LedgerRow[] = [];
      for await (const part of reader.rows()) rows.push(...part.rows);
      // afterwards: there are more blocks then, never fewer
      const page = await reader.query<TrialPage>(QUERIES.trials, { from: 0, limit: 1 });
      const { scheduler } = await definitionOfRun(this.client, run);
      const blocks = page?.blocks ?? [];
      const facts = { study: name, run: run.firstRunId, isOpen: true, scheduler, status, blocks, rows };
      runs.push(take(facts, champions, owners));
    }
    for (const name of await archivedNames(this.store))
      for await (const archive of readArchives(this.store, name)) {
        const rows: LedgerRow[] = [];
        for await (const block of readBlocks(this.store, archive.blocks)) rows.push(...block);
        const { firstRunId: run, status, blocks, definition } = archive;
        const { scheduler } = definition;
        runs.push(take({ study: name, run, isOpen: false, scheduler, status, blocks, rows }, champions, owners));
      }
    return { runs, owners };
  }

  /** What the schedules of this server run now: study and trial as texts. */
  private async champions(): Promise<ReadonlySet<string>> {
    const champions = new Set<string>();
    for (const name of await this.schedules.names()) {
      const { champion } = await this.schedules.show(name);
      if (champion?.number !== undefined) champions.add(keyOf(champion.study, champion.number));
    }
    return champions;
  }

  /** The checkpoint before each that a trial may go on from. */
  private async previousOf(runs: readonly KnownRun[]): Promise<Map<string, string>> {
    const previous = new Map<string, string>();
    for (const pointer of new Set(runs.flatMap(({ needs }) => [...needs.resumable]))) {
      const place = readCheckpointUri(pointer);
      const manifest = place && (await readManifest(this.store.objects, place.name));
      if (manifest?.previous !== undefined) previous.set(pointer, manifest.previous);
    }
    return previous;
  }
}

interface RunFacts extends Pick<KnownRun, 'study' | 'run' | 'isOpen'> {
  readonly scheduler: StudyDefinition['scheduler'];
  readonly status: StudyStatus;
  readonly blocks: readonly BlockRef[];
  readonly rows: readonly LedgerRow[];
}

function take(
  { study, run, isOpen, scheduler, status, blocks, rows }: RunFacts,
  champions: ReadonlySet<string>,
  owners: Map<string, Owner>,
): KnownRun {
  const own = new Map<string, Owner>();
  // whatever looks like a SHA-256 counts as one that is spoken of
  for (const sha256 of hashesIn([status, blocks, ...rows.map(({ notes }) => notes)]))
    own.set(sha256, { study, trial: null, kind: 'blob' });
  for (const { sha256 } of blocks) own.set(sha256, { study, trial: null, kind: 'block' });
  for (const { number, notes = {} } of rows) {
    if (notes.curve !== undefined) own.set(notes.curve, { study, trial: String(number), kind: 'curve' });
    for (const sha256 of hashesIn(notes.predictions))
      own.set(sha256, { study, trial: String(number), kind: 'predictions' });
  }
  for (const [sha256, owner] of own) if (!owners.has(sha256)) owners.set(sha256, owner);
  const chosen = [
    ...(status.best ? [status.best.number] : []),
    ...status.front.map(({ number }) => number),
    ...[status.evaluation?.champion, status.evaluation?.challenger].flatMap((each) => each?.number ?? []),
    ...rows.flatMap(({ number }) => (champions.has(keyOf(study, number)) ? [number] : [])),
  ];
  if (isOpen && isPopulation(scheduler)) chosen.push(...mayBeParents(rows));
  const needs = checkpointsToKeep(
    rows.map(({ number, state, notes, lineage }) => ({
      number,
      state,
      ...(notes?.checkpoint !== undefined && { checkpoint: notes.checkpoint }),
      ...(notes?.baseline && { baseline: notes.baseline }),
      ...(lineage ? { parent: lineage.parent } : parentOf(notes?.from)),
    })),
    { chosen, retries: isOpen },
  );
  return { study, run, isOpen, needs, blobs: new Set(own.keys()) };
}

/** A trial that tries a failed one again is from 'trial 12'. */
function parentOf(from: string | undefined): { readonly parent?: number } {
  const [, number] = /^trial (\d+)$/.exec(from ?? '') ?? [];
  return number === undefined ? {} : { parent: Number(number) };
}

function ownerOf(thing: StoredThing, { runs, owners }: Known): Pick<StoredGroup, 'study' | 'trial' | 'kind'> {
  const { kind, name, of, study } = thing;
  if (kind === 'checkpoint')
    return { study: runs.find(({ run }) => run === of!.run)?.study ?? null, trial: of!.trial, kind };
  if (kind === 'blob') return owners.get(name) ?? { study: null, trial: null, kind };
  return { study: study ?? null, trial: null, kind };
}

function compareGroups(a: StoredGroup, b: StoredGroup): number {
  return (
    Number(a.study === null) - Number(b.study === null) ||
    compareText(a.study ?? '', b.study ?? '') ||
    compareText(a.kind, b.kind) ||
    Number.parseInt(a.trial ?? '-1', 10) - Number.parseInt(b.trial ?? '-1', 10) ||
    compareText(a.trial ?? '', b.trial ?? '')
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function hashesIn(value: unknown): string[] {
  return JSON.stringify(value ?? null).match(/(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])/g) ?? [];
}

function keyOf(study: string, number: number): string {
  return `${study}\n${number}`;
}

function checkKnown({ runs }: Known, study: string | undefined): void {
  if (study === undefined || runs.some((run) => run.study === study)) return;
  const names = [...new Set(runs.map((run) => run.study))].sort();
  throw new StudyDefinitionError(
    `there is no study named '${study}'; ${names.length > 0 ? `studies here are ${names.join(', ')}` : 'there are no studies here yet'}`,
  );
}
