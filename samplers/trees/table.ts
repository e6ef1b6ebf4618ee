/**
 * The points that trees grow from, by feature, each feature with the points in its order.
 *
 * A point never changes, whatever becomes of its trial, so points are only appended, and a tree begins from sorted columns
 * instead of sorting them.
 */
import { featureOf, type Features } from './features.ts';

const FIRST_CAPACITY = 64;

export class Table {
  readonly features: Features;
  /** How many points there are; the arrays may be longer. */
  count = 0;
  /** Value of each point, by feature. */
  readonly columns: Float64Array[];
  /** Points by (value, point), by feature. */
  readonly orders: Int32Array[];
  private capacity = FIRST_CAPACITY;

  constructor(features: Features) {
    this.features = features;
    this.columns = features.dims.map(() => new Float64Array(FIRST_CAPACITY));
    this.orders = features.dims.map(() => new Int32Array(FIRST_CAPACITY));
  }

  append(points: readonly Float64Array[]): void {
    const old = this.count;
    while (old + points.length > this.capacity) this.grow();
    this.count += points.length;
    for (let f = 0; f < this.columns.length; f++) {
      for (const [i, x] of points.entries()) this.columns[f][old + i] = featureOf(this.features, f, x);
      this.merge(f, old);
    }
  }

  private grow(): void {
    this.capacity *= 2;
    for (let f = 0; f < this.columns.length; f++) {
      const column = new Float64Array(this.capacity);
      column.set(this.columns[f]);
      this.columns[f] = column;
      const order = new Int32Array(this.capacity);
      order.set(this.orders[f]);
      this.orders[f] = order;
    }
  }

  /** Merges points `old` and later into a feature's order, the last one first, so that each shifts a run only once. */
  private merge(f: number, old: number): void {
    const column = this.columns[f];
    const order = this.orders[f];
    const added = Array.from({ length: this.count - old }, (_, i) => old + i);
    added.sort((i, j) => column[i] - column[j] || i - j);
    let end = old;
    for (let k = added.length - 1; k >= 0; k--) {
      let [low, high] = [0, end];
      while (low < high) {
        const middle = (low + high) >>> 1;
        if (column[order[middle]] <= column[added[k]]) low = middle + 1;
        else high = middle;
      }
      order.copyWithin(low + k + 1, low, end);
      order[low + k] = added[k];
      end = low;
    }
  }
}

/** The features of a point of the table. */
export function pointOf({ columns }: Table, i: number): Float64Array {
  return Float64Array.from(columns, (column) => column[i]);
}
