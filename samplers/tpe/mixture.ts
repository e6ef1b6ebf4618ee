/**
 * A Parzen estimator over some axes: a weighted mixture of kernels, one a row and the prior, each a product over the
 * axes [Bergstra 2011; Falkner 2018 for the joint form].
 *
 * [Bergstra 2011] Bergstra et al., "Algorithms for Hyper-Parameter Optimization", NeurIPS 2011.
 * [Falkner 2018] Falkner et al., "BOHB: Robust and Efficient Hyperparameter Optimization at Scale", ICML 2018.
 */
import type { Axis } from './axis.ts';
import type { Candidates } from './candidates.ts';
import { CategoryKernels } from './category-kernels.ts';
import type { ClassKernels } from './class-kernels.ts';
import { exp, log } from '../numerics/elementary.ts';
import { NormalKernels } from './normal-kernels.ts';
import type { Columns } from './observations.ts';
import { weightOf } from './split.ts';
import { StepKernels } from './step-kernels.ts';
import { emptySpreads, measureSpreads, narrowestOf, neighbour, spreadAt } from './spreads.ts';

/** A kernel this far (in logarithms) below the greatest so far adds less than an ulp to the sum. */
const NEGLIGIBLE = 37;

export interface KernelSettings {
  /** Weight of the prior, beside the 1 of a new row. */
  readonly priorWeight: number;
  /** How narrow kernels may be (spreads.ts): 1 is usual, up to 2, for the last digits of an optimum. */
  readonly fineness: number;
}

const spreads = emptySpreads();

export class Mixture {
  private readonly normals: NormalKernels;
  private readonly classes: readonly ClassKernels[];
  /** Kernels in use, the prior (slot 0) first, then by row number; `count` of them. */
  private slots: Int32Array = new Int32Array(32);
  private weights: Float64Array = new Float64Array(32);
  private count = 1;
  private total = 1;

  constructor(axes: readonly Axis[]) {
    this.normals = new NormalKernels(axes);
    this.classes = axes.flatMap((axis, a) => (axis.kind === 'continuous' ? [] : [createClasses(axis, a)]));
    this.weights[0] = 1;
  }

  /**
   * Makes the mixture that of the members with a slot: slotOf[member] = member + 1, else 0.
   * @param changed  the members that came, went or are new since the last fit on the same columns, with the same settings;
   *   undefined: all
   * @param weights  of the members with a slot, in order; absent: by age (split.ts)
   */
  fit(
    columns: Columns,
    slotOf: Int32Array,
    changed: readonly number[] | undefined,
    { priorWeight, fineness }: KernelSettings,
    weights?: readonly number[],
  ): void {
    const { count: members, units, orders } = columns;
    const before = narrowestOf(this.count - 1, fineness);
    this.list(slotOf, members, priorWeight, weights);
    const narrowest = narrowestOf(this.count - 1, fineness);
    const few = changed && 8 * changed.length < this.count && before === narrowest ? changed : undefined;
    this.normals.reserve(members + 1);
    for (const [m, a] of this.normals.positions.entries()) {
      if (few) {
        for (const member of few) this.refit(m, orders[a], units[a], slotOf, members, member, narrowest);
      } else {
        measureSpreads(orders[a], units[a], slotOf, members, narrowest, spreads);
        this.normals.fit(m, spreads);
      }
    }
    this.normals.settle(this.slots, this.count);
    for (const classes of this.classes) classes.fit(columns, slotOf, this.count - 1, fineness);
  }

  /**
   * Log density of each candidate, on the unit intervals of the axes (probability on axes with steps or categories).
   * A kernel is left as soon as it is negligible, so that one far away costs two axes; the newest rows come first, since
   * they tend to be near and make more of the others negligible.
   */
  logDensities(candidates: Candidates, out: Float64Array): void {
    const n = candidates.count;
    const { kernels, logScale, width } = this.normals;
    const points = this.normals.pointsOf(candidates);
    const tables = this.classes.map((classes) => classes.table(candidates));
    const classOf = this.classes.map((classes) => classes.classOf);
    const highest = new Float64Array(n).fill(-Infinity);
    const sums = new Float64Array(n);
    for (let i = this.count - 1; i >= 0; i--) {
      const slot = this.slots[i];
      const weight = this.weights[i];
      const scale = logScale[slot];
      const first = 2 * slot * width;
      const end = first + 2 * width;
      const mean0 = kernels[first];
      const factor0 = kernels[first + 1];
      const mean1 = kernels[first + 2];
      const factor1 = kernels[first + 3];
      candidate: for (let c = 0, p = 0; c < n; c++, p += width) {
        const top = highest[c];
        const floor = top - NEGLIGIBLE;
        const z0 = (points[p] - mean0) * factor0;
        const z1 = (points[p + 1] - mean1) * factor1;
        let t = scale - z0 * z0 - z1 * z1;
        if (t < floor) continue;
        for (let at = first + 4, q = p + 2; at < end; at += 4, q += 2) {
          const z = (points[q] - kernels[at]) * kernels[at + 1];
          const y = (points[q + 1] - kernels[at + 2]) * kernels[at + 3];
          t -= z * z + y * y;
          if (t < floor) continue candidate;
        }
        for (let s = 0; s < tables.length; s++) t += tables[s][classOf[s][slot] * n + c];
        if (t < floor) continue;
        if (t <= top) {
          sums[c] += weight * exp(t - top);
        } else {
          sums[c] = sums[c] * exp(top - t) + weight;
          highest[c] = t;
        }
      }
    }
    const logTotal = log(this.total);
    for (let c = 0; c < n; c++) out[c] = highest[c] + log(sums[c]) - logTotal;
  }

  /** The slot at a share u in (0, 1) of the kernels' weights, or of those that `weightsGiven` gave. */
  pick(u: number, weights: Float64Array = this.weights): number {
    let left = 0;
    for (let i = 0; i < this.count; i++) left += weights[i];
    left *= u;
    for (let i = 0; i < this.count - 1; i++) if ((left -= weights[i]) < 0) return this.slots[i];
    return this.slots[this.count - 1];
  }

  /** The value on axis a below which a share u of the slot's kernel lies. */
  draw(slot: number, a: number, u: number): number {
    const m = this.normals.positions.indexOf(a);
    return m >= 0 ? this.normals.draw(slot, m, u) : this.classes.find((k) => k.position === a)!.draw(slot, u);
  }

  /** Weights of the kernels given the values of candidate 0 on some axes, by Bayes' rule, up to a common factor. */
  weightsGiven(axes: readonly number[], candidates: Candidates): Float64Array {
    const logs = new Float64Array(this.count);
    for (let i = 0; i < this.count; i++) {
      for (const a of axes) {
        const m = this.normals.positions.indexOf(a);
        logs[i] +=
          m >= 0
            ? this.normals.logKernel(this.slots[i], m, candidates.units[a])
            : this.classes.find((k) => k.position === a)!.logKernel(this.slots[i], candidates.values[a]);
      }
    }
    const top = logs.reduce((a, b) => Math.max(a, b));
    return logs.map((t, i) => this.weights[i] * exp(t - top));
  }

  private list(slotOf: Int32Array, members: number, priorWeight: number, weights?: readonly number[]): void {
    if (this.slots.length <= members) {
      this.slots = new Int32Array(2 * (members + 1));
      this.weights = new Float64Array(2 * (members + 1));
    }
    let n = 1;
    for (let member = 0; member < members; member++) if (slotOf[member] > 0) this.slots[n++] = slotOf[member];
    this.count = n;
    this.total = this.weights[0] = priorWeight;
    for (let i = 1; i < n; i++) this.total += this.weights[i] = weights?.[i - 1] ?? weightOf(i - 1, n - 1);
  }

  /** Sets the kernels that a changed member can have changed on one axis: its own and its neighbours'. */
  private refit(
    m: number,
    order: Int32Array,
    units: Float64Array,
    slotOf: Int32Array,
    members: number,
    member: number,
    narrowest: number,
  ): void {
    const at = indexInOrder(order, units, members, member);
    const left = neighbour(order, slotOf, members, at, -1);
    const right = neighbour(order, slotOf, members, at, 1);
    for (const j of [left, slotOf[member] > 0 ? at : -1, right]) {
      if (j < 0) continue;
      const sd = spreadAt(order, units, slotOf, members, j, narrowest);
      this.normals.set(slotOf[order[j]], m, units[order[j]], sd);
    }
  }
}

function createClasses(axis: Axis, position: number): ClassKernels {
  return axis.kind === 'steps' ? new StepKernels(axis, position) : new CategoryKernels(axis, position);
}

/** Where a member stands among the first `members` of an order by (position, member). */
function indexInOrder(order: Int32Array, units: Float64Array, members: number, member: number): number {
  const unit = units[member];
  let [low, high] = [0, members];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const other = order[middle];
    if (units[other] < unit || (units[other] === unit && other < member)) low = middle + 1;
    else high = middle;
  }
  return low;
}
