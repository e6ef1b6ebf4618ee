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
import type { Crossings, Rung } from '../study/scheduling.ts';

/** What of a study concerns a scheduler; constant over its life. */
export interface SchedulingProblem {
  /** How many objectives, >= 1. Reports and pruners know the first alone. */
  readonly objectives: number;
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

/** A report that crossed. */
export interface KnownReport {
  readonly step: number;
  readonly y: number;
}

/** A trial that runs, as a pruner judges it. */
export interface RunningTrial {
  readonly number: number;
  /** Its reports that crossed, by step, the newest last: at least one. */
  readonly reports: readonly KnownReport[];
}

/** A trial that has ended. */
export interface EndedTrial {
  readonly number: number;
  readonly state: 'complete' | 'pruned' | 'failed' | 'infeasible';
  /** Its reports that crossed, by step; those of a pruned trial up to where it was pruned. */
  readonly reports: readonly KnownReport[];
}

/** Lets trials run through, and ends hopeless ones at a report. */
export interface Pruner<State = unknown> extends Named {
  readonly form: 'pruner';
  crossings(options: Options): Crossings;
  begin(problem: SchedulingProblem, options: Options): State;
  /**
   * Takes in a report, at position `seq` of the log (never falling). With order `completion` it is heard when it comes, with order
   * `trial` when its trial's turn has come, right before `ended`. Changes `state`.
   */
  reported(state: State, number: number, report: KnownReport, seq: number): void;
  /** Takes in an end, at position `seq` of the log. Changes `state`. */
  ended(state: State, trial: EndedTrial, seq: number): void;
  /**
   * Whether a trial is to go on after its newest report; in words why not. Sees only what was taken in at positions <= asOf.
   * Changes nothing.
   */
  verdict(state: State, trial: RunningTrial, asOf: number): 'go on' | { readonly prune: string };
}

/** What a free slot is to do. */
export type Move =
  /** A new trial. `final`: it is complete when it gets there. */
  | (Rung & { readonly do: 'start'; readonly final: boolean })
  /** A paused trial, from its checkpoint. */
  | (Rung & { readonly do: 'resume'; readonly number: number; readonly final: boolean })
  /** Nothing before another trial has ended its segment. */
  | { readonly do: 'wait' }
  /** Nothing ever again. */
  | { readonly do: 'finish'; readonly reason: string };

/** How a segment ended. */
export type SegmentEnd =
  | {
      readonly end: 'reached';
      readonly y: readonly number[];
      /** The first objective by fold so far, where budgets are folds. */
      readonly folds?: readonly number[];
    }
  /** It failed, is infeasible, or was ended by a person: it never goes on. */
  | { readonly end: 'gone' };

/** Has trials run in segments: paused trials go on from their checkpoint when promoted. */
export interface HalvingScheduler<State = unknown> extends Named {
  readonly form: 'halving';
  begin(problem: SchedulingProblem, options: Options): State;
  /**
   * What the next free slot is to do. Changes `state` as if a start or resume was carried out.
   *
   * @param number of the trial that a start would make; undefined: no more trials may be started
   */
  next(state: State, number: number | undefined): Move;
  /**
   * Takes in how the segment of a trial ended; of a trial that was started or resumed and has not ended its segment since. Changes
   * `state`.
   * @returns paused trials that are given up for good: never resumed, ascending
   */
  ended(state: State, number: number, end: SegmentEnd): readonly number[];
  /** The plan of these options, for people: brackets, rungs, trials and total resource. */
  plan(options: Options): readonly PlannedBracket[];
}

export interface PlannedBracket {
  readonly bracket: number;
  readonly rungs: readonly { readonly to: number; readonly trials: number }[];
}

export type Scheduler<State = unknown> = Pruner<State> | HalvingScheduler<State>;
