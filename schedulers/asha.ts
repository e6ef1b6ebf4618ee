/**
 * Asynchronous successive halving, the form that pauses and promotes [Li 2020, Algorithm 2]; with several objectives, by fronts
 * [Schmucker 2021]. asha-rungs.ts has the algorithm and the papers.
 *
 * When no more trials may start, what is promotable is still promoted, as in the paper. Ours: when nothing is left to do and no
 * trial has come to the maximum, the best paused trial of the highest rung goes there in one segment, and if it fails the next one;
 * a study whose best trial was never trained out is of little use.
 *
 * State: asha-rungs.ts; a decision and an end cost as much as a pass over a rung.
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
import { ladderFault, ladderOf, LADDER_OPTIONS } from './ladder.ts';
import type { HalvingScheduler } from './scheduler.ts';

export interface AshaState {
  readonly bracket: number;
  readonly rungs: AshaRungs;
  /** Trials that may still start, by the study's own limit. */
  starts?: number;
}

const OPTIONS: OptionSpecs = {
  ...LADDER_OPTIONS,
  bracket: {
    type: 'int',
    default: 0,
    low: 0,
    high: 60,
    doc: "early-stopping rate: how many of the lowest rungs are left out (the paper's s)",
  },
};

export const asha: HalvingScheduler<AshaState> = {
  form: 'halving',
  name: 'asha',
  version: 1,
  options: OPTIONS,
  supports(_problem, options) {
    const fault = ladderFault(options);
    if (fault !== undefined) return fault;
    const rungs = ladderOf(options).length;
    return (options['bracket'] as number) < rungs
      ? true
      : `bracket is ${options['bracket']}, but there are ${rungs} rungs (${ladderOf(options).join(', ')}); choose 0 to ${rungs - 1}`;
  },
  endsByItself: () => false,
  begin({ trials }, options) {
    const bracket = options['bracket'] as number;
    return {
      bracket,
      rungs: openRungs(ladderOf(options).slice(bracket), options['eta'] as number),
      ...(trials !== undefined && { starts: trials }),
    };
  },
  next(state, number) {
    const { bracket, rungs } = state;
    const { levels, flying } = rungs;
    const top = levels.length - 1;
    const going = promote(rungs);
    if (going) return { do: 'resume', ...going, to: levels[going.rung]!, bracket, final: going.rung === top };
    if (number !== undefined) {
      depart(rungs, number);
      if (state.starts !== undefined) state.starts = Math.max(0, state.starts - 1);
      return { do: 'start', to: levels[0]!, bracket, rung: 0, final: top === 0 };
    }
    if (flying.length > 0) return { do: 'wait' };
    const last = lastResort([rungs]);
    if (last) return { do: 'resume', ...last, to: levels[top]!, bracket, final: true };
    return { do: 'finish', reason: 'no more trials may start, and none is left to promote' };
  },
  ended(state, number, end) {
    const { rungs } = state;
    if (end.end === 'reached') arrive(rungs, number, end.y);
    else {
      // a trial that failed does not count: another one may start
      if (state.starts !== undefined && isFlying(rungs, number)) state.starts++;
      vanish(rungs, number);
    }
    return giveUp(rungs, state.starts ?? Infinity).toSorted((a, b) => a - b);
  },
  plan(options) {
    const bracket = options['bracket'] as number;
    const levels = ladderOf(options).slice(bracket);
    let trials = 1;
    const rungs = levels.toReversed().map((to, i) => {
      if (i > 0) trials *= options['eta'] as number;
      return { to, trials };
    });
    return [{ bracket, rungs: rungs.toReversed() }];
  },
};
