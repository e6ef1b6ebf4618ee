/**
 * What a scheduler is: a pure state machine that decides how far trials are trained. It decides budgets, promotions and ends; the
 * sampler decides parameters and nothing else; the workflow only carries out.
 *
 * Laws, checked for every scheduler by test/schedulers/laws.ts:
 * - State is plain JSON: one that went through JSON.parse(JSON.stringify(state)) at any moment decides the same ever after.
 * - Decisions follow from (options, problem, calls so far) alone: no clock, no Math.random, no `**`. Ties go to the lower number.
 * - What a call costs, and what the state weighs, is bounded as each scheduler's docstring says.
 *
 * Values `y` are finite and to be minimised, one an objective.
 */
import type { Options, OptionSpecs } from '../study/options.ts';
import type { Crossings, HalvingRules, PruningRules } from '../study/scheduling.ts';

/** What of a study concerns a scheduler; constant over its life. */
export interface SchedulingProblem {
  /** How many objectives, >= 1. Reports and pruners know the first alone. */
  readonly objectives: number;
  /** Whether the user knows the first objective negated, since it is to be maximised. */
  readonly maximize?: true;
  /** Trials that the study will start at most (stop.trials); absent: no limit of its own. */
  readonly trials?: number;
  /** Trials in flight together at the start of the study. */
  readonly parallel: number;
  readonly seed: number;
}

interface Named {
  readonly name: string;
  /** It grows with every change that changes a decision. */
  readonly version: number;
  readonly options: OptionSpecs;
  /** True, or in words what of these options or this problem it cannot serve, and what to do. */
  supports(problem: SchedulingProblem, options: Options): true | string;
}

/** Lets trials run through, and ends hopeless ones at a report. */
export interface Pruner<State = unknown> extends Named, PruningRules<State> {
  crossings(options: Options): Crossings;
  begin(problem: SchedulingProblem, options: Options): State;
}

/** Has trials run in segments: paused trials go on from their checkpoint when promoted. */
export interface HalvingScheduler<State = unknown> extends Named, HalvingRules<State> {
  /** Whether it finishes by itself with these options: a study needs no other stopping rule then. */
  endsByItself(options: Options): boolean;
  begin(problem: SchedulingProblem, options: Options): State;
  /** The plan of these options, for people: brackets, rungs, trials and total resource. */
  plan(options: Options): readonly PlannedBracket[];
}

export interface PlannedBracket {
  readonly bracket: number;
  readonly rungs: readonly { readonly to: number; readonly trials: number }[];
  /** Rungs above the lowest start new trials instead of having the best go on. */
  readonly anew?: true;
}

export type Scheduler<State = unknown> = Pruner<State> | HalvingScheduler<State>;

export type {
  EndedTrial,
  HalvingRules,
  KnownReport,
  Move,
  PruningRules,
  RunningTrial,
  SegmentEnd,
} from '../study/scheduling.ts';
