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
