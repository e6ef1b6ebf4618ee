/**
 * What is inherited as one: a number, a category, or a permutation with all its digits. Genes are places on the values' own scales
 * (unit-vectors.ts), NaN where a dimension is inactive.
 */
import type { CompiledSpace } from '../../study/space/dimensions.ts';
import type { Pinned } from '../fixed-values.ts';
import { ordersOf } from '../orders.ts';
import type { Rng } from '../sampler.ts';
import { fromUnit, toUnit } from '../unit-cube.ts';

export interface Unit {
  readonly kind: 'number' | 'category' | 'order';
  /** One, but for a permutation. */
  readonly dims: readonly number[];
}

const known = new WeakMap<CompiledSpace, readonly Unit[]>();

/** The units that can differ. */
export function unitsOf(space: CompiledSpace): readonly Unit[] {
  let units = known.get(space);
  if (!units) known.set(space, (units = makeUnits(space)));
  return units;
}

function makeUnits(space: CompiledSpace): Unit[] {
  const orders = ordersOf(space);
  const digits = new Set(orders.flat());
  const singles = space.dimensions.flatMap(({ kind, size }, dim): Unit[] => {
    if (size === 1 || digits.has(dim)) return [];
    return [{ kind: kind === 'categorical' ? 'category' : 'number', dims: [dim] }];
  });
  return [...singles, ...orders.map((dims): Unit => ({ kind: 'order', dims }))];
}

/** Those that a point has, and that nothing pins. */
export function variedUnits(space: CompiledSpace, { fixed }: Pinned, genes: Float64Array): Unit[] {
  return unitsOf(space).filter(({ dims }) => !Number.isNaN(genes[dims[0]]) && Number.isNaN(fixed[dims[0]]));
}

/** Genes of what the point does not have are drawn from their priors, in place: it may come to have them. */
export function fillGaps({ dimensions }: CompiledSpace, genes: Float64Array, rng: Rng, stream: number): Float64Array {
  for (const [dim, dimension] of dimensions.entries())
    if (Number.isNaN(genes[dim])) genes[dim] = toUnit(dimension, fromUnit(dimension, rng.uniform(stream, dim)));
  return genes;
}
