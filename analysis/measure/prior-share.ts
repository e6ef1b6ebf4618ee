/** How much of a dimension's prior lies where: what `fromUnit` (samplers/unit-cube.ts) draws, as a distribution function. */
import { onStep, type Dimension } from '../../study/space/dimensions.ts';
import { betaCdf } from '../../samplers/numerics/beta.ts';
import { exp, log } from '../../samplers/numerics/elementary.ts';
import { logDiffNormalCdf } from '../../samplers/numerics/normal.ts';
import { toUnit } from '../../samplers/unit-cube.ts';

/**
 * The probability that a number or an ordinal lies at `place` or below.
 * @param place  on the dimension's scale, as toUnit gives it; below 0 nothing lies, from 1 on everything
 */
export function shareBelow(dimension: Dimension, place: number): number {
  if (place < 0) return 0;
  if (place >= 1) return 1;
  const { size, low, high, log: onLog } = dimension;
  if (size !== Infinity) return shareOfFirst(dimension, valuesBelow(dimension, place));
  if (!dimension.prior) return place;
  const value = onLog ? exp((1 - place) * log(low) + place * log(high)) : (1 - place) * low + place * high;
  return priorBelow(dimension, low, high, value, place);
}

/** The probability of one value of a category, an ordinal or a grid. */
export function shareOfValue(dimension: Dimension, value: number): number {
  if (dimension.kind === 'categorical') return weightOf(dimension, value);
  const k = Math.round((value - dimension.low) / dimension.step);
  return shareOfFirst(dimension, k + 1) - shareOfFirst(dimension, k);
}

/** How many values of a grid lie at `place` or below. */
function valuesBelow(dimension: Dimension, place: number): number {
  const { low, step, size } = dimension;
  let [from, to] = [0, size];
  while (from < to) {
    const middle = Math.floor((from + to) / 2);
    if (toUnit(dimension, onStep(low, step, middle)) <= place) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** The probability of the first k values of a grid: each owns half a step to both sides. */
function shareOfFirst(dimension: Dimension, k: number): number {
  const { kind, low, high, step, size, log: onLog, prior } = dimension;
  if (k <= 0) return 0;
  if (k >= size) return 1;
  if (kind === 'ordinal') {
    let sum = 0;
    for (let i = 0; i < k; i++) sum += weightOf(dimension, i);
    return sum;
  }
  if (!onLog && !prior) return k / size;
  const [bottom, top] = [low - 0.5 * step, high + 0.5 * step];
  const border = bottom + k * step;
  const place = onLog
    ? (log(border) - log(bottom)) / (log(top) - log(bottom))
    : (0.5 * border - 0.5 * bottom) / (0.5 * top - 0.5 * bottom);
  return priorBelow(dimension, bottom, top, border, place);
}

/** Of the range from `bottom` to `top`, of which `value` has the share `place` on the scale below it. */
function priorBelow({ prior }: Dimension, bottom: number, top: number, value: number, place: number): number {
  if (!prior) return place;
  if ('beta' in prior) return betaCdf(place, prior.beta.alpha, prior.beta.beta);
  if ('normal' in prior) return normalBelow(prior.normal, bottom, top, value);
  if (top <= 0) return place;
  return normalBelow(
    prior.lognormal,
    bottom > 0 ? log(bottom) : -Infinity,
    log(top),
    value > 0 ? log(value) : -Infinity,
  );
}

/** Of a normal distribution cut to [bottom, top]; all at the nearer end where both are out of its reach. */
function normalBelow({ mean, sd }: { mean: number; sd: number }, bottom: number, top: number, value: number): number {
  const [a, b] = [(bottom - mean) / sd, (top - mean) / sd];
  const all = logDiffNormalCdf(a, b);
  if (all === -Infinity) return a > 0 ? 1 : 0;
  return Math.min(1, exp(logDiffNormalCdf(a, (value - mean) / sd) - all));
}

function weightOf({ weights, size }: Dimension, k: number): number {
  if (!weights) return 1 / size;
  const most = Math.max(...weights);
  return weights[k] / most / weights.reduce((sum, weight) => sum + weight / most, 0);
}
