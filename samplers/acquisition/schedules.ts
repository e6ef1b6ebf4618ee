/** How kappa and xi fall as a study goes on: less is explored, more is exploited. */
import { exp, log } from '../numerics/elementary.ts';

/**
 * A value that decays by a constant factor a step, once a number of steps have passed.
 *
 * The steps are those of the bayesian-optimization library, whose `exploration_decay` and `exploration_decay_delay` they
 * are: the first suggestion is never decayed, a delay of 0 or 1 decays from the second one on.
 *
 * @param start  value of step 0
 * @param decay  factor a step, 0 < decay <= 1
 * @param delay  steps before the first decay, >= 0
 * @param step   suggestions made before this one, >= 0
 */
export function decayed(start: number, decay: number, delay: number, step: number): number {
  const times = Math.max(0, step - Math.max(delay, 1) + 1);
  return times === 0 || decay === 1 ? start : start * exp(times * log(decay));
}
