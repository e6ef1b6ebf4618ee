/**
 * Where a maximiser may look: the points of a space in coordinates of [0, 1] (toUnit), NaN where inactive, with fixed values
 * kept, inside a box if there is one, outside forbidden regions.
 */
import type { CompiledSpace, Dimension } from '../../study/space/dimensions.ts';
import { forbiddenAt, holds } from '../../study/space/point.ts';
import { pinned, type Pinned } from '../fixed-values.ts';
import { ordersOf } from '../orders.ts';
import { fromUnit, toUnit } from '../unit-cube.ts';

/** Bounds by dimension in [0, 1], low <= high; categories have none, whatever stands there. */
export interface Box {
  readonly low: Float64Array;
  readonly high: Float64Array;
}

/** What a dimension is to a maximiser: a line, a line of places, or a set. */
export type Kind = 'line' | 'grid' | 'set';

export class Ground {
  readonly space: CompiledSpace;
  readonly kinds: readonly Kind[];
  readonly box: Box;
  /** The dimensions of each free permutation's digits, which make sense together only. */
  readonly orders: readonly (readonly number[])[];
  private readonly pins: Pinned;
  private readonly accepts: (x: Float64Array) => boolean;
  /** Dimensions without priors and weights: a unit is a place on the scale, as in toUnit. */
  private readonly flat: readonly Dimension[];
  private readonly x: Float64Array;
  /** Each dimension's last coordinate and what became of it: most steps change few dimensions. */
  private readonly given: Float64Array;
  private readonly settled: Float64Array;
  private readonly values: Float64Array;

  /**
   * @param fixed    one value a dimension, NaN where free
   * @param box      the whole cube by default
   * @param accepts  false for points that must not be suggested, though they are not forbidden: repeats, say
   */
  constructor(
    space: CompiledSpace,
    fixed: Float64Array,
    box?: Box,
    accepts: (x: Float64Array) => boolean = () => true,
  ) {
    const { dimensions } = space;
    this.space = space;
    this.pins = pinned(space, fixed);
    this.accepts = accepts;
    this.flat = dimensions.map(({ prior: _prior, weights: _weights, ...flat }) => flat);
    this.kinds = dimensions.map(({ kind, step }) => (kind === 'categorical' ? 'set' : step === 0 ? 'line' : 'grid'));
    this.box = box ?? { low: new Float64Array(dimensions.length), high: new Float64Array(dimensions.length).fill(1) };
    this.x = new Float64Array(dimensions.length);
    this.given = new Float64Array(dimensions.length).fill(NaN);
    this.settled = new Float64Array(dimensions.length).fill(NaN);
    this.values = new Float64Array(dimensions.length);
    this.orders = ordersOf(space).filter((dims) => dims.every((dim) => this.isFree(dim)));
  }

  /** Whether a dimension has more than one value here. */
  isFree(dim: number): boolean {
    const { size } = this.flat[dim];
    return Number.isNaN(this.pins.fixed[dim]) && size > 1 && this.pins.among?.get(dim)?.length !== 1;
  }

  /** The coordinates of a point. */
  unitsOf(x: Float64Array): Float64Array {
    return x.map((value, i) => (Number.isNaN(value) ? NaN : toUnit(this.flat[i], value)));
  }

  /** The point at settled coordinates. */
  pointAt(u: Float64Array): Float64Array {
    return u.map((unit, i) => (Number.isNaN(unit) ? NaN : this.value(i, unit)));
  }

  /**
   * Makes coordinates those of a point, in place, parents first: NaN where inactive, fixed values kept, places of grids and
   * sets in the middle of their cells.
   * @param spare  coordinates for what is active and NaN
   * @returns      whether the point may be suggested
   */
  settle(u: Float64Array, spare: Float64Array): boolean {
    const { x } = this;
    x.fill(NaN);
    for (let i = 0; i < u.length; i++) {
      const dimension = this.flat[i];
      if (!holds(dimension.when, x)) {
        u[i] = NaN;
        continue;
      }
      const unit = Number.isNaN(u[i]) ? spare[i] : u[i];
      if (unit !== this.given[i] && unit !== this.settled[i]) this.place(i, unit);
      x[i] = this.values[i];
      u[i] = this.settled[i];
    }
    return forbiddenAt(this.space, x) < 0 && this.accepts(x);
  }

  private place(dim: number, unit: number): void {
    const dimension = this.flat[dim];
    const kind = this.kinds[dim];
    const inside = kind === 'set' ? unit : Math.min(Math.max(unit, this.box.low[dim]), this.box.high[dim]);
    const value = this.value(dim, inside);
    const isExact = kind === 'line' && dimension.size > 1 && Number.isNaN(this.pins.fixed[dim]);
    this.given[dim] = unit;
    this.values[dim] = value;
    this.settled[dim] = isExact ? inside : toUnit(dimension, value);
  }

  private value(dim: number, unit: number): number {
    const { fixed, among } = this.pins;
    if (!Number.isNaN(fixed[dim])) return fixed[dim];
    const value = fromUnit(this.flat[dim], unit);
    const left = among?.get(dim);
    if (!left || left.includes(value)) return value;
    return left[Math.min(Math.floor(unit * left.length), left.length - 1)];
  }
}
