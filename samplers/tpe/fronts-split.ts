/**
 * Which rows are good by several objectives, and what each of them weighs [Ozaki 2022]: whole fronts of non-dominated rows, and of the
 * front that is too large those that together dominate most. A good row weighs what the hypervolume of the good ones would lose
 * without it.
 *
 * [Ozaki 2022] Ozaki et al., "Multiobjective Tree-Structured Parzen Estimator", Journal of Artificial Intelligence Research 73.
 */
import { frontsOf } from '../objectives/fronts.ts';
import { dominantSubset } from '../objectives/hypervolume-subset.ts';
import { contributions, referenceBeyond } from '../objectives/hypervolume.ts';
import type { Row } from '../sampler.ts';

export interface Good {
  /** Row numbers. */
  readonly rows: readonly number[];
  /** One a row, at most 1. */
  readonly weights: Float64Array;
}

/** No good row weighs less than this share of the heaviest. */
const LEAST = 1e-3;

/**
 * The `count` best of ranked rows.
 * @param ranked  rows with a result, by number
 */
export function goodOfFronts(ranked: readonly Row[], count: number): Good {
  const fronts = frontsOf(ranked);
  const byFront: Row[][] = [];
  for (const [i, row] of ranked.entries()) (byFront[fronts[i]] ??= []).push(row);
  const good: Row[] = [];
  for (const front of byFront) {
    const left = count - good.length;
    if (left <= 0) break;
    good.push(...(front.length <= left ? front : mostOf(front, left)));
  }
  return { rows: good.map(({ number }) => number), weights: weightsOf(good) };
}

function mostOf(front: readonly Row[], count: number): readonly Row[] {
  const points = scaled(front);
  if (!points) return front.slice(0, count);
  const { units, reference } = points;
  return dominantSubset(units, reference, count).map((i) => front[i]);
}

function weightsOf(good: readonly Row[]): Float64Array {
  const weights = new Float64Array(good.length).fill(LEAST);
  const judged = good.flatMap((row, i) => (row.y && row.state !== 'infeasible' ? [i] : []));
  const points = scaled(judged.map((i) => good[i]));
  if (!points) return weights.fill(1);
  const added = contributions(points.units, points.reference);
  const most = added.reduce((a, b) => Math.max(a, b), 0);
  for (const [k, i] of judged.entries()) weights[i] = most > 0 ? Math.max(added[k] / most, LEAST) : 1;
  return weights;
}

/** Objectives from 0, the best of these rows, to 1, the reference; undefined where a row has none. */
function scaled(
  rows: readonly Row[],
): { readonly units: readonly Float64Array[]; readonly reference: Float64Array } | undefined {
  const points = rows.flatMap(({ y }) => (y ? [y] : []));
  if (points.length === 0 || points.length < rows.length) return undefined;
  const beyond = referenceBeyond(points);
  const best = points.reduce((least, y) => least.map((value, k) => Math.min(value, y[k])));
  // in quarters: the distance between the largest numbers is no finite one
  const ranges = beyond.map((value, k) => 0.25 * value - 0.25 * best[k]);
  const units = points.map((y) =>
    y.map((value, k) => (ranges[k] > 0 ? (0.25 * value - 0.25 * best[k]) / ranges[k] : 0)),
  );
  return { units, reference: beyond.fill(1) };
}
