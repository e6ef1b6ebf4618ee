/** The closed trials of a study in the order they closed, as Gaussian processes take them in. */
import { log } from '../numerics/elementary.ts';
import { runsOf, type Row } from '../sampler.ts';
import { writeColumns, type Layout } from './layout.ts';

export class Trials {
  readonly layout: Layout;
  /** Points by rows (layout.ts). */
  columns: Float64Array = new Float64Array(0);
  count = 0;
  /** Their rows' numbers. */
  readonly numbers: number[] = [];
  /** What was measured of the first objective, pruned trials' last values included; NaN where nothing was. */
  readonly values: number[] = [];
  /** Of all objectives; undefined where nothing was. */
  readonly results: (Float64Array | undefined)[] = [];
  readonly failed: boolean[] = [];
  readonly infeasible: boolean[] = [];
  /** ln of what they cost; NaN where nothing was measured. */
  readonly logCosts: number[] = [];
  readonly constraints: (Float64Array | undefined)[] = [];
  /** Variance of the noise in a trial's results, as a share of that of one run: they may be means of several. */
  readonly noiseShares: number[] = [];

  constructor(layout: Layout) {
    this.layout = layout;
  }

  add(row: Row): void {
    const { number, x, y, c, cost, state } = row;
    this.columns = withRow(this.columns, this.layout, this.count, x);
    this.count++;
    this.numbers.push(number);
    this.values.push(y?.[0] ?? NaN);
    this.results.push(y?.slice());
    this.failed.push(state === 'failed');
    this.infeasible.push(state === 'infeasible');
    this.logCosts.push(cost !== undefined && cost > 0 ? log(cost) : NaN);
    this.constraints.push(c?.slice());
    this.noiseShares.push(1 / runsOf(row));
  }
}

/** `columns` with point `x` as row `at`, in a longer array where it needs one. */
export function withRow(columns: Float64Array, layout: Layout, at: number, x: Float64Array): Float64Array {
  const end = (at + 1) * layout.columns;
  if (end > columns.length) {
    const longer = new Float64Array(Math.max(end, 2 * columns.length, 16 * layout.columns));
    longer.set(columns);
    columns = longer;
  }
  writeColumns(layout, x, columns, at * layout.columns);
  return columns;
}
