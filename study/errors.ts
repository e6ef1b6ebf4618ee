/**
 * Errors by what happens next. They cross a wire as the `type` of an ApplicationFailure: match on the name there,
 * never with `instanceof` (activities/failures.ts translates, in one place).
 */

export abstract class TuningError extends Error {
  abstract readonly code: string;
  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** A study, an edit or an option that cannot be: refused where it enters, nothing starts, nothing changes. */
export class StudyDefinitionError extends TuningError {
  readonly code = 'STUDY_DEFINITION';
}

/** A trial's own failure (its code, its result, its timeout): recorded with its reason, the study goes on. */
export class TrialFailedError extends TuningError {
  readonly code = 'TRIAL_FAILED';
}

/**
 * Thrown in a trial that waits for its study's verdict, where the study wants no more of it: a trial may catch it to save a checkpoint,
 * and ends; whatever it ends in, the study has decided.
 */
export class TrialPrunedError extends TuningError {
  readonly code = 'TRIAL_PRUNED';
}

/** A promotion's own failure (an exit code, a refusal, its time limit): the workflow repeats it as often as it may. */
export class PromotionFailedError extends TuningError {
  readonly code = 'PROMOTION_FAILED';
}

/** A sampler met a deterministic numerical error: recorded, a random suggestion is used and marked. */
export class SamplerFallbackError extends TuningError {
  readonly code = 'SAMPLER_FALLBACK';
  /** What the random suggestion keeps, one number a dimension, NaN where free; absent: what the ask says. */
  readonly kept: Float64Array | undefined;
  constructor(message: string, options?: { cause?: unknown; kept?: Float64Array }) {
    super(message, options);
    this.kept = options?.kept;
  }
}

/** The machinery failed, not the study: the same call is retried until it succeeds. */
export class TransientError extends TuningError {
  readonly code = 'TRANSIENT';
  /** How long to wait before, milliseconds, where somebody has said so. */
  readonly retryAfterMs: number | undefined;
  constructor(message: string, options?: { cause?: unknown; retryAfterMs?: number | undefined }) {
    super(message, options);
    this.retryAfterMs = options?.retryAfterMs;
  }
}

/** The row cache of a sampler activity does not hold what the ask builds on: the workflow asks again with all rows. */
export class ColdCacheError extends TuningError {
  readonly code = 'COLD_CACHE';
}

/** What a workflow says of a step that it gives back (workflows/history-guard.ts): whoever asked it something just then may ask again. */
export const GIVEN_BACK = 'the step is given back, and begins anew from history';
