/**
 * Replicates: a trial's value is noisy, so promising trials run again with other seeds, and count by their mean. A trial's budget is
 * how many replicates it has; each segment is one more run, from the beginning.
 *
 * Each trial runs once. As long as it may still be better than the incumbent (the lowest mean of those with two replicates or more)
 * it gets the next replicate, up to `most`; whoever is worse by a one-sided t-test with p <= alpha is done. The test knows the
 * noise from all trials that have run more than once, pooled: s sqrt(1/n + 1/m) is the standard error of a difference. Replicates come
 * before new trials, as in SMAC's intensification [Hutter 2011, Procedure 2], which knows no noise and lets go on who is not worse
 * (alpha 0.5, the default here, too: on tables whose noise is small, more trials found what fewer with surer values did not). When no more trials may start, the `top` trials by mean run on to `final` replicates: who looked best among many was
 * lucky, too, and new runs tell. A study that stops for another reason (time, target, patience) has no such end.
 *
 * State: a few numbers for each trial that is not done. A decision and an end cost a pass over them.
 *
 * [Hutter 2011] Hutter, Hoos and Leyton-Brown, "Sequential model-based optimization for general algorithm configuration", LION 5.
 * [Welford 1962] Welford, "Note on a method for calculating corrected sums of squares and products", Technometrics 4.
 */
import type { OptionSpecs, Options } from '../study/options.ts';
import { REPLICATES } from '../study/trial/replicates.ts';
import { studentTails } from './half-beta.ts';
import type { HalvingScheduler, Move } from './scheduler.ts';

interface Entry {
  readonly number: number;
  /** Replicates, >= 1. */
  readonly runs: number;
  readonly mean: number;
}

export interface ReplicatesState {
  readonly most: number;
  readonly top: number;
  readonly final: number;
  readonly alpha: number;
  /** [number, replicates it gets to, complete there] */
  flying: (readonly [number: number, to: number])[];
  /** Trials that are neither done nor in flight, by number. */
  resting: Entry[];
  /** Those in flight that have run before, and complete ones. */
  others: Entry[];
  /** Trials chosen for the end that have not failed. */
  finalists: number[];
  /** Squared deviations from trials' means, and their degrees of freedom. */
  squares: number;
  degrees: number;
}

export const REPLICATES_OPTIONS: OptionSpecs = {
  most: { type: 'int', default: 3, low: 2, high: 20, doc: 'replicates of a promising trial while there are new ones' },
  alpha: {
    type: 'float',
    default: 0.5,
    low: 1e-6,
    high: 0.5,
    doc: 'a trial that is worse than the incumbent with a smaller p gets no more replicates; 0.5: every worse one',
  },
  top: { type: 'int', default: 2, low: 1, high: 50, doc: 'trials that run on at the end' },
  final: { type: 'int', default: 0, low: 0, high: 50, doc: 'replicates of these; 0: twice as many as most' },
};

export const replicates: HalvingScheduler<ReplicatesState> = {
  form: 'halving',
  name: REPLICATES,
  version: 1,
  options: REPLICATES_OPTIONS,
  supports({ objectives }, options) {
    const most = options['most'] as number;
    const final = finalOf(options);
    if (objectives > 1) return `there are ${objectives} objectives, and replicates are compared by one; leave them out`;
    return final >= most
      ? true
      : `final is ${final} and most ${most}: at the end trials have at least as many replicates; lower most or raise final`;
  },
  endsByItself: () => false,
  begin: (_problem, options: Options) =>
    ({
      most: options['most'],
      top: options['top'],
      final: finalOf(options),
      alpha: options['alpha'],
      flying: [],
      resting: [],
      others: [],
      finalists: [],
      squares: 0,
      degrees: 0,
    }) as unknown as ReplicatesState,
  next(state, number) {
    const { most, resting, flying, finalists } = state;
    const next = resting.find(({ runs, number: own }) => runs < (finalists.includes(own) ? state.final : most));
    if (next) return resume(state, next);
    if (number !== undefined) {
      flying.push([number, 1]);
      return { do: 'start', to: 1, bracket: 0, rung: 0, final: false };
    }
    // whoever runs may be among the best
    const another = flying.length === 0 || finalists.length > 0 ? nextFinalist(state) : undefined;
    if (another) {
      finalists.push(another.number);
      return resume(state, another);
    }
    if (flying.length > 0) return { do: 'wait' };
    return { do: 'finish', reason: 'no more trials may start, and the best have all their replicates' };
  },
  ended(state, number, end) {
    const to = state.flying.find(([flying]) => flying === number)?.[1];
    state.flying = state.flying.filter(([flying]) => flying !== number);
    const before = [...state.others, ...state.resting].find((entry) => entry.number === number);
    state.others = state.others.filter((entry) => entry !== before);
    state.resting = state.resting.filter((entry) => entry !== before);
    if (end.end !== 'reached' || to === undefined) {
      state.finalists = state.finalists.filter((finalist) => finalist !== number);
      return [];
    }
    const entry = { number, runs: to, mean: end.y[0]! };
    if (before) {
      // [Welford 1962]: the newest value is to * mean - (to - 1) * the mean before
      const step = entry.mean - before.mean;
      state.squares += to * (to - 1) * step * step;
      state.degrees++;
    }
    if (to === state.final) state.others.push(entry);
    else state.resting = [...state.resting, entry].toSorted((a, b) => a.number - b.number);
    const done = state.resting.filter((each) => isWorse(state, each)).map((each) => each.number);
    state.resting = state.resting.filter((each) => !done.includes(each.number));
    return done;
  },
  plan(options) {
    return [{ bracket: 0, rungs: Array.from({ length: finalOf(options) }, (_, i) => ({ to: i + 1, trials: 1 })) }];
  },
};

function finalOf({ most, final }: Options): number {
  return (final as number) || 2 * (most as number);
}

function resume(state: ReplicatesState, entry: Entry): Move {
  const { number, runs } = entry;
  state.resting = state.resting.filter((each) => each !== entry);
  state.others.push(entry);
  state.flying.push([number, runs + 1]);
  return { do: 'resume', number, to: runs + 1, bracket: 0, rung: runs, final: runs + 1 === state.final };
}

/** The best by mean that is not chosen yet, while there are fewer than `top`. */
function nextFinalist({ resting, finalists, top }: ReplicatesState): Entry | undefined {
  if (finalists.length >= top) return undefined;
  return resting
    .filter(({ number }) => !finalists.includes(number))
    .toSorted((a, b) => a.mean - b.mean || a.number - b.number)[0];
}

/** Whether a trial is clearly worse than the incumbent; nobody is while nothing is known of the noise. */
function isWorse({ resting, others, squares, degrees, alpha, finalists }: ReplicatesState, entry: Entry): boolean {
  if (degrees === 0 || finalists.includes(entry.number)) return false;
  let incumbent: Entry | undefined;
  for (const each of [...others, ...resting]) {
    if (each.runs < 2 || (incumbent && each.mean >= incumbent.mean)) continue;
    incumbent = each;
  }
  if (!incumbent || incumbent === entry || entry.mean <= incumbent.mean) return false;
  const error = Math.sqrt((squares / degrees) * (1 / entry.runs + 1 / incumbent.runs));
  return studentTails(error === 0 ? Infinity : (entry.mean - incumbent.mean) / error, degrees) / 2 <= alpha;
}
