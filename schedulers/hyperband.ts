/**
 * Hyperband [Li 2018, Algorithm 1]: brackets of successive halving from the one that starts with the lowest budget and most trials to
 * the one that trains all to the maximum; brackets.ts says how they run side by side and end.
 *
 * `asynchronous`: each bracket is an ASHA that a study comes back to, as in [Li 2020, sec. 4]: trials go to one bracket until as much
 * has been trained in it as a synchronous one of its kind would have, then to the next. Ours: when no more trials may start, all
 * brackets promote; and as in asha the best trial is trained out if none was.
 *
 * Bracket b of a study starts on rung b mod (s_max + 1) of the ladder: the paper's s is s_max minus that.
 *
 * [Li 2018] Li et al., "Hyperband: a novel bandit-based approach to hyperparameter optimization", JMLR 18(185), arXiv:1603.06560.
 * [Li 2020] Li et al., "A system for massively parallel hyperparameter tuning", MLSys 2020, arXiv:1810.05934.
 */
import type { OptionSpecs } from '../study/options.ts';
import {
  arrive,
  depart,
  giveUp,
  isFlying,
  lastResort,
  openRungs,
  promote,
  vanish,
  type AshaRungs,
} from './asha-rungs.ts';
import { endIn, nextMove, openBrackets, type BracketPlan, type Brackets } from './brackets.ts';
import { ladderFault, ladderOf, LADDER_OPTIONS, power } from './ladder.ts';
import type { HalvingScheduler, Move, PlannedBracket } from './scheduler.ts';

export type HyperbandState = { readonly brackets: Brackets } | AsyncState;

interface AsyncState {
  readonly asha: readonly AshaRungs[];
  /** What a synchronous bracket of each kind would train in all. */
  readonly budgets: readonly number[];
  /** Where new trials go. */
  current: number;
  /** Trained in it since they do. */
  used: number;
  /** Trials that may still start, by the study's own limit. */
  starts?: number;
}

export const ITERATIONS: OptionSpecs = {
  iterations: { type: 'int', default: 1, low: 1, high: 1000, doc: 'how many times all brackets are run' },
};

const OPTIONS: OptionSpecs = {
  ...LADDER_OPTIONS,
  ...ITERATIONS,
  asynchronous: {
    type: 'bool',
    default: false,
    doc: 'promotes at once instead of waiting for whole rungs; goes on until the study stops, whatever iterations says',
  },
};

export const hyperband: HalvingScheduler<HyperbandState> = {
  form: 'halving',
  name: 'hyperband',
  version: 1,
  options: OPTIONS,
  supports: (_problem, options) => ladderFault(options) ?? true,
  endsByItself: (options) => !options['asynchronous'],
  begin({ trials }, options) {
    const levels = ladderOf(options);
    const eta = options['eta'] as number;
    const plans = hyperbandPlans(levels.length, eta);
    if (!options['asynchronous'])
      return { brackets: openBrackets(levels, eta, plans, options['iterations'] as number) };
    return {
      asha: plans.map(({ first }) => openRungs(levels.slice(first), eta)),
      budgets: plans.map((plan) => trained(plan, levels)),
      current: 0,
      used: 0,
      ...(trials !== undefined && { starts: trials }),
    };
  },
  next: (state, number) => ('brackets' in state ? nextMove(state.brackets, number) : nextAsync(state, number)),
  ended(state, number, end) {
    if ('brackets' in state) return endIn(state.brackets, number, end.end === 'reached' ? end.y : undefined);
    for (const rungs of state.asha) {
      const isHere = isFlying(rungs, number);
      if (end.end !== 'reached') {
        if (isHere && state.starts !== undefined) state.starts++;
        vanish(rungs, number);
      } else if (isHere) arrive(rungs, number, end.y);
    }
    return state.asha.flatMap((rungs) => giveUp(rungs, state.starts ?? Infinity)).toSorted((a, b) => a - b);
  },
  plan(options) {
    const levels = ladderOf(options);
    return planned(levels, hyperbandPlans(levels.length, options['eta'] as number), options['iterations'] as number);
  },
};

/** n = ceil((s_max + 1) / (s + 1) * eta^s) trials at first, floor(n / eta^i) on rung i; in whole numbers. */
function hyperbandPlans(rungs: number, eta: number): BracketPlan[] {
  return Array.from({ length: rungs }, (_, first) => {
    const s = rungs - 1 - first;
    return { first, sizes: halved(Math.ceil((rungs * power(eta, s)) / (s + 1)), s + 1, eta) };
  });
}

/** floor(trials / eta^i), i = 0 … rungs − 1. */
export function halved(trials: number, rungs: number, eta: number): number[] {
  return Array.from({ length: rungs }, (_, i) => Math.floor(trials / power(eta, i)));
}

/** Brackets for people, all iterations. @param evolving from the second on, rungs start new trials */
export function planned(
  levels: readonly number[],
  plans: readonly BracketPlan[],
  iterations: number,
  evolving = false,
): readonly PlannedBracket[] {
  return Array.from({ length: iterations * plans.length }, (_, bracket) => {
    const { first, sizes } = plans[bracket % plans.length]!;
    const rungs = sizes.map((trials, i) => ({ to: levels[first + i]!, trials }));
    return { bracket, rungs, ...(evolving && bracket > 0 && { anew: true as const }) };
  });
}

/** What a bracket trains in all, where trials go on from their checkpoints. */
function trained({ first, sizes }: BracketPlan, levels: readonly number[]): number {
  return sizes.reduce((sum, size, i) => sum + size * (levels[first + i]! - (i > 0 ? levels[first + i - 1]! : 0)), 0);
}

function nextAsync(state: AsyncState, number: number | undefined): Move {
  if (state.used >= state.budgets[state.current]!) {
    state.current = (state.current + 1) % state.asha.length;
    state.used = 0;
  }
  const brackets = number === undefined ? state.asha.keys() : [state.current];
  for (const bracket of brackets) {
    const rungs = state.asha[bracket]!;
    const going = promote(rungs);
    if (!going) continue;
    const to = rungs.levels[going.rung]!;
    if (bracket === state.current) state.used += to - rungs.levels[going.rung - 1]!;
    return { do: 'resume', ...going, to, bracket, final: going.rung === rungs.levels.length - 1 };
  }
  if (number !== undefined) {
    const rungs = state.asha[state.current]!;
    depart(rungs, number);
    if (state.starts !== undefined) state.starts = Math.max(0, state.starts - 1);
    const to = rungs.levels[0]!;
    state.used += to;
    return { do: 'start', to, bracket: state.current, rung: 0, final: rungs.levels.length === 1 };
  }
  if (state.asha.some(({ flying }) => flying.length > 0)) return { do: 'wait' };
  const last = lastResort(state.asha);
  if (last) return { do: 'resume', ...last, to: state.asha[last.bracket]!.levels.at(-1)!, final: true };
  return { do: 'finish', reason: 'no more trials may start, and none is left to promote' };
}
