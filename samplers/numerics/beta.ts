/**
 * The beta distribution: its quantile and its distribution function, for priors over a bounded range.
 *
 * [Lentz 1976] Lentz, "Generating Bessel functions in Mie scattering calculations using continued fractions", Appl.
 *   Opt. 15(3), 668-671: the evaluation of the continued fraction of the incomplete beta function (DLMF 8.17.22).
 */
import { exp, log, log1p } from './elementary.ts';
import { logGamma } from './gamma.ts';

const TINY = 1e-300;

/**
 * x in [0, 1] with P(X <= x) = p, to about 1e-12.
 * @param p      in (0, 1)
 * @param alpha  > 0
 * @param beta   > 0
 */
export function betaQuantile(p: number, alpha: number, beta: number): number {
  const logBeta = logGamma(alpha) + logGamma(beta) - logGamma(alpha + beta);
  // Newton's method in z = ln(x / (1 - x)), where either end may be very close, inside a bracket that bisection shrinks
  let low = -745;
  let high = 745;
  let z = log(alpha) - log(beta);
  for (let i = 0; i < 200 && high - low > 1e-15 * (1 + Math.abs(z)); i++) {
    const logX = -log1p(exp(-z));
    const logRest = -log1p(exp(z));
    const error = incompleteBeta(exp(logX), logX, logRest, alpha, beta, logBeta) - p;
    if (error > 0) high = z;
    else low = z;
    const next = z - error / exp(alpha * logX + beta * logRest - logBeta);
    const before = z;
    z = next > low && next < high ? next : 0.5 * (low + high);
    if (Math.abs(z - before) <= 1e-15 * (1 + Math.abs(z))) break;
  }
  return exp(-log1p(exp(-z)));
}

/** P(X <= x), to about 1e-14: 0 at 0, 1 at 1. @param x  in [0, 1]; alpha, beta > 0 */
export function betaCdf(x: number, alpha: number, beta: number): number {
  if (!(x > 0 && x < 1)) return x > 0 ? 1 : 0;
  const logBeta = logGamma(alpha) + logGamma(beta) - logGamma(alpha + beta);
  return incompleteBeta(x, log(x), log1p(-x), alpha, beta, logBeta);
}

/** The regularized incomplete beta function at x = exp(logX), 1 - x = exp(logRest). */
function incompleteBeta(x: number, logX: number, logRest: number, a: number, b: number, logBeta: number): number {
  const front = exp(a * logX + b * logRest - logBeta);
  return x * (a + b + 2) < a + 1
    ? (front * betaFraction(x, a, b)) / a
    : 1 - (front * betaFraction(exp(logRest), b, a)) / b;
}

/**
 * The continued fraction DLMF 8.17.22 by the method of [Lentz 1976]: I_x(a, b) = x^a (1 - x)^b / (a B(a, b)) times it. It is
 * quick for x < (a + 1) / (a + b + 2).
 */
export function betaFraction(x: number, a: number, b: number): number {
  let c = 1;
  let d = away(1 - ((a + b) * x) / (a + 1));
  let product = d;
  for (let m = 1; m < 10_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = away(1 + even * d);
    c = 1 + even / c;
    product *= d * (Math.abs(c) < TINY ? TINY : c);
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = away(1 + odd * d);
    c = 1 + odd / c;
    const change = d * (Math.abs(c) < TINY ? TINY : c);
    product *= change;
    if (Math.abs(change - 1) < 1e-16) break;
  }
  return product;
}

/** The reciprocal, kept away from a division by 0. */
function away(x: number): number {
  return 1 / (Math.abs(x) < TINY ? TINY : x);
}
