/**
 * The point that promises most: random points and, by local search, the hills above the best of them and above the best
 * points so far [Hutter 2011, sec. 4.3]. A climb goes to the first neighbour that is better, and ends where none is.
 *
 * [Hutter 2011] Hutter, Hoos and Leyton-Brown, "Sequential Model-Based Optimization for General Algorithm Configuration",
 *   LION 5.
 */
import type { Neighbourhood } from './neighbours.ts';

/** Climbs from random points at most. */
const CLIMBS = 10;
/** A climb looks at so many points at most, and at fewer where a point has many numbers: that many in all of them. */
const MOST_LOOKS = 200;
const MOST_NUMBERS = 50_000;

interface Scored {
  readonly x: Float64Array;
  readonly score: number;
}

/**
 * @param random  points drawn at random, at least one
 * @param starts  points to climb from as well
 * @param score   what a point promises
 * @param taken   whether a point was had before: such a one is taken only if all are such
 */
export function searchMaximum(
  random: readonly Float64Array[],
  starts: readonly Float64Array[],
  neighbourhood: Neighbourhood,
  score: (x: Float64Array) => number,
  taken: (x: Float64Array) => boolean,
): Float64Array {
  const scored = (x: Float64Array): Scored => ({ x, score: score(x) });
  const drawn = random.map(scored).toSorted(better);
  const climbed = [...drawn.slice(0, CLIMBS), ...starts.map(scored)].map((start) => climb(start, neighbourhood, score));
  const found = [...climbed, ...drawn].toSorted(better);
  return (found.find(({ x }) => !taken(x)) ?? found[0]).x;
}

function climb(start: Scored, neighbourhood: Neighbourhood, score: (x: Float64Array) => number): Scored {
  let at = start;
  const most = Math.min(MOST_LOOKS, Math.ceil(MOST_NUMBERS / start.x.length));
  let looks = 0;
  for (let top = false; !top && looks < most;) {
    top = true;
    for (const x of neighbourhood.around(at.x)) {
      looks++;
      const next = score(x);
      if (!(next > at.score)) continue;
      at = { x, score: next };
      top = false;
      break;
    }
  }
  return at;
}

function better(a: Scored, b: Scored): number {
  // -Infinity from itself is no number
  return a.score === b.score ? 0 : b.score - a.score;
}
