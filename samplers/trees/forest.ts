/**
 * Forests: the mean of trees that differ by chance, and what their disagreement says of its error.
 *
 * `random-forest` [Breiman 2001] grows each tree from a bootstrap of the points with best splits; `extra-trees` [Geurts 2006]
 * grows each from all points with random ones. A point's predictive mean is that of its leaves' means m_t, and its variance
 * follows from the law of total variance over the trees [Hutter 2014, eq. 6]: E_t[v_t + m_t^2] - (E_t m_t)^2, v_t the leaves'
 * variances.
 *
 * [Breiman 2001] Breiman, "Random Forests", Machine Learning 45, 5-32.
 * [Geurts 2006] Geurts, Ernst and Wehenkel, "Extremely randomized trees", Machine Learning 63, 3-42.
 * [Hutter 2014] Hutter et al., "Algorithm runtime prediction: Methods & evaluation", Artificial Intelligence 206, 79-111.
 */
import type { Draws } from './draws.ts';
import { growTree, type Growth } from './grow.ts';
import type { Table } from './table.ts';
import { leafOf, type Tree } from './tree.ts';

export interface ForestSettings extends Growth {
  readonly trees: number;
  /** Each tree sees as many points as there are, drawn with replacement; else it sees each of them once. */
  readonly bootstrap: boolean;
}

export interface Forest {
  readonly trees: readonly Tree[];
  /** How often each tree has seen each point of the table. */
  readonly bags: readonly Float64Array[];
}

/** Mean and variance, in the units of the targets and in their square. */
export interface Prediction {
  readonly mean: number;
  readonly variance: number;
}

/**
 * @param targets  one a point of the table, NaN where it has none; at least one is finite
 * @param draws    the random numbers of each tree
 */
export function growForest(
  table: Table,
  targets: Float64Array,
  settings: ForestSettings,
  draws: (tree: number) => Draws,
): Forest {
  const known: number[] = [];
  for (let i = 0; i < table.count; i++) if (!Number.isNaN(targets[i])) known.push(i);
  const trees: Tree[] = [];
  const bags: Float64Array[] = [];
  for (let t = 0; t < settings.trees; t++) {
    const own = draws(t);
    const bag = new Float64Array(table.count);
    for (const point of known) bag[settings.bootstrap ? known[own.index(known.length)] : point]++;
    bags.push(bag);
    trees.push(growTree(table, targets, bag, settings, own));
  }
  return { trees, bags };
}

/** At a point whose features stand in `points` from index `at` on. */
export function predict({ trees }: Forest, points: Float64Array, at = 0): Prediction {
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
  }
  const shift = sum / trees.length;
  return { mean: origin + shift, variance: Math.max(0, (variances + squares) / trees.length - shift * shift) };
}

/**
 * Mean squared error of each point's prediction by those trees that have not seen it.
 * @returns NaN where no point was left out by any tree, as without a bootstrap
 */
export function outOfBagError({ trees, bags }: Forest, table: Table, targets: Float64Array): number {
  const point = new Float64Array(table.columns.length);
  let [error, counted] = [0, 0];
  for (let i = 0; i < table.count; i++) {
    if (Number.isNaN(targets[i])) continue;
    for (let f = 0; f < point.length; f++) point[f] = table.columns[f][i];
    let [sum, voters] = [0, 0];
    for (const [t, tree] of trees.entries()) {
      if (bags[t][i] > 0) continue;
      sum += tree.mean[leafOf(tree, point)];
      voters++;
    }
    if (voters === 0) continue;
    const gap = targets[i] - sum / voters;
    error += gap * gap;
    counted++;
  }
  return counted === 0 ? NaN : error / counted;
}
