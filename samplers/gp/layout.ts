/**
 * Points as the kernel sees them: a row of columns, the distance of two points being a weighted sum over the columns.
 *
 * - A number (or ordinal) that is always active is one column, its place in [0, 1] on its own scale.
 * - One with a condition is two: it lies on an arc of the circle of radius 1/2, where the distance of close values is about
 *   that of their places, and at the circle's centre while inactive: as far from each of its values, after the idea of
 *   [Swersky 2013]. So two points that both lack a parameter do not differ in it.
 * - A category is its index, or -1 while inactive; two points differ in it by 1 or not at all.
 *
 * Each dimension has a weight of its own (an inverse squared length scale) up to MAX_SCALES of them; beyond, all numbers
 * share one and all categories another.
 *
 * [Swersky 2013] Swersky et al., "Raiders of the Lost Architecture: Kernels for Bayesian Optimization in Conditional
 *   Parameter Spaces", arXiv:1409.4011.
 */
import type { CompiledSpace, Dimension } from '../../study/dimensions.ts';
import { toUnit } from '../unit-cube.ts';

export interface Axis {
  readonly dim: number;
  readonly dimension: Dimension;
  readonly kind: 'line' | 'arc' | 'category';
  /** First of its columns. */
  readonly column: number;
}

export interface Layout {
  /** Of the dimensions with more than one value, in their order. */
  readonly axes: readonly Axis[];
  /** How many columns there are; the first `numeric` are compared by difference, the others by equality. */
  readonly columns: number;
  readonly numeric: number;
  /** Which weight each column has, and how many weights there are. */
  readonly scaleOf: Int32Array;
  readonly scales: number;
}

const MAX_SCALES = 40;

export function layoutOf({ dimensions }: CompiledSpace): Layout {
  const free = dimensions.flatMap((dimension, dim) => (dimension.size > 1 ? [{ dimension, dim }] : []));
  const isShared = free.length > MAX_SCALES;
  const axes: Axis[] = [];
  const scaleOf: number[] = [];
  let categories = 0;
  for (const [place, { dimension, dim }] of free.entries()) {
    if (dimension.kind === 'categorical') continue;
    const kind = dimension.when.length > 0 ? 'arc' : 'line';
    axes[place] = { dim, dimension, kind, column: scaleOf.length };
    for (let i = 0; i < (kind === 'arc' ? 2 : 1); i++) scaleOf.push(isShared ? 0 : place);
  }
  const numeric = scaleOf.length;
  for (const [place, { dimension, dim }] of free.entries()) {
    if (dimension.kind !== 'categorical') continue;
    axes[place] = { dim, dimension, kind: 'category', column: numeric + categories++ };
    scaleOf.push(isShared ? 1 : place);
  }
  const scales = isShared ? 2 : free.length;
  return { axes, columns: scaleOf.length, numeric, scaleOf: Int32Array.from(scaleOf), scales };
}

/** The columns of a point, into `out` from `at` on. */
export function writeColumns({ axes }: Layout, x: Float64Array, out: Float64Array, at: number): void {
  for (const axis of axes) {
    const value = x[axis.dim];
    if (axis.kind === 'category') out[at + axis.column] = Number.isNaN(value) ? -1 : value;
    else writeUnit(axis, Number.isNaN(value) ? NaN : toUnit(axis.dimension, value), out, at);
  }
}

/** The columns of a number at a place in [0, 1], NaN while inactive. */
export function writeUnit({ kind, column }: Axis, unit: number, out: Float64Array, at: number): void {
  if (kind === 'line') {
    out[at + column] = unit;
    return;
  }
  if (Number.isNaN(unit)) out[at + column] = out[at + column + 1] = 0;
  else {
    const t = unit - 0.5;
    out[at + column] = t / (1 + t * t);
    out[at + column + 1] = (0.5 * (1 - t * t)) / (1 + t * t);
  }
}

/** The derivative by a number's place, from those by its columns. */
export function unitSlope({ kind, column }: Axis, unit: number, slopes: Float64Array): number {
  if (kind === 'line') return slopes[column];
  const t = unit - 0.5;
  const square = (1 + t * t) * (1 + t * t);
  return (slopes[column] * (1 - t * t) - 2 * t * slopes[column + 1]) / square;
}
