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
  type EngineOptions,
  type StopRequest,
  type StudyInput,
  type StudyStatus,
  type TrialPage,
} from '../study/contract.ts';
import { compileSpace } from '../study/dimensions.ts';
import { StudyDefinitionError } from '../study/errors.ts';
import { recordOf } from '../study/ledger/row.ts';
import type { StudyDefinition } from '../study/study.ts';
import type { TrialRecord } from '../study/trial.ts';
import { currentRun, definitionOfRun, isPassing, type StudyRun } from './history.ts';

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
}

/** A study as it was found by name: open on the server, or closed in the artifact store. */
export type FoundStudy =
  | { readonly kind: 'open'; readonly definition: StudyDefinition }
  | { readonly kind: 'closed'; readonly definition: StudyDefinition; readonly archive: ArchivedStudy };

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
  async start(definition: StudyDefinition, { engine, workflowTaskMs }: StartOptions = {}): Promise<void> {
    const input: StudyInput = { definition, ...(engine && { engine }) };
    try {
      await this.client.workflow.start(STUDY_WORKFLOW, {
        workflowId: workflowId(definition.name),
        taskQueue: STUDY_QUEUE,
        args: [input],
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

  /** All trials in number order, as they are now. */
  async *trials(name: string): AsyncGenerator<TrialRecord> {
    const found = (await this.find(name)) ?? (await this.unknown(name));
    if (found.kind === 'closed') return yield* this.rowsOf(found.definition, found.archive.blocks, 0);
    let next = 0;
    for (;;) {
      const page = await this.query<TrialPage>(name, QUERIES.trials, { from: next, limit: 100 });
      if (!page) return yield* this.closedSince(name, next);
      for await (const row of this.rowsOf(found.definition, page.blocks, next)) {
        next = row.number + 1;
        yield row;
      }
      const fresh = page.rows.filter((row) => row.number >= next);
      yield* fresh;
      next = (fresh.at(-1)?.number ?? next - 1) + 1;
      if (next >= page.total) return;
    }
  }

  /** Asks an open study to stop; trials in flight finish, unless `now`. */
  async stop(name: string, { now, why, who }: { now: boolean; why?: string; who?: string }): Promise<void> {
    const request: StopRequest = {
      requestId: randomUUID(),
      now,
      ...(why !== undefined && { why }),
      ...(who !== undefined && { who }),
    };
    try {
      await this.client.workflow.getHandle(workflowId(name)).executeUpdate(UPDATES.stop, { args: [request] });
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
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
    const { definition, blocks } = await this.archived(name);
    yield* this.rowsOf(definition, blocks, from);
  }

  private async *rowsOf(
    definition: StudyDefinition,
    blocks: TrialPage['blocks'],
    from: number,
  ): AsyncGenerator<TrialRecord> {
    const space = compileSpace(definition.space);
    for await (const rows of readBlocks(
      this.store,
      blocks.filter(({ first, rows: n }) => first + n > from),
    ))
      for (const row of rows) if (row.number >= from) yield recordOf(definition, space, row);
  }
}
