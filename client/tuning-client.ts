/**
 * The client of studies: starts them (idempotent by name), asks them, stops them, and reads closed ones from the artifact store.
 * The command line uses it and nothing else.
 */
import { randomUUID } from 'node:crypto';
import {
  Client,
  QueryRejectedError,
  WorkflowExecutionAlreadyStartedError,
  WorkflowFailedError,
  WorkflowNotFoundError,
  type Connection,
  type WorkflowHandle,
} from '@temporalio/client';
import { archivedNames, readArchive, readBlocks, type ArchivedStudy } from '../artifacts/archive.ts';
import { fileStore, type ArtifactStore } from '../artifacts/store.ts';
import {
  QUERIES,
  STUDY_QUEUE,
  STUDY_WORKFLOW,
  UPDATES,
  workflowId,
  type BestTrial,
  type CarriedStudy,
  type EngineOptions,
  type StudyEdits,
  type StudyInput,
  type StudyStatus,
  type TrialPage,
} from '../study/contract.ts';
import { StudyDefinitionError } from '../study/errors.ts';
import type { Edit, EditRequest } from '../study/ledger/edits.ts';
import type { Epoch } from '../study/ledger/ledger.ts';
import type { LeaseRequest, LeaseView, TellRequest } from '../study/ledger/leases.ts';
import { recordOf } from '../study/ledger/row.ts';
import type { StudyDefinition } from '../study/study.ts';
import type { TrialRecord } from '../study/trial.ts';
import { currentRun, definitionOfRun, isPassing, type StudyRun } from './history.ts';
import { sendUpdate } from './updates.ts';

export interface TuningClientOptions {
  readonly connection: Connection;
  readonly namespace: string;
  /** Folder of the artifact store. */
  readonly artifacts: string;
}

export interface StartOptions {
  readonly engine?: Partial<EngineOptions>;
  /** Longest workflow task, milliseconds; the server's 10,000. */
  readonly workflowTaskMs?: number;
  /** Trials and log to begin with, instead of none (study/ledger/begin.ts). */
  readonly begin?: { readonly carried: CarriedStudy; readonly rows: Uint8Array };
}

export interface EditOptions {
  readonly who?: string;
  readonly why?: string;
  /** order `trial`: number of the first trial that sees the edit; absent: the next one to be opened. */
  readonly at?: number;
  /** The sender's own: the same id again is the same edit. Default: a new one. */
  readonly requestId?: string;
}

export interface AskOptions {
  readonly who?: string;
  /** How long the trial is lent, milliseconds; 3,600,000. */
  readonly leaseMs?: number;
  /** The same id again is the same lease. Default: a new one. */
  readonly requestId?: string;
  /** How long to wait for a trial where there is none to give, milliseconds; 0. */
  readonly waitMs?: number;
}

/** A trial lent to whoever asked, until it is told or the lease runs out. */
export type LeasedTrial = LeaseView & { readonly state: 'granted'; readonly lease: string };

/** A study as it was found by name: open on the server, or closed in the artifact store. */
export type FoundStudy =
  | { readonly kind: 'open'; readonly definition: StudyDefinition }
  | { readonly kind: 'closed'; readonly definition: StudyDefinition; readonly archive: ArchivedStudy };

export interface Page {
  /** First trial number. */
  readonly from: number;
  readonly limit: number;
}

/** How long a suggestion may take where one can be had at once, milliseconds. */
const ASK_MS = 10_000;

export class TuningClient {
  private readonly client: Client;
  private readonly artifacts: string;
  private readonly store: ArtifactStore;

  constructor({ connection, namespace, artifacts }: TuningClientOptions) {
    // a run that has closed would have to be replayed whole to answer
    this.client = new Client({ connection, namespace, workflow: { queryRejectCondition: 'NOT_OPEN' } });
    this.artifacts = artifacts;
    this.store = fileStore(artifacts);
  }

  /** Starts a study. @throws StudyDefinitionError when one of this name is open. */
  async start(definition: StudyDefinition, { engine, workflowTaskMs, begin }: StartOptions = {}): Promise<void> {
    const input: StudyInput = { definition, ...(engine && { engine }), ...(begin && { carried: begin.carried }) };
    try {
      await this.client.workflow.start(STUDY_WORKFLOW, {
        workflowId: workflowId(definition.name),
        taskQueue: STUDY_QUEUE,
        args: begin ? [input, begin.rows] : [input],
        workflowIdReusePolicy: 'ALLOW_DUPLICATE',
        workflowIdConflictPolicy: 'FAIL',
        ...(workflowTaskMs !== undefined && { workflowTaskTimeout: workflowTaskMs }),
      });
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      throw new StudyDefinitionError(
        `a study named '${definition.name}' is open; watch it, stop it first, or choose another name`,
        { cause: error },
      );
    }
  }

  /** The last run of a study of this name on the server. */
  run(name: string): Promise<StudyRun | undefined> {
    return currentRun(this.client, workflowId(name));
  }

  /** The study of this name, an open one before a closed one; undefined if there never was one. */
  async find(name: string): Promise<FoundStudy | undefined> {
    const run = await this.run(name);
    if (run?.isOpen) return { kind: 'open', definition: await definitionOfRun(this.client, run) };
    const archive = await readArchive(this.artifacts, name);
    return archive && { kind: 'closed', definition: archive.definition, archive };
  }

  /** What the study says of itself now. @throws StudyDefinitionError if there is none of this name. */
  async status(name: string): Promise<StudyStatus> {
    const status = await this.query<StudyStatus>(name, QUERIES.status);
    if (status) return status;
    const run = await this.run(name);
    const archive = await readArchive(this.artifacts, name);
    // the last run may have ended without a result: refused by its worker, or terminated
    if (run && archive?.firstRunId !== run.firstRunId) return this.result(name);
    return (archive ?? (await this.unknown(name))).status;
  }

  /** The best trial so far, or null. */
  async best(name: string): Promise<BestTrial | null> {
    return (await this.status(name)).best;
  }

  /** The non-dominated trials so far, of a study with several objectives. */
  async front(name: string): Promise<readonly BestTrial[]> {
    return (await this.status(name)).front;
  }

  /** The status whenever it has changed, until the study has closed; over restarts of worker and server. */
  async *watch(name: string, { everyMs = 400 }: { everyMs?: number } = {}): AsyncGenerator<StudyStatus> {
    let last = '';
    for (;;) {
      const status = await this.status(name).catch((error: unknown) => {
        if (isPassing(error)) return undefined;
        throw error;
      });
      if (status && JSON.stringify(status) !== last) yield status;
      if (status?.finishedAt !== undefined) return;
      if (status) last = JSON.stringify(status);
      await new Promise((resolve) => setTimeout(resolve, everyMs));
    }
  }

  /** Trials in number order, as they are now: all, or a page of them. */
  async *trials(name: string, { from = 0, limit = Infinity }: Partial<Page> = {}): AsyncGenerator<TrialRecord> {
    let next = from;
    for await (const row of this.trialsFrom(name, from)) {
      if (next++ >= from + limit) return;
      yield row;
    }
  }

  private async *trialsFrom(name: string, from: number): AsyncGenerator<TrialRecord> {
    const found = (await this.find(name)) ?? (await this.unknown(name));
    if (found.kind === 'closed') return yield* this.rowsOf(found.archive, found.archive.blocks, from);
    let next = from;
    for (;;) {
      const page = await this.query<TrialPage>(name, QUERIES.trials, { from: next, limit: 100 });
      if (!page) return yield* this.closedSince(name, next);
      for await (const row of this.rowsOf({ ...found, epochs: page.epochs }, page.blocks, next)) {
        next = row.number + 1;
        yield row;
      }
      const fresh = page.rows.filter((row) => row.number >= next);
      yield* fresh;
      next = (fresh.at(-1)?.number ?? next - 1) + 1;
      if (next >= page.total || (fresh.length === 0 && page.blocks.length === 0)) return;
    }
  }

  /** The definition as it now stands, and the audit log of its edits. */
  async edits(name: string): Promise<StudyEdits> {
    const open = await this.query<StudyEdits>(name, QUERIES.edits);
    if (open) return open;
    const { definition, epochs, edits, status } = await this.archived(name);
    const { space, sampler, parallel } = epochs.at(-1)!;
    return { definition: { ...definition, space, sampler, parallel }, epochs, edits, next: status.asked };
  }

  /**
   * Changes an open study (study/ledger/edits.ts), and waits until the study has taken the change in.
   * @throws StudyDefinitionError where it is refused: then nothing has changed
   */
  async edit(
    name: string,
    edit: Edit,
    { who, why, at, requestId = randomUUID() }: EditOptions = {},
  ): Promise<StudyStatus> {
    const request: EditRequest = {
      requestId,
      edit,
      ...(who !== undefined && { who }),
      ...(why !== undefined && { why }),
      ...(at !== undefined && { at }),
    };
    const status = await sendUpdate<StudyStatus>(this.client, name, UPDATES.edit, request);
    for (;;) {
      const log = await this.edits(name).catch((error: unknown) => {
        if (isPassing(error)) return undefined;
        throw error;
      });
      const entry = log?.edits.find((each) => each.requestId === requestId);
      if (entry?.refused !== undefined) throw new StudyDefinitionError(`${edit.kind}: ${entry.refused}`);
      if (log && !entry?.checking) return status;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /**
   * Borrows a trial: its parameters, to be run by the caller and told. @returns undefined where there is none to give
   * @throws StudyDefinitionError where the study lends none
   */
  async ask(
    name: string,
    { who, leaseMs = 3_600_000, requestId = randomUUID(), waitMs = 0 }: AskOptions = {},
  ): Promise<LeasedTrial | undefined> {
    const request: LeaseRequest = { requestId, leaseMs, ...(who !== undefined && { who }) };
    let view = await sendUpdate<LeaseView>(this.client, name, UPDATES.ask, request);
    // a suggestion takes a moment, also where one can be had at once
    for (const end = Date.now() + Math.max(waitMs, ASK_MS); view.state === 'waiting' && Date.now() < end;) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      view = (await this.query<LeaseView>(name, QUERIES.lease, requestId)) ?? { state: 'unknown' };
    }
    if (view.state === 'granted') return { ...view, lease: requestId };
    if (view.state === 'waiting') await this.tell(name, requestId, { kind: 'give back' }).catch(() => undefined);
    return undefined;
  }

  /** Tells how a borrowed trial ended, renews its lease, or gives it back. @throws StudyDefinitionError where it is refused */
  tell(name: string, lease: string, outcome: TellRequest['outcome']): Promise<StudyStatus> {
    const request: TellRequest = { lease, outcome };
    return sendUpdate<StudyStatus>(this.client, name, UPDATES.tell, request);
  }

  /** Asks an open study to stop; trials in flight finish, unless `now`. One that has closed stays as it is. */
  async stop(name: string, { now, ...options }: EditOptions & { now: boolean }): Promise<void> {
    try {
      await this.edit(name, { kind: 'stop', now }, options);
    } catch (error) {
      if (!(error instanceof StudyDefinitionError) || (await this.run(name))?.isOpen) throw error;
      if (!(await readArchive(this.artifacts, name))) await this.unknown(name);
    }
  }

  /** Waits until the study has closed. @returns its last status; it is in the artifact store then. */
  async result(name: string): Promise<StudyStatus> {
    for (;;) {
      try {
        return await this.client.workflow.getHandle<() => Promise<StudyStatus>>(workflowId(name)).result();
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return (await this.archived(name)).status;
        if (error instanceof WorkflowFailedError) {
          // cancelled, it has still recorded what it had
          const archive = await readArchive(this.artifacts, name);
          if (archive && archive.firstRunId === (await this.run(name))?.firstRunId) return archive.status;
          throw new StudyDefinitionError(
            `study '${name}' ended without a result: ${error.cause?.message ?? error.message}`,
            { cause: error },
          );
        }
        // a server that restarts answers UNAVAILABLE: the study is not touched by that
        if (!isPassing(error)) throw error;
        await new Promise((resolve) => setTimeout(resolve, 500));
      }
    }
  }

  /** The history of a study's last run, for replay. */
  history(name: string): ReturnType<WorkflowHandle['fetchHistory']> {
    return this.client.workflow.getHandle(workflowId(name)).fetchHistory();
  }

  /** Names of the open studies on this server. */
  async openStudies(): Promise<string[]> {
    const names: string[] = [];
    const query = `WorkflowType = '${STUDY_WORKFLOW}' AND ExecutionStatus = 'Running'`;
    for await (const { workflowId: id } of this.client.workflow.list({ query }))
      if (id.startsWith('dtune/')) names.push(id.slice(6));
    return [...new Set(names)].sort();
  }

  /** Names of the studies in the artifact store. */
  closedStudies(): Promise<string[]> {
    return archivedNames(this.artifacts);
  }

  /** An open study's answer, or undefined where it has closed meanwhile. */
  private async query<Answer>(name: string, query: string, ...args: unknown[]): Promise<Answer | undefined> {
    for (;;) {
      const run = await this.run(name);
      if (!run?.isOpen) return undefined;
      try {
        return await this.client.workflow.getHandle(workflowId(name)).query<Answer, unknown[]>(query, ...args);
      } catch (error) {
        // it has just continued as new: the next run answers
        if (!(error instanceof QueryRejectedError)) throw error;
      }
    }
  }

  private async archived(name: string): Promise<ArchivedStudy> {
    return (await readArchive(this.artifacts, name)) ?? this.unknown(name);
  }

  private async unknown(name: string): Promise<never> {
    const names = [...new Set([...(await this.openStudies()), ...(await this.closedStudies())])];
    const known = names.length > 0 ? `studies here are ${names.join(', ')}` : 'there are no studies here yet';
    throw new StudyDefinitionError(`there is no study named '${name}'; ${known}`);
  }

  private async *closedSince(name: string, from: number): AsyncGenerator<TrialRecord> {
    const archive = await this.archived(name);
    yield* this.rowsOf(archive, archive.blocks, from);
  }

  private async *rowsOf(
    { definition, epochs }: { readonly definition: StudyDefinition; readonly epochs: readonly Epoch[] },
    blocks: TrialPage['blocks'],
    from: number,
  ): AsyncGenerator<TrialRecord> {
    for await (const rows of readBlocks(
      this.store,
      blocks.filter(({ first, rows: n }) => first + n > from),
    ))
      for (const row of rows) if (row.number >= from) yield recordOf(definition, epochs, row);
  }
}
