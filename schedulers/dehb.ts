/**
 * The brackets of DEHB, evolutionary Hyperband [Awad 2021, sec. 4]: the first is successive halving, and leaves each budget a
 * population; from the second on each rung starts new trials, which the sampler evolves (brackets.ts). What a start is for says its
 * bracket (0: the first), its rung and its budget.
 *
 * Sizes are the authors' own: floor((s_max + 1) / (s + 1)) * eta^s trials at first, so that later brackets' lowest rungs are as
 * large as the populations that the first one left.
 *
 * [Awad 2021] Awad, Mallik and Hutter, "DEHB: evolutionary Hyperband for scalable, robust and efficient hyperparameter optimization",
 *   IJCAI 2021, arXiv:2105.09821.
 */
import { endIn, nextMove, openBrackets, type BracketPlan, type Brackets } from './brackets.ts';
import { halved, ITERATIONS, planned } from './hyperband.ts';
import { ladderFault, ladderOf, LADDER_OPTIONS, power } from './ladder.ts';
import type { HalvingScheduler } from './scheduler.ts';

export const dehb: HalvingScheduler<Brackets> = {
  form: 'halving',
  name: 'dehb',
  version: 1,
  options: { ...LADDER_OPTIONS, ...ITERATIONS },
  supports: ({ objectives }, options) =>
    objectives > 1
      ? `there are ${objectives} objectives, and differential evolution compares one; use asha or hyperband`
      : (ladderFault(options) ?? true),
  endsByItself: () => true,
  begin(_problem, options) {
    const [levels, eta] = [ladderOf(options), options['eta'] as number];
    return openBrackets(levels, eta, dehbPlans(levels.length, eta), options['iterations'] as number, true);
  },
  next: nextMove,
  ended: (state, number, end) => endIn(state, number, end.end === 'reached' ? end.y : undefined),
  plan(options) {
    const levels = ladderOf(options);
    return planned(levels, dehbPlans(levels.length, options['eta'] as number), options['iterations'] as number, true);
  },
};

function dehbPlans(rungs: number, eta: number): BracketPlan[] {
  return Array.from({ length: rungs }, (_, first) => {
    const s = rungs - 1 - first;
    return { first, sizes: halved(Math.floor(rungs / (s + 1)) * power(eta, s), s + 1, eta) };
  });
}
