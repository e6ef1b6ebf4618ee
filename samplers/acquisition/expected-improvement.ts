/**
 * The logarithm of the improvement expected over the best value seen, which does not vanish where the improvement does.
 *
 * [Jones 1998] Jones, Schonlau and Welch, "Efficient Global Optimization of Expensive Black-Box Functions", J. Global
 *   Optimization 13, 455-492.
 * [Ament 2023] Ament et al., "Unexpected Improvements to Expected Improvement for Bayesian Optimization", NeurIPS 2023,
 *   arXiv:2310.20708.
 */
import { exp, log } from '../numerics/elementary.ts';
import { logH, logHSlope } from '../numerics/log-improvement.ts';
import type { Slopes } from './posterior.ts';

const LOG_SQRT_TWO_PI = 0.9189385332046728;

/**
 * ln E max(best - xi - Y, 0) for Y ~ N(mean, sd^2) [Jones 1998, eq. 15], finite as long as sd > 0 [Ament 2023, eq. 9].
 * @param best    value to improve on: the smallest one seen
 * @param xi      by how much more to improve; 0 without preference
 * @param slopes  where to leave the derivatives
 * @returns -Infinity where there is neither spread nor improvement
 */
export function logExpectedImprovement(mean: number, sd: number, best: number, xi = 0, slopes?: Slopes): number {
  const gain = best - xi - mean;
  if (!(sd > 0)) {
    if (slopes) [slopes.byMean, slopes.bySd] = [gain > 0 ? -1 / gain : 0, 0];
    return gain > 0 ? log(gain) : -Infinity;
  }
  const z = gain / sd;
  if (slopes) {
    const share = logHSlope(z);
    // z share tends to 1 above: what is left of the difference is the density's part
    const rest = z < 1 ? 1 - z * share : exp(-0.5 * z * z - LOG_SQRT_TWO_PI - logH(z));
    [slopes.byMean, slopes.bySd] = [-share / sd, rest / sd];
  }
  return log(sd) + logH(z);
}
