/**
 * Input warping: a number's place in [0, 1] bent by a distribution function before it is compared, so that a result which
 * changes quickly at one end of a range and slowly at the other is one that a stationary kernel can explain [Snoek 2014]. The
 * function is that of Kumaraswamy, 1 - (1 - u^a)^b, which is like a beta's and has a closed form; a = b = 1 changes nothing.
 *
 * [Snoek 2014] Snoek, Swersky, Zemel and Adams, "Input Warping for Bayesian Optimization of Non-stationary Functions", ICML
 *   2014, arXiv:1402.0929.
 */
import { exp, expm1, log } from '../numerics/elementary.ts';

/** Ends are kept at this distance, where slopes are finite. */
const EDGE = 1e-6;

/** Of ln a and ln b: most of the prior is within a factor of 2 of the identity. */
export const WARP_SD = 0.5;
/** a and b are in [1/8, 8]. */
export const MOST_LOG_WARP = 2.0794415416798357;

/** ln of the inner place and ln of 1 - u^a. */
function parts(unit: number, a: number): [logUnit: number, logRest: number] {
  const logUnit = log(EDGE + (1 - 2 * EDGE) * unit);
  return [logUnit, log(-expm1(a * logUnit))];
}

/** 1 - (1 - u^a)^b, in (0, 1) and increasing. @param a, b  > 0 */
export function warped(unit: number, a: number, b: number): number {
  return -expm1(b * parts(unit, a)[1]);
}

/** Its derivative by the place. */
export function warpSlope(unit: number, a: number, b: number): number {
  const [logUnit, logRest] = parts(unit, a);
  return (1 - 2 * EDGE) * a * b * exp((a - 1) * logUnit + (b - 1) * logRest);
}

/** Its derivatives by ln a and ln b. */
export function warpRates(unit: number, a: number, b: number): [byLogA: number, byLogB: number] {
  const [logUnit, logRest] = parts(unit, a);
  return [a * b * logUnit * exp(a * logUnit + (b - 1) * logRest), -b * logRest * exp(b * logRest)];
}
