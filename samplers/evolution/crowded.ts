/** Survival of NSGA-II [Deb 2002, section III-C]: front by front, of the last one those with most room (fronts.ts). */
import { crowdingDistances, frontsOf } from '../objectives/fronts.ts';
import type { Row } from '../sampler.ts';
import type { Member } from './generations.ts';

export function crowdedSurvivors(rows: readonly Row[], size: number): Member[] {
  return frontMembers(rows)
    .flatMap((front) => front.toSorted((a, b) => b.room - a.room || a.number - b.number))
    .slice(0, size);
}

/** Front by front, each in the rows' order. */
function frontMembers(rows: readonly Row[]): Member[][] {
  const fronts: number[][] = [];
  for (const [i, rank] of frontsOf(rows).entries()) (fronts[rank] ??= []).push(i);
  return fronts.map((front, rank) => {
    // infeasible ones may have no objectives
    const points = front.flatMap((i) => rows[i].y ?? []);
    const rooms = points.length === front.length ? crowdingDistances(points) : new Float64Array(front.length);
    return front.map((i, k) => ({ number: rows[i].number, rank, room: rooms[k] }));
  });
}
