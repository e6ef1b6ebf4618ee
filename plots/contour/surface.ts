/**
 * A surface through scattered values by inverse distances [Shepard 1968], only where values are near.
 *
 * [Shepard 1968] "A two-dimensional interpolation function for irregularly-spaced data", ACM National Conference 1968.
 */
import type { Field } from './contour-lines.ts';

/** A value at a place of the unit square. */
export interface Site {
  readonly x: number;
  readonly y: number;
  readonly value: number;
}

/** Beyond this distance from all sites nothing is claimed. */
const REACH = 0.18;
/** Added to squared distances: sites nearer than this to each other are averaged. */
const BLUR = 0.03 * 0.03;

/** Values at `size` x `size` nodes of the unit square, rows from y = 0; NaN far from all sites. */
export function surfaceOf(sites: readonly Site[], size: number): Field {
  const nodes = Array.from({ length: size }, (_, i) => i / (size - 1));
  return nodes.map((y) => nodes.map((x) => valueAt(sites, x, y)));
}

function valueAt(sites: readonly Site[], x: number, y: number): number {
  let nearest = Infinity;
  let [sum, weights] = [0, 0];
  for (const site of sites) {
    const distance = (site.x - x) * (site.x - x) + (site.y - y) * (site.y - y);
    nearest = Math.min(nearest, distance);
    const weight = 1 / ((distance + BLUR) * (distance + BLUR));
    sum += weight * site.value;
    weights += weight;
  }
  return nearest > REACH * REACH ? NaN : sum / weights;
}
