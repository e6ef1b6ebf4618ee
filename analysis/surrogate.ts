/** The random forest that stands for an objective: how good its importances and dependences are, the trials decide. */
import { createRng } from '../samplers/numerics/philox.ts';
import { drawsOf } from '../samplers/trees/draws.ts';
import { featuresOf } from '../samplers/trees/features.ts';
import { growForest } from '../samplers/trees/forest.ts';
import { Table } from '../samplers/trees/table.ts';
import { componentsOf } from './measure/branches.ts';
import { layoutOf, leavesOf, type Grown, type Layout } from './measure/leaves.ts';
import type { MeasuredPoints } from './study-trials.ts';

/** Optuna's: each tree from a bootstrap of the trials, grown until its leaves are pure. */
const SETTINGS = { trees: 64, bootstrap: true, random: false, features: 1, leaf: 1, depth: 64, doubt: 0 };
/** The forest is the same for the same trials. */
const SEED = 1;

export interface Surrogate {
  readonly layout: Layout;
  readonly trees: readonly Grown[];
  /** What predictions are divided by and shifted to be in the objective's unit. */
  readonly scale: number;
  readonly origin: number;
}

/** @throws StudyDefinitionError where the space has too many combinations of conditions */
export function surrogateOf({ space, points, values }: MeasuredPoints): Surrogate {
  const features = featuresOf(space);
  const layout = layoutOf(space, features, componentsOf(space));
  const table = new Table(features);
  table.append(points);
  const [origin, top] = [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
  // in halves: the distance between the largest numbers there are is no finite one
  const half = 0.5 * top - 0.5 * origin;
  const targets = values.map((value) => (half === 0 ? 0 : (0.5 * value - 0.5 * origin) / half));
  const rng = createRng(SEED, 0);
  const { trees } = growForest(table, targets, SETTINGS, (tree) => drawsOf(rng, 0, tree));
  return { layout, trees: trees.map((tree) => leavesOf(tree, layout)), scale: 2 * half, origin };
}
