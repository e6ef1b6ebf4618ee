/** One study, by its name: asked, watched, edited, lent trials from. `P` is what its trials receive, from a zod space. */
import { setTimeout as delay } from 'node:timers/promises';
import { WorkflowFailedError, WorkflowNotFoundError, type WorkflowHandle } from '@temporalio/client';
import { QUERIES, workflowId, type BestTrial, type StudyEdits, type StudyStatus } from '../study/contract.ts';
import { StudyDefinitionError } from '../study/errors.ts';
import { recordOf, type LedgerRow } from '../study/ledger/row.ts';
import { lineageOf, type LineageInterval } from '../study/trial/lineage.ts';
import { plainParams } from '../study/models.ts';
import { digestOf } from '../artifacts/store.ts';
import { nest } from '../study/space/point.ts';
import type { Params, ParameterValue } from '../study/space/space.ts';
import type { Measurement, TrialRecord } from '../study/trial/trial.ts';
import { allTrials } from './all-trials.ts';
import { handedOver, type HandedOver } from './handed-over.ts';
import { isPassing, patiently, readable, type StudyRun } from './history.ts';
import { borrow, type AskOptions, type LeasedTrial } from './lending.ts';
import { StudyEditor, type Partly } from './study-editor.ts';
import type { FoundStudy } from './study-reader.ts';

/** Parameters as a trial receives them: nested branches are objects. */
export type NestedParams = Readonly<Record<string, ParameterValue>>;

/** A trial with its parameters as a trial function receives them. */
export type Nested<Trial extends { readonly params: Params }, P> = Omit<Trial, 'params'> & { readonly params: P };

export interface Page {
  /** First trial number; 0. */
  readonly from?: number;
  /** How many trials at the most; all. */
  readonly limit?: number;
}

export class StudyHandle<P = NestedParams> extends StudyEditor<P> {
  /** What the study says of itself now. @throws StudyDefinitionError if there is none of this name. */
  async status(): Promise<StudyStatus> {
    const status = await this.reader.query<StudyStatus>(QUERIES.status);
    if (status) return status;
    const run = await this.reader.run();
    const archive = await this.reader.archive();
    // the last run may have ended without a result: refused by its worker, or terminated
    if (run && archive?.firstRunId !== run.firstRunId) return this.result();
    return (archive ?? (await this.reader.unknown())).status;
  }

  /** The best trial so far, or null. */
  async best(): Promise<Nested<BestTrial, P> | null> {
    const { best } = await this.status();
    return best && nested<BestTrial, P>(best);
  }

  /** The non-dominated trials so far; of one objective, the best. */
  async front(): Promise<readonly Nested<BestTrial, P>[]> {
    return (await this.status()).front.map((trial) => nested<BestTrial, P>(trial));
  }

  /** The status whenever it has changed, until the study has closed; over restarts of worker and server. */
  async *watch({ everyMs = 400 }: { readonly everyMs?: number } = {}): AsyncGenerator<StudyStatus> {
    let last = '';
    for (;;) {
      const status = await patiently(() => this.status());
      const text = JSON.stringify(status);
      if (status && text !== last) yield status;
      if (status?.finishedAt !== undefined) return;
      if (status) last = text;
      await delay(everyMs);
    }
  }

  /** Trials in number order, as they are now: all, or a page of them. */
  async *trials({ from = 0, limit = Infinity }: Page = {}): AsyncGenerator<TrialRecord> {
    if (limit <= 0) return;
    const { definition } = await this.found();
    let left = limit;
    for await (const { rows, epochs } of this.reader.rows(from))
      for (const row of rows) {
        yield recordOf(definition, epochs, row);
        if (--left <= 0) return;
      }
  }

  /** All measurements of one trial, by step: of a long curve more than its record has. */
  async curve(number: number): Promise<readonly Measurement[]> {
    for await (const { reports, curve } of this.trials({ from: number, limit: 1 }))
      return curve === undefined ? reports : this.reader.curve(curve);
    throw new StudyDefinitionError(`study '${this.name}' has no trial ${number}`);
  }

  /**
   * What a trial predicted, as JSON.
   * @param uri  of its record; undefined comes back where it is none of the artifact store, 'sha256:…'
   * @throws StudyDefinitionError where the store does not have them, or they are damaged
   */
  async predictions(uri: string): Promise<string | undefined> {
    const sha256 = digestOf(uri);
    return sha256 === undefined ? undefined : this.reader.predictions(sha256);
  }

  /**
   * The schedule of parameters that a trial of a population was trained with, from the root on.
   * @param number of the trial; the best one's
   * @throws StudyDefinitionError where the study is no population, or has no such trial
   */
  async lineage(number?: number): Promise<readonly LineageInterval[]> {
    const last = number ?? (await this.status()).best?.number;
    if (last === undefined)
      throw new StudyDefinitionError(
        `study '${this.name}' has no best trial yet: wait for its first one to be complete, or name a trial`,
      );
    const trials = await allTrials(this);
    try {
      return lineageOf(trials, last);
    } catch (error) {
      if (!(error instanceof StudyDefinitionError)) throw error;
      throw new StudyDefinitionError(`study '${this.name}': ${error.message}`, { cause: error });
    }
  }

  /** The trials as the ledger keeps them: what an audit needs. */
  async ledgerRows(): Promise<LedgerRow[]> {
    const all: LedgerRow[] = [];
    for await (const { rows } of this.reader.rows()) all.push(...rows);
    return all;
  }

  /** The definition as it now stands, and the audit log of its edits. */
  edits(): Promise<StudyEdits> {
    return this.reader.edits();
  }

  /** As it was started. @throws StudyDefinitionError if there is no study of this name */
  async found(): Promise<FoundStudy> {
    return (await this.reader.find()) ?? this.reader.unknown();
  }

  /** The last run of a study of this name on the server. */
  run(): Promise<StudyRun | undefined> {
    return this.reader.run();
  }

  /**
   * Borrows a trial: its parameters, to be run by the caller and told. With `fixed` it has those values, and the study suggests the
   * rest. @returns undefined where there is none to give
   * @throws StudyDefinitionError where the study lends none, or none with such values
   */
  async ask({ fixed, ...options }: AskOptions & { readonly fixed?: Partly<P> } = {}): Promise<
    Nested<LeasedTrial, P> | undefined
  > {
    const trial = await borrow(this.reader, { ...options, ...(fixed && { fixed: await this.flat(fixed) }) });
    return trial && nested<LeasedTrial, P>(trial);
  }

  /** Waits until the study has closed. @returns its last status; it is in the artifact store then. */
  async result(): Promise<StudyStatus> {
    const { client, name } = this.reader;
    for (;;) {
      try {
        const handle = client.workflow.getHandle<() => Promise<StudyStatus>>(workflowId(name));
        return await readable(handle.workflowId, () => handle.result());
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return (await this.reader.archived()).status;
        if (error instanceof WorkflowFailedError) {
          // cancelled, it has still recorded what it had
          const archive = await this.reader.archive();
          if (archive && archive.firstRunId === (await this.run())?.firstRunId) return archive.status;
          throw new StudyDefinitionError(`study '${name}' ended without a result: ${wordsOf(error)}`, { cause: error });
        }
        // a server that restarts answers UNAVAILABLE: the study is not touched by that
        if (!isPassing(error)) throw error;
        await delay(500);
      }
    }
  }

  /** What it handed over to the archive when it closed; undefined where it is open or the server has forgotten it. */
  async handedOver(): Promise<HandedOver | undefined> {
    const run = await this.reader.run();
    const archive = await this.reader.archive();
    if (!run || run.isOpen || run.firstRunId !== archive?.firstRunId) return undefined;
    return handedOver(this.reader.client, run);
  }

  /** The history of the last run, for replay. */
  history(): ReturnType<WorkflowHandle['fetchHistory']> {
    return this.reader.client.workflow.getHandle(workflowId(this.reader.name)).fetchHistory();
  }
}

/** What happened: the failures around it say only where. */
function wordsOf(error: Error): string {
  return error.cause instanceof Error ? wordsOf(error.cause) : error.message;
}

function nested<Trial extends { readonly params: Params; readonly model?: string }, P>(trial: Trial): Nested<Trial, P> {
  const { params, model } = trial;
  // the space that the trial's parameters come from is the one that P was inferred from
  return { ...trial, params: nest(model === undefined ? params : plainParams(params, model)) as P };
}
