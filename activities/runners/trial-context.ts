/** What a trial function receives. */
import { resolve } from 'node:path';
import { TrialFailedError } from '../../study/errors.ts';
import type { TrialEvaluation } from '../../study/evaluation/spec.ts';
import { nest } from '../../study/space/point.ts';
import { readCheckpoint, readMeasurement } from '../../study/trial/result.ts';
import { isRecord } from '../../study/wording/json.ts';
import type { ParameterValue } from '../../study/space/space.ts';
import type { TrialEvents, TrialFacts } from './runner.ts';
import type { Split } from './splitting.ts';
import { createSuggesting, type Suggesting } from './suggesting.ts';
import { awaitable, waitForVerdict } from './verdict.ts';

export interface TrialContext<Values = Readonly<Record<string, ParameterValue>>> extends Suggesting {
  /** Parameter values; nested branches are objects. */
  readonly params: Values;
  /** The study's name. */
  readonly study: string;
  /** The trial's number, from 0. */
  readonly number: number;
  /** For everything random in the trial: the same in each of its attempts, and another one in each of its replicates. */
  readonly seed: number;
  /** From 1; higher after a retry or a lost worker. */
  readonly attempt: number;
  /** Absolute total of steps to reach, where a scheduler sets one. */
  readonly budget: number | undefined;
  /** Where budgets are folds (scheduler racing): the scores of those that are done; the trial goes on with the fold after them. */
  readonly folds?: readonly number[];
  /**
   * Where the study has `replicates`: which run of the trial this is, from 0. Each is a whole trial, from the beginning, with a seed of its
   * own. What is to be the same for all trials in their k-th runs (a shuffle of the rows, say) may follow from this number.
   */
  readonly replicate?: number;
  readonly phase: 'tune' | 'test';
  /**
   * Where the study has `trial.evaluate`: which of the two steps this is. `train` saves a checkpoint and returns no value; `evaluate` is given
   * that checkpoint, and returns what it measures.
   */
  readonly stage?: 'train' | 'evaluate';
  /** How the study says that rows are divided; absent where it says nothing of it. */
  readonly evaluation: TrialEvaluation | undefined;
  /**
   * The row indices of each fold, train and test, in the order in which `folds` of the result are expected. In phase 'tune' they are
   * those of the study's split, without the rows that the final test keeps for itself; in phase 'test' those of the final test. The
   * same data gives the same folds, in every trial.
   *
   * @param data  how many rows there are, or `{ labels, groups }`: the class of each row (for stratified parts), and the group of
   *              each (groups stay together)
   * @returns row numbers; in the final test of a study whose trials have test data of their own, all rows to train and none to test
   * @throws TuningError in words, where the study has no `evaluate`, and where the data cannot be divided so
   */
  readonly split: Split;
  /**
   * What saveCheckpoint was last given, in this attempt's past: go on from there. Of a directory that was kept it is the path of a copy on
   * this machine, there for this attempt alone.
   */
  readonly checkpoint: string | undefined;
  /** What names that directory in the artifact store; absent where the checkpoint is a string of the trial's own. */
  readonly checkpointUri: string | undefined;
  /** A directory of this attempt's own, for the next checkpoint, made. @throws where this worker has no artifact store */
  readonly checkpointDirectory: () => string;
  /** Aborts when the trial is to end soon: what it returns then still counts if the study was told to stop. */
  readonly signal: AbortSignal;
  /**
   * Measures the first objective at a step of training; the first value of a step stands. Training goes on meanwhile; where it is
   * awaited, it waits for what the study's pruner says of the trial: at once where the pruner is not asked at this step, or there is
   * none.
   *
   * @returns once awaited: rejects with a TrialPrunedError where the study wants no more of the trial; catch it to save a checkpoint, if
   *          need be, and end
   * @throws TrialFailedError if step or value is not finite
   */
  readonly report: (step: number, value: number) => PromiseLike<void>;
  /** Remembers where to go on from if the worker dies. */
  readonly saveCheckpoint: SaveCheckpoint;
  readonly log: (message: string) => void;
}

export interface SaveCheckpoint {
  /** An opaque string of at most 4,096 bytes, a path say, that every machine of the study's workers understands. */
  (checkpoint: string): void;
  /**
   * Keeps the files of a directory in the artifact store. Await it: until it has resolved nothing may be written there.
   *
   * @returns its URI once it is kept; undefined where the store has failed, which the trial's log tells: the one before stands
   * @throws where it is no directory of files, or changes meanwhile
   */
  (checkpoint: { readonly directory: string }): Promise<string | undefined>;
}

/**
 * Trains and measures: returns a number (one objective) or an object as in readResult, or a promise of one. Its `predictions` may be
 * an object of columns (evaluation/predictions.ts): the worker keeps it in the artifact store.
 */
export type TrialFunction<Values = Readonly<Record<string, ParameterValue>>> = (trial: TrialContext<Values>) => unknown;

export function createTrialContext(
  facts: TrialFacts,
  events: TrialEvents,
  signal: AbortSignal,
  split: Split,
): TrialContext {
  const { params, budget, checkpoint, checkpointUri, checkpointDirectory: _, evaluation, ...rest } = facts;
  const { directory } = events;
  const save = (given: unknown): void | Promise<string | undefined> =>
    isRecord(given) && typeof given['directory'] === 'string'
      ? events.checkpoint({ directory: resolve(given['directory']) })
      : void events.checkpoint(readCheckpoint(given));
  return {
    ...rest,
    params: nest(params),
    budget: budget ?? undefined,
    checkpoint: checkpoint ?? undefined,
    checkpointUri,
    checkpointDirectory: directory ?? noDirectory,
    evaluation: evaluation ?? undefined,
    split,
    signal,
    report(step, value) {
      const measurement = readMeasurement([step, value]);
      events.report(measurement);
      return awaitable(() => waitForVerdict(events, measurement[0], signal));
    },
    saveCheckpoint: save as SaveCheckpoint,
    ...createSuggesting(events, signal),
    log: (message) => events.log(String(message)),
  };
}

function noDirectory(): never {
  throw new TrialFailedError(
    'there is no directory for a checkpoint, since this worker has no artifact store to keep it in: expected one started with a ' +
      'place for artifacts; or give saveCheckpoint the path of a file',
  );
}
