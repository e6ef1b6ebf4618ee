/** The leaves of a tree as boxes of cells, each with its prior probability by component and by branch (branches.ts). */
import type { Features } from '../../samplers/trees/features.ts';
import { BELOW, EQUAL, LEAF, type Tree } from '../../samplers/trees/tree.ts';
import type { CompiledSpace } from '../../study/space/dimensions.ts';
import { FREE, INACTIVE_STATE, type Component } from './branches.ts';
import { cellsOf, cumulatedShares, type Cells } from './cells.ts';

/** Stretches of cells: from, to, from, to ... */
export type Runs = readonly number[];

export interface Leaf {
  readonly value: number;
  /** Prior probability, above 0. */
  readonly weight: number;
  /** One a feature. */
  readonly runs: readonly Runs[];
  /** Where its numbers begin in `parts`. */
  readonly at: number;
}

export interface Grown {
  readonly cells: readonly Cells[];
  /** By feature, its cumulated shares: where it is free, or those of each of its classes. */
  readonly sums: readonly (readonly Float64Array[])[];
  readonly leaves: readonly Leaf[];
  /** Of each leaf the probabilities of all components, then by component that of member m in branch b at b * members + m. */
  readonly parts: Float64Array;
}

/** Where a space's features are among its components. */
export interface Layout {
  readonly space: CompiledSpace;
  readonly features: Features;
  readonly components: readonly Component[];
  /** Feature of a dimension, -1 where it has one value alone. */
  readonly featureOf: readonly number[];
  /** Where a component's numbers begin among the parts of a leaf. */
  readonly starts: readonly number[];
  /** How many parts a leaf has. */
  readonly stride: number;
}

export function layoutOf(space: CompiledSpace, features: Features, components: readonly Component[]): Layout {
  let stride = components.length;
  const starts = components.map(({ members, branches }) => {
    const start = stride;
    stride += members.length * branches.length;
    return start;
  });
  const featureOf = space.dimensions.map((_, dim) => features.dims.indexOf(dim));
  return { space, features, components, featureOf, starts, stride };
}

/** Leaves without any probability are left out: no point of the space falls into them. */
export function leavesOf(tree: Tree, layout: Layout): Grown {
  const { features, components, space } = layout;
  const cells = cellsOf(tree, features);
  const classesOf = new Map(components.flatMap(({ members, classes }) => members.map((dim, i) => [dim, classes[i]])));
  const sums = features.dims.map((dim, f) => {
    const classes = classesOf.get(dim)!;
    return (classes.length === 0 ? [undefined] : classes).map((of) =>
      cumulatedShares(space.dimensions[dim], cells[f], of),
    );
  });
  const leaves: Leaf[] = [];
  const parts = new Float64Array(((tree.nodes + 1) / 2) * layout.stride);
  const runs: Runs[] = cells.map(({ count }) => [0, count]);
  const descend = (node: number): void => {
    if (tree.test[node] === LEAF) {
      const at = leaves.length * layout.stride;
      const weight = weigh(runs, layout, sums, parts, at);
      if (weight > 0) leaves.push({ value: tree.mean[node], weight, runs: runs.slice(), at });
      return;
    }
    const f = tree.feature[node];
    const whole = runs[f];
    const [left, right] = parted(tree, node, whole, cells[f]);
    runs[f] = left;
    descend(tree.left[node]);
    runs[f] = right;
    descend(tree.left[node] + 1);
    runs[f] = whole;
  };
  descend(0);
  return { cells, sums, leaves, parts };
}

/** Writes a leaf's parts. @returns its prior probability; where it is 0, not all of them are written */
function weigh(
  runs: readonly Runs[],
  { features, components, featureOf, starts }: Layout,
  sums: readonly (readonly Float64Array[])[],
  parts: Float64Array,
  at: number,
): number {
  let weight = 1;
  for (let c = 0; c < components.length; c++) {
    const { members, branches } = components[c];
    parts[at + c] = 0;
    for (let b = 0, place = at + starts[c]; b < branches.length; b++) {
      const { probability, states } = branches[b];
      let share = probability;
      for (let m = 0; m < members.length; m++, place++) {
        const f = featureOf[members[m]];
        parts[place] = f < 0 ? 1 : shareIn(runs[f], states[m], sums[f], features.classes[f]);
        share *= parts[place];
      }
      parts[at + c] += share;
    }
    weight *= parts[at + c];
    if (weight === 0) return 0;
  }
  return weight;
}

function shareIn(runs: Runs, state: number, sums: readonly Float64Array[], classes: number): number {
  if (state === INACTIVE_STATE) {
    // of a number the lowest cell, of a category the last class
    const inside = classes > 0 ? runs.at(-1) === classes : runs[0] === 0;
    return inside && runs.length > 0 ? 1 : 0;
  }
  const sum = sums[state === FREE ? 0 : state];
  let share = 0;
  for (let r = 0; r < runs.length; r += 2) share += sum[runs[r + 1]] - sum[runs[r]];
  return share;
}

/** Where the cells of a node go. */
function parted(tree: Tree, node: number, runs: Runs, { thresholds }: Cells): [left: Runs, right: Runs] {
  const threshold = tree.threshold[node];
  if (tree.test[node] === BELOW) {
    const [from, to] = runs;
    const border = placeOf(thresholds, threshold) + 1;
    return [
      [from, Math.min(to, border)],
      [Math.max(from, border), to],
    ];
  }
  const goesLeft = (k: number): boolean =>
    tree.test[node] === EQUAL ? k === threshold : ((tree.set[node] >>> k) & 1) === 1;
  const sides: [number[], number[]] = [[], []];
  for (let r = 0; r < runs.length; r += 2)
    for (let k = runs[r]; k < runs[r + 1]; k++) {
      const side = sides[goesLeft(k) ? 0 : 1];
      if (side.at(-1) === k) side[side.length - 1] = k + 1;
      else side.push(k, k + 1);
    }
  return sides;
}

function placeOf(sorted: Float64Array, value: number): number {
  let [low, high] = [0, sorted.length - 1];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
