/**
 * The kernels of one axis with few values. Many rows share a value, so kernels fall into classes, and a candidate is
 * scored once a class instead of once a row. Class 0 is the prior; slot 0 belongs to it.
 *
 * With steps, a class is a truncated normal (mean, sd), and a value's probability is the normal's mass on its piece.
 * With categories, class 1 + v is the kernel of a row with category v: the prior's weight over the n + 1 kernels, and 1
 * more on v [Watanabe 2023, sec. 3.3].
 *
 * [Watanabe 2023] Watanabe, arXiv:2304.11127.
 */
import { fromUnit, pieceOf, type Axis } from './axis.ts';
import type { Candidates } from './candidates.ts';
import { log } from '../numerics/elementary.ts';
import type { Spreads } from './spreads.ts';
import { logPiece, quantile } from './truncated-normal.ts';

export class ClassKernels {
  /** Position of this axis among the group's. */
  readonly position: number;
  /** Class of each slot. */
  classOf: Int32Array = new Int32Array(32);
  private readonly axis: Axis;
  private classes = 1;
  private means: Float64Array;
  private sds: Float64Array;
  /** With categories: the prior's share of a category's kernel, 1 / (n + 1). */
  private share = 1;

  constructor(axis: Axis, position: number) {
    this.axis = axis;
    this.position = position;
    this.means = Float64Array.of(axis.priorMean);
    this.sds = Float64Array.of(axis.priorSd);
    if (axis.kind === 'categories') this.classes = 1 + axis.priorWeights.length;
  }

  /** Makes room for slots below `slots`. */
  reserve(slots: number): void {
    if (slots <= this.classOf.length) return;
    const longer = new Int32Array(Math.max(slots, 2 * this.classOf.length));
    longer.set(this.classOf);
    this.classOf = longer;
  }

  /** Sets the kernels of members that have a slot (> 0), `kernels` in number, from their categories. */
  fitCategories(categories: Float64Array, slotOf: Int32Array, members: number, kernels: number): void {
    this.share = 1 / (kernels + 1);
    for (let member = 0; member < members; member++)
      if (slotOf[member] > 0) this.classOf[slotOf[member]] = 1 + categories[member];
  }

  /** Sets the kernels of an axis with steps. Rows of one value follow each other, and only the first and last may be wider. */
  fitSteps({ count, slots, means, sds }: Spreads): void {
    if (this.means.length < count + 1) {
      this.means = new Float64Array(2 * (count + 1)).fill(this.axis.priorMean, 0, 1);
      this.sds = new Float64Array(2 * (count + 1)).fill(this.axis.priorSd, 0, 1);
    }
    let current = 0;
    for (let j = 0; j < count; j++) {
      if (current === 0 || means[j] !== this.means[current] || sds[j] !== this.sds[current]) {
        current++;
        this.means[current] = means[j];
        this.sds[current] = sds[j];
      }
      this.classOf[slots[j]] = current;
    }
    this.classes = current + 1;
  }

  /** Log probability of each candidate's value under each class, at [class * candidates + candidate]. */
  table({ group, count, values }: Candidates): Float64Array {
    const table = new Float64Array(this.classes * count);
    const firstWith = new Map<number, number>();
    for (let c = 0; c < count; c++) {
      const value = values[c * group.axes.length + this.position];
      const first = firstWith.get(value);
      if (first === undefined) firstWith.set(value, c);
      for (let k = 0; k < this.classes; k++)
        table[k * count + c] = first === undefined ? this.logClass(k, value) : table[k * count + first];
    }
    return table;
  }

  /** Log probability of a value under one slot's kernel. */
  logKernel(slot: number, value: number): number {
    return this.logClass(this.classOf[slot], value);
  }

  /** The value below which a share u of the slot's kernel lies. */
  draw(slot: number, u: number): number {
    const k = this.classOf[slot];
    if (this.axis.kind === 'steps') return fromUnit(this.axis, quantile(this.means[k], this.sds[k], u));
    const last = this.axis.priorWeights.length - 1;
    let left = u;
    for (let v = 0; v < last; v++) if ((left -= this.probability(k, v)) < 0) return v;
    return last;
  }

  private logClass(k: number, value: number): number {
    if (this.axis.kind === 'categories') return log(this.probability(k, value));
    const [left, right] = pieceOf(this.axis, value);
    return logPiece(left, right, this.means[k], this.sds[k]);
  }

  private probability(k: number, category: number): number {
    const { priorWeights } = this.axis;
    if (k === 0) return priorWeights[category];
    const prior = priorWeights.length * this.share;
    return (priorWeights[category] * prior + (k === 1 + category ? 1 : 0)) / (prior + 1);
  }
}
