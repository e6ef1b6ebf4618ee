/**
 * Forests: the mean of trees that differ by chance, and what their disagreement says of its error.
 *
 * `random-forest` [Breiman 2001] grows each tree from a bootstrap of the points with best splits; `extra-trees` [Geurts 2006]
 * grows each from all points with random ones. A point's predictive mean is that of its leaves' means m_t, and its variance
 * follows from the law of total variance over the trees [Hutter 2014, eq. 6]: E_t[v_t + m_t^2] - (E_t m_t)^2, v_t the leaves'
 * variances.
 *
 * A tree answers with the results in a leaf however far from them the point lies, so far from all points the trees agree and
 * are too sure [Lakshminarayanan 2016]. As in a Mondrian tree, a point at distance D from the box around its leaf's points
 * parts from them at the rate doubt D; against a leaf that ends at rate 1 that comes first with the probability
 * doubt D / (1 + doubt D), and then the variance of all targets is added.
 *
 * [Breiman 2001] Breiman, "Random Forests", Machine Learning 45, 5-32.
 * [Geurts 2006] Geurts, Ernst and Wehenkel, "Extremely randomized trees", Machine Learning 63, 3-42.
 * [Hutter 2014] Hutter et al., "Algorithm runtime prediction: Methods & evaluation", Artificial Intelligence 206, 79-111.
 * [Lakshminarayanan 2016] Lakshminarayanan, Roy and Teh, "Mondrian forests for large-scale regression when uncertainty
 *   matters", AISTATS 2016.
 */
import type { Draws } from './draws.ts';
import { growTree, type Growth } from './grow.ts';
import type { Table } from './table.ts';
import { distanceTo, leafOf, type Tree } from './tree.ts';

export interface ForestSettings extends Growth {
  readonly trees: number;
  /** Each tree sees as many points as there are, drawn with replacement; else it sees each of them once. */
  readonly bootstrap: boolean;
  /** How fast a tree's certainty fades with the distance to its points, >= 0; across the whole of a feature it is 1. */
  readonly doubt: number;
}

export interface Forest {
  readonly trees: readonly Tree[];
  /** How many features a point has. */
  readonly width: number;
  readonly doubt: number;
  /** Variance of the targets. */
  readonly spread: number;
}

/** Mean and variance, in the units of the targets and in their square. */
export interface Prediction {
  readonly mean: number;
  readonly variance: number;
}

/**
 * @param targets  one a point of the table, NaN where it has none; at least one is finite
 * @param draws    the random numbers of each tree
 * @param weights  of the points, > 0; absent: 1
 */
export function growForest(
  table: Table,
  targets: Float64Array,
  settings: ForestSettings,
  draws: (tree: number) => Draws,
  weights?: ArrayLike<number>,
): Forest {
  const known: number[] = [];
  for (let i = 0; i < table.count; i++) if (!Number.isNaN(targets[i])) known.push(i);
  const trees: Tree[] = [];
  for (let t = 0; t < settings.trees; t++) {
    const own = draws(t);
    const bag = new Float64Array(table.count);
    for (const point of known) {
      const drawn = settings.bootstrap ? known[own.index(known.length)] : point;
      bag[drawn] += weights?.[drawn] ?? 1;
    }
    trees.push(growTree(table, targets, bag, settings, own));
  }
  return {
    trees,
    width: table.columns.length,
    doubt: settings.doubt,
    spread: varianceOf(known.map((i) => targets[i])),
  };
}

/** At a point whose features stand in `points` from index `at` on. */
export function predict({ trees, width, doubt, spread }: Forest, points: Float64Array, at = 0): Prediction {
  let [sum, variances, squares] = [0, 0, 0];
  // about the first tree's mean: the difference of the two terms would cancel where the mean is large
  let origin = 0;
  for (let t = 0; t < trees.length; t++) {
    const leaf = leafOf(trees[t], points, at);
    if (t === 0) origin = trees[0].mean[leaf];
    const gap = trees[t].mean[leaf] - origin;
    sum += gap;
    squares += gap * gap;
    variances += trees[t].variance[leaf];
    if (doubt > 0) {
      const rate = doubt * distanceTo(trees[t], leaf, points, at, width);
      variances += (spread * rate) / (1 + rate);
    }
  }
  const shift = sum / trees.length;
  return { mean: origin + shift, variance: Math.max(0, (variances + squares) / trees.length - shift * shift) };
}

function varianceOf(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) * (value - mean), 0) / values.length;
}
