/**
 * The cells that one tree cuts each feature into, and how much of the prior lies in them: of a number the intervals between the
 * thresholds of all its nodes, of a category its classes, the last of them being inactive where it can be.
 */
import type { Features } from '../../samplers/trees/features.ts';
import { BELOW, type Tree } from '../../samplers/trees/tree.ts';
import { toUnit } from '../../samplers/unit-cube.ts';
import type { Dimension } from '../../study/space/dimensions.ts';
import type { ValueClass } from './branches.ts';
import { shareBelow, shareOfValue } from './prior-share.ts';

export interface Cells {
  /** Of a number: ascending, one less than there are cells; cell k ends at threshold k. */
  readonly thresholds: Float64Array;
  readonly count: number;
}

/** The cells of each feature. */
export function cellsOf(tree: Tree, { classes }: Features): Cells[] {
  const thresholds = classes.map((): number[] => []);
  for (let node = 0; node < tree.nodes; node++)
    if (tree.test[node] === BELOW) thresholds[tree.feature[node]].push(tree.threshold[node]);
  return classes.map((size, f) => {
    if (size > 0) return { thresholds: new Float64Array(0), count: size };
    const sorted = Float64Array.from(new Set(thresholds[f])).sort();
    return { thresholds: sorted, count: sorted.length + 1 };
  });
}

/**
 * The probability of all cells before each, and of all: count + 1 numbers from 0 to 1, given that the dimension is active and, where
 * a class is given, that its value is of that class.
 */
export function cumulatedShares(dimension: Dimension, { thresholds, count }: Cells, of?: ValueClass): Float64Array {
  const sums = new Float64Array(count + 1);
  if (dimension.kind === 'categorical') {
    for (let k = 0; k < count; k++) sums[k + 1] = sums[k] + (k < dimension.size ? conditional(dimension, k, of) : 0);
    return sums;
  }
  for (let k = 0; k + 1 < count; k++) sums[k + 1] = belowWithin(dimension, thresholds[k], of);
  sums[count] = 1;
  return sums;
}

/** The probability of one value of a class. */
function conditional(dimension: Dimension, value: number, of?: ValueClass): number {
  const share = shareOfValue(dimension, value);
  if (!of) return share;
  return of.values.includes(value) === of.others ? 0 : share / of.share;
}

/** The probability of lying at `place` or below, within a class. */
function belowWithin(dimension: Dimension, place: number, of?: ValueClass): number {
  const share = shareBelow(dimension, place);
  if (!of) return share;
  let named = 0;
  for (const value of of.values) if (toUnit(dimension, value) <= place) named += shareOfValue(dimension, value);
  return Math.max(0, of.others ? share - named : named) / of.share;
}
