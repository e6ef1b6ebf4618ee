/**
 * The kernels of a categorical axis: the class of a row with category v has the prior's probabilities, each times the
 * number of categories over the number of kernels, and 1 more on v, divided by their sum: so all categories stay
 * possible, the less likely the more rows there are.
 */
import type { Axis } from './axis.ts';
import type { Candidates } from './candidates.ts';
import { longEnough, type ClassKernels } from './class-kernels.ts';
import { log } from '../numerics/elementary.ts';
import type { Columns } from './observations.ts';

export class CategoryKernels implements ClassKernels {
  readonly position: number;
  classOf: Int32Array = new Int32Array(32);
  /** Prior probabilities, and their running sums. */
  private readonly prior: Float64Array;
  private readonly sums: Float64Array;
  private readonly classWith = new Map<number, number>();
  private readonly categoryOf: number[] = [-1];
  /** The prior's share of a row's kernel beside the 1 of its category. */
  private share = 0;

  constructor({ priorWeights, priorSums }: Axis, position: number) {
    this.position = position;
    this.prior = priorWeights;
    this.sums = priorSums;
  }

  fit({ count, units }: Columns, slotOf: Int32Array, kernels: number): void {
    const categories = units[this.position];
    this.share = this.prior.length / (kernels + 1);
    this.classOf = longEnough(this.classOf, count + 1);
    for (let member = 0; member < count; member++)
      if (slotOf[member] > 0) this.classOf[slotOf[member]] = this.classFor(categories[member]);
  }

  table({ axes, count, values }: Candidates): Float64Array {
    const table = new Float64Array(this.categoryOf.length * count);
    for (let c = 0; c < count; c++) {
      const value = values[c * axes.length + this.position];
      const other = log((this.prior[value] * this.share) / (this.share + 1));
      for (let k = 1; k < this.categoryOf.length; k++) table[k * count + c] = other;
      const same = this.classWith.get(value);
      if (same !== undefined) table[same * count + c] = this.logClass(same, value);
      table[c] = this.logClass(0, value);
    }
    return table;
  }

  logKernel(slot: number, value: number): number {
    return this.logClass(this.classOf[slot], value);
  }

  draw(slot: number, u: number): number {
    const k = this.classOf[slot];
    if (k === 0) return this.fromPrior(u);
    const left = u * (this.share + 1) - 1;
    return left < 0 ? this.categoryOf[k] : this.fromPrior(left / this.share);
  }

  private classFor(category: number): number {
    let k = this.classWith.get(category);
    if (k === undefined) {
      this.classWith.set(category, (k = this.categoryOf.length));
      this.categoryOf.push(category);
    }
    return k;
  }

  private logClass(k: number, value: number): number {
    if (k === 0) return log(this.prior[value]);
    return log((this.prior[value] * this.share + (this.categoryOf[k] === value ? 1 : 0)) / (this.share + 1));
  }

  /** The first category whose running sum is above u. */
  private fromPrior(u: number): number {
    let [low, high] = [0, this.sums.length - 1];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.sums[middle] > u) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
