/**
 * Survival of NSGA-III [Deb 2014, sections IV-D and IV-E]: front by front, and of the last one those near reference directions that
 * have fewest survivors.
 *
 * What the paper leaves to chance is drawn from the seed of the last row. Pruned and infeasible rows have no niches: they follow the
 * complete ones in the order of fronts.ts, by number.
 *
 * [Deb 2014] Deb & Jain, "An Evolutionary Many-Objective Optimization Algorithm Using Reference-Point-Based Nondominated Sorting
 *   Approach, Part I", IEEE Transactions on Evolutionary Computation 18(4), 2014.
 */
import { frontsOf } from '../objectives/fronts.ts';
import { createRng } from '../numerics/philox.ts';
import type { Row } from '../sampler.ts';
import type { Member } from './generations.ts';
import { frameOf, normalised, type Point } from './hyperplane.ts';

export interface Niche {
  /** Place of the reference direction. */
  readonly reference: number;
  /** Squared distance from it. */
  readonly distance: number;
}

/** The rows, `size` of them at most, that survive. All complete ones count as equally good parents. */
export function nichedSurvivors(rows: readonly Row[], size: number, references: readonly Point[]): Member[] {
  const ranks = frontsOf(rows);
  const order = rows.map((_, i) => i).sort((a, b) => ranks[a] - ranks[b] || rows[a].number - rows[b].number);
  const last = ranks[order[Math.min(size, order.length) - 1]];
  const kept = order.filter((i) => ranks[i] < last);
  const front = order.filter((i) => ranks[i] === last);
  const places = size - kept.length;
  const chosen =
    front.length > places && rows[front[0]].state === 'complete'
      ? fillNiches(rows, order, ranks, kept, front, places, references)
      : front.slice(0, places);
  return [...kept, ...chosen].map((i) => ({
    number: rows[i].number,
    rank: rows[i].state === 'complete' ? 0 : ranks[i],
    room: 0,
  }));
}

function fillNiches(
  rows: readonly Row[],
  order: readonly number[],
  ranks: Int32Array,
  kept: readonly number[],
  front: readonly number[],
  places: number,
  references: readonly Point[],
): number[] {
  const valueOf = (i: number): Float64Array => rows[i].y!;
  const competing = [...kept, ...front];
  const frame = frameOf(order.filter((i) => ranks[i] === 0).map(valueOf), competing.map(valueOf));
  const niches = new Map(competing.map((i) => [i, nicheOf(normalised(valueOf(i), frame), references)]));
  const counts = new Int32Array(references.length);
  for (const i of kept) counts[niches.get(i)!.reference]++;
  const waiting = references.map((_, reference) => front.filter((i) => niches.get(i)!.reference === reference));
  const { seed, number } = rows.at(-1)!;
  const rng = createRng(seed, number);

  return Array.from({ length: places }, (_, place) => {
    const open = [...counts.keys()].filter((reference) => waiting[reference].length > 0);
    const fewest = Math.min(...open.map((reference) => counts[reference]));
    const emptiest = open.filter((reference) => counts[reference] === fewest);
    const reference = emptiest[Math.floor(rng.uniform(place, 0) * emptiest.length)];
    const left = waiting[reference];
    const nearest = left.reduce((best, i, k) => (distance(niches, i) < distance(niches, left[best]) ? k : best), 0);
    const taken = fewest === 0 ? nearest : Math.floor(rng.uniform(place, 1) * left.length);
    counts[reference]++;
    return left.splice(taken, 1)[0];
  });
}

function distance(niches: ReadonlyMap<number, Niche>, i: number): number {
  return niches.get(i)!.distance;
}

/** The reference direction that a point is nearest to; of equal ones the first. */
export function nicheOf(point: Point, references: readonly Point[]): Niche {
  let best: Niche = { reference: 0, distance: Infinity };
  for (const [reference, direction] of references.entries()) {
    const along = dot(point, direction);
    const distance = Math.max(dot(point, point) - (along * along) / dot(direction, direction), 0);
    if (distance < best.distance) best = { reference, distance };
  }
  return best;
}

function dot(a: Point, b: Point): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k] * b[k];
  return sum;
}
