/** The binomial distribution: exact tails, for the exact test of McNemar. */
import { exp, log1p } from '../../samplers/numerics/elementary.ts';
import { deviance, logRootTwoPi, stirlingError } from './saddle-point.ts';

/**
 * P(X = k), X ~ Bin(n, p), by the saddle-point expansion [Loader 2000, eq. 3].
 * @param k  whole, 0 to n
 * @param p  in (0, 1)
 */
export function binomialMass(k: number, n: number, p: number): number {
  if (k === 0) return exp(n * log1p(-p));
  if (k === n) return binomialMass(0, n, 1 - p);
  const rest = n - k;
  const errors = stirlingError(n) - stirlingError(k) - stirlingError(rest);
  const scale = logRootTwoPi(k) + 0.5 * log1p(-k / n);
  return exp(errors - deviance(k, n * p) - deviance(rest, n * (1 - p)) - scale);
}

/**
 * P(X <= k), X ~ Bin(n, p); relative error about 1e-13 far out in the lower tail too.
 * @param k  whole; below 0 gives 0, from n on 1
 * @param n  whole, >= 0
 * @param p  in (0, 1)
 */
export function binomialCdf(k: number, n: number, p: number): number {
  if (k < 0) return 0;
  if (k >= n) return 1;
  // sum on the side where the terms fall
  if (k > n * p) return 1 - binomialCdf(n - k - 1, n, 1 - p);
  const odds = (1 - p) / p;
  let ratio = 1;
  let sum = 1;
  for (let i = k; i > 0 && ratio > 1e-18 * sum; i--) {
    ratio *= (i / (n - i + 1)) * odds;
    sum += ratio;
  }
  return Math.min(1, binomialMass(k, n, p) * sum);
}
