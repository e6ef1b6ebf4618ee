/**
 * The Matern kernel of smoothness 5/2 with a weight a dimension [Rasmussen 2006, eq. 4.17]:
 *
 *     k(x, x') = a (1 + s + s^2 / 3) exp(-s),  s = sqrt(5 r2),  r2 = sum over columns of weight * share * distance
 *
 * where the distance is the squared difference of numbers, and 0 or 1 for equal or different categories, as in a Hamming
 * kernel.
 *
 * [Rasmussen 2006] Rasmussen and Williams, "Gaussian Processes for Machine Learning", MIT Press.
 */
import { exp } from '../numerics/elementary.ts';
import type { Layout } from './layout.ts';
import { warped, warpSlope } from './warping.ts';

export interface Hyperparameters {
  /** Inverse squared length scales: one a scale of the layout, in units of the unit cube. */
  readonly weights: Float64Array;
  /** Variance of the function. */
  readonly amplitude: number;
  /** Variance of an observation around the function. */
  readonly noise: number;
  /** a and b of each warped column of the layout (warping.ts). */
  readonly warps: Float64Array;
}

/** Points scaled so that their plain squared distance is r2; the columns of categories stay as they are. */
export class ScaledPoints {
  readonly layout: Layout;
  /** One a column: the square root of a number's share of its weight, a category's share. */
  readonly factors: Float64Array;
  /** By rows of `layout.columns`; longer than `count` rows. */
  points: Float64Array = new Float64Array(0);
  count = 0;

  private readonly warps: Float64Array;

  constructor(layout: Layout, { weights, warps }: Pick<Hyperparameters, 'weights' | 'warps'>) {
    this.layout = layout;
    this.warps = warps;
    this.factors = Float64Array.from(layout.scaleOf, (scale, column) => {
      const weight = weights[scale] * layout.shares[column];
      return column < layout.numeric ? Math.sqrt(weight) : weight;
    });
  }

  /** Adds the points of `columns` (layout.ts) in rows first..end - 1. */
  append(columns: Float64Array, first: number, end: number): void {
    const width = this.layout.columns;
    const size = (this.count + end - first) * width;
    if (size > this.points.length) {
      const longer = new Float64Array(Math.max(size, 2 * this.points.length));
      longer.set(this.points.subarray(0, this.count * width));
      this.points = longer;
    }
    this.scale(columns, first, end, this.points, this.count * width);
    this.count += end - first;
  }

  /** Rows first..end - 1 of `columns`, scaled into `out` from `at` on. */
  scale(columns: Float64Array, first: number, end: number, out: Float64Array, at: number): void {
    const { factors, warps } = this;
    const { columns: width, numeric, warped: bent } = this.layout;
    for (let i = first * width; i < end * width; i += width, at += width) {
      for (let c = 0; c < width; c++) out[at + c] = c < numeric ? columns[i + c] * factors[c] : columns[i + c];
      for (const [k, c] of bent.entries())
        out[at + c] = warped(columns[i + c], warps[2 * k], warps[2 * k + 1]) * factors[c];
    }
  }

  /** Makes derivatives by scaled columns, divided by their factors, those by the columns of a point. */
  unwarp(point: Float64Array, slopes: Float64Array): void {
    for (const [k, c] of this.layout.warped.entries())
      slopes[c] *= warpSlope(point[c], this.warps[2 * k], this.warps[2 * k + 1]);
  }

  /** r2 of row `i` and the scaled point in `other` from `at` on. */
  squaredDistance(i: number, other: Float64Array, at: number): number {
    const { points, factors } = this;
    const { columns, numeric } = this.layout;
    const row = i * columns;
    let sum = 0;
    for (let c = 0; c < numeric; c++) {
      const difference = points[row + c] - other[at + c];
      sum += difference * difference;
    }
    for (let c = numeric; c < columns; c++) if (points[row + c] !== other[at + c]) sum += factors[c];
    return sum;
  }

  /** Half the derivative of r2 by a numeric column of the point in `other`, whose column is `value` when scaled, but for warps. */
  halfSlope(i: number, column: number, value: number): number {
    return this.factors[column] * (value - this.points[i * this.layout.columns + column]);
  }
}

const SQRT5 = 2.23606797749979;

/** The kernel of amplitude 1 at a squared distance. */
export function matern(r2: number): number {
  const s = SQRT5 * Math.sqrt(r2);
  return (1 + s + (s * s) / 3) * exp(-s);
}

/** Its derivative by the squared distance. */
export function maternSlope(r2: number): number {
  const s = SQRT5 * Math.sqrt(r2);
  return (-5 / 6) * (1 + s) * exp(-s);
}
