/**
 * Several objectives as one that a surrogate can model, another one for each trial [Knowles 2006, ParEGO]: objectives scaled to the
 * range that they have on the front, and the augmented Chebyshev distance by weights drawn evenly from all that sum to 1. So
 * constraints, failures, running trials and every acquisition function mean what they mean with one objective.
 *
 * [Knowles 2006] Knowles, "ParEGO: A Hybrid Algorithm with On-Line Landscape Approximation for Expensive Multiobjective Optimization
 *   Problems", IEEE Transactions on Evolutionary Computation 10(1).
 */
import { frontRanks } from '../../study/fronts.ts';
import { log } from '../numerics/elementary.ts';
import type { Rng } from '../sampler.ts';

/** [Knowles 2006, eq. 2] */
const SUM_SHARE = 0.05;
/** Purpose of a trial's weights. */
const WEIGHTS = 0xd0000000;

/** Weights > 0 that sum to 1, uniform over all such. */
export function drawnWeights(objectives: number, rng: Rng): Float64Array {
  const weights = Float64Array.from({ length: objectives }, (_, k) => -log(rng.uniform(WEIGHTS, k)));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

/**
 * One number a trial, to be minimised.
 * @param results  objectives of each trial, undefined where nothing was measured
 * @returns        NaN where nothing was measured
 */
export function scalarised(results: readonly (Float64Array | undefined)[], weights: Float64Array): Float64Array {
  const measured = results.filter((y) => y !== undefined);
  const ranks = frontRanks(measured);
  const front = measured.filter((_, i) => ranks[i] === 0);
  const scales = weights.map((weight, k) => weight / (spreadOf(front, k) || spreadOf(measured, k) || 1));
  const ideal = weights.map((_, k) => 0.25 * leastOf(front, k));
  return Float64Array.from(results, (y) => {
    if (!y) return NaN;
    let [most, sum] = [0, 0];
    for (let k = 0; k < y.length; k++) {
      // in quarters: the distance between the largest numbers is no finite one
      const distance = Math.min((0.25 * y[k] - ideal[k]) * scales[k], MOST);
      most = Math.max(most, distance);
      sum += distance;
    }
    return most + SUM_SHARE * sum;
  });
}

/** No distance counts as more. */
const MOST = 1e100;

function leastOf(points: readonly Float64Array[], k: number): number {
  return points.reduce((least, y) => Math.min(least, y[k]), Infinity);
}

/** A quarter of the range. */
function spreadOf(points: readonly Float64Array[], k: number): number {
  const most = points.reduce((greatest, y) => Math.max(greatest, y[k]), -Infinity);
  return 0.25 * most - 0.25 * leastOf(points, k);
}
