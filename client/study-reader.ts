/** Reads one study by its name: an open one by queries, a closed one in the artifact store, blocks of either in the store. */
import { QueryRejectedError, WorkflowClient, type Client } from '@temporalio/client';
import { archivedNames, readArchive, readBlocks, type ArchivedStudy } from '../artifacts/archive.ts';
import { readCurve } from '../artifacts/curve.ts';
import { openStore, type ArtifactStore } from '../artifacts/store.ts';
import { fromBase64 } from '../study/wording/base64.ts';
import {
  QUERIES,
  STUDY_WORKFLOW,
  workflowId,
  type BlockRef,
  type StudyEdits,
  type TrialPage,
} from '../study/contract.ts';
import { GIVEN_BACK, StudyDefinitionError } from '../study/errors.ts';
import { decodeRows } from '../study/ledger/blocks.ts';
import type { Epoch } from '../study/ledger/ledger.ts';
import type { LedgerRow } from '../study/ledger/row.ts';
import type { StudyDefinition } from '../study/study.ts';
import type { Measurement } from '../study/trial/trial.ts';
import { currentRun, definitionOfRun, openNames, persistently, readable, type StudyRun } from './history.ts';

/** Rows asked for at once; a study sends fewer where they are large. */
const PAGE_ROWS = 1000;

/** A study as it was found by name: open on the server, or closed in the artifact store. */
export type FoundStudy =
  | { readonly kind: 'open'; readonly definition: StudyDefinition }
  | { readonly kind: 'closed'; readonly definition: StudyDefinition; readonly archive: ArchivedStudy };

/** Rows, and the spaces that they are in. */
export interface Rows {
  readonly rows: readonly LedgerRow[];
  readonly epochs: readonly Epoch[];
}

export class StudyReader {
  readonly client: Client;
  readonly name: string;
  readonly store: ArtifactStore;
  private readonly workflows: WorkflowClient;

  constructor(client: Client, artifacts: string, name: string) {
    this.client = client;
    this.name = name;
    this.store = openStore(artifacts);
    // a run that has closed would have to be replayed whole to answer
    const queryRejectCondition = 'NOT_OPEN';
    // not a Client: the connection's plugins would configure it once more
    this.workflows = new WorkflowClient({
      ...client.workflow.options,
      connection: client.connection,
      queryRejectCondition,
    });
  }

  /** The last run on the server. */
  run(): Promise<StudyRun | undefined> {
    return currentRun(this.client, workflowId(this.name));
  }

  archive(): Promise<ArchivedStudy | undefined> {
    return readArchive(this.store, this.name);
  }

  /** An open study before a closed one; undefined if there never was one. */
  async find(): Promise<FoundStudy | undefined> {
    const run = await this.run();
    if (run?.isOpen) return { kind: 'open', definition: await definitionOfRun(this.client, run) };
    const archive = await this.archive();
    return archive && { kind: 'closed', definition: archive.definition, archive };
  }

  /** The open study's answer, or undefined where none is open. */
  async query<Answer>(query: string, ...args: unknown[]): Promise<Answer | undefined> {
    for (;;) {
      const run = await this.run();
      if (!run?.isOpen) return undefined;
      try {
        const handle = this.workflows.getHandle(workflowId(this.name));
        return await readable(handle.workflowId, () => handle.query<Answer, unknown[]>(query, ...args));
      } catch (error) {
        // it has just continued as new: the next run answers; or it begins anew from history, and answers then
        const isPassing =
          error instanceof QueryRejectedError || (error instanceof Error && error.message.includes(GIVEN_BACK));
        if (!isPassing) throw error;
      }
    }
  }

  /** The definition as it now stands, and the audit log of its edits; waits for a worker that is away. */
  async edits(): Promise<StudyEdits> {
    const open = await persistently(() => this.query<StudyEdits>(QUERIES.edits));
    if (open) return open;
    const { definition, epochs, edits, status } = await this.archived();
    const { space, sampler, parallel } = epochs.at(-1)!;
    return { definition: { ...definition, space, sampler, parallel }, epochs, edits, next: status.asked };
  }

  /** Rows from a number on, in number order, as they are now. */
  async *rows(from = 0): AsyncGenerator<Rows> {
    let next = from;
    for (;;) {
      const page = await this.query<TrialPage>(QUERIES.trials, { from: next, limit: PAGE_ROWS });
      if (!page) return yield* this.archivedRows(next);
      const { blocks, epochs, total } = page;
      for await (const rows of this.inBlocks(blocks, next)) {
        next += rows.length;
        yield { rows, epochs };
      }
      const rows = decodeRows(fromBase64(page.rows)).filter(({ number }) => number >= next);
      next += rows.length;
      yield { rows, epochs };
      if (next >= total || (rows.length === 0 && blocks.length === 0)) return;
    }
  }

  curve(sha256: string): Promise<Measurement[]> {
    return readCurve(this.store, sha256);
  }

  /** As JSON. @throws StudyDefinitionError where the store does not have them, or they are damaged */
  async predictions(sha256: string): Promise<string> {
    return Buffer.from(await this.store.get(sha256)).toString('utf8');
  }

  async archived(): Promise<ArchivedStudy> {
    return (await this.archive()) ?? this.unknown();
  }

  async unknown(): Promise<never> {
    const names = [...new Set([...(await openStudies(this.client)), ...(await archivedNames(this.store))])];
    const known = names.length > 0 ? `studies here are ${names.join(', ')}` : 'there are no studies here yet';
    throw new StudyDefinitionError(`there is no study named '${this.name}'; ${known}`);
  }

  private async *archivedRows(from: number): AsyncGenerator<Rows> {
    const { blocks, epochs } = await this.archived();
    for await (const rows of this.inBlocks(blocks, from)) yield { rows, epochs };
  }

  private async *inBlocks(blocks: readonly BlockRef[], from: number): AsyncGenerator<LedgerRow[]> {
    const wanted = blocks.filter(({ first, rows }) => first + rows > from);
    for await (const rows of readBlocks(this.store, wanted)) yield rows.filter(({ number }) => number >= from);
  }
}

/** Names of the open studies on a server. */
export function openStudies(client: Client): Promise<string[]> {
  return openNames(client, STUDY_WORKFLOW, workflowId(''));
}
