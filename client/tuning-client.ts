/**
 * The client of studies: starts them (idempotent by name), and gives a handle to each (study-handle.ts). It works with the Temporal
 * client that its user has, data converter and interceptors included. The command line uses it and nothing else.
 */
import { WorkflowExecutionAlreadyStartedError, type Client } from '@temporalio/client';
import { archivedNames } from '../artifacts/archive.ts';
import { openStore } from '../artifacts/store.ts';
import { STUDY_QUEUE, STUDY_WORKFLOW, workflowId, type EngineOptions, type StudyInput } from '../study/contract.ts';
import { definitionDifferences } from '../study/differences.ts';
import { withRecordedSamplers } from '../study/recorded-samplers.ts';
import { StudyDefinitionError } from '../study/errors.ts';
import type { StudyDefinition, TrialFormat, TypedDefinition } from '../study/study.ts';
import { StoredArtifacts } from './artifacts.ts';
import { beginFrom, type Begin } from './begin.ts';
import { continuationOf, forkOf, type Branch, type ContinueOptions, type ForkOptions } from './forking.ts';
import { refuseGone } from './population-branches.ts';
import { recordedStudy } from './record.ts';
import { studySummary } from '../study/visibility.ts';
import { SlotPools } from './slots.ts';
import { Schedules } from './schedules.ts';
import { StudyHandle, type NestedParams } from './study-handle.ts';
import { importTrials, warmBegin, type Imported, type ImportOptions } from './warm-start.ts';
import { openStudies, StudyReader, type FoundStudy } from './study-reader.ts';

export interface TuningClientOptions {
  readonly client: Client;
  /** Folder or s3://BUCKET/PREFIX of the artifact store, the one that the workers use. */
  readonly artifacts: string;
  /** Task queue of the workers that run study workflows; 'dtune'. */
  readonly taskQueue?: string;
}

export interface StartOptions {
  /** Start again although a study of this name has closed; false: a closed one of the same definition is the answer. */
  readonly again?: boolean;
  readonly engine?: Partial<EngineOptions>;
  /** Longest workflow task, milliseconds; the server's 10,000. */
  readonly workflowTaskMs?: number;
  /** Trials and log to begin with, instead of none (study/ledger/begin.ts). */
  readonly begin?: Begin;
  /** Awaited before it starts, once nothing is left that could refuse it: to see to its workers, say. */
  readonly beforeStart?: (definition: StudyDefinition) => Promise<void>;
  /** Told in words what it starts from, where the definition has a warm start. */
  readonly onNote?: (note: string) => void;
}

/** A definition, or what makes it with the seed of the study that is there: for definitions whose seed is drawn. */
export type Startable<P = NestedParams> = TypedDefinition<P> | ((seed?: number) => StudyDefinition);

export class TuningClient {
  private readonly client: Client;
  private readonly artifacts: string;
  private readonly taskQueue: string;
  /** Pools of slots that studies share. */
  readonly slots: SlotPools;

  constructor({ client, artifacts, taskQueue = STUDY_QUEUE }: TuningClientOptions) {
    this.client = client;
    this.artifacts = artifacts;
    this.taskQueue = taskQueue;
    this.slots = new SlotPools(this.client, taskQueue);
  }

  /**
   * The study of this definition: started, or, where one of the same name and definition is open or has closed, that one.
   * @throws StudyDefinitionError with the differences, where a study of that name has another definition
   */
  async start<P = NestedParams>(definition: Startable<P>, options: StartOptions = {}): Promise<StudyHandle<P>> {
    const { name } = made(definition);
    if ((await this.standing(definition, options)) === 'none') await this.launch(made(definition), options);
    return this.study<P>(name);
  }

  /** Whether a study of this name and definition is there already. @throws as `start` does */
  async standing(
    definition: Startable<unknown>,
    { again = false }: StartOptions = {},
  ): Promise<'none' | 'open' | 'closed'> {
    const { name } = made(definition);
    const found = await this.reader(name).find();
    if (!found) return 'none';
    if (again && found.kind === 'closed') return 'none';
    if (again)
      throw new StudyDefinitionError(`study '${name}' is running: stop it before --new, or choose another name`);
    refuseDifferent(found, made(definition, found.definition.seed));
    return found.kind;
  }

  /** The study of this name, whether there is one or not. */
  study<P = NestedParams>(name: string): StudyHandle<P> {
    return new StudyHandle<P>(this.reader(name));
  }

  /**
   * A new study whose first trials are those of another, open or closed; with nothing changed, so is its future (study/ledger/rewind.ts).
   * @throws StudyDefinitionError where the name is taken, there is no such point, or nothing would be left to do
   */
  async fork<P = NestedParams>(
    source: string,
    options: ForkOptions & Pick<StartOptions, 'beforeStart'>,
  ): Promise<StudyHandle<P>> {
    const branch = forkOf(await recordedStudy(this.study(source)), options);
    const { name } = branch.definition;
    if (await this.reader(name).find())
      throw new StudyDefinitionError(`there is a study '${name}' already: choose another name for the fork`);
    await refuseGone(branch, source);
    return this.begin<P>(branch, options);
  }

  /**
   * A closed study goes on under its name, as if it had had these stopping rules from the beginning; trials that were cut off go on
   * from their checkpoints. @throws StudyDefinitionError where it is open, or would end at once
   */
  async continue<P = NestedParams>(
    name: string,
    options: ContinueOptions & Pick<StartOptions, 'beforeStart'> = {},
  ): Promise<StudyHandle<P>> {
    const branch = continuationOf(await recordedStudy(this.study(name)), options);
    await refuseGone(branch, name);
    return this.begin<P>(branch, options, true);
  }

  /**
   * Gives an open study the trials of a file; its sampler learns from them once it has taken them in. The same ones again are in it once.
   * @throws StudyDefinitionError with what does not fit, or if the study has closed
   */
  importTrials(name: string, file: string, format: TrialFormat, options: ImportOptions = {}): Promise<Imported> {
    return importTrials(this.study(name), file, format, options);
  }

  /** Studies that are run again every night. */
  get schedules(): Schedules {
    return new Schedules(this.client, this.taskQueue);
  }

  /** What the artifact store holds, and what of it may go. */
  get stored(): StoredArtifacts {
    return new StoredArtifacts(this.client, this.artifacts, openStore(this.artifacts), this.schedules);
  }

  /** Names of the open studies on this server. */
  openStudies(): Promise<string[]> {
    return openStudies(this.client);
  }

  /** Names of the studies in the artifact store. */
  closedStudies(): Promise<string[]> {
    return archivedNames(openStore(this.artifacts));
  }

  private async begin<P>(
    { definition, past }: Branch,
    { beforeStart }: Pick<StartOptions, 'beforeStart'>,
    again = false,
  ): Promise<StudyHandle<P>> {
    const begin = await beginFrom(this.artifacts, definition, past);
    return this.start<P>(definition, { again, begin, ...(beforeStart && { beforeStart }) });
  }

  private reader(name: string): StudyReader {
    return new StudyReader(this.client, this.artifacts, name);
  }

  /** What a study begins with, where it does not from nothing. */
  private async beginOf(definition: StudyDefinition, { begin, onNote }: StartOptions): Promise<Begin | undefined> {
    if (begin || !definition.warmStart) return begin;
    const warm = await warmBegin(this.artifacts, definition, definition.warmStart, (name) => this.study(name));
    onNote?.(`starts from ${warm.words}`);
    return warm.begin;
  }

  private async launch(definition: StudyDefinition, options: StartOptions): Promise<void> {
    const { engine, workflowTaskMs } = options;
    const begin = await this.beginOf(definition, options);
    await options.beforeStart?.(definition);
    const input: StudyInput = { definition, ...(engine && { engine }), ...(begin && { carried: begin.carried }) };
    try {
      await this.client.workflow.start(STUDY_WORKFLOW, {
        workflowId: workflowId(definition.name),
        taskQueue: this.taskQueue,
        args: begin ? [input, begin.rows] : [input],
        staticSummary: studySummary(definition),
        workflowIdReusePolicy: 'ALLOW_DUPLICATE',
        workflowIdConflictPolicy: 'FAIL',
        ...(workflowTaskMs !== undefined && { workflowTaskTimeout: workflowTaskMs }),
      });
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      // somebody else was quicker
      const found = await this.reader(definition.name).find();
      if (found) refuseDifferent(found, definition);
    }
  }
}

function made(definition: Startable<unknown>, seed?: number): StudyDefinition {
  return typeof definition === 'function' ? definition(seed) : definition;
}

function refuseDifferent({ kind, definition }: FoundStudy, wanted: StudyDefinition): void {
  const differences = definitionDifferences(definition, withRecordedSamplers(wanted, definition));
  if (differences.length === 0) return;
  const [state, advice] =
    kind === 'open'
      ? ['is running', 'undo the change, or choose another name']
      : ['has closed', 'undo the change, choose another name, or start again with --new'];
  throw new StudyDefinitionError(
    `study '${wanted.name}' ${state} with another definition:\n${differences.map((line) => `  ${line}`).join('\n')}\n${advice}`,
  );
}
