/**
 * The kernels of a categorical axis. The class of the n rows with category c gives category v the prior's probability times
 * K / (n + 1), K the number of categories, and s(d) more, d the distance between c and v and s(d) = ((n + 2)^(1 - d^2) - 1) / (n + 1);
 * all divided by their sum. So s(0) = 1, s(1) = 0, and where the prior is even a category at distance d is exp(-d^2 ln(n + 2)) times
 * as likely as c: all stay possible, the less likely the more rows there are. Choices that no distance is given for are at 1, and
 * then c alone is raised.
 *
 * The form in d is that of Optuna's `categorical_distance_func`, exp(-(d / d_max)^2 ln(n / w) ln K / ln 6) with the prior's weight
 * w; here d_max is 1 for all, and the factor is such that a distance of 1 is what unequal categories have without distances.
 */
import type { Axis } from './axis.ts';
import type { Candidates } from './candidates.ts';
import { longEnough, type ClassKernels } from './class-kernels.ts';
import { exp, log } from '../numerics/elementary.ts';
import type { Columns } from './observations.ts';

/** A category near another one: how far, and s of that. */
interface Near {
  readonly category: number;
  readonly distance: number;
  raise: number;
}

const ALONE: readonly Near[] = [];

export class CategoryKernels implements ClassKernels {
  readonly position: number;
  classOf: Int32Array = new Int32Array(32);
  /** Prior probabilities, and their running sums. */
  private readonly prior: Float64Array;
  private readonly sums: Float64Array;
  private readonly nearTo: ReadonlyMap<number, readonly Near[]>;
  private readonly classWith = new Map<number, number>();
  private readonly categoryOf: number[] = [-1];
  /** The prior's share of a row's kernel beside the 1 of its category. */
  private share = 0;

  constructor({ priorWeights, priorSums, dimension }: Axis, position: number) {
    this.position = position;
    this.prior = priorWeights;
    this.sums = priorSums;
    const nearTo = new Map<number, Near[]>();
    for (const [a, b, distance] of dimension.distances ?? [])
      for (const [from, category] of [[a, b] as const, [b, a] as const])
        nearTo.set(from, [...(nearTo.get(from) ?? []), { category, distance, raise: 0 }]);
    this.nearTo = nearTo;
  }

  fit({ count, units }: Columns, slotOf: Int32Array, kernels: number): void {
    const categories = units[this.position];
    this.share = this.prior.length / (kernels + 1);
    for (const near of this.nearTo.values()) for (const other of near) other.raise = raiseOf(other.distance, kernels);
    this.classOf = longEnough(this.classOf, count + 1);
    for (let member = 0; member < count; member++)
      if (slotOf[member] > 0) this.classOf[slotOf[member]] = this.classFor(categories[member]);
  }

  table({ axes, count, values }: Candidates): Float64Array {
    const table = new Float64Array(this.categoryOf.length * count);
    for (let c = 0; c < count; c++) {
      const value = values[c * axes.length + this.position];
      const other = log((this.prior[value] * this.share) / (this.share + 1));
      const same = this.classWith.get(value);
      for (let k = 1; k < this.categoryOf.length; k++) {
        const isOther = k !== same && !this.nearTo.has(this.categoryOf[k]);
        table[k * count + c] = isOther ? other : this.logClass(k, value);
      }
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
    const category = this.categoryOf[k];
    let left = u * this.total(category) - 1;
    if (left < 0) return category;
    for (const near of this.nearOf(category)) if ((left -= near.raise) < 0) return near.category;
    return this.fromPrior(left / this.share);
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
    const category = this.categoryOf[k];
    const raise = category === value ? 1 : (this.nearOf(category).find((near) => near.category === value)?.raise ?? 0);
    return log((this.prior[value] * this.share + raise) / this.total(category));
  }

  private nearOf(category: number): readonly Near[] {
    return this.nearTo.get(category) ?? ALONE;
  }

  /** What the probabilities of a category's class are divided by. */
  private total(category: number): number {
    return this.nearOf(category).reduce((sum, { raise }) => sum + raise, this.share + 1);
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

/** s(distance) for n rows. */
function raiseOf(distance: number, n: number): number {
  return distance === 0 ? 1 : (exp((1 - distance * distance) * log(n + 2)) - 1) / (n + 1);
}
