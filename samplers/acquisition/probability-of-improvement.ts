/**
 * The probability that a point improves on the best one, and its logarithm.
 *
 * [Kushner 1964] Kushner, "A New Method of Locating the Maximum Point of an Arbitrary Multipeak Curve in the Presence of
 *   Noise", J. Basic Engineering 86, 97-106.
 */
import { exp } from '../numerics/elementary.ts';
import { logNormalCdf, normalCdf } from '../numerics/normal.ts';
import { mills } from './mills.ts';
import type { Slopes } from './posterior.ts';

const LOG_SQRT_TWO_PI = 0.9189385332046728;

/**
 * ln P(Y < best - xi) for Y ~ N(mean, sd^2) [Kushner 1964], finite as long as sd > 0 and z^2 is.
 * @param xi  by how much to improve: 0 prefers any improvement, however small
 * @returns   <= 0; without spread (sd = 0) 0 if the mean itself improves, else -Infinity
 */
export function logProbabilityOfImprovement(mean: number, sd: number, best: number, xi = 0, slopes?: Slopes): number {
  const gain = best - xi - mean;
  if (!(sd > 0)) {
    if (slopes) slopes.byMean = slopes.bySd = 0;
    return gain > 0 ? 0 : -Infinity;
  }
  const z = gain / sd;
  if (slopes) {
    slopes.byMean = -hazard(z) / sd;
    slopes.bySd = z * slopes.byMean;
  }
  return logNormalCdf(z);
}

/** phi(z) / Phi(z), the slope of ln Phi: about -z far below 0. */
export function hazard(z: number): number {
  return z < 0 ? 1 / mills(-z) : exp(-0.5 * z * z - LOG_SQRT_TWO_PI) / normalCdf(z);
}
