/**
 * Bayesian optimisation with gradient-boosted trees of three quantiles, as scikit-optimize's gbrt_minimize: the median is the
 * mean, and half the distance between the quantiles .16 and .84, which one standard deviation to both sides has in a normal
 * distribution, is the deviation.
 */
import type { Sampler } from '../sampler.ts';
import { treeSampler, type TreesCache } from '../trees/tree-sampler.ts';
import { boost, boosted, type BoostingSettings } from './quantile-boosting.ts';

const QUANTILES = [0.16, 0.5, 0.84];

export const boosting: Sampler<TreesCache> = treeSampler({
  name: 'boosting',
  version: 2,
  // its quantiles found less of a front than a Sobol sequence
  several: false,
  options: {
    trees: { type: 'int', default: 30, low: 1, high: 1000, doc: 'Trees of each quantile' },
    depth: {
      type: 'int',
      default: 3,
      low: 1,
      high: 30,
      doc: 'Splits between the root of a tree and its leaves at most',
    },
    leaf: { type: 'int', default: 5, low: 1, high: 1000, doc: 'Trials that a leaf has at least' },
    rate: { type: 'float', default: 0.1, low: 0.001, high: 1, doc: "Share of each tree's answer that is taken" },
  },
  fit(options) {
    const settings: BoostingSettings = {
      trees: Number(options['trees']),
      depth: Number(options['depth']),
      rate: Number(options['rate']),
      random: false,
      features: 1,
      leaf: Number(options['leaf']),
    };
    return (table, targets, draws) => {
      const [low, middle, high] = QUANTILES.map((alpha, i) => boost(table, targets, alpha, settings, draws(i)));
      return (points, at) => {
        // models that were fitted one by one may cross
        const deviation = 0.5 * Math.max(0, boosted(high, points, at) - boosted(low, points, at));
        return { mean: boosted(middle, points, at), variance: deviation * deviation };
      };
    };
  },
});
