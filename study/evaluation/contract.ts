/** What an evaluation finds, as it crosses wires and stands in a study's result; types may grow optional fields. */
import type { BestTrial, BlockRef } from '../contract.ts';
import type { Epoch } from '../ledger/ledger.ts';
import type { ScheduledInterval } from '../trial/lineage.ts';
import type { Params } from '../space/space.ts';
import type { StudyDefinition } from '../study.ts';
import type { GuardName, PromotionSpec } from './spec.ts';

/** One run of a candidate in phase 'test', or why there is none. */
export type TestRun =
  | {
      readonly seed: number;
      /** One number an objective, in the definition's order. */
      readonly values: readonly number[];
      readonly folds?: readonly number[];
      /** The first objective on the rows it was trained on. */
      readonly train?: number;
      readonly cost?: number;
      /** 'sha256:…' of Predictions as JSON in the artifact store. */
      readonly predictions?: string;
    }
  | { readonly seed: number; readonly failed: string };

/** The trial of a candidate. */
export interface Candidate {
  /** Absent where it comes from elsewhere. */
  readonly number?: number;
  readonly params: Params;
  /** What it was tuned to, by objective name. */
  readonly values?: Readonly<Record<string, number>>;
}

/** A candidate and its runs, by repeat; those of champion and challenger with the same position have the same seed. */
export interface TestedCandidate extends Candidate {
  readonly runs: readonly TestRun[];
}

/** A guard that fired. */
export interface Warning {
  readonly guard: GuardName;
  /** What was seen, in a sentence with its figures. */
  readonly saw: string;
  /** What to do about it, in a sentence. */
  readonly advice: string;
  /** Whether a promotion would rest on what was seen: then the verdict is at most inconclusive. */
  readonly blocks: boolean;
}

/** A guard that could not look, and what it lacked. */
export interface Unchecked {
  readonly guard: GuardName;
  readonly lacks: string;
}

export type Decision = 'promote' | 'keep' | 'inconclusive';

export type ComparisonMethod =
  | 'paired bootstrap'
  | 'exact McNemar'
  | 'DeLong'
  | 'corrected t'
  /** One number each: nothing is known of chance. */
  | 'single values'
  /** There was nothing to compare. */
  | 'none';

/** Champion against challenger. */
export interface Verdict {
  readonly decision: Decision;
  /** Why, in a sentence. */
  readonly reason: string;
  /** What was compared, and which way is better. */
  readonly metric: string;
  readonly goal: 'minimize' | 'maximize';
  readonly method: ComparisonMethod;
  /** Values of the metric. */
  readonly champion?: number;
  readonly challenger?: number;
  /** By how much the challenger is better, in the metric's unit: positive is better, whatever the goal. */
  readonly effect?: number;
  /** Of the effect, at confidence 1 - alpha (of this look). */
  readonly interval?: readonly [low: number, high: number];
  /** Two-sided, of no effect. */
  readonly p?: number;
  /** Posterior probabilities of the Bayesian correlated t test: challenger worse, practically equal, better. */
  readonly bayesian?: { readonly worse: number; readonly equal: number; readonly better: number };
  readonly minimumEffect: number;
  /** How often this test data was looked at, from 1. */
  readonly look: number;
  /** What this look may spend, and what all looks until now did, of the whole. */
  readonly alpha: number;
  readonly alphaSpent: number;
  readonly alphaTotal: number;
  /** Rows, or folds, that were compared. */
  readonly n?: number;
}

/** Counts[true class][predicted class]. */
export interface ConfusionTable {
  readonly classes: readonly (string | number)[];
  readonly counts: readonly (readonly number[])[];
}

/** What the judge makes of the tests. */
export interface Judgement {
  readonly verdict: Verdict;
  readonly warnings: readonly Warning[];
  readonly unchecked: readonly Unchecked[];
  /** Metrics of the predictions, by name. */
  readonly scores: Readonly<Record<string, { readonly champion?: number; readonly challenger?: number }>>;
  /** Of classifications with at most 50 classes. */
  readonly confusion?: { readonly champion?: ConfusionTable; readonly challenger?: ConfusionTable };
}

export type PromotionState =
  | 'waiting for approval'
  | 'running'
  | 'done'
  | 'failed'
  | 'rejected'
  /** Nobody approved in time. */
  | 'expired';

export interface Promotion {
  readonly state: PromotionState;
  /** The same for every attempt: 'STUDY/FIRST RUN/promotion'. */
  readonly key: string;
  /** ISO 8601: until when somebody may approve. */
  readonly until?: string;
  /** Who approved or rejected, and why. */
  readonly by?: string;
  readonly why?: string;
  readonly finishedAt?: string;
  /** The last words of the action, or why it failed. */
  readonly output?: string;
}

/** A study's evaluation as far as it has come: `testing`, `judging`, `promoting`, and then `over`. */
export interface Evaluation {
  readonly phase: 'testing' | 'judging' | 'promoting' | 'over';
  /** How often the test data was looked at, this time included; from 1. */
  readonly look: number;
  /** Runs that have ended, of how many. */
  readonly tests: { readonly ended: number; readonly of: number };
  /** What was to be beaten: the baseline, or the champion of the nights before. */
  readonly champion?: TestedCandidate;
  /** The best trial, where that is not the champion itself. */
  readonly challenger?: TestedCandidate;
  readonly judgement?: Judgement;
  readonly promotion?: Promotion;
  /** Why it ended early. */
  readonly reason?: string;
}

/** What a promotion's action is told: the body of a webhook, the argument of an activity, DTUNE_PROMOTION of a command. */
export interface PromotionFacts {
  readonly idempotencyKey: string;
  readonly study: string;
  readonly number?: number;
  /** Of a population's member the last ones of its schedule. */
  readonly params: Params;
  /**
   * Of a population's member: all that it was trained with, each piece from where the one before ends to a total in the budget's unit. A
   * training with `params` alone would make another model.
   */
  readonly schedule?: readonly ScheduledInterval[];
  readonly verdict: Verdict;
  readonly approvedBy?: string;
}

/** A study that has ended tuning, for the judge; the rows that are in no block ride beside it as a binary argument. */
export interface JudgeRequest {
  /** As it stands, edits included. */
  readonly definition: StudyDefinition;
  readonly evaluation: Evaluation;
  readonly best: BestTrial | null;
  readonly blocks: readonly BlockRef[];
  readonly epochs: readonly Epoch[];
}

/** A promotion's action that a worker of ours carries out. */
export interface PromoteRequest {
  readonly action: Exclude<PromotionSpec['action'], { kind: 'activity' }>;
  readonly facts: PromotionFacts;
  readonly timeoutMs: number;
  /** From 1; one more after each failure of the action's own. */
  readonly attempt: number;
}

export interface PromoteAnswer {
  /** The last words of the action: at most 2,000 characters. */
  readonly output: string;
}
