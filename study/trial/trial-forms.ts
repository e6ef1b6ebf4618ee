/**
 * Everything that crosses a wire for trials that do not run as an activity each: batches, lanes, and long trials with a workflow of
 * their own. As in contract.ts, names never change and types may grow optional fields.
 */
import type { TrialAnswer, TrialHeartbeat, TrialRequest, FailedAttempt } from '../contract.ts';
import type { Outcome } from '../ledger/ledger.ts';
import type { TaskPriority } from '../priority.ts';
import type { StepSpec } from '../study.ts';
import type { TrialResult } from './trial.ts';

/** Several short trials for one activity, which runs them one after another: what they share stands once. */
export interface RunTrialsRequest {
  readonly shared: Omit<TrialRequest, keyof BatchedTrial>;
  readonly trials: readonly BatchedTrial[];
}

export type BatchedTrial = Pick<
  TrialRequest,
  'number' | 'seed' | 'params' | 'attemptsBefore' | 'checkpoint' | 'budget' | 'folds' | 'replicate' | 'suggested'
>;

/** How a trial of a batch ended: in an answer, by its own failure, or not: then the workflow goes on with it, or ends it. */
export type BatchedEnding =
  | { readonly ok: TrialAnswer }
  | { readonly failed: FailedAttempt }
  | { readonly left: TrialHeartbeat };

/** What a batch heartbeats. */
export interface BatchHeartbeat {
  /** How the first trials ended: as many as fit into MAX_KEPT_BYTES. */
  readonly endings: readonly BatchedEnding[];
  /** Trials that have ended. */
  readonly ended: number;
  /** The one that runs. */
  readonly trial?: TrialHeartbeat;
}

/** Endings on a heartbeat, bytes of JSON. */
export const MAX_KEPT_BYTES = 4096;

/** A trial that runs for long has a workflow of its own, so that its study may continue as new meanwhile. */
export interface TrialWorkflowInput {
  readonly request: TrialRequest;
  /** The queue its activity waits on. */
  readonly queue: string;
  readonly priority?: TaskPriority;
  /** What measures its checkpoint afterwards, where that is a step of its own. */
  readonly evaluate?: StepSpec;
  /** What its training brought, where that is over: only its evaluation is left. */
  readonly trained?: TrialResult;
}

/** Trials for one lane, which runs them side by side. */
export interface LaneInput {
  readonly tasks: readonly TrialWorkflowInput[];
  /** Trials that one worker runs one after another, as one piece of work; 1: each by itself. */
  readonly batch: number;
}

/** What the workflow of a long trial tells the study in the end. */
export interface TrialEnded {
  /** Of the study it was started by: another study may have the name by now. */
  readonly firstRunId: string;
  readonly number: number;
  readonly outcome: Outcome;
}

export interface LookAfterRequest {
  /** Workflow ids of long trials that have not been heard of. */
  readonly children: readonly string[];
}

/** `gone`: its workflow is unknown or ended without an outcome. */
export type ChildState =
  | { readonly id: string; readonly state: 'running' | 'gone' }
  | { readonly id: string; readonly state: 'ended'; readonly outcome: Outcome };
