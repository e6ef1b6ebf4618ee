/** How a study finds out whether what it found is really better: part of its definition, as plain data. */
import type { Params } from '../space/space.ts';

/** How the rows of a data set are divided; every kind is seeded and gives the same parts again. */
export type SplitSpec =
  | {
      readonly kind: 'hold-out';
      /** Share of the rows held out, 0 < size < 1. */ readonly size: number;
      readonly stratify: boolean;
    }
  | {
      readonly kind: 'k-fold' | 'stratified' | 'group' | 'stratified-group';
      /** 2 to 100. */
      readonly folds: number;
      /** How often, with other parts each time, 1 to 100. */
      readonly repeats: number;
    }
  | {
      readonly kind: 'time-series';
      /** 2 to 100. */
      readonly folds: number;
      /** Rows left out between training and test, >= 0. */
      readonly gap: number;
    }
  | { readonly kind: 'leave-one-out' | 'leave-one-group-out' };

/** What the last test is made on: rows that tuning never sees, or all rows by cross-validation. */
export type TestSpec =
  /** A part of the rows that tuning never gets; by groups or by class where the study's split is. */
  | { readonly kind: 'hold-out'; readonly size: number }
  /** All rows, divided otherwise than in tuning: honest about noise, not about having been tuned on these rows. */
  | { readonly kind: 'cross-validation'; readonly folds: number; readonly repeats: number }
  /** The trial has test data of its own in phase 'test'; tuning divides all rows that it is given. */
  | { readonly kind: 'own' };

/** What each mistake costs: matrix[true class][predicted class], >= 0. */
export interface CostSpec {
  readonly classes: readonly (string | number)[];
  readonly matrix: readonly (readonly number[])[];
}

/** What is done about a training score that is better than the validation score by more than `above`. */
export interface GapSpec {
  /** In the first objective's unit, >= 0. */
  readonly above: number;
  /** `constraint`: such trials are infeasible; `penalty`: their value is worse by `weight` times what is too much. */
  readonly as: 'warning' | 'constraint' | 'penalty';
  /** For `penalty`; > 0. */
  readonly weight?: number;
}

export const GUARDS = ['imbalance', 'gap', 'optimism', 'defaults', 'bound', 'seeds', 'costs'] as const;
export type GuardName = (typeof GUARDS)[number];

export interface GuardSpec {
  /** Guards that are not to be heard. */
  readonly off: readonly GuardName[];
  /** Share of the largest class from which on accuracy says little, 0.5 to 1. */
  readonly imbalance: number;
  /** Absent: the guard's own threshold, and a warning. */
  readonly gap?: GapSpec;
  /** Share of a parameter's range, at each end, that counts as its bound, 0 to 0.5. */
  readonly bound: number;
}

/** Where a study says nothing. */
export const DEFAULT_GUARDS: GuardSpec = { off: [], imbalance: 0.8, bound: 0.01 };

export interface EvaluationSpec {
  /** How trials divide their rows in tuning; absent: as they like. */
  readonly split?: SplitSpec;
  readonly test: TestSpec;
  /** Metrics of the predictions, the one that decides first; empty: the first objective decides. */
  readonly metrics: readonly string[];
  /** The least gain that is worth a change, in the deciding metric's unit, >= 0. */
  readonly minimumEffect: number;
  /** Chance of a false promotion over all looks at the test data, 0 < alpha < 0.5. */
  readonly alpha: number;
  /** Runs of each candidate in the final test, each with a seed of its own, 1 to 30. */
  readonly repeats: number;
  readonly costs?: CostSpec;
  readonly guards: GuardSpec;
  /** For splits and final tests: the same for all nights of a schedule. */
  readonly seed: number;
  /** How often this test data is looked at, this time included; from 1. Nights count. */
  readonly look: number;
  /** What the best has to beat; absent: the baseline among the trials. Nights set it. */
  readonly champion?: Params;
}

/** What is done once with a best that the verdict promotes. */
export interface PromotionSpec {
  readonly action:
    | { readonly kind: 'command'; readonly command: readonly string[]; readonly cwd: string }
    | { readonly kind: 'activity'; readonly activity: string; readonly queue: string }
    | { readonly kind: 'webhook'; readonly url: string };
  /** Longest run of one attempt, milliseconds. */
  readonly timeoutMs: number;
  /** How often a failed action is repeated, under the same idempotency key, 0 to 100. */
  readonly retries: number;
  /** A person has to approve within this many milliseconds; absent: nobody is asked. */
  readonly approvalMs?: number;
}

/** What of it a trial needs to divide its rows. */
export type TrialEvaluation = Pick<EvaluationSpec, 'split' | 'test' | 'seed'> & {
  /** Which run of the final test it is, from 0, and whose. */
  readonly repeat: number;
  readonly candidate?: 'champion' | 'challenger';
  /** In tuning, where the worker that reads its result is to act on the gap between training and validation. */
  readonly gap?: GapSpec & { /** Of the first objective. */ readonly goal: 'minimize' | 'maximize' };
};
