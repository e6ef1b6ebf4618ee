/**
 * What a point is worth: the logarithm of an acquisition function of the objective's posterior, plus those of the
 * probabilities that it meets each constraint and does not fail.
 */
import { logExpectedImprovement } from '../acquisition/expected-improvement.ts';
import { logFeasibility } from '../acquisition/feasibility.ts';
import type { Slopes } from '../acquisition/posterior.ts';
import type { Judgement } from './models.ts';
import type { Posterior } from './posterior.ts';

/** Something that a point may be judged by: a function of the mean and the standard deviation there. */
export interface Term {
  readonly posterior: Posterior;
  readonly worth: (mean: number, sd: number, slopes?: Slopes) => number;
}

/**
 * Expected improvement where all limits hold; while nothing feasible is known, the limits alone.
 * @param margin  by how much to improve, in units of the outputs
 */
export function improvement({ objective, limits, feasible, incumbent }: Judgement, margin: number): readonly Term[] {
  const terms = limits.map(({ posterior, most }) => atMost(posterior, most));
  if (!feasible) return terms;
  const worth: Term['worth'] = (mean, sd, slopes) => logExpectedImprovement(mean, sd, incumbent, margin, slopes);
  return [{ posterior: objective, worth }, ...terms];
}

/** ln of the probability of at most `most`, in units of the outputs. */
function atMost(posterior: Posterior, most: number): Term {
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
