/**
 * Points as vectors of [0, 1], one number a dimension, for samplers that move about in the unit cube: a value's place on its own
 * scale, whatever its prior; a value of a grid or a category lies in the middle of its cell. An inactive dimension is NaN in a point's
 * vector, and takes no part where a vector becomes a point.
 */
import type { CompiledSpace, Dimension } from '../study/space/dimensions.ts';
import { forbiddenAt, holds } from '../study/space/point.ts';
import type { Pinned } from './fixed-values.ts';
import { fromUnit, toUnit } from './unit-cube.ts';

const flattened = new WeakMap<CompiledSpace, readonly Dimension[]>();

/** The vector of a point of the space. */
export function vectorOf({ dimensions }: CompiledSpace, x: Float64Array): Float64Array {
  return x.map((value, i) => (Number.isNaN(value) ? NaN : toUnit(dimensions[i], value)));
}

/**
 * The point that a vector without gaps stands for: what is pinned is kept, conditions are followed.
 * @returns undefined where the point is forbidden
 */
export function pointOf(
  space: CompiledSpace,
  { fixed, among }: Pinned,
  vector: Float64Array,
): Float64Array | undefined {
  const dimensions = withoutPriors(space);
  const x = new Float64Array(dimensions.length).fill(NaN);
  for (const [i, dimension] of dimensions.entries()) {
    if (!holds(dimension.when, x)) continue;
    if (!Number.isNaN(fixed[i])) {
      x[i] = fixed[i];
      continue;
    }
    const value = fromUnit(dimension, vector[i]);
    const left = among?.get(i);
    x[i] = !left || left.includes(value) ? value : left[Math.min(Math.floor(vector[i] * left.length), left.length - 1)];
  }
  return forbiddenAt(space, x) < 0 ? x : undefined;
}

/** The dimensions as places on their scales have it: without priors and weights. */
export function withoutPriors(space: CompiledSpace): readonly Dimension[] {
  let flat = flattened.get(space);
  if (!flat) {
    flat = space.dimensions.map(({ prior: _prior, weights: _weights, ...dimension }) => dimension);
    flattened.set(space, flat);
  }
  return flat;
}
