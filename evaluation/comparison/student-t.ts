/**
 * Student's t distribution with any number of degrees of freedom > 0.
 *
 * With x = v / (v + t^2), P(T > t) = I_x(v/2, 1/2) / 2 (DLMF 8.17.2 with Abramowitz and Stegun 26.7.1). The factor in front of
 * the continued fraction of I_x is t times the density, which the saddle-point form [Loader 2000] keeps accurate for large v.
 */
import { betaFraction, betaQuantile } from '../../samplers/numerics/beta.ts';
import { exp, log, log1p } from '../../samplers/numerics/elementary.ts';
import { deviance, stirlingError } from './saddle-point.ts';

const LOG_ROOT_TWO_PI = 0.9189385332046728;

/** The density at t. */
export function tDensity(t: number, degrees: number): number {
  const half = 0.5 * degrees;
  const scale = stirlingError(half + 0.5) - stirlingError(half) - deviance(half, half + 0.5);
  const square = t * t;
  const share = square / degrees;
  // ln(1 + t^2 / v) / 2, also where t^2 would overflow
  const spread = share > 1e16 ? log(Math.abs(t)) - 0.5 * log(degrees) : 0.5 * log1p(share);
  const power = share < 0.2 ? 0.5 * square - deviance(half, half + 0.5 * square) : degrees * spread;
  return exp(scale - power - spread - LOG_ROOT_TWO_PI);
}

/** P(T > t), relative error about 1e-13 far out in the upper tail too. */
export function tTail(t: number, degrees: number): number {
  if (t < 0) return 1 - tTail(-t, degrees);
  if (t === 0) return 0.5;
  if (t === Infinity) return 0;
  const square = t * t;
  // the switch of the continued fraction: x < (a + 1) / (a + b + 2)
  const inTail = degrees * (0.5 * degrees + 2.5) < (0.5 * degrees + 1) * (degrees + square);
  return inTail ? beyond(t, degrees) : 0.5 - within(t, degrees);
}

/** P(T <= t). */
export function tCdf(t: number, degrees: number): number {
  return tTail(-t, degrees);
}

/**
 * t with P(T <= t) = p, relative error about 1e-12.
 * @returns  -Infinity at 0, Infinity at 1, NaN outside
 */
export function tQuantile(p: number, degrees: number): number {
  if (!(p > 0 && p < 1)) return p === 0 ? -Infinity : p === 1 ? Infinity : NaN;
  if (p > 0.5) return -tQuantile(1 - p, degrees);
  if (p === 0.5) return 0;
  const tail = p < 0.2;
  const share = tail ? betaQuantile(2 * p, 0.5 * degrees, 0.5) : betaQuantile(1 - 2 * p, 0.5, 0.5 * degrees);
  let t = Math.sqrt((degrees * (tail ? 1 - share : share)) / (tail ? share : 1 - share));
  // Newton's steps take back what the quantile of the beta distribution loses where the degrees are many
  for (let i = 0; i < 2; i++) {
    const density = tDensity(t, degrees);
    const error = tail ? tTail(t, degrees) - p : 0.5 - p - within(t, degrees);
    if (density > 0) t += error / density;
  }
  return -t;
}

/** P(T > t) for t > 0 by the tail's own fraction. */
function beyond(t: number, degrees: number): number {
  const x = degrees / (degrees + t * t);
  return (t * tDensity(t, degrees) * betaFraction(x, 0.5 * degrees, 0.5)) / degrees;
}

/** P(0 < T < t) for t > 0 by the centre's own fraction. */
function within(t: number, degrees: number): number {
  const square = t * t;
  return t * tDensity(t, degrees) * betaFraction(square / (degrees + square), 0.5, 0.5 * degrees);
}
