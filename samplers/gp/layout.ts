/**
 * Points as the kernel sees them: a row of columns, the distance of two points being a weighted sum over the columns.
 *
 * - A number (or ordinal) that is always active is one column, its place in [0, 1] on its own scale.
 * - One with a condition is two: it lies on an arc of the circle of radius 1/2, where the distance of close values is about
 *   that of their places, and at the circle's centre while inactive: as far from each of its values, after the idea of
 *   [Swersky 2013]. So two points that both lack a parameter do not differ in it.
 * - A category is its index, or -1 while inactive; two points differ in it by 1 or not at all.
 * - A permutation of n items is three times n columns: the place of each item as a number and as a category, and as a
 *   category the item that follows. By the first, orders are close that would be sorted into each other in few steps
 *   (Spearman's distance), by the second those that agree in many places (Hamming's), by the third those that keep many
 *   neighbours together; which of them matters the fit finds out. All three are squared distances of vectors, so that the
 *   kernel is one [Zaefferer 2014 compares such kernels].
 *
 * Each dimension has a weight of its own (an inverse squared length scale), a permutation three, up to MAX_SCALES of them;
 * beyond, all numbers share one and all categories another.
 *
 * [Swersky 2013] Swersky et al., "Raiders of the Lost Architecture: Kernels for Bayesian Optimization in Conditional
 *   Parameter Spaces", arXiv:1409.4011.
 * [Zaefferer 2014] Zaefferer, Stork and Bartz-Beielstein, "Distance Measures for Permutations in Combinatorial Efficient
 *   Global Optimization", PPSN XIII.
 */
import type { CompiledSpace, Dimension } from '../../study/space/dimensions.ts';
import { itemsOf, ordersOf } from '../orders.ts';
import { toUnit } from '../unit-cube.ts';

export interface Axis {
  readonly dim: number;
  readonly dimension: Dimension;
  readonly kind: 'line' | 'arc' | 'category';
  /** First of its columns. */
  readonly column: number;
}

/** A permutation of n items. */
export interface OrderAxis {
  /** Of its n - 1 digits. */
  readonly dims: readonly number[];
  /** First of its n columns of numbers, and of its 2 n columns of categories. */
  readonly places: number;
  readonly categories: number;
}

export interface Layout {
  /** Of the dimensions with more than one value that are no permutation's, in their order. */
  readonly axes: readonly Axis[];
  readonly orders: readonly OrderAxis[];
  /** How many columns there are; the first `numeric` are compared by difference, the others by equality. */
  readonly columns: number;
  readonly numeric: number;
  /** Which weight each column has, what share of it, and how many weights there are. */
  readonly scaleOf: Int32Array;
  readonly shares: Float64Array;
  readonly scales: number;
  /** The columns whose numbers are warped (warping.ts): all lines, or none. */
  readonly warped: readonly number[];
}

const MAX_SCALES = 40;

/** @param warps  whether numbers are warped */
export function layoutOf(space: CompiledSpace, warps: boolean = false): Layout {
  const digits = ordersOf(space);
  const inOrder = new Set(digits.flat());
  const free = space.dimensions.flatMap((dimension, dim) =>
    dimension.size > 1 && !inOrder.has(dim) ? [{ dimension, dim }] : [],
  );
  const all = free.length + 3 * digits.length;
  const isShared = all > MAX_SCALES;
  const scaleOf: number[] = [];
  const shares: number[] = [];
  const add = (scale: number, count: number, share = 1): number => {
    for (let i = 0; i < count; i++) {
      scaleOf.push(scale);
      shares.push(share);
    }
    return scaleOf.length - count;
  };
  const axes: Axis[] = [];
  for (const [place, { dimension, dim }] of free.entries()) {
    if (dimension.kind === 'categorical') continue;
    const kind = dimension.when.length > 0 ? 'arc' : 'line';
    axes[place] = { dim, dimension, kind, column: add(isShared ? 0 : place, kind === 'arc' ? 2 : 1) };
  }
  // reversed orders are at a distance of 1, like both ends of a range
  const places = digits.map(({ length }, i) => add(isShared ? 0 : free.length + 3 * i, length + 1, 3 / (length + 1)));
  const numeric = scaleOf.length;
  for (const [place, { dimension, dim }] of free.entries())
    if (dimension.kind === 'categorical')
      axes[place] = { dim, dimension, kind: 'category', column: add(isShared ? 1 : place, 1) };
  const orders = digits.map((dims, i) => {
    const [n, scale] = [dims.length + 1, free.length + 3 * i + 1];
    const categories = add(isShared ? 1 : scale, n, 1 / n);
    add(isShared ? 1 : scale + 1, n, 1 / n);
    return { dims, places: places[i], categories };
  });
  return {
    axes,
    orders,
    columns: scaleOf.length,
    numeric,
    scaleOf: Int32Array.from(scaleOf),
    shares: Float64Array.from(shares),
    scales: isShared ? 2 : all,
    warped: warps ? axes.flatMap(({ kind, column }) => (kind === 'line' ? [column] : [])) : [],
  };
}

/** The columns of a point, into `out` from `at` on. */
export function writeColumns({ axes, orders }: Layout, x: Float64Array, out: Float64Array, at: number): void {
  for (const axis of axes) {
    const value = x[axis.dim];
    if (axis.kind === 'category') out[at + axis.column] = Number.isNaN(value) ? -1 : value;
    else writeUnit(axis, Number.isNaN(value) ? NaN : toUnit(axis.dimension, value), out, at);
  }
  for (const order of orders) writeOrder(order, (i) => x[order.dims[i]], out, at);
}

/** The columns of a permutation by its digits, NaN while inactive. */
export function writeOrder(
  { dims, places, categories }: OrderAxis,
  digit: (i: number) => number,
  out: Float64Array,
  at: number,
): void {
  const n = dims.length + 1;
  if (Number.isNaN(digit(0))) {
    out.fill(0.5, at + places, at + places + n);
    out.fill(-1, at + categories, at + categories + 2 * n);
    return;
  }
  const items = itemsOf(n, digit);
  for (const [place, item] of items.entries()) {
    out[at + places + item] = place / (n - 1);
    out[at + categories + item] = place;
    out[at + categories + n + item] = place + 1 < n ? items[place + 1] : n;
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
