/**
 * What a point is worth: the logarithm of an acquisition function of the objective's posterior, plus those of the
 * probabilities that it meets each constraint and does not fail.
 */
import { logExpectedImprovement } from '../acquisition/expected-improvement.ts';
import { logFeasibility } from '../acquisition/feasibility.ts';
import type { Slopes } from '../acquisition/posterior.ts';
import type { Posterior } from './posterior.ts';

/** Something that a point may be judged by: a function of the mean and the standard deviation there. */
export interface Term {
  readonly posterior: Posterior;
  readonly worth: (mean: number, sd: number, slopes?: Slopes) => number;
}

/** ln of the expected improvement on `incumbent`, in units of the outputs. */
export function improvementOn(posterior: Posterior, incumbent: number): Term {
  return { posterior, worth: (mean, sd, slopes) => logExpectedImprovement(mean, sd, incumbent, 0, slopes) };
}

/** ln of the probability of at most `most`, in units of the outputs. */
export function atMost(posterior: Posterior, most: number): Term {
  return { posterior, worth: (mean, sd, slopes) => logFeasibility(mean - most, sd, slopes) };
}

/** One number a point of `columns` (layout.ts): the sum over the terms. */
export function worths(terms: readonly Term[], columns: Float64Array, count: number): Float64Array {
  const sums = new Float64Array(count);
  const [means, variances] = [new Float64Array(count), new Float64Array(count)];
  for (const { posterior, worth } of terms) {
    posterior.predict(columns, count, means, variances);
    for (let i = 0; i < count; i++) sums[i] += worth(means[i], Math.sqrt(variances[i]));
  }
  return sums;
}

/** The worth of one point, its derivatives by the numeric columns in `slopes`. */
export function worthAndSlopes(terms: readonly Term[], point: Float64Array, slopes: Float64Array): number {
  const [byMean, byVariance] = [new Float64Array(slopes.length), new Float64Array(slopes.length)];
  const rates: Slopes = { byMean: 0, bySd: 0 };
  let sum = 0;
  slopes.fill(0);
  for (const { posterior, worth } of terms) {
    const { mean, variance } = posterior.slopes(point, byMean, byVariance);
    const sd = Math.sqrt(variance);
    sum += worth(mean, sd, rates);
    for (let c = 0; c < slopes.length; c++)
      slopes[c] += rates.byMean * byMean[c] + (0.5 * rates.bySd * byVariance[c]) / sd;
  }
  return sum;
}
