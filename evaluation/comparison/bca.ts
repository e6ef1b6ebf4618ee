/**
 * The bias-corrected and accelerated interval (BCa), and the p that belongs to it: the alpha at which an endpoint is 0.
 *
 * [Efron 1987] Efron, "Better bootstrap confidence intervals", J. Am. Stat. Assoc. 82, 171-185, eqs. 3.5 and 4.1.
 * [Hesterberg 2015] Hesterberg, "What teachers should know about the bootstrap", Am. Stat. 69(4), 371-386, sec. 5.1 (expanded
 *   percentile interval): a bootstrap of few units is too narrow by sqrt((n - 1) / n) and knows no Student t; nominal levels are
 *   expanded by both.
 */
import { normalQuantile } from '../../samplers/numerics/normal.ts';
import { quantileAt, scoresOf } from './replicates.ts';
import { tQuantile, tTail } from './student-t.ts';

export interface BcaInput {
  /** Ascending, finite, at least two. */
  readonly replicates: Float64Array;
  /** On the rows themselves. */
  readonly effect: number;
  /** From the jackknife; NaN where there is none. */
  readonly acceleration: number;
  /** What was drawn, and how many of them are free: units less strata. */
  readonly units: number;
  readonly degrees: number;
}

export interface BcaResult {
  readonly interval: readonly [low: number, high: number];
  readonly p: number;
  readonly kind: 'BCa' | 'percentile';
  readonly bias: number;
}

/**
 * Interval at confidence 1 - alpha and two-sided p of no effect. It is the percentile interval (no bias, no acceleration) where
 * BCa is not defined: where all replicates lie on one side of the effect or all equal it, where there is no acceleration, and
 * where it is so large that an endpoint would be infinite.
 */
export function bcaInterval(input: BcaInput, alpha: number): BcaResult {
  const { replicates, effect, units, degrees } = input;
  const widening = Math.sqrt(units / degrees);
  const z = -tQuantile(0.5 * alpha, degrees) * widening;
  const bias = normalQuantile(shareBelow(replicates, effect));
  const defined = Number.isFinite(bias) && input.acceleration * (bias + z) < 1 && input.acceleration * (bias - z) < 1;
  const [shift, bend] = defined ? [bias, input.acceleration] : [0, 0];
  const level = (score: number): number => shift + (shift + score) / (1 - bend * (shift + score));
  const [lowest, highest] = scoresOf(replicates, 0);
  // the nominal score at which the endpoint has this score; none does where the denominator is not positive
  const nominal = (score: number): number => {
    const distance = score - shift;
    const rest = Number.isFinite(distance) ? 1 + bend * distance : 0;
    return rest > 0 ? distance / rest - shift : Math.sign(distance) * Infinity;
  };
  const sides = [tTail(-nominal(highest) / widening, degrees), tTail(nominal(lowest) / widening, degrees)];
  return {
    interval: [quantileAt(replicates, level(-z)), quantileAt(replicates, level(z))],
    p: Math.min(1, 2 * Math.min(...sides)),
    kind: defined ? 'BCa' : 'percentile',
    bias,
  };
}

/** Share of replicates below the effect, those equal to it but for rounding by half [Efron 1987, eq. 4.1, with ties]. */
function shareBelow(replicates: Float64Array, effect: number): number {
  const rounding = 1e-12 * (replicates.at(-1)! - replicates[0]!);
  let sum = 0;
  for (const value of replicates) sum += Math.abs(value - effect) <= rounding ? 0.5 : value < effect ? 1 : 0;
  return sum / replicates.length;
}
