/** The one place where an error becomes what crosses the wire: an ApplicationFailure whose type is the error's name. */
import { ApplicationFailure, ApplicationFailureCategory, TemporalFailure } from '@temporalio/common';
import { FAILURES } from '../study/contract.ts';
import { TransientError, TuningError } from '../study/errors.ts';

/** Longest message of a failure, characters: it is kept in history. */
export const MAX_REASON = 2000;

/**
 * The failure to throw from an activity. Only TransientError, and whatever nobody foresaw, is retried by the server; failures that
 * Temporal's SDK made pass unchanged.
 *
 * @param details  travel with it, as they are
 */
export function toFailure(error: unknown, details: readonly unknown[] = []): TemporalFailure {
  if (error instanceof TemporalFailure) return error;
  const known = error instanceof TuningError;
  const failure = ApplicationFailure.create({
    message: shorten(known ? error.message : String(error)),
    type: known ? error.name : FAILURES.transient,
    nonRetryable: known && !(error instanceof TransientError),
    details: [...details],
    ...(error instanceof TransientError && error.retryAfterMs !== undefined && { nextRetryDelay: error.retryAfterMs }),
    // a failed trial and a cold cache are ordinary: the worker's log is not the place where they are told
    ...((error as Error)?.name === FAILURES.trial || (error as Error)?.name === FAILURES.cold
      ? { category: ApplicationFailureCategory.BENIGN }
      : {}),
  });
  // the stack of a foreseen error says nothing, and each one would be kept in history
  failure.stack = known || !(error instanceof Error) ? '' : shorten(error.stack ?? '');
  return failure;
}

/** The text at no more than `most` characters: its beginning and its end, as Unicode that every wire carries. */
export function shorten(text: string, most: number = MAX_REASON): string {
  const cut =
    text.length <= most ? text : `${text.slice(0, Math.ceil(most / 2) - 2)} … ${text.slice(1 - Math.floor(most / 2))}`;
  // half a surrogate pair is no Unicode, and the server refuses what is not
  return cut.replace(/\p{Surrogate}/gu, '\uFFFD');
}
