/**
 * How good rows are beside each other by several objectives: fronts of non-dominated ones (study/fronts.ts), and within a front the room
 * that a point has to itself.
 *
 * [Deb 2002] Deb, Pratap, Agarwal & Meyarivan, "A Fast and Elitist Multiobjective Genetic Algorithm: NSGA-II", IEEE Transactions on
 *   Evolutionary Computation 6(2), 2002.
 */
import { frontRanks } from '../../study/fronts.ts';
import { violationOf } from './rank.ts';
import type { Row } from '../sampler.ts';

/**
 * The front of each row, from 0, in the tiers of rank.ts: complete rows, pruned ones by how far they came, then infeasible ones by their
 * total violation alone. Rows without a result (failed ones, and pruned ones of several objectives) share the last.
 */
export function frontsOf(rows: readonly Row[]): Int32Array {
  const fronts = new Int32Array(rows.length);
  let next = 0;
  for (const [places, points] of tiersOf(rows)) {
    const ranks = frontRanks(points);
    for (const [i, at] of places.entries()) fronts[at] = next + ranks[i];
    next += ranks.reduce((most, rank) => Math.max(most, rank + 1), 0);
  }
  return fronts;
}

/** What is compared with each other, best first: places of rows, and what they are ranked by. */
function tiersOf(rows: readonly Row[]): (readonly [places: readonly number[], points: readonly ArrayLike<number>[]])[] {
  const all = rows.map((_, i) => i);
  const withValues = (state: Row['state']): number[] => all.filter((i) => rows[i].state === state && rows[i].y);
  const [complete, pruned] = [withValues('complete'), withValues('pruned')];
  const infeasible = all.filter((i) => rows[i].state === 'infeasible');
  const steps = [...new Set(pruned.map((i) => rows[i].step ?? 0))].sort((a, b) => b - a);
  const judged = new Set([...complete, ...pruned, ...infeasible]);
  const byValue = [complete, ...steps.map((step) => pruned.filter((i) => (rows[i].step ?? 0) === step))];
  return [
    ...byValue.map((places) => [places, places.map((i) => rows[i].y!)] as const),
    [infeasible, infeasible.map((i) => [violationOf(rows[i])])],
    ...[all.filter((i) => !judged.has(i))].map((places) => [places, places.map(() => [0])] as const),
  ];
}

/**
 * Crowding distances within one front [Deb 2002, section III-B]: the sum over the objectives of the distance between both neighbours,
 * as a share of the front's range; Infinity at either end of an objective that varies. A point that equals an earlier one has 0, and is nobody's
 * neighbour.
 *
 * @param points  objectives, at least one; O(m n log n)
 */
export function crowdingDistances(points: readonly ArrayLike<number>[]): Float64Array {
  const distances = new Float64Array(points.length);
  const distinct = withoutEquals(points);
  for (let k = 0; k < (points[0]?.length ?? 0); k++) {
    const order = distinct.toSorted((a, b) => points[a][k] - points[b][k] || a - b);
    const last = order.length - 1;
    // in halves: the widest range is no finite number
    const range = 0.5 * points[order[last]][k] - 0.5 * points[order[0]][k];
    if (range === 0 && last > 0) continue;
    distances[order[0]] = distances[order[last]] = Infinity;
    for (let i = 1; i < last; i++)
      distances[order[i]] += (0.5 * points[order[i + 1]][k] - 0.5 * points[order[i - 1]][k]) / range;
  }
  return distances;
}

/** Places of points that equal none before them, in order. */
function withoutEquals(points: readonly ArrayLike<number>[]): number[] {
  const seen = new Set<string>();
  return points.flatMap((point, i) => {
    const key = Array.from(point).join();
    if (seen.has(key)) return [];
    seen.add(key);
    return [i];
  });
}
