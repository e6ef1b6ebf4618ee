/** Points on some axes to be scored together: values in the dimensions' units, and their positions on the axes. */
import { toUnit, type Axis } from './axis.ts';

export class Candidates {
  readonly axes: readonly Axis[];
  readonly count: number;
  /** Candidate c on axis a at [c * axes + a], both. */
  readonly values: Float64Array;
  readonly units: Float64Array;

  constructor(axes: readonly Axis[], count: number) {
    this.axes = axes;
    this.count = count;
    this.values = new Float64Array(count * axes.length);
    this.units = new Float64Array(count * axes.length);
  }

  set(c: number, a: number, value: number): void {
    const at = c * this.axes.length + a;
    this.values[at] = value;
    this.units[at] = toUnit(this.axes[a], value);
  }
}
