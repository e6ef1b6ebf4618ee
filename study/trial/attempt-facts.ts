/** What an attempt at a trial is told, whatever runs it: a command, a function, a service, or an activity of another language. */
import { studyName, type TrialRequest } from '../contract.ts';
import type { TrialEvaluation } from '../evaluation/spec.ts';
import type { Params } from '../space/space.ts';

export interface AttemptFacts {
  /** The study's name. */
  readonly study: string;
  readonly number: number;
  /** From 1. */
  readonly attempt: number;
  readonly seed: number;
  /** By dotted name. */
  readonly params: Params;
  /** Absolute total of steps to reach, null where no scheduler sets one. */
  readonly budget: number | null;
  /** Where budgets are folds: the scores of those that are done. */
  readonly folds?: readonly number[];
  /** Where the study has `replicates`: which run of the trial this is, from 0. */
  readonly replicate?: number;
  /** Where to go on from; null: from the beginning. */
  readonly checkpoint: string | null;
  readonly phase: 'tune' | 'test';
  /** How to divide the rows; null where the study does not say it. */
  readonly evaluation: TrialEvaluation | null;
}

/** @param checkpoint  the newest there is */
export function attemptFacts(request: TrialRequest, attempt: number, checkpoint: string | undefined): AttemptFacts {
  const { study, number, seed, params, budget, folds, replicate, phase, evaluation } = request;
  return {
    study: studyName(study),
    number,
    attempt,
    seed,
    params,
    budget: budget ?? null,
    ...(folds && { folds }),
    ...(replicate !== undefined && { replicate }),
    checkpoint: checkpoint ?? null,
    phase,
    evaluation: evaluation ?? null,
  };
}
