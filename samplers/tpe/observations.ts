/**
 * The rows where a group is active, by column: positions on each axis and their sorted order.
 *
 * Members are numbered in the order of their rows' numbers. A point never changes, whatever becomes of its trial, so
 * members are only ever appended and nothing here depends on when they were.
 */
import { holds } from '../../study/space/point.ts';
import { toUnit } from './axis.ts';
import type { Group } from './groups.ts';
import type { Row } from '../sampler.ts';

export interface Columns {
  /** How many members there are; the arrays may be longer. */
  readonly count: number;
  /** Position of each member, per axis. */
  readonly units: readonly Float64Array[];
  /** Members by (position, member), per axis; without meaning for categories. */
  readonly orders: readonly Int32Array[];
}

export class Observations implements Columns {
  readonly group: Group;
  /** Dimensions of the space. */
  private readonly dimensions: number;
  count = 0;
  /** Row number of each member, ascending. */
  rows: Int32Array = new Int32Array(64);
  units: Float64Array[];
  orders: Int32Array[];

  constructor(group: Group, dimensions: number) {
    this.group = group;
    this.dimensions = dimensions;
    this.units = group.axes.map(() => new Float64Array(64));
    this.orders = group.axes.map(() => new Int32Array(64));
  }

  /** Adds the rows from number `from` on where the group is active. */
  append(rows: readonly Row[], from: number): void {
    const old = this.count;
    for (let i = from; i < rows.length; i++) {
      const { number, x } = rows[i];
      if (x.length !== this.dimensions || !holds(this.group.when, x)) continue;
      if (this.count === this.rows.length) this.grow();
      this.rows[this.count] = number;
      for (const [a, axis] of this.group.axes.entries()) this.units[a][this.count] = toUnit(axis, x[axis.dim]);
      this.count++;
    }
    for (const [a, axis] of this.group.axes.entries()) if (axis.kind !== 'categories') this.merge(a, old);
  }

  /** The member of a row, or -1 where the group is inactive. */
  memberOf(row: number): number {
    const at = this.lowerBound(row);
    return at < this.count && this.rows[at] === row ? at : -1;
  }

  private lowerBound(row: number): number {
    let [low, high] = [0, this.count];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.rows[middle] < row) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private grow(): void {
    const size = 2 * this.rows.length;
    const longer = (old: Int32Array): Int32Array => {
      const array = new Int32Array(size);
      array.set(old);
      return array;
    };
    this.rows = longer(this.rows);
    this.orders = this.orders.map(longer);
    this.units = this.units.map((old) => {
      const array = new Float64Array(size);
      array.set(old);
      return array;
    });
  }

  /** Merges members `old` and later into an axis's order, the last one first, so that each shifts a run only once. */
  private merge(a: number, old: number): void {
    const units = this.units[a];
    const order = this.orders[a];
    const added = Array.from({ length: this.count - old }, (_, i) => old + i);
    if (added.length > 1) added.sort((i, j) => units[i] - units[j] || i - j);
    let end = old;
    for (let k = added.length - 1; k >= 0; k--) {
      const unit = units[added[k]];
      let [low, high] = [0, end];
      while (low < high) {
        const middle = (low + high) >>> 1;
        if (units[order[middle]] <= unit) low = middle + 1;
        else high = middle;
      }
      order.copyWithin(low + k + 1, low, end);
      order[low + k] = added[k];
      end = low;
    }
  }
}
