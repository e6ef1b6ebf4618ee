/**
 * Points as trees see them: one feature a dimension with more than one value.
 *
 * Numbers and ordinals are their place in [0, 1] (unit-cube.ts), and -1 where inactive, below every place; a category is a
 * class 0 to size - 1, and class `size` where inactive. So being inactive is a branch of its own [Hutter 2009, Lindauer
 * 2022], and no value is made up for what is not there.
 *
 * [Hutter 2009] Hutter, "Automated Configuration of Algorithms for Solving Hard Computational Problems", PhD thesis, UBC.
 * [Lindauer 2022] Lindauer et al., "SMAC3: A Versatile Bayesian Optimization Package for Hyperparameter Optimization",
 *   JMLR 23(54).
 */
import type { CompiledSpace, Dimension } from '../../study/space/dimensions.ts';
import { toUnit } from '../unit-cube.ts';

export interface Features {
  /** Dimension of the space behind each feature. */
  readonly dims: readonly number[];
  /** How many classes a feature has, 0 where it is a number. */
  readonly classes: readonly number[];
  readonly dimensions: readonly Dimension[];
}

export const INACTIVE = -1;

export function featuresOf({ dimensions }: CompiledSpace): Features {
  const dims = dimensions.flatMap(({ size }, dim) => (size === 1 ? [] : [dim]));
  const classes = dims.map((dim) => {
    const { kind, size, when } = dimensions[dim];
    return kind === 'categorical' ? size + (when.length > 0 ? 1 : 0) : 0;
  });
  return { dims, classes, dimensions };
}

/** Feature f of a point. */
export function featureOf({ dims, classes, dimensions }: Features, f: number, x: Float64Array): number {
  const dimension = dimensions[dims[f]];
  const value = x[dims[f]];
  if (classes[f] > 0) return Number.isNaN(value) ? dimension.size : value;
  return Number.isNaN(value) ? INACTIVE : toUnit(dimension, value);
}

/**
 * Reads the features of one point after the other into one array, lent until the next call: what the last point had as well
 * is not read again, and neighbours have almost everything.
 */
export function featureReader(features: Features): (x: Float64Array) => Float64Array {
  const { dims, dimensions } = features;
  const last = new Float64Array(dimensions.length).fill(Infinity);
  const point = new Float64Array(dims.length);
  return (x) => {
    for (let f = 0; f < dims.length; f++) {
      const value = x[dims[f]];
      if (Object.is(value, last[dims[f]])) continue;
      last[dims[f]] = value;
      point[f] = featureOf(features, f, x);
    }
    return point;
  };
}
