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
  readonly left: Int32Array;
  /** Of the targets in a node, by their weights; leaves alone are read. */
  readonly mean: Float64Array;
  readonly variance: Float64Array;
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
