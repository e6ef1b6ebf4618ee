/**
 * Small changes of genes.
 *
 * Numbers: polynomial mutation within bounds [Deb 1999], or a normal step; a number of a grid moves by one step at least. Categories:
 * any other, all alike. Permutations: two items change places.
 *
 * [Deb 1999] Deb & Agrawal, "A Niched-Penalty Approach for Constraint Handling in Genetic Algorithms", ICANNGA 1999.
 */
import { onStep, type CompiledSpace, type Dimension } from '../../study/space/dimensions.ts';
import { power } from '../numerics/elementary.ts';
import type { Rng } from '../sampler.ts';
import { fromUnit, toUnit } from '../unit-cube.ts';
import { withoutPriors } from '../unit-vectors.ts';
import { genesOf, genesOfOrder, orderOf } from './crossover.ts';
import type { Unit } from './units.ts';

/** Distribution index: the larger, the smaller steps are; a step is about 1 / (ETA + 1) of the range. */
const ETA = 20;

/** A gene in [0, 1], changed by a number u in (0, 1): half of them fall. */
export type Step = (gene: number, u: number) => number;

/**
 * Changes a unit in place.
 * @param stream  of its random numbers, two of which it takes for each dimension
 */
export function mutate(
  space: CompiledSpace,
  { kind, dims }: Unit,
  genes: Float64Array,
  step: Step,
  rng: Rng,
  stream: number,
): void {
  const [dim] = dims;
  const dimensions = withoutPriors(space);
  const u = (i: number): number => rng.uniform(stream, 2 * dim + i);
  if (kind === 'number') genes[dim] = moved(dimensions[dim], genes[dim], step(genes[dim], u(0)));
  else if (kind === 'category') genes[dim] = otherCategory(dimensions[dim].size, genes[dim], u(0));
  else for (const [i, gene] of swapped(genesOf(genes, dims), u(0), u(1)).entries()) genes[dims[i]] = gene;
}

/** A step of polynomial mutation. */
export function polynomial(gene: number, u: number): number {
  const falls = u < 0.5;
  const share = falls ? 2 * u : 2 - 2 * u;
  const kept = power(falls ? 1 - gene : gene, ETA + 1);
  const size = 1 - power(share + (1 - share) * kept, 1 / (ETA + 1));
  return clip(falls ? gene - size : gene + size);
}

/** Where a number lands: on a grid at least at the next value, if there is one on that side, else at that on the other. */
function moved(dimension: Dimension, from: number, to: number): number {
  const { low, step, size } = dimension;
  if (size === Infinity) return to;
  const [before, after] = [fromUnit(dimension, from), fromUnit(dimension, to)];
  if (before !== after) return toUnit(dimension, after);
  const place = Math.round((before - low) / step);
  const next = to < from ? place - 1 : place + 1;
  const within = next < 0 ? 1 : next >= size ? size - 2 : next;
  return toUnit(dimension, onStep(low, step, within));
}

function otherCategory(size: number, gene: number, u: number): number {
  const before = Math.min(Math.floor(gene * size), size - 1);
  const drawn = Math.min(Math.floor(u * (size - 1)), size - 2);
  return ((drawn >= before ? drawn + 1 : drawn) + 0.5) / size;
}

function swapped(genes: readonly number[], u: number, v: number): number[] {
  const items = orderOf(genes);
  const n = items.length;
  const i = Math.floor(u * n);
  const j = (i + 1 + Math.floor(v * (n - 1))) % n;
  [items[i], items[j]] = [items[j], items[i]];
  return genesOfOrder(items);
}

function clip(gene: number): number {
  return Math.min(Math.max(gene, 0), 1);
}
