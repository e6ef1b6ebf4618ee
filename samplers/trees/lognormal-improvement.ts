/**
 * The expected improvement of a value whose logarithm the model predicts.
 *
 * [Hutter 2009] Hutter et al., "An experimental investigation of model-based parameter optimisation: SPO and beyond",
 *   GECCO'09, eq. 3.
 */
import { logExpectedImprovement } from '../acquisition/expected-improvement.ts';
import { exp, log1p } from '../numerics/elementary.ts';
import { logNormalCdf } from '../numerics/normal.ts';

/**
 * ln E max(e^best - e^Y, 0) for Y ~ N(mean, sd^2) [Hutter 2009, eq. 3].
 * @param sd    > 0
 * @param best  logarithm of the value to improve on
 */
export function logLognormalImprovement(mean: number, sd: number, best: number): number {
  const v = (best - mean) / sd;
  const gain = best + logNormalCdf(v);
  const share = exp(0.5 * sd * sd + mean + logNormalCdf(v - sd) - gain);
  // in the far tail both terms agree in all their digits, and e^y is a straight line as far as it matters
  return share < 0.999999 ? gain + log1p(-share) : best + logExpectedImprovement(mean, sd, best);
}
