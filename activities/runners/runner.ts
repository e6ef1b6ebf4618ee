/** What all ways to run a trial have in common: one attempt goes in, its raw result or its own failure comes out. */
import type { Suggest } from '../by-run/attempt-parameters.ts';
import type { AttemptFacts } from '../../study/trial/attempt-facts.ts';
import type { ReportVerdict } from '../../study/scheduling.ts';
import type { Measurement } from '../../study/trial/trial.ts';

/** One attempt at a trial, as a command reads it on stdin. */
export interface TrialFacts extends AttemptFacts {
  /** Where to go on from: the trial's own string, or the directory that holds what it gave to be kept; null: from the beginning. */
  readonly checkpoint: string | null;
  /** What names that directory in the artifact store; absent where the string is the trial's own. */
  readonly checkpointUri?: string;
  /** A directory of this attempt's own, for the next checkpoint; absent where nothing can keep one. */
  readonly checkpointDirectory?: string;
  /** Where the study has `trial.evaluate`: which of the two steps this is. */
  readonly stage?: 'train' | 'evaluate';
}

/** A string of the trial's own, or a directory to keep, into which nothing is written until it is kept. */
export type GivenCheckpoint = string | { readonly directory: string };

/** What a trial tells while it runs. Values are checked before they come here. */
export interface TrialEvents {
  readonly report: (measurement: Measurement) => void;
  /**
   * What the study says of the trial after the report at this step, 'go on' at once where it is not asked of that one; it never
   * rejects. Absent: no study hears of reports before the trial's end.
   */
  readonly verdict?: (step: number) => Promise<ReportVerdict>;
  /** Gives a parameter that the trial asks for. Absent: the study's trials ask for none. */
  readonly suggest?: Suggest;
  /**
   * @returns nothing for a string; for a directory a promise of its URI once it is kept, of undefined where the store has failed (the
   * one before stands then)
   * @throws TrialFailedError, or rejects with it, for what cannot be kept
   */
  readonly checkpoint: (checkpoint: GivenCheckpoint) => void | Promise<string | undefined>;
  /** The attempt's own directory for its next checkpoint, made; absent where nothing can keep one. */
  readonly directory?: () => string;
  /** What the trial has to say. */
  readonly log: (message: string) => void;
  /** A line it printed besides. */
  readonly output: (line: string) => void;
}

export interface RunLimits {
  /** Ends the attempt when it aborts. */
  readonly signal: AbortSignal;
  /** Longest run, milliseconds; absent: no limit. */
  readonly timeoutMs?: number | undefined;
  /** How long a trial that was told to end may still take, milliseconds; then it is killed. */
  readonly graceMs: number;
}

/**
 * Runs one attempt of a trial to its end: nothing of it is left when the promise settles. After `limits.signal` aborted it still
 * resolves where the trial returned a result within the grace.
 *
 * @returns the raw result, for readResult
 * @throws TrialFailedError for the trial's own failure and its timeout; anything else is the machinery's
 */
export type Runner<Spec> = (spec: Spec, facts: TrialFacts, events: TrialEvents, limits: RunLimits) => Promise<unknown>;

/** Longest line, and longest result without its predictions, taken from a trial, bytes: more would only fill the worker's memory. */
export const MAX_RAW_BYTES: number = 1024 * 1024;

/** Longest predictions, bytes: as JSON, in a file or on their way from a trial's process. */
export const MAX_PREDICTIONS_BYTES: number = 64 * 1024 * 1024;
