/**
 * Rungs of successive halving without pauses: at each a trial stops unless its value there is among the best 1 / eta so far
 * (Optuna's SuccessiveHalvingPruner; the stopping form of ASHA). The first eta - 1 trials go on only if they are the best so far.
 *
 * Ours: a report that reaches several rungs at once counts at all of them, whichever it stops at.
 *
 * Of a rung the values of so many of the last trials are known (window.ts).
 */
import type { KnownReport, RunningTrial, SchedulingProblem } from '../scheduler.ts';
import { asOfPosition, openWindow, take, type Window } from './window.ts';
import { shown } from './words.ts';

/** Plain JSON. */
export interface StoppingRungs {
  readonly budgets: readonly number[];
  readonly eta: number;
  readonly maximize: boolean;
  readonly rungs: readonly Window<readonly [number: number, y: number]>[];
  /** How many rungs each running trial has passed. */
  readonly passed: Record<number, number>;
}

/**
 * @param budgets  ascending, without the one that trials are complete at
 * @param trials  how many of a rung are known
 */
export function openRungs(
  budgets: readonly number[],
  eta: number,
  trials: number,
  problem: SchedulingProblem,
): StoppingRungs {
  return {
    budgets,
    eta,
    maximize: problem.maximize === true,
    rungs: budgets.map(() => openWindow(trials, problem)),
    passed: {},
  };
}

/** Notes a trial's value at the rungs that its report is the first to reach. */
export function note(state: StoppingRungs, number: number, { step, y }: KnownReport, seq: number): void {
  let rung = state.passed[number] ?? 0;
  for (; rung < state.budgets.length && step >= state.budgets[rung]!; rung++)
    take(state.rungs[rung]!, seq, [number, y]);
  state.passed[number] = rung;
}

/** Lets go of a trial that has ended; its values stay. */
export function forget(state: StoppingRungs, number: number): void {
  delete state.passed[number];
}

export function judge(
  state: StoppingRungs,
  { number, reports }: RunningTrial,
  asOf: number,
): 'go on' | { readonly prune: string } {
  const { step, y } = reports.at(-1)!;
  const before = reports.at(-2)?.step ?? -Infinity;
  for (const [rung, budget] of state.budgets.entries()) {
    if (budget <= before || budget > step || isAmongBest(state, rung, number, y, asOf)) continue;
    return {
      prune: `its value at step ${step}, ${shown(y, state.maximize)}, is not among the best 1/${state.eta} at budget ${budget}`,
    };
  }
  return 'go on';
}

function isAmongBest({ rungs, eta }: StoppingRungs, rung: number, number: number, y: number, asOf: number): boolean {
  const others = asOfPosition(rungs[rung]!, asOf).newest.filter(([other]) => other !== number);
  const better = others.filter(([, value]) => value < y).length;
  // y is at most the last of the best ones: fewer than they are better
  return better < Math.max(Math.floor((others.length + 1) / eta), 1);
}
