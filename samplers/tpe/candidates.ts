/** Points of one group to be scored together: values in the dimensions' units, and their positions on the axes. */
import { toUnit } from './axis.ts';
import type { Group } from './groups.ts';

export class Candidates {
  readonly group: Group;
  readonly count: number;
  /** Candidate c on axis a at [c * axes + a], both. */
  readonly values: Float64Array;
  readonly units: Float64Array;

  constructor(group: Group, count: number) {
    this.group = group;
    this.count = count;
    this.values = new Float64Array(count * group.axes.length);
    this.units = new Float64Array(count * group.axes.length);
  }

  set(c: number, a: number, value: number): void {
    const at = c * this.group.axes.length + a;
    this.values[at] = value;
    this.units[at] = toUnit(this.group.axes[a], value);
  }
}
