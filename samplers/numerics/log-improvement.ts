/**
 * The logarithm of expected improvement: h(z) = phi(z) + z Phi(z), where expected improvement is sigma h((mean - best) / sigma), and
 * the slope that its gradients need, without underflow for any z [Ament 2023, eq. 8 and 9].
 *
 * Below 0, with x = -z and Mills' ratio M = Phi(z) / phi(z): h = phi (1 - x M). For large x that difference cancels, so there it comes
 * from Laplace's continued fraction M = 1 / (x + 1 / f), f = x + 2 / (x + 3 / (x + ...)), by which 1 - x M = 1 / (1 + x f).
 *
 * [Ament 2023] Ament, Daulton, Eriksson, Balandat and Bakshy, "Unexpected improvements to expected improvement for Bayesian
 *   optimization", NeurIPS 36.
 */
import { exp, log } from './elementary.ts';
import { erfcx, normalCdf } from './normal.ts';

const SQRT_HALF = 0.7071067811865476;
const SQRT_HALF_PI = 1.2533141373155003;
/** ln sqrt(2 pi). */
const LOG_SQRT_TWO_PI = 0.9189385332046728;
/** From this x on, 32 terms of the continued fraction are exact to the last place. */
const FAR = 5;

/**
 * ln(phi(z) + z Phi(z)), increasing in z.
 * @returns  to 1e-15, absolute below 1 and relative above: about -z^2 / 2 - 2 ln(-z) far below 0, ln z far above
 */
export function logH(z: number): number {
  if (z > -1) return log(exp(-0.5 * z * z - LOG_SQRT_TWO_PI) + z * normalCdf(z));
  if (z === -Infinity) return z;
  const x = -z;
  const logShare = x < FAR ? log(1 - x * mills(x)) : -log(1 + x * fraction(x));
  return logShare - LOG_SQRT_TWO_PI - 0.5 * x * x;
}

/** The derivative of logH, Phi(z) / h(z), to 1e-14: about -z far below 0, 1 / z far above, positive and decreasing. */
export function logHSlope(z: number): number {
  if (z > -1) return normalCdf(z) / (exp(-0.5 * z * z - LOG_SQRT_TWO_PI) + z * normalCdf(z));
  return -z < FAR ? mills(-z) / (1 + z * mills(-z)) : fraction(-z);
}

/** Phi(-x) / phi(x). */
function mills(x: number): number {
  return SQRT_HALF_PI * erfcx(x * SQRT_HALF);
}

/** x + 2 / (x + 3 / (x + ...)), x >= FAR. */
function fraction(x: number): number {
  let value = x;
  for (let k = 33; k > 1; k--) value = x + k / value;
  return value;
}
