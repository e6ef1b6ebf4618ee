/**
 * Thompson sampling: the point that is lowest in one draw of the whole posterior.
 *
 * [Thompson 1933] Thompson, "On the likelihood that one unknown probability exceeds another in view of the evidence of two
 *   samples", Biometrika 25, 285-294.
 */
import { SamplerFallbackError } from '../../study/errors.ts';
import { jitteredCholesky } from '../numerics/cholesky.ts';
import type { Joint } from './posterior.ts';

/**
 * One draw of the posterior at all its points.
 * @param deviates  standard normal, one a point
 * @throws SamplerFallbackError if the covariance is no covariance
 */
export function jointDraw({ mean, covariance }: Joint, deviates: Float64Array): Float64Array {
  const n = mean.length;
  const factor = new Float64Array(n * n);
  if (Number.isNaN(jitteredCholesky(covariance, factor, n)))
    throw new SamplerFallbackError(`the posterior covariance of ${n} candidates is not positive definite`);
  return mean.map((value, i) => {
    for (let j = 0; j <= i; j++) value += factor[i * n + j] * deviates[j];
    return value;
  });
}

/** The place of the lowest value, the first of equal ones; -1 of none. */
export function lowest(values: Float64Array): number {
  let at = -1;
  for (let i = 0; i < values.length; i++) if (at < 0 || values[i] < values[at]) at = i;
  return at;
}
