/** The gamma function, by its logarithm. */
import { log } from './elementary.ts';

/**
 * ln Gamma(x) for x > 0: Stirling's series above 10 (DLMF 5.11.1), reached by Gamma(x + 1) = x Gamma(x).
 * @returns  to 1e-14, absolute below 1 and relative above; Infinity at 0 and at Infinity, NaN below 0
 */
export function logGamma(x: number): number {
  if (!(x >= 0 && x < Infinity)) return x > 0 ? x : NaN;
  let shift = 0;
  for (; x < 10; x++) shift += log(x);
  const z = 1 / (x * x);
  const series = (1 / 12 - z * (1 / 360 - z * (1 / 1260 - z * (1 / 1680 - z * (1 / 1188 - z * (691 / 360360)))))) / x;
  return (x - 0.5) * log(x) - x + 0.9189385332046728 + series - shift;
}
