/** Quantiles of the standard normal distribution cut to an interval, wherever that lies. */
import { exp, log, log1p } from './elementary.ts';
import { erfcx, logNormalCdf, normalQuantile } from './normal.ts';

/**
 * x in [a, b] below which lies a share u of the mass that the standard normal has there.
 * @param u  in (0, 1)
 * @param a  from -Infinity
 * @param b  up to Infinity; a where b <= a
 */
export function truncatedNormalQuantile(u: number, a: number, b: number): number {
  if (!(a < b)) return a;
  // measured from the tail that is nearer, so that nothing cancels
  const below = mix(u, logNormalCdf(a), logNormalCdf(b));
  const above = mix(u, logNormalCdf(-a), logNormalCdf(-b));
  const x = below < above ? quantileOfLog(below) : -quantileOfLog(above);
  return x < a ? a : x > b ? b : x + 0;
}

/** ln((1 - u) e^left + u e^right). */
function mix(u: number, left: number, right: number): number {
  const one = left + log1p(-u);
  const other = right + log(u);
  const most = Math.max(one, other);
  return most === -Infinity ? most : most + log1p(exp(Math.min(one, other) - most));
}

/** x with ln P(Z <= x) = logP, for logP <= ln 1/2: by Newton's method where P itself would be too small a number. */
function quantileOfLog(logP: number): number {
  if (logP > -700) return normalQuantile(exp(logP));
  if (logP === -Infinity) return logP;
  let x = -Math.sqrt(-2 * logP);
  for (let i = 0; i < 4; i++) {
    const slope = 0.7978845608028654 / erfcx(-x * 0.7071067811865476);
    x -= (logNormalCdf(x) - logP) / slope;
  }
  return x;
}
