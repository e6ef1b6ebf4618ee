/**
 * Normal distributions cut to the unit interval, for means inside it: log mass, log mass of a piece, quantile.
 *
 * mean in [0, 1], sd > 0. A bound more than FAR standard deviations away cuts off less than half an ulp of the mass.
 */
import { log } from './elementary.ts';
import { logDiffNormalCdf, normalCdf, normalQuantile } from './normal.ts';

const FAR = 8.5;
const LOG_SQRT_TWO_PI = 0.9189385332046728;

/** Log of the mass that the whole normal has inside [0, 1]; 0 when both bounds are far. */
export function logMass(mean: number, sd: number): number {
  const left = -mean / sd;
  const right = (1 - mean) / sd;
  return left < -FAR && right > FAR ? 0 : logDiffNormalCdf(left, right);
}

/** What to add to -((t - mean) / sd)^2 / 2 for the log density at t in [0, 1]. */
export function logScale(mean: number, sd: number): number {
  return -log(sd) - LOG_SQRT_TWO_PI - logMass(mean, sd);
}

/** Log of the probability of (left, right], a piece of [0, 1]. */
export function logPiece(left: number, right: number, mean: number, sd: number): number {
  return logDiffNormalCdf((left - mean) / sd, (right - mean) / sd) - logMass(mean, sd);
}

/** Where in [0, 1] a share u in (0, 1) of the mass lies below; measured from the nearer tail, so exact in both. */
export function quantile(mean: number, sd: number, u: number): number {
  const below = tail(-mean / sd);
  const above = tail((mean - 1) / sd);
  const inside = 1 - below - above;
  const p = below + u * inside;
  const t = p < 0.5 ? mean + sd * normalQuantile(p) : mean - sd * normalQuantile(above + (1 - u) * inside);
  return t < 0 ? 0 : t > 1 ? 1 : t;
}

function tail(z: number): number {
  return z < -FAR ? 0 : normalCdf(z);
}
