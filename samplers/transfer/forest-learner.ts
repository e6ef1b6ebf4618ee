/** A source's scores learnt by a small forest: any space, in milliseconds. */
import type { CompiledSpace } from '../../study/space/dimensions.ts';
import { Draws } from '../trees/draws.ts';
import { featureReader, featuresOf } from '../trees/features.ts';
import { growForest, predict, type ForestSettings } from '../trees/forest.ts';
import { Table } from '../trees/table.ts';
import type { Learn, Learnt } from './source.ts';

const FOREST: ForestSettings = {
  trees: 16,
  random: true,
  features: 1,
  leaf: 2,
  depth: 20,
  bootstrap: false,
  doubt: 0,
};
/** Key of the trees' random numbers: the same for all studies, so that what is learnt is a function of the rows. */
const KEY = 0x7472616e;

export interface LearntForest extends Learnt {
  /** The same at a point whose features (trees/features.ts) stand in `points` from index `at` on. */
  scoreOf(points: Float64Array, at?: number): number;
}

export function forestLearner(space: CompiledSpace): Learn<LearntForest> {
  const features = featuresOf(space);
  const featuresAt = featureReader(features);
  return (points, scores) => {
    const table = new Table(features);
    table.append(points);
    const forest = growForest(table, scores, FOREST, (tree) => new Draws(tree, KEY));
    const scoreOf = (of: Float64Array, at = 0): number => predict(forest, of, at).mean;
    return { scoreOf, scoreAt: (x) => scoreOf(featuresAt(x)) };
  };
}
