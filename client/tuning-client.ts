/**
 * The client of studies: starts them (idempotent by name), and gives a handle to each (study-handle.ts). It works with the Temporal
 * client that its user has, data converter and interceptors included. The command line uses it and nothing else.
 */
import { WorkflowExecutionAlreadyStartedError, type Client } from '@temporalio/client';
import { archivedNames } from '../artifacts/archive.ts';
import {
  STUDY_QUEUE,
  STUDY_WORKFLOW,
  workflowId,
  type CarriedStudy,
  type EngineOptions,
  type StudyInput,
} from '../study/contract.ts';
import { definitionDifferences } from '../study/differences.ts';
import { StudyDefinitionError } from '../study/errors.ts';
import type { StudyDefinition, TypedDefinition } from '../study/study.ts';
import { StudyHandle, type NestedParams } from './study-handle.ts';
import { openStudies, StudyReader, type FoundStudy } from './study-reader.ts';

export interface TuningClientOptions {
  readonly client: Client;
  /** Folder of the artifact store, the one that the workers use. */
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
  readonly begin?: { readonly carried: CarriedStudy; readonly rows: Uint8Array };
}

/** A definition, or what makes it with the seed of the study that is there: for definitions whose seed is drawn. */
export type Startable<P = NestedParams> = TypedDefinition<P> | ((seed?: number) => StudyDefinition);

export class TuningClient {
  private readonly client: Client;
  private readonly artifacts: string;
  private readonly taskQueue: string;

  constructor({ client, artifacts, taskQueue = STUDY_QUEUE }: TuningClientOptions) {
    this.client = client;
    this.artifacts = artifacts;
    this.taskQueue = taskQueue;
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

  /** Names of the open studies on this server. */
  openStudies(): Promise<string[]> {
    return openStudies(this.client);
  }

  /** Names of the studies in the artifact store. */
  closedStudies(): Promise<string[]> {
    return archivedNames(this.artifacts);
  }

  private reader(name: string): StudyReader {
    return new StudyReader(this.client, this.artifacts, name);
  }

  private async launch(definition: StudyDefinition, { engine, workflowTaskMs, begin }: StartOptions): Promise<void> {
    const input: StudyInput = { definition, ...(engine && { engine }), ...(begin && { carried: begin.carried }) };
    try {
      await this.client.workflow.start(STUDY_WORKFLOW, {
        workflowId: workflowId(definition.name),
        taskQueue: this.taskQueue,
        args: begin ? [input, begin.rows] : [input],
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
  const differences = definitionDifferences(definition, wanted);
  if (differences.length === 0) return;
  const [state, advice] =
    kind === 'open'
      ? ['is running', 'undo the change, or choose another name']
      : ['has closed', 'undo the change, choose another name, or start again with --new'];
  throw new StudyDefinitionError(
    `study '${wanted.name}' ${state} with another definition:\n${differences.map((line) => `  ${line}`).join('\n')}\n${advice}`,
  );
}
