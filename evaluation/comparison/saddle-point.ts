/**
 * What keeps probabilities accurate where n is large: factorials and powers that nearly cancel are never formed, only what
 * is left of them [Loader 2000].
 *
 * [Loader 2000] Loader, "Fast and accurate computation of binomial probabilities", technical report, Bell Laboratories:
 *   the Stirling error (eq. 4) and the deviance (eq. 5).
 */
import { log, log1p } from '../../samplers/numerics/elementary.ts';

const HALF_LOG_TWO_PI = 0.9189385332046728;

/** ln(n!) - (n + 1/2) ln n + n - ln(2 pi) / 2 for n > 0, whole or not: what Stirling's formula leaves out. */
export function stirlingError(n: number): number {
  // from n to n + 1 it falls by (n + 1/2) ln(1 + 1/n) - 1; above 16 the series (DLMF 5.11.1) is exact to a double
  let sum = 0;
  for (; n < 16; n++) sum += (n + 0.5) * log1p(1 / n) - 1;
  const z = 1 / (n * n);
  const series = 1 / 12 - z * (1 / 360 - z * (1 / 1260 - z * (1 / 1680 - z * (1 / 1188 - z * (691 / 360360)))));
  return sum + series / n;
}

/** x ln(x / m) + m - x for x >= 0, m > 0: never negative, 0 where x = m, without cancellation near there. */
export function deviance(x: number, m: number): number {
  const difference = x - m;
  if (Math.abs(difference) >= 0.1 * (x + m)) return (x > 0 ? x * log(x / m) : 0) - difference;
  // ln(x / m) = 2 atanh(v)
  const v = difference / (x + m);
  let sum = difference * v;
  let term = 2 * x * v;
  for (let j = 1; ; j++) {
    term *= v * v;
    const next = sum + term / (2 * j + 1);
    if (next === sum) return sum;
    sum = next;
  }
}

/** ln sqrt(2 pi n). */
export function logRootTwoPi(n: number): number {
  return HALF_LOG_TWO_PI + 0.5 * log(n);
}
