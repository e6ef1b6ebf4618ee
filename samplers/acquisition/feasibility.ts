/**
 * Constraints: a utility weighed by the probability that all of them hold, as a sum of logarithms.
 *
 * [Gardner 2014] Gardner et al., "Bayesian Optimization with Inequality Constraints", ICML 2014.
 */
import { logNormalCdf } from '../numerics/normal.ts';
import type { Slopes } from './posterior.ts';
import { hazard } from './probability-of-improvement.ts';

/**
 * ln P(C <= 0) for C ~ N(mean, sd^2), to be added to ln EI for each constraint [Gardner 2014, eq. 8]. Alone, summed over
 * the constraints, it is what to maximise while nothing feasible is known.
 * @returns <= 0; without spread 0 where the mean is feasible, else -Infinity
 */
export function logFeasibility(mean: number, sd: number, slopes?: Slopes): number {
  if (!(sd > 0)) {
    if (slopes) slopes.byMean = slopes.bySd = 0;
    return mean <= 0 ? 0 : -Infinity;
  }
  const z = -mean / sd;
  if (slopes) {
    slopes.byMean = -hazard(z) / sd;
    slopes.bySd = z * slopes.byMean;
  }
  return logNormalCdf(z);
}
