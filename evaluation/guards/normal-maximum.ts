/**
 * The largest of n independent standard normal numbers: how good the best of n equal trials looks by noise alone.
 *
 * All integrals are sums over an even grid (the trapezoidal rule), which for smooth integrands that vanish at both ends is
 * exact to rounding [Trefethen 2014].
 *
 * [David 2003] David and Nagaraja, "Order Statistics", 3rd ed., Wiley: equations 2.1.1 and 3.1.1.
 * [Trefethen 2014] Trefethen and Weideman, "The Exponentially Convergent Trapezoidal Rule", SIAM Review 56(3), 385-458.
 */
import { exp, expm1 } from '../../samplers/numerics/elementary.ts';
import { logNormalCdf } from '../../samplers/numerics/normal.ts';

const STEP = 1 / 8;
/** No normal number worth counting is farther from 0. */
const END = 12;
const SQRT_TWO_PI = 2.5066282746310002;

/** Mean of the largest of n >= 1: 0 for one, 1.53875 of ten, 2.50759 of a hundred. */
export function expectedMaximum(n: number): number {
  return integral((x) => x * n * exp((n - 1) * logNormalCdf(x)));
}

/** P(the largest of n >= 1 is at least x). */
export function maximumReaches(x: number, n: number): number {
  return -expm1(n * logNormalCdf(x));
}

/** P(the largest of n >= 1 is larger than one more such number by at least x). */
export function maximumLeadsBy(x: number, n: number): number {
  return integral((z) => maximumReaches(x + z, n));
}

/** The mean of f at a standard normal number. */
function integral(f: (x: number) => number): number {
  let sum = 0;
  for (let x = -END; x <= END; x += STEP) sum += f(x) * exp(-0.5 * x * x);
  return (sum * STEP) / SQRT_TWO_PI;
}
