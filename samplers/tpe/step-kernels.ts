/**
 * The kernels of an axis with steps: a class is a truncated normal (mean, sd), and a value's probability is the normal's
 * mass on its piece of the interval.
 *
 * Where the piece is narrow beside the kernel, h = width / sd, the mass follows from the density in its middle, at
 * z = (middle - mean) / sd, by the cumulants of a uniform number: ln mass = ln(width density) + h^2 (z^2 - 1) / 24
 * - h^4 (z^4 + 4 z^2 - 2) / 2880 + O(h^6), below 1e-7 for NARROW pieces within 3 sd.
 */
import { fromUnit, pieceOf, type Axis, type Piece } from './axis.ts';
import type { Candidates } from './candidates.ts';
import { longEnough, type ClassKernels } from './class-kernels.ts';
import type { Columns } from './observations.ts';
import { emptySpreads, measureSpreads, narrowestOf } from './spreads.ts';
import { logPiece, logScale, quantile } from '../numerics/unit-normal.ts';

/** Widths of pieces up to this many sds. */
const NARROW = 0.25;
/** Distances from which on a kernel's mass matters in its order of magnitude only, in sds. */
const FAR = 9;

const spreads = emptySpreads();

export class StepKernels implements ClassKernels {
  readonly position: number;
  classOf: Int32Array = new Int32Array(32);
  private readonly axis: Axis;
  private classes = 1;
  private means: Float64Array;
  private sds: Float64Array;
  /** What to add to -z^2 / 2 for the log density. */
  private scales: Float64Array;

  constructor(axis: Axis, position: number) {
    this.axis = axis;
    this.position = position;
    this.means = Float64Array.of(axis.priorMean);
    this.sds = Float64Array.of(axis.priorSd);
    this.scales = Float64Array.of(logScale(axis.priorMean, axis.priorSd));
  }

  /** Rows of one value follow each other in the order, and only the first and the last of them may be wider. */
  fit({ count: members, units, orders }: Columns, slotOf: Int32Array, kernels: number, fineness: number): void {
    const narrowest = this.narrowestOf(kernels, fineness);
    measureSpreads(orders[this.position], units[this.position], slotOf, members, narrowest, spreads);
    const { count, slots, means, sds } = spreads;
    this.classOf = longEnough(this.classOf, members + 1);
    if (this.means.length <= count) {
      this.means = longer(this.means, 2 * (count + 1));
      this.sds = longer(this.sds, 2 * (count + 1));
      this.scales = longer(this.scales, 2 * (count + 1));
    }
    let current = 0;
    for (let j = 0; j < count; j++) {
      if (j === 0 || means[j] !== means[j - 1] || sds[j] !== sds[j - 1]) {
        current++;
        if (means[j] !== this.means[current] || sds[j] !== this.sds[current]) this.place(current, means[j], sds[j]);
      }
      this.classOf[slots[j]] = current;
    }
    this.classes = current + 1;
  }

  table({ axes, count, values }: Candidates): Float64Array {
    const table = new Float64Array(this.classes * count);
    const firstWith = new Map<number, number>();
    for (let c = 0; c < count; c++) {
      const value = values[c * axes.length + this.position];
      const first = firstWith.get(value);
      if (first === undefined) firstWith.set(value, c);
      if (first === undefined) this.fillColumn(table, count, c, value);
      else for (let k = 0; k < this.classes; k++) table[k * count + c] = table[k * count + first];
    }
    return table;
  }

  logKernel(slot: number, value: number): number {
    return this.logMass(this.classOf[slot], pieceOf(this.axis, value));
  }

  draw(slot: number, u: number): number {
    const k = this.classOf[slot];
    return fromUnit(this.axis, quantile(this.means[k], this.sds[k], u));
  }

  /** Half a step is fine enough where steps are even: the value itself then, and its neighbours now and then. */
  private narrowestOf(kernels: number, fineness: number): number {
    const { log: onLog, size } = this.axis.dimension;
    return Math.min(narrowestOf(kernels), Math.max(narrowestOf(kernels, fineness), onLog ? 0 : 0.5 / size));
  }

  private place(k: number, mean: number, sd: number): void {
    this.means[k] = mean;
    this.sds[k] = sd;
    this.scales[k] = logScale(mean, sd);
  }

  private fillColumn(table: Float64Array, count: number, c: number, value: number): void {
    const piece = pieceOf(this.axis, value);
    for (let k = 0; k < this.classes; k++) table[k * count + c] = this.logMass(k, piece);
  }

  private logMass(k: number, { left, right, width, logWidth }: Piece): number {
    const mean = this.means[k];
    const sd = this.sds[k];
    const z = (0.5 * (left + right) - mean) / sd;
    const h = width / sd;
    if (h > NARROW && Math.abs(z) - 0.5 * h < FAR) return logPiece(left, right, mean, sd);
    if (h > NARROW) {
      const near = Math.abs(z) - 0.5 * h;
      return logWidth + this.scales[k] - 0.5 * near * near;
    }
    const h2 = h * h;
    const z2 = z * z;
    return logWidth + this.scales[k] - 0.5 * z2 + h2 * ((z2 - 1) / 24 - (h2 * (z2 * z2 + 4 * z2 - 2)) / 2880);
  }
}

function longer(old: Float64Array, length: number): Float64Array {
  const array = new Float64Array(length);
  array.set(old);
  return array;
}
