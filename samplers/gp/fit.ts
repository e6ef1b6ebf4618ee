/**
 * Hyperparameters of most posterior density (MAP) for some observations: a function of these alone, not of earlier fits, so
 * that a lost cache costs no more than one fit.
 */
import { minimize, type Minimum } from '../numerics/lbfgsb.ts';
import { log } from '../numerics/elementary.ts';
import { negativeLogPosterior } from './likelihood.ts';
import type { Layout } from './layout.ts';
import { MOST_LOG_WARP } from './warping.ts';

/** From length scales of a thousand cubes to a hundredth of one. */
const WEIGHTS = [1e-6, 1e4] as const;
const AMPLITUDES = [1e-3, 1e3] as const;
const MOST_NOISE = 1;
const SEARCH = { maxIterations: 50, maxEvaluations: 80, gradientTolerance: 1e-3, valueTolerance: 1e-7 };
/** Length scales of one cube, little noise; a third of a cube, much noise. */
const STARTS = [
  [1, 1e-3],
  [10, 1e-1],
] as const;

export interface Fit {
  /** Logarithms of the hyperparameters (likelihood.ts). */
  readonly logs: Float64Array;
  /** Minus the log posterior density there. */
  readonly value: number;
}

/**
 * @param columns     points by rows (layout.ts), one an observation
 * @param y           observations of mean 0 and variance 1
 * @param leastNoise  variance, in (0, 1]
 * @param shares      of the noise that each observation has; absent: all of it
 * @param starts      where to start from, as logarithms; absent: places of its own
 */
export function fit(
  layout: Layout,
  columns: Float64Array,
  y: Float64Array,
  leastNoise: number,
  shares?: Float64Array,
  starts?: readonly Float64Array[],
): Fit {
  const n = layout.scales;
  const size = n + 2 + 2 * layout.warped.length;
  const [low, high] = [new Float64Array(size).fill(-MOST_LOG_WARP), new Float64Array(size).fill(MOST_LOG_WARP)];
  low.fill(log(WEIGHTS[0]), 0, n);
  high.fill(log(WEIGHTS[1]), 0, n);
  low[n] = log(AMPLITUDES[0]);
  high[n] = log(AMPLITUDES[1]);
  low[n + 1] = log(leastNoise);
  high[n + 1] = log(MOST_NOISE);
  const objective = negativeLogPosterior(layout, columns, y, shares);
  let best: Minimum | undefined;
  for (const start of starts ?? STARTS.map(([weight, noise]) => startOf(n, size, weight, noise))) {
    const found = minimize(objective, start, { lower: low, upper: high }, SEARCH);
    if (!best || found.f < best.f) best = found;
  }
  return { logs: best!.x, value: best!.f };
}

function startOf(scales: number, size: number, weight: number, noise: number): Float64Array {
  const start = new Float64Array(size).fill(log(weight), 0, scales);
  start[scales + 1] = log(noise);
  return start;
}
