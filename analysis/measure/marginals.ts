/**
 * The marginals of a tree over a space's prior, exact as sums over the boxes of its leaves [Hutter 2014, algorithms 1 and 2]:
 * what it predicts where one dimension, or two, have a value and all others follow the prior.
 *
 * A conditional dimension is looked at where it is active: its marginal is E[f | x_i, i active], and likewise E[f | x_i, x_j, both
 * active]. Given that, the two are independent of each other, so that main effects and interactions are those of an analysis of
 * variance within that part of the space.
 *
 * [Hutter 2014] Hutter, Hoos and Leyton-Brown, "An Efficient Approach for Assessing Hyperparameter Importance", ICML 2014.
 */
import { toUnit } from '../../samplers/unit-cube.ts';
import { INACTIVE_STATE, type Component } from './branches.ts';
import type { Grown, Layout, Leaf, Runs } from './leaves.ts';

/** A dimension's values of one class (all of them where no condition names it): the branches in which it has them. */
interface Group {
  readonly branches: readonly number[];
  readonly probability: number;
  /** Index of its cumulated shares. */
  readonly sums: number;
}

/** A marginal by atom: the cells of the first group, then those of the next. */
export interface Marginal {
  /** Prior probability of each atom; in all that of being active. */
  readonly weights: Float64Array;
  /** Mean prediction in each; 0 where there is no probability. */
  readonly means: Float64Array;
}

interface Place {
  readonly component: number;
  readonly member: number;
  readonly groups: readonly Group[];
}

/** Reads marginals of one tree after the other. */
export class Marginals {
  private readonly layout: Layout;
  private readonly places: readonly Place[];

  constructor(layout: Layout) {
    this.layout = layout;
    this.places = layout.features.dims.map((dim) => placeOf(layout.components, dim));
  }

  /** Mean prediction and its variance over the space. */
  whole({ leaves }: Grown): { readonly mean: number; readonly variance: number } {
    let mean = 0;
    for (const { weight, value } of leaves) mean += weight * value;
    let variance = 0;
    for (const { weight, value } of leaves) variance += weight * (value - mean) * (value - mean);
    return { mean, variance };
  }

  /** Of feature f. */
  single(grown: Grown, f: number): Marginal {
    const { groups, component } = this.places[f];
    const { count } = grown.cells[f];
    const weights = this.weightsOf(grown, f);
    const sums = new Float64Array(groups.length * (count + 1));
    for (const leaf of grown.leaves) {
      const outer = leaf.weight / grown.parts[leaf.at + component];
      for (let g = 0; g < groups.length; g++) {
        const share = (outer * this.without(grown, leaf, f, groups[g])) / groups[g].probability;
        if (share > 0) addRuns(sums, g * (count + 1), leaf.runs[f], share * leaf.value);
      }
    }
    const means = new Float64Array(groups.length * count);
    for (let g = 0; g < groups.length; g++) {
      let sum = 0;
      for (let k = 0; k < count; k++) {
        sum += sums[g * (count + 1) + k];
        means[g * count + k] = weights[g * count + k] > 0 ? sum : 0;
      }
    }
    return { weights, means };
  }

  /** Of features f and h: atom a of f and b of h at a * (atoms of h) + b; without any probability where they are never active together. */
  pair(grown: Grown, f: number, h: number): Marginal {
    const [ours, theirs] = [this.places[f], this.places[h]];
    const [rows, columns] = [grown.cells[f].count, grown.cells[h].count];
    const width = theirs.groups.length * columns;
    const weights = new Float64Array(ours.groups.length * rows * width);
    const means = new Float64Array(weights.length);
    for (const [g, group] of ours.groups.entries())
      for (const [k, other] of theirs.groups.entries()) {
        const joint =
          ours.component === theirs.component ? both(this.layout.components, ours, group, other) : undefined;
        const probability = joint ? joint.probability : group.probability * other.probability;
        if (probability === 0) continue;
        const sums = new Float64Array((rows + 1) * (columns + 1));
        for (const leaf of grown.leaves) {
          const share = joint
            ? (leaf.weight / grown.parts[leaf.at + ours.component]) * this.without(grown, leaf, f, joint, h)
            : (leaf.weight * this.without(grown, leaf, f, group) * this.without(grown, leaf, h, other)) /
              (grown.parts[leaf.at + ours.component] * grown.parts[leaf.at + theirs.component]);
          if (share > 0) addBoxes(sums, columns + 1, leaf.runs[f], leaf.runs[h], (share / probability) * leaf.value);
        }
        const [a, b] = [grown.sums[f][group.sums], grown.sums[h][other.sums]];
        for (let i = 0; i < rows; i++)
          for (let j = 0; j < columns; j++) {
            const at = i * (columns + 1) + j;
            sums[at] +=
              (i > 0 ? sums[at - columns - 1] : 0) +
              (j > 0 ? sums[at - 1] : 0) -
              (i > 0 && j > 0 ? sums[at - columns - 2] : 0);
            const weight = probability * (a[i + 1] - a[i]) * (b[j + 1] - b[j]);
            const atom = (g * rows + i) * width + k * columns + j;
            weights[atom] = weight;
            means[atom] = weight > 0 ? sums[at] : 0;
          }
      }
    return { weights, means };
  }

  /** How many atoms feature f has. */
  atoms({ cells }: Grown, f: number): number {
    return this.places[f].groups.length * cells[f].count;
  }

  /** The atom of feature f that a value of its dimension lies in. */
  atomAt({ cells }: Grown, f: number, value: number): number {
    const { features, space, components } = this.layout;
    const { component, member, groups } = this.places[f];
    const { thresholds, count } = cells[f];
    const classes = components[component].classes[member];
    const named = classes.findIndex(({ values, others }) => values.includes(value) !== others);
    const group = groups.findIndex(({ sums }) => sums === Math.max(0, named));
    if (features.classes[f] > 0) return group * count + value;
    const place = toUnit(space.dimensions[features.dims[f]], value);
    // a value goes left where it is at most the threshold
    let cell = 0;
    while (cell < thresholds.length && thresholds[cell] < place) cell++;
    return group * count + cell;
  }

  private weightsOf({ cells, sums }: Grown, f: number): Float64Array {
    const { groups } = this.places[f];
    const { count } = cells[f];
    return Float64Array.from({ length: groups.length * count }, (_, atom) => {
      const group = groups[Math.floor(atom / count)];
      const shares = sums[f][group.sums];
      return group.probability * (shares[(atom % count) + 1] - shares[atom % count]);
    });
  }

  /** The probability of a leaf's box and a group's branches within the component, whatever the value of f (and of h, of the same one). */
  private without(
    { parts }: Grown,
    { at }: Leaf,
    f: number,
    { branches }: Pick<Group, 'branches'>,
    h?: number,
  ): number {
    const { component, member } = this.places[f];
    const other = h === undefined ? -1 : this.places[h].member;
    const { members, branches: all } = this.layout.components[component];
    const start = at + this.layout.starts[component];
    let sum = 0;
    for (const b of branches) {
      let share = all[b].probability;
      for (let m = 0; m < members.length; m++)
        if (m !== member && m !== other) share *= parts[start + b * members.length + m];
      sum += share;
    }
    return sum;
  }
}

function placeOf(components: readonly Component[], dim: number): Place {
  const component = components.findIndex(({ members }) => members.includes(dim));
  const { members, classes, branches } = components[component];
  const member = members.indexOf(dim);
  const groups = (classes[member].length === 0 ? [undefined] : [...classes[member].keys()]).map((k): Group => {
    const own = [...branches.keys()].filter((b) => {
      const state = branches[b].states[member];
      return k === undefined ? state !== INACTIVE_STATE : state === k;
    });
    const probability = own.reduce((sum, b) => sum + branches[b].probability, 0);
    return { branches: own, probability, sums: k ?? 0 };
  });
  return { component, member, groups: groups.filter(({ probability }) => probability > 0) };
}

function both(
  components: readonly Component[],
  { component }: Place,
  group: Group,
  other: Group,
): Pick<Group, 'branches' | 'probability'> {
  const branches = group.branches.filter((b) => other.branches.includes(b));
  return {
    branches,
    probability: branches.reduce((sum, b) => sum + components[component].branches[b].probability, 0),
  };
}

/** Adds an amount to the cells of some runs, as differences. */
function addRuns(sums: Float64Array, at: number, runs: Runs, amount: number): void {
  for (let r = 0; r < runs.length; r += 2) {
    sums[at + runs[r]] += amount;
    sums[at + runs[r + 1]] -= amount;
  }
}

function addBoxes(sums: Float64Array, stride: number, rows: Runs, columns: Runs, amount: number): void {
  for (let r = 0; r < rows.length; r += 2) {
    addRuns(sums, rows[r] * stride, columns, amount);
    addRuns(sums, rows[r + 1] * stride, columns, -amount);
  }
}
