/**
 * Objectives made comparable [Deb 2014, section IV-C]: the ideal point becomes 0, and the intercepts of the plane through the extreme
 * points become 1.
 *
 * [Deb 2014] Deb & Jain, "An Evolutionary Many-Objective Optimization Algorithm Using Reference-Point-Based Nondominated Sorting
 *   Approach, Part I", IEEE Transactions on Evolutionary Computation 18(4), 2014.
 */
import { factorLu, solveLu } from '../numerics/lu.ts';

export type Point = ArrayLike<number>;

/** What an objective off its axis weighs in the scalarising function of that axis. */
const OFF_AXIS = 1e6;
/** Intercepts below it are none. */
const LEAST = 1e-6;

export interface Frame {
  readonly ideal: Float64Array;
  /** Lengths that become 1, > 0. */
  readonly scale: Float64Array;
}

/**
 * @param front   non-dominated points, at least one
 * @param points  those to be normalised, the front among them
 */
export function frameOf(front: readonly Point[], points: readonly Point[]): Frame {
  const m = front[0].length;
  const [worstOfFront, worst] = [front, points].map((each) => corner(each, Math.max));
  const ideal = corner(points, Math.min);
  const intercepts = interceptsOf(extremePoints(front, ideal), ideal);
  const scale = Float64Array.from({ length: m }, (_, k) => {
    const lengths = [
      intercepts ? Math.min(intercepts[k], worst[k] - ideal[k]) : 0,
      worstOfFront[k] - ideal[k],
      worst[k] - ideal[k],
    ];
    return lengths.find((length) => length > LEAST) ?? 1;
  });
  return { ideal, scale };
}

/** For each axis the point that minimises the achievement scalarising function of its direction. */
export function extremePoints(front: readonly Point[], ideal: Point): Point[] {
  return Array.from(ideal as ArrayLike<number>, (_, axis) => {
    const achievement = (point: Point): number => {
      let most = -Infinity;
      for (let k = 0; k < ideal.length; k++) most = Math.max(most, (point[k] - ideal[k]) * (k === axis ? 1 : OFF_AXIS));
      return most;
    };
    return front.reduce((best, point) => (achievement(point) < achievement(best) ? point : best));
  });
}

/** Where the plane through the extreme points cuts the axes, from the ideal point on; undefined where it does not cut each beyond it. */
export function interceptsOf(extremes: readonly Point[], ideal: Point): Float64Array | undefined {
  const m = ideal.length;
  const plane = new Float64Array(m * m);
  for (const [i, point] of extremes.entries()) for (let k = 0; k < m; k++) plane[i * m + k] = point[k] - ideal[k];
  const pivots = new Int32Array(m);
  if (!factorLu(plane, m, pivots)) return undefined;
  const normal = new Float64Array(m).fill(1);
  solveLu(plane, m, pivots, normal);
  const intercepts = normal.map((part) => 1 / part);
  return intercepts.every((length) => length > LEAST && length < Infinity) ? intercepts : undefined;
}

export function normalised(point: Point, { ideal, scale }: Frame): Float64Array {
  return ideal.map((least, k) => (point[k] - least) / scale[k]);
}

function corner(points: readonly Point[], extreme: (a: number, b: number) => number): Float64Array {
  return Float64Array.from(points[0] as ArrayLike<number>, (_, k) =>
    points.reduce((found, point) => extreme(found, point[k]), points[0][k]),
  );
}
