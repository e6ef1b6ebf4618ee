/** A grown regression tree, as columns over its nodes: node 0 is the root, the right child follows the left one. */

/** What a node asks of its feature; the left child is where the answer is yes. */
export const LEAF = 0;
/** value <= threshold */
export const BELOW = 1;
/** class is in the set */
export const AMONG = 2;
/** class is the threshold */
export const EQUAL = 3;

export interface Tree {
  readonly nodes: number;
  /** LEAF, BELOW, AMONG or EQUAL. */
  readonly test: Uint8Array;
  readonly feature: Int32Array;
  readonly threshold: Float64Array;
  /** Bit k: class k goes left. */
  readonly set: Uint32Array;
  /** The left child; of a leaf, where its box begins. */
  readonly left: Int32Array;
  /** Of the targets in a node, by their weights; leaves alone are read. */
  readonly mean: Float64Array;
  readonly variance: Float64Array;
  /** Around each leaf's points: the least and the largest value of each feature. */
  readonly box: Float64Array;
}

/** The leaf that a point falls into: its features stand in `points` from index `at` on. */
export function leafOf({ test, feature, threshold, set, left }: Tree, points: Float64Array, at = 0): number {
  let node = 0;
  for (;;) {
    const kind = test[node];
    if (kind === LEAF) return node;
    const value = points[at + feature[node]];
    const goesLeft =
      kind === BELOW
        ? value <= threshold[node]
        : kind === AMONG
          ? ((set[node] >>> value) & 1) === 1
          : value === threshold[node];
    node = goesLeft ? left[node] : left[node] + 1;
  }
}

/**
 * How far a point lies outside the box of its leaf, 0 inside: the sum over the features, each at most 1, as is another class
 * or being active where those in the leaf are not.
 */
export function distanceTo({ box, left }: Tree, leaf: number, points: Float64Array, at: number, width: number): number {
  let distance = 0;
  for (let i = at, j = left[leaf]; i < at + width; i++, j += 2) {
    const value = points[i];
    const gap = value < box[j] ? box[j] - value : value - box[j + 1];
    if (gap > 0) distance += gap < 1 ? gap : 1;
  }
  return distance;
}
