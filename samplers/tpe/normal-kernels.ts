/**
 * The kernels of all continuous axes of a mixture: one truncated normal an axis and slot, laid out slot by slot, since
 * scoring reads a kernel's axes one after the other. Slot 0 is the prior.
 *
 * Widths change only next to where rows come and go, so normalisers are kept: they are functions of (mean, sd) alone.
 */
import { fromUnit, type Axis } from './axis.ts';
import type { Candidates } from './candidates.ts';
import type { Spreads } from './spreads.ts';
import { logScale, quantile } from '../numerics/unit-normal.ts';

const SQRT_HALF = 0.7071067811865476;

export class NormalKernels {
  /** Positions of these axes among the mixture's. */
  readonly positions: readonly number[];
  /** The number of axes, made even and at least 2 by axes on which everything lies at 0. */
  readonly width: number;
  /** Mean and 1 / (sd sqrt 2) of kernel (slot, m) at [2 * (slot * width + m)]. */
  kernels: Float64Array = new Float64Array(0);
  /** Sum of the log normalisers of a slot. */
  logScale: Float64Array = new Float64Array(0);
  private readonly axes: readonly Axis[];
  private sds: Float64Array = new Float64Array(0);
  private scales: Float64Array = new Float64Array(0);
  private stale: Uint8Array = new Uint8Array(0);

  constructor(axes: readonly Axis[]) {
    this.positions = [...axes.keys()].filter((a) => axes[a].kind === 'continuous');
    this.axes = this.positions.map((a) => axes[a]);
    this.width = Math.max(2 * Math.ceil(this.axes.length / 2), 2);
    this.reserve(32);
    for (const [m, { priorMean, priorSd }] of this.axes.entries()) this.place(0, m, priorMean, priorSd);
    this.sum(0);
  }

  /** Makes room for slots below `slots`. */
  reserve(slots: number): void {
    if (slots <= this.stale.length) return;
    const { width } = this;
    const size = Math.max(slots, 2 * this.stale.length);
    const longer = (old: Float64Array, length: number): Float64Array => {
      const array = new Float64Array(length);
      array.set(old);
      return array;
    };
    this.kernels = longer(this.kernels, 2 * size * width);
    this.logScale = longer(this.logScale, size);
    this.sds = longer(this.sds, size * width);
    this.scales = longer(this.scales, size * width);
    this.stale = new Uint8Array(size);
  }

  /** Sets all kernels on the m-th continuous axis; `settle` must follow. */
  fit(m: number, { count, slots, means, sds }: Spreads): void {
    for (let j = 0; j < count; j++) this.set(slots[j], m, means[j], sds[j]);
  }

  /** Sets one kernel on the m-th continuous axis; `settle` must follow. */
  set(slot: number, m: number, mean: number, sd: number): void {
    const at = slot * this.width + m;
    if (this.sds[at] !== sd || this.kernels[2 * at] !== mean) this.place(slot, m, mean, sd);
  }

  /** Brings the sums of these slots up to date. */
  settle(slots: Int32Array, count: number): void {
    for (let i = 0; i < count; i++) if (this.stale[slots[i]] === 1) this.sum(slots[i]);
  }

  /** Log density of one kernel on the m-th axis. */
  logKernel(slot: number, m: number, unit: number): number {
    const at = slot * this.width + m;
    const z = (unit - this.kernels[2 * at]) * this.kernels[2 * at + 1];
    return this.scales[at] - z * z;
  }

  /** The value below which a share u of the kernel lies. */
  draw(slot: number, m: number, u: number): number {
    const at = slot * this.width + m;
    return fromUnit(this.axes[m], quantile(this.kernels[2 * at], this.sds[at], u));
  }

  /** The candidates' positions on these axes, at [candidate * width + m]. */
  pointsOf({ axes, count, units }: Candidates): Float64Array {
    const { positions, width } = this;
    const points = new Float64Array(count * width);
    for (let c = 0; c < count; c++)
      for (let m = 0; m < positions.length; m++) points[c * width + m] = units[c * axes.length + positions[m]];
    return points;
  }

  private place(slot: number, m: number, mean: number, sd: number): void {
    const at = slot * this.width + m;
    this.kernels[2 * at] = mean;
    this.kernels[2 * at + 1] = SQRT_HALF / sd;
    this.sds[at] = sd;
    this.scales[at] = logScale(mean, sd);
    this.stale[slot] = 1;
  }

  private sum(slot: number): void {
    let sum = 0;
    for (let m = 0; m < this.axes.length; m++) sum += this.scales[slot * this.width + m];
    this.logScale[slot] = sum;
    this.stale[slot] = 0;
  }
}
