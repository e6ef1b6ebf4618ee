/**
 * Regression trees by recursive splitting [Breiman 1984]: from the root on, a node is split on the feature whose split leaves
 * the least squared error, until its targets are equal or it is too small.
 *
 * Each feature keeps the points in its own order, and a node owns the same stretch of all of them; a split parts every
 * stretch in two without changing the order inside, so nothing is ever sorted again.
 *
 * [Breiman 1984] Breiman et al., "Classification and Regression Trees", Wadsworth.
 */
import type { Draws } from './draws.ts';
import { splitOn, type Split } from './splits.ts';
import type { Table } from './table.ts';
import { AMONG, BELOW, LEAF, type Tree } from './tree.ts';

export interface Growth {
  /** Thresholds and sets of classes are drawn at random, and only the best feature's is taken [Geurts 2006]. */
  readonly random: boolean;
  /** Share of the features that a node compares, in (0, 1]; at least one. */
  readonly features: number;
  /** Points that a leaf has at least, >= 1. */
  readonly leaf: number;
  /** Splits between root and leaf at most. */
  readonly depth: number;
}

/**
 * @param targets  one a point of the table; read where the weight is above 0, finite there
 * @param weights  one a point, 0 where the tree does not see it; at least one is above 0
 */
export function growTree(
  table: Table,
  targets: Float64Array,
  weights: Float64Array,
  growth: Growth,
  draws: Draws,
): Tree {
  const { classes } = table.features;
  const members = membersOf(table, weights);
  const size = members[0].length;
  const most = 2 * size - 1;
  const width = classes.length;
  const leaves = growth.depth < 20 ? Math.min(size, 1 << growth.depth) : size;
  const tree = {
    nodes: 1,
    test: new Uint8Array(most),
    feature: new Int32Array(most),
    threshold: new Float64Array(most),
    set: new Uint32Array(most),
    left: new Int32Array(most),
    mean: new Float64Array(most),
    variance: new Float64Array(most),
    box: new Float64Array(2 * width * leaves),
  };
  const goesLeft = new Uint8Array(table.count);
  const right = new Int32Array(size);
  const shuffled = Int32Array.from(classes, (_, f) => f);
  const compared = Math.max(1, Math.floor(growth.features * width));

  /** The best split of those features that were drawn; features without a split do not count. */
  const choose = (start: number, end: number, weight: number, sum: number): [Split, number] | undefined => {
    let best: [Split, number] | undefined;
    let splits = 0;
    for (let i = 0; i < shuffled.length && splits < compared; i++) {
      const j = i + draws.index(shuffled.length - i);
      const f = shuffled[j];
      shuffled[j] = shuffled[i];
      shuffled[i] = f;
      const [column, order] = [table.columns[f], members[f]];
      const span = { column, order, start, end, targets, weights, weight, sum, leaf: growth.leaf };
      const split = splitOn(span, classes[f], growth.random, draws);
      if (!split) continue;
      splits++;
      if (!best || split.score > best[0].score) best = [split, f];
    }
    return best;
  };

  /** Parts the node's points in all orders. @returns where the right ones begin */
  const part = ({ test, threshold, set }: Split, feature: number, start: number, end: number): number => {
    const column = table.columns[feature];
    for (let i = start; i < end; i++) {
      const point = members[feature][i];
      const value = column[point];
      goesLeft[point] = Number(
        test === BELOW ? value <= threshold : test === AMONG ? ((set >>> value) & 1) === 1 : value === threshold,
      );
    }
    let middle = start;
    for (const order of members) {
      middle = start;
      let rights = 0;
      for (let i = start; i < end; i++) {
        const point = order[i];
        if (goesLeft[point]) order[middle++] = point;
        else right[rights++] = point;
      }
      for (let i = 0; i < rights; i++) order[middle + i] = right[i];
    }
    return middle;
  };

  let boxed = 0;
  const enclose = (leaf: number, start: number, end: number): void => {
    tree.left[leaf] = boxed;
    for (let f = 0; f < width; f++) {
      tree.box[boxed++] = table.columns[f][members[f][start]];
      tree.box[boxed++] = table.columns[f][members[f][end - 1]];
    }
  };

  const open = [[0, 0, size, 0]];
  for (let next = open.pop(); next; next = open.pop()) {
    const [node, start, end, depth] = next;
    let [weight, sum] = [0, 0];
    let [low, high] = [Infinity, -Infinity];
    for (let i = start; i < end; i++) {
      const point = members[0][i];
      weight += weights[point];
      sum += weights[point] * targets[point];
      if (targets[point] < low) low = targets[point];
      if (targets[point] > high) high = targets[point];
    }
    const mean = low === high ? low : sum / weight;
    tree.mean[node] = mean;
    if (low < high) tree.variance[node] = varianceOf(members[0], start, end, targets, weights, mean) / weight;
    const open_ = low < high && depth < growth.depth && end - start >= 2 * growth.leaf;
    const choice = open_ ? choose(start, end, weight, sum) : undefined;
    tree.test[node] = choice ? choice[0].test : LEAF;
    if (!choice) {
      enclose(node, start, end);
      continue;
    }
    const [split, feature] = choice;
    tree.feature[node] = feature;
    tree.threshold[node] = split.threshold;
    tree.set[node] = split.set;
    tree.left[node] = tree.nodes;
    tree.nodes += 2;
    const middle = part(split, feature, start, end);
    open.push([tree.left[node] + 1, middle, end, depth + 1], [tree.left[node], start, middle, depth + 1]);
  }
  return tree;
}

/** The points with weight, in each feature's order; without features in that of the table. */
function membersOf({ count, orders }: Table, weights: Float64Array): Int32Array[] {
  const inOrder = (at: (i: number) => number): Int32Array => {
    const kept = new Int32Array(count);
    let size = 0;
    for (let i = 0; i < count; i++) if (weights[at(i)] > 0) kept[size++] = at(i);
    return kept.subarray(0, size);
  };
  return orders.length === 0 ? [inOrder((i) => i)] : orders.map((order) => inOrder((i) => order[i]));
}

/** The sum of weighted squared distances from the mean. */
function varianceOf(
  order: Int32Array,
  start: number,
  end: number,
  targets: Float64Array,
  weights: Float64Array,
  mean: number,
): number {
  let sum = 0;
  for (let i = start; i < end; i++) {
    const gap = targets[order[i]] - mean;
    sum += weights[order[i]] * gap * gap;
  }
  return sum;
}
