/**
 * The logarithm of expected improvement: h(z) = phi(z) + z Phi(z), where expected improvement is sigma h((mean - best) / sigma), and
 * the slope that its gradients need, without underflow for any z [Ament 2023, eq. 8 and 9].
 *
 * Below 0, with x = -z and Mills' ratio M = Phi(z) / phi(z): h = phi (1 - x M). For large x that difference cancels, so there it comes
 * from Laplace's continued fraction M = 1 / (x + r), r = 1 / (x + 2 / (x + 3 / (x + ...))), by which 1 - x M = r M.
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
 * @returns  to 2e-15, absolute below 1 and relative above: about -z^2 / 2 - 2 ln(-z) far below 0, ln z far above
 */
export function logH(z: number): number {
  if (z > -1) return log(exp(-0.5 * z * z - LOG_SQRT_TWO_PI) + z * normalCdf(z));
  if (z === -Infinity) return z;
  const x = -z;
  const { mills, rest } = tail(x);
  return log(x < FAR ? rest : rest * mills) - LOG_SQRT_TWO_PI - 0.5 * x * x;
}

/** The derivative of logH, Phi(z) / h(z): about -z far below 0, 1 / z far above, positive and decreasing. */
export function logHSlope(z: number): number {
  if (z > -1) return normalCdf(z) / (exp(-0.5 * z * z - LOG_SQRT_TWO_PI) + z * normalCdf(z));
  const { mills, rest } = tail(-z);
  return z > -FAR ? mills / rest : 1 / rest;
}

/** M, with 1 - x M below FAR and r from it on. */
function tail(x: number): { mills: number; rest: number } {
  if (x < FAR) {
    const mills = SQRT_HALF_PI * erfcx(x * SQRT_HALF);
    return { mills, rest: 1 - x * mills };
  }
  let fraction = x;
  for (let k = 33; k > 1; k--) fraction = x + k / fraction;
  return { mills: 1 / (x + 1 / fraction), rest: 1 / fraction };
}
