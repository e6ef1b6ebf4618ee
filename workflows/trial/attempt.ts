/** An attempt at a trial: what it is given, how it may be called, and how a call that brought no answer has ended. */
import type { FailedAttempt, TrialAnswer, TrialHeartbeat, TrialRequest } from '../../study/contract.ts';
import type { TaskPriority } from '../../study/priority.ts';
import type { RemoteRun } from '../../study/trial/remote.ts';
import type { StepSpec } from '../../study/study.ts';
import type { Measurement, TrialResult } from '../../study/trial/trial.ts';

/** A trial to run, with what earlier attempts left: their number and the checkpoint to go on from. */
export interface TrialTask {
  readonly request: TrialRequest;
  readonly queue: string;
  readonly priority?: TaskPriority;
  /** Reports of attempts before that crossed: the study may not have heard of them. */
  readonly crossed?: readonly Measurement[];
  /** As in TrialWorkflowInput. */
  readonly evaluate?: StepSpec;
  readonly trained?: TrialResult;
}

/** Attempts in a row that are lost without progress, after which the trial has failed. */
export const LOSSES = 5;

/** For activities without a time limit, whose server wants one: ten years, milliseconds. */
export const NO_LIMIT_MS: number = 10 * 365 * 86_400_000;

/** How one call ended, where not in an answer. */
export type Ending =
  | { readonly kind: 'own'; readonly failure: FailedAttempt }
  | { readonly kind: 'lost'; readonly reason: string; readonly heartbeat?: TrialHeartbeat }
  | {
      readonly kind: 'cancelled';
      readonly checkpoint?: string;
      readonly crossed?: readonly Measurement[];
      /** No worker has heard of it: none had the trial just then. */
      readonly unheard?: true;
    };

export interface AttemptForm {
  /** Attempts that one call makes where workers are lost. */
  readonly attempts: number;
  /** @param crossed  reports that crossed in attempts before */
  readonly run: (request: TrialRequest, crossed: readonly Measurement[]) => Promise<TrialAnswer>;
  /**
   * Has a run elsewhere ended that lost workers have left behind. Never rejects; absent: nothing runs elsewhere.
   *
   * @param remote  undefined where no heartbeat has told of it
   */
  readonly end?: (request: TrialRequest, remote: RemoteRun | undefined) => Promise<void>;
  /** @param request  of the call that has thrown this */
  readonly endingOf: (error: unknown, request: TrialRequest) => Ending;
}
