/**
 * Bayesian optimisation with a random forest, as SMAC does it [Hutter 2011, Lindauer 2022]: for one objective or several, any space, and
 * at its best where many dimensions are categories or conditional.
 *
 * [Hutter 2011] Hutter, Hoos and Leyton-Brown, "Sequential Model-Based Optimization for General Algorithm Configuration",
 *   LION 5.
 * [Lindauer 2022] Lindauer et al., "SMAC3: A Versatile Bayesian Optimization Package for Hyperparameter Optimization",
 *   JMLR 23(54).
 */
import type { Sampler } from '../sampler.ts';
import { growForest, predict, type ForestSettings } from '../trees/forest.ts';
import { treeSampler, type TreesCache } from '../trees/tree-sampler.ts';

const UNLIMITED = 1_048_576;

export const forest: Sampler<TreesCache> = treeSampler({
  name: 'forest',
  version: 2,
  several: true,
  options: {
    trees: { type: 'int', default: 20, low: 1, high: 1000, doc: 'Trees of the forest' },
    kind: {
      type: 'enum',
      default: 'extra-trees',
      values: ['extra-trees', 'random-forest'],
      doc: 'Trees of all trials with random splits (extra-trees), or of bootstraps of them with best splits (random-forest)',
    },
    features: { type: 'float', default: 1, low: 0, high: 1, doc: 'Share of the parameters that a split compares' },
    leaf: { type: 'int', default: 1, low: 1, high: 1000, doc: 'Trials that a leaf has at least' },
    doubt: {
      type: 'float',
      default: 1,
      low: 0,
      high: 1000,
      doc: 'How fast a tree grows unsure with the distance to its trials, 1 being the whole range of a parameter; 0: not at all',
    },
  },
  fit(options) {
    const random = options['kind'] === 'extra-trees';
    const settings: ForestSettings = {
      trees: Number(options['trees']),
      random,
      bootstrap: !random,
      features: Number(options['features']),
      leaf: Number(options['leaf']),
      depth: UNLIMITED,
      doubt: Number(options['doubt']),
    };
    return (table, targets, draws, weights) => {
      const grown = growForest(table, targets, settings, draws, weights);
      return (points, at) => predict(grown, points, at);
    };
  },
});
