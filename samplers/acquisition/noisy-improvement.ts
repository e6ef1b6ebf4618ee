/**
 * Expected improvement under noise: the best value so far is not known, so improvement is averaged over what the true values
 * of the points tried so far may be. Points in flight are such points too, so a batch needs nothing else.
 *
 * Each fantasy fixes these values at a quasi-random draw of their joint posterior. Given them, a further point is normal with
 * mean m + a . e and variance v - |a|^2, where L is the factor of their covariance, e the draw's deviates, a = L^-1 k, and
 * k the posterior covariances of the point with them: one solve a point serves all fantasies.
 *
 * [Letham 2019] Letham et al., "Constrained Bayesian Optimization with Noisy Experiments", Bayesian Analysis 14(2), 495-519,
 *   arXiv:1706.07094.
 */
import { SamplerFallbackError } from '../../study/errors.ts';
import { jitteredCholesky } from '../numerics/cholesky.ts';
import { exp, log } from '../numerics/elementary.ts';
import { logExpectedImprovement } from './expected-improvement.ts';
import type { Joint, Slopes } from './posterior.ts';

export interface Fantasies {
  /** How many points were tried: n. */
  readonly points: number;
  /** The factor L, n x n by rows. */
  readonly factor: Float64Array;
  /** Standard normal deviates, a row of n for each fantasy. */
  readonly deviates: Float64Array;
  /** Lowest of the true values in each fantasy. */
  readonly bests: Float64Array;
}

/** Where the derivatives go: by mean m, variance v and weights a. */
export interface NoisySlopes {
  byMean: number;
  byVariance: number;
  readonly byWeights: Float64Array;
}

const LEAST_SHARE = 1e-10;
const part: Slopes = { byMean: 0, bySd: 0 };

/**
 * @param tried     posterior of the noise-free values at the points tried, n >= 1
 * @param deviates  n standard normal numbers a fantasy, from a low-discrepancy sequence (deviates.ts)
 * @throws SamplerFallbackError if the covariance is no covariance
 */
export function createFantasies({ mean, covariance }: Joint, deviates: Float64Array): Fantasies {
  const n = mean.length;
  const factor = new Float64Array(n * n);
  if (Number.isNaN(jitteredCholesky(covariance, factor, n)))
    throw new SamplerFallbackError(`the posterior covariance of ${n} points is not positive definite`);
  const bests = new Float64Array(deviates.length / n).fill(Infinity);
  for (let s = 0; s < bests.length; s++) {
    for (let i = 0; i < n; i++) {
      let value = mean[i];
      for (let j = 0; j <= i; j++) value += factor[i * n + j] * deviates[s * n + j];
      if (value < bests[s]) bests[s] = value;
    }
  }
  return { points: n, factor, deviates, bests };
}

/**
 * ln of the expected improvement, averaged over the fantasies [Letham 2019, eq. 8].
 * @param mean, variance  posterior of the point's noise-free value
 * @param weights         a = L^-1 k, length n
 */
export function logNoisyImprovement(
  mean: number,
  variance: number,
  weights: Float64Array,
  { points, deviates, bests }: Fantasies,
  slopes?: NoisySlopes,
): number {
  let known = 0;
  for (const weight of weights) known += weight * weight;
  const left = variance - known;
  const sd = Math.sqrt(Math.max(left, LEAST_SHARE * variance));
  if (slopes) clear(slopes);
  let most = -Infinity;
  let total = 0;
  for (let s = 0; s < bests.length; s++) {
    let shift = 0;
    for (let j = 0; j < points; j++) shift += weights[j] * deviates[s * points + j];
    const value = logExpectedImprovement(mean + shift, sd, bests[s], 0, part);
    if (value === -Infinity) continue;
    // shares of the sum are kept relative to the largest term so far
    if (value > most) {
      const shrink = exp(most - value);
      total *= shrink;
      if (slopes) scale(slopes, shrink);
      most = value;
    }
    const share = exp(value - most);
    total += share;
    if (slopes) add(slopes, share, deviates, s * points);
  }
  if (slopes) {
    scale(slopes, total > 0 ? 1 / total : 0);
    slopes.byVariance = left > LEAST_SHARE * variance ? slopes.byVariance / (2 * sd) : 0;
    for (let j = 0; j < points; j++) slopes.byWeights[j] -= 2 * weights[j] * slopes.byVariance;
  }
  return total > 0 ? most + log(total) - log(bests.length) : -Infinity;
}

function clear(slopes: NoisySlopes): void {
  slopes.byMean = slopes.byVariance = 0;
  slopes.byWeights.fill(0);
}

function scale(slopes: NoisySlopes, by: number): void {
  slopes.byMean *= by;
  slopes.byVariance *= by;
  for (let j = 0; j < slopes.byWeights.length; j++) slopes.byWeights[j] *= by;
}

/** byVariance holds the slope by the standard deviation until the end. */
function add(slopes: NoisySlopes, share: number, deviates: Float64Array, at: number): void {
  slopes.byMean += share * part.byMean;
  slopes.byVariance += share * part.bySd;
  for (let j = 0; j < slopes.byWeights.length; j++) slopes.byWeights[j] += share * part.byMean * deviates[at + j];
}
