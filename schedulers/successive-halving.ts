/**
 * Successive halving [Jamieson 2016]: one synchronous bracket (brackets.ts). State: its members, about 30 bytes each.
 *
 * [Jamieson 2016] Jamieson and Talwalkar, "Non-stochastic best arm identification and hyperparameter optimization", AISTATS 2016,
 *   arXiv:1502.07943.
 */
import type { OptionSpecs, Options } from '../study/options.ts';
import { endIn, nextMove, openBrackets, type BracketPlan, type Brackets } from './brackets.ts';
import { halved, planned } from './hyperband.ts';
import { ladderFault, ladderOf, LADDER_OPTIONS, power } from './ladder.ts';
import type { HalvingScheduler } from './scheduler.ts';

const OPTIONS: OptionSpecs = {
  ...LADDER_OPTIONS,
  trials: {
    type: 'int',
    default: 0,
    low: 0,
    high: 1e6,
    doc: 'trials on the lowest rung; 0: as many as leave one at the maximum, 81 with the defaults',
  },
};

export const successiveHalving: HalvingScheduler<Brackets> = {
  form: 'halving',
  name: 'successive-halving',
  version: 1,
  options: OPTIONS,
  supports: (_problem, options) => ladderFault(options) ?? true,
  endsByItself: () => true,
  begin: (_problem, options) => openBrackets(ladderOf(options), options['eta'] as number, [planOf(options)]),
  next: nextMove,
  ended: (state, number, end) => endIn(state, number, end.end === 'reached' ? end.y : undefined),
  plan: (options) => planned(ladderOf(options), [planOf(options)], 1),
};

function planOf(options: Options): BracketPlan {
  const rungs = ladderOf(options).length;
  const eta = options['eta'] as number;
  const trials = (options['trials'] as number) || power(eta, rungs - 1);
  return { first: 0, sizes: halved(trials, rungs, eta).map((size) => Math.max(1, size)) };
}
