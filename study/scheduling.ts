/**
 * The words of multi-fidelity: what a scheduler decides, and what crosses between a study and its trials for it.
 *
 * A trial reports at steps of its training. Only steps that cross (Crossings) leave the worker. A pruner lets trials run through and
 * ends hopeless ones at such a report; a halving scheduler has them run in segments: to a budget, then they pause with a checkpoint
 * until they are promoted to the next one, or given up.
 */
import type { Options } from './options.ts';

export interface SchedulerSpec {
  readonly name: string;
  readonly options: Options;
}

/** Whether trials go on from each other's checkpoints. */
export function isPopulation(scheduler: SchedulerSpec | undefined): boolean {
  return scheduler?.name === 'pbt' || scheduler?.name === 'replay';
}

/** Which reports cross: at fixed budgets, or every `every` steps from `from` on (sparser after the first `most` of them). */
export type Crossings =
  | { readonly at: readonly number[] }
  | { readonly from: number; readonly every: number; readonly most: number };

/** Where a trial is trained to, and as part of what. */
export interface Rung {
  /** Absolute total to reach, in the study's unit of budget (steps, epochs, shares of the data, folds): > 0. */
  readonly to: number;
  readonly bracket: number;
  /** From 0, the lowest. */
  readonly rung: number;
}

/** One report of a trial: the step, and the value of the first objective in the user's own direction. */
export interface TrialReport {
  readonly number: number;
  /** From 1; reports of an attempt before one that has been heard of are dropped. */
  readonly attempt: number;
  readonly step: number;
  readonly value: number;
}

/** Reports of trials of one study that one worker runs, in the order they were made. */
export interface TrialReports {
  /** Of the study the trials were started by: another study may have the name by now. */
  readonly firstRunId: string;
  readonly reports: readonly TrialReport[];
}

/** What a report that was waited for brought, in the order of the reports. */
export type ReportVerdict = 'go on' | 'prune';

/** A report that crossed; `y` is finite and to be minimised. */
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

/** A pruner as a study has it: decides by what it was told, keeps all of that in `State`, which is plain JSON. */
export interface PruningRules<State = unknown> {
  readonly form: 'pruner';
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

/** Where a new trial comes from. */
export interface Lineage {
  /** Number of the ended trial whose checkpoint it goes on from. */
  readonly parent: number;
  /** Whether it keeps the parent's parameters; else the sampler explores from them. */
  readonly keeps: boolean;
}

/** What a free slot is to do. */
export type Move =
  /**
   * A new trial. `final`: it is complete when it gets there. `lineage`: it goes on from another trial's checkpoint; `enqueued`: with
   * the parameters of the next enqueued trial all the same.
   */
  | (Rung & { readonly do: 'start'; readonly final: boolean; readonly lineage?: Lineage; readonly enqueued?: true })
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
      /** Finite, to be minimised, one an objective. */
      readonly y: readonly number[];
      /** The first objective by fold so far, where budgets are folds. */
      readonly folds?: readonly number[];
    }
  /** It got there, but breaks constraints, by so much in all: it never goes on itself. */
  | { readonly end: 'infeasible'; readonly y: readonly number[]; readonly violation: number }
  /** It failed, was ended by a person, or (`unmade`) never ran: it never goes on. */
  | { readonly end: 'gone'; readonly unmade?: true };

/** A halving scheduler as a study has it. */
export interface HalvingRules<State = unknown> {
  readonly form: 'halving';
  /** Budgets are folds of a cross-validation: a segment brings scores of its own, and a trial is worth their mean so far. */
  readonly folds?: true;
  /**
   * Of a population, whose trials begin where others ended: numbers of the ended trials that a later move may name as parent. Each
   * trial has to leave a checkpoint.
   */
  parents?(state: State): readonly number[];
  /**
   * What the next free slot is to do. Changes `state` as if a start or resume was carried out. A start that was never made is told
   * as gone; its number may then be started again.
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
}
