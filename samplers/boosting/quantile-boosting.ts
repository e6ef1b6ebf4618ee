/**
 * Gradient boosting of one quantile [Friedman 2001]: from the targets' quantile on, each small tree is grown to the gradient
 * of the pinball loss (alpha where a target lies above the model, alpha - 1 below), and its leaves then take the quantile of
 * what is left of their targets, a share `rate` of it.
 *
 * [Friedman 2001] Friedman, "Greedy function approximation: A gradient boosting machine", Annals of Statistics 29(5).
 */
import type { Draws } from '../trees/draws.ts';
import { growTree, type Growth } from '../trees/grow.ts';
import type { Table } from '../trees/table.ts';
import { leafOf, type Tree } from '../trees/tree.ts';

export interface BoostingSettings extends Growth {
  readonly trees: number;
  /** Share of each tree's answer that is taken, in (0, 1]. */
  readonly rate: number;
}

export interface Boosting {
  readonly origin: number;
  /** The leaves' means are what each tree adds. */
  readonly trees: readonly Tree[];
}

/**
 * @param targets  one a point of the table, NaN where it has none; at least one is finite
 * @param alpha    which quantile, in (0, 1)
 */
export function boost(
  table: Table,
  targets: Float64Array,
  alpha: number,
  settings: BoostingSettings,
  draws: Draws,
): Boosting {
  const points = featuresByPoint(table);
  const width = table.columns.length;
  const weights = targets.map((target) => (Number.isNaN(target) ? 0 : 1));
  const origin = quantileOf(targets.filter((target) => !Number.isNaN(target)).sort(), alpha);
  const model = new Float64Array(table.count).fill(origin);
  const gradient = new Float64Array(table.count);
  const trees: Tree[] = [];
  for (let t = 0; t < settings.trees; t++) {
    for (let i = 0; i < gradient.length; i++) gradient[i] = targets[i] > model[i] ? alpha : alpha - 1;
    const tree = growTree(table, gradient, weights, settings, draws);
    const members: number[][] = Array.from({ length: tree.nodes }, () => []);
    for (let i = 0; i < table.count; i++) if (weights[i] > 0) members[leafOf(tree, points, i * width)].push(i);
    for (const [leaf, inside] of members.entries()) {
      if (inside.length === 0) continue;
      const rest = Float64Array.from(inside, (i) => targets[i] - model[i]).sort();
      tree.mean[leaf] = settings.rate * quantileOf(rest, alpha);
      for (const i of inside) model[i] += tree.mean[leaf];
    }
    trees.push(tree);
  }
  return { origin, trees };
}

/** The quantile at a point whose features stand in `points` from index `at` on. */
export function boosted({ origin, trees }: Boosting, points: Float64Array, at = 0): number {
  let sum = origin;
  for (const tree of trees) sum += tree.mean[leafOf(tree, points, at)];
  return sum;
}

/** Of sorted numbers: the smallest one that a share alpha of them does not exceed, as scikit-learn has it. */
function quantileOf(sorted: Float64Array, alpha: number): number {
  return sorted[Math.max(0, Math.ceil(alpha * sorted.length) - 1)];
}

function featuresByPoint({ columns, count }: Table): Float64Array {
  const points = new Float64Array(count * columns.length);
  for (const [f, column] of columns.entries())
    for (let i = 0; i < count; i++) points[i * columns.length + f] = column[i];
  return points;
}
