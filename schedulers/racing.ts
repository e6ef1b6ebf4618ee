/**
 * Racing over the folds of a cross-validation [Maron 1994, Birattari 2002]: a trial's budget is how many folds it has been trained on.
 * Each segment is one fold more, so that each is recorded by itself; whoever has `minimum` of them or more and is significantly worse
 * than the best is given up. Trials under way come before new ones.
 *
 * A trial is compared on the folds that it has, with those under way and the BEST complete ones that have them, too: by Friedman's
 * test of all together (of two, by the other one), or by Wilcoxon's signed ranks with the one of the lowest mean. Folds share their
 * training rows, so alpha is a threshold rather than an error rate. A trial that does not say its scores by fold is never given up.
 *
 * State: the fold scores of trials under way and of the BEST complete ones. An end costs a test for each trial under way.
 *
 * [Maron 1994] Maron and Moore, "Hoeffding races", NIPS 1993. [Birattari 2002] Birattari et al., "A racing algorithm for configuring
 *   metaheuristics", GECCO 2002 (F-Race).
 */
import { mean } from '../study/numerics/mean.ts';
import type { OptionSpecs } from '../study/options.ts';
import { power } from './ladder.ts';
import { friedmanWorse, signedRankTail } from './paired-tests.ts';
import type { HalvingScheduler, Move } from './scheduler.ts';

interface Racer {
  readonly number: number;
  /** Scores by fold so far, lower ones better. */
  readonly folds: readonly number[];
}

export interface RaceState {
  readonly folds: number;
  readonly minimum: number;
  readonly test: string;
  readonly alpha: number;
  /** [number, folds it is trained to] */
  flying: (readonly [number: number, to: number])[];
  /** Waiting for their next fold, by number. */
  paused: (Racer & { readonly trained: number })[];
  /** The best complete ones, the best first. */
  best: Racer[];
}

const BEST = 10;

const OPTIONS: OptionSpecs = {
  folds: { type: 'int', default: 5, low: 2, high: 50, doc: 'folds of a complete trial' },
  minimum: { type: 'int', default: 2, low: 2, high: 49, doc: 'folds before a trial can be given up' },
  test: {
    type: 'enum',
    default: 'friedman',
    values: ['friedman', 'wilcoxon'],
    doc: 'friedman: all in the race together; wilcoxon: each with the best, exact, of use from 6 folds on',
  },
  alpha: { type: 'float', default: 0.05, low: 1e-6, high: 0.5, doc: 'who is worse with a smaller p is given up' },
};

export const racing: HalvingScheduler<RaceState> = {
  form: 'halving',
  folds: true,
  name: 'racing',
  version: 1,
  options: OPTIONS,
  supports({ objectives }, options) {
    const { folds, minimum, test, alpha } = options as unknown as RaceState;
    if (objectives > 1) return `there are ${objectives} objectives, and a race compares one; use asha or hyperband`;
    if (minimum >= folds)
      return `minimum is ${minimum} of ${folds} folds: nothing is left to save; lower minimum or raise folds`;
    // the last fold makes a trial complete
    const least = 1 / power(2, folds - 1);
    return test === 'wilcoxon' && least > alpha
      ? `with ${folds} folds a trial is compared on at most ${folds - 1}, where Wilcoxon's p is never below ${least}, and alpha is ` +
          `${alpha}: no trial could be given up; use more folds, a larger alpha, or test: friedman`
      : true;
  },
  endsByItself: () => false,
  begin: (_problem, { folds, minimum, test, alpha }) =>
    ({ folds, minimum, test, alpha, flying: [], paused: [], best: [] }) as unknown as RaceState,
  next(state, number) {
    const { paused, flying } = state;
    const next = paused.shift();
    if (next) return { do: 'resume', number: next.number, ...advance(state, next.number, next.trained + 1) };
    if (number !== undefined) return { do: 'start', ...advance(state, number, 1) };
    if (flying.length > 0) return { do: 'wait' };
    return { do: 'finish', reason: 'no more trials may start, and all have ended' };
  },
  ended(state, number, end) {
    const to = state.flying.find(([flying]) => flying === number)?.[1];
    state.flying = state.flying.filter(([flying]) => flying !== number);
    if (end.end !== 'reached' || to === undefined) {
      state.paused = state.paused.filter((racer) => racer.number !== number);
      return [];
    }
    const folds = end.folds ?? [];
    if (to < state.folds) state.paused = [...state.paused, { number, folds, trained: to }].toSorted(byNumber);
    else if (folds.length >= to) state.best = [...state.best, { number, folds }].toSorted(byMean).slice(0, BEST);
    const worse = state.paused.filter((racer) => isWorse(state, racer)).map((racer) => racer.number);
    state.paused = state.paused.filter((racer) => !worse.includes(racer.number));
    return worse;
  },
  plan(options) {
    const { folds } = options as unknown as RaceState;
    const rungs = Array.from({ length: folds }, (_, i) => ({ to: i + 1, trials: 1 }));
    return [{ bracket: 0, rungs }];
  },
};

function advance(
  state: RaceState,
  number: number,
  to: number,
): Pick<Move & { do: 'start' }, 'to' | 'bracket' | 'rung' | 'final'> {
  state.flying.push([number, to]);
  return { to, bracket: 0, rung: to - 1, final: to === state.folds };
}

function isWorse({ paused, best, minimum, test, alpha }: RaceState, racer: Racer): boolean {
  const { length } = racer.folds;
  if (length < minimum) return false;
  const field = [...best, ...paused]
    .filter(({ folds }) => folds.length >= length)
    .map(({ number, folds }) => ({ number, folds: folds.slice(0, length) }));
  if (test === 'friedman' && field.length > 2) {
    const worse = friedmanWorse(
      field.map(({ folds }) => folds),
      alpha,
    );
    return worse[field.findIndex(({ number }) => number === racer.number)]!;
  }
  const [first] = field.toSorted(byMean);
  return first!.number !== racer.number && signedRankTail(racer.folds, first!.folds) <= alpha;
}

function byNumber(a: Racer, b: Racer): number {
  return a.number - b.number;
}

function byMean(a: Racer, b: Racer): number {
  return mean(a.folds) - mean(b.folds) || a.number - b.number;
}
