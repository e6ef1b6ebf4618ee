/**
 * Max-value entropy search: how much a point would tell of the lowest value that there is, wherever it lies.
 *
 * [Wang 2017] Wang and Jegelka, "Max-value Entropy Search for Efficient Bayesian Optimization", ICML 2017,
 *   arXiv:1703.01968. There values are maximised; signs are turned here.
 */
import { log, log1p } from '../numerics/elementary.ts';
import { logNormalCdf } from '../numerics/normal.ts';
import { mills, millsRest } from './mills.ts';
import type { Marginals, Slopes } from './posterior.ts';
import { hazard } from './probability-of-improvement.ts';

const LOG_SQRT_TWO_PI = 0.9189385332046728;
/** Halvings of a bracket ten standard deviations wide: to 1e-9 of it. */
const HALVINGS = 34;
const SPAN = 1.5725335836855192;
const MIDDLE = 0.36651292058166435;

/**
 * Draws of the minimum of a function over candidate points taken as independent, by a Gumbel distribution with the
 * quartiles and the median of theirs [Wang 2017, section 3.1].
 * @param candidates  at least one point
 * @param best        no draw is above it: the lowest posterior mean (or value, without noise) of points already tried
 * @param uniforms    in (0, 1), one a draw: the share of the distribution that lies below it
 */
export function minimumDraws(candidates: Marginals, best: number, uniforms: readonly number[]): Float64Array {
  let low = Infinity;
  let high = Infinity;
  for (let i = 0; i < candidates.mean.length; i++) {
    low = Math.min(low, candidates.mean[i] - 10 * candidates.sd[i]);
    high = Math.min(high, candidates.mean[i] + 5 * candidates.sd[i]);
  }
  const [first, median, third] = [0.25, 0.5, 0.75].map((share) => quantile(candidates, share, low, high));
  // -minimum is Gumbel: its quantiles lie at -ln(-ln q) times the scale, 1.57 apart for 1/4 and 3/4, 0.37 for 1/2
  const scale = (third - first) / SPAN;
  return Float64Array.from(uniforms, (u) => Math.min(median + scale * (MIDDLE + log(-log1p(-u))), best));
}

/** y with P(minimum <= y) = share. */
function quantile({ mean, sd }: Marginals, share: number, low: number, high: number): number {
  const target = log(1 - share);
  for (let k = 0; k < HALVINGS && low < high; k++) {
    const y = 0.5 * low + 0.5 * high;
    let above = 0;
    for (let i = 0; i < mean.length && above >= target; i++) {
      const gap = mean[i] - y;
      if (gap < 8 * sd[i]) above += sd[i] > 0 ? logNormalCdf(gap / sd[i]) : -Infinity;
    }
    if (above >= target) low = y;
    else high = y;
  }
  return 0.5 * low + 0.5 * high;
}

/**
 * The mutual information of a point's value and the minimum, in nats, averaged over draws of the minimum [Wang 2017,
 * eq. 6].
 * @returns >= 0; 0 without spread
 */
export function maxValueEntropy(mean: number, sd: number, minima: Float64Array, slopes?: Slopes): number {
  if (slopes) slopes.byMean = slopes.bySd = 0;
  if (!(sd > 0)) return 0;
  let sum = 0;
  for (const minimum of minima) {
    const gamma = (mean - minimum) / sd;
    sum += information(gamma);
    if (!slopes) continue;
    const slope = informationSlope(gamma) / sd / minima.length;
    slopes.byMean += slope;
    slopes.bySd -= slope * gamma;
  }
  return sum / minima.length;
}

/** gamma phi / (2 Phi) - ln Phi: the entropy that a normal loses by being cut at gamma. */
function information(gamma: number): number {
  if (gamma >= 0) return 0.5 * gamma * hazard(gamma) - logNormalCdf(gamma);
  // -gamma^2 / 2 and gamma^2 / 2 cancel in the tail: what is left of them
  const ratio = mills(-gamma);
  return (0.5 * gamma * millsRest(-gamma)) / ratio - log(ratio) + LOG_SQRT_TWO_PI;
}

function informationSlope(gamma: number): number {
  const h = hazard(gamma);
  if (gamma >= 0) return -0.5 * h * (1 + gamma * (gamma + h));
  const t = -gamma;
  if (t > 1000) return -1 / t;
  return -0.5 * h * (1 - (t * millsRest(t)) / mills(t));
}
