/**
 * The lower confidence bound, and how wide it should be at each step.
 *
 * [Srinivas 2010] Srinivas et al., "Gaussian Process Optimization in the Bandit Setting: No Regret and Experimental
 *   Design", ICML 2010, arXiv:0912.3995.
 * [Brochu 2010] Brochu, Cora and de Freitas, "A Tutorial on Bayesian Optimization of Expensive Cost Functions",
 *   arXiv:1012.2599.
 */
import { exp, log, log1p } from '../numerics/elementary.ts';
import type { Slopes } from './posterior.ts';

/** ln(pi^2 / 3). */
const LOG_PI_SQUARED_BY_3 = 1.1908474830306905;
const LOG_2 = 0.6931471805599453;

/** kappa sd - mean: the negated lower confidence bound of a value that is minimised. @param kappa  >= 0 */
export function confidenceBound(mean: number, sd: number, kappa: number, slopes?: Slopes): number {
  if (slopes) [slopes.byMean, slopes.bySd] = [-1, kappa];
  return kappa * sd - mean;
}

/**
 * ln of what the bound promises below the best value, kept positive by ln(1 + e^promise): in the order of the bound itself,
 * and a logarithm, so that probabilities of being feasible can be added.
 * @param best  in units in which results vary by about 1
 */
export function logPromise(mean: number, sd: number, kappa: number, best: number, slopes?: Slopes): number {
  const promise = best + confidenceBound(mean, sd, kappa, slopes);
  const small = exp(-Math.abs(promise));
  const soft = Math.max(promise, 0) + log1p(small);
  // far below 0 both the promise's share and its logarithm's argument vanish together
  const rate = promise < -30 ? 1 : (promise > 0 ? 1 : small) / (1 + small) / soft;
  if (slopes) [slopes.byMean, slopes.bySd] = [rate * slopes.byMean, rate * slopes.bySd];
  return promise < -30 ? promise : log(soft);
}

/**
 * The width that bounds regret with probability 1 - delta: sqrt(beta_t), of [Srinivas 2010, theorem 1] for a space of
 * finitely many points, else in the form of [Brochu 2010, section 2.3.3].
 *
 * Theory is careful: in practice a fifth of beta (`scale` 0.2) does better [Srinivas 2010, section 6].
 *
 * @param t           step from 1
 * @param dimensions  of the space, >= 1
 * @param size        points of the space, Infinity if continuous
 * @param delta       0 < delta < 1
 * @param scale       of beta, > 0
 */
export function regretKappa(t: number, dimensions: number, size: number, delta: number, scale: number): number {
  const beta = Number.isFinite(size)
    ? 2 * (log(size) + 2 * log(t) + LOG_PI_SQUARED_BY_3 - LOG_2 - log(delta))
    : 2 * ((0.5 * dimensions + 2) * log(t) + LOG_PI_SQUARED_BY_3 - log(delta));
  return Math.sqrt(scale * Math.max(beta, 0));
}
