/**
 * What a child has of two parents.
 *
 * Numbers: simulated binary crossover within bounds [Deb 1995; bounds as in Deb's NSGA-II code], which spreads children about their
 * parents as far as these are apart; each number is crossed with probability 1/2, else it is the first parent's. Or uniform crossover:
 * either parent's. Categories: either parent's. Permutations: order crossover [Davis 1985]: a stretch of one parent in its place, the
 * others in the order of the other one. What one parent alone has is inherited from it.
 *
 * [Deb 1995] Deb & Agrawal, "Simulated Binary Crossover for Continuous Search Space", Complex Systems 9, 1995.
 * [Davis 1985] Davis, "Applying Adaptive Algorithms to Epistatic Domains", IJCAI 1985.
 */
import type { CompiledSpace } from '../../study/space/dimensions.ts';
import { power } from '../numerics/elementary.ts';
import { digitsOf, itemsOf } from '../orders.ts';
import type { Rng } from '../sampler.ts';
import { unitsOf } from './units.ts';

export type Crossover = 'sbx' | 'uniform';

/** Distribution index: the larger, the nearer to their parents children are. */
const ETA = 20;

/**
 * Genes of a child, NaN where neither parent has any.
 * @param a, b    genes of the parents
 * @param stream  its random numbers
 */
export function crossed(
  space: CompiledSpace,
  a: Float64Array,
  b: Float64Array,
  how: Crossover,
  rng: Rng,
  stream: number,
): Float64Array {
  const child = a.slice();
  for (const { kind, dims } of unitsOf(space)) {
    const [dim] = dims;
    const u = (i: number): number => rng.uniform(stream, 3 * dim + i);
    if (Number.isNaN(b[dim])) continue;
    if (Number.isNaN(a[dim])) for (const each of dims) child[each] = b[each];
    else if (kind === 'order') {
      for (const [i, gene] of orderCrossed(genesOf(a, dims), genesOf(b, dims), u(0), u(1)).entries())
        child[dims[i]] = gene;
    } else if (kind === 'category' || how === 'uniform') child[dim] = u(0) < 0.5 ? a[dim] : b[dim];
    else if (u(0) < 0.5) child[dim] = simulatedBinary(a[dim], b[dim], u(1), u(2) < 0.5);
  }
  return child;
}

/**
 * One of the two children of a and b in [0, 1], the one beside the smaller parent or the other.
 * @param u  in (0, 1): how far the children are apart
 */
export function simulatedBinary(a: number, b: number, u: number, beside: boolean): number {
  const low = Math.min(a, b);
  const width = Math.abs(a - b);
  if (width < 1e-14) return a;
  const room = beside ? low : 1 - low - width;
  // the share of the unbounded distribution that stays within the bound
  const alpha = 2 - power(1 + (2 * room) / width, -(ETA + 1));
  const spread = u <= 1 / alpha ? power(u * alpha, 1 / (ETA + 1)) : power(1 / (2 - u * alpha), 1 / (ETA + 1));
  const child = low + 0.5 * width + (beside ? -0.5 : 0.5) * spread * width;
  return Math.min(Math.max(child, 0), 1);
}

/** Genes of an order that has a stretch of the first parent's places, chosen by two numbers in (0, 1). */
function orderCrossed(a: readonly number[], b: readonly number[], u: number, v: number): number[] {
  const n = a.length + 1;
  const [first, last] = [Math.floor(u * n), Math.floor(v * n)].sort((x, y) => x - y);
  const [ours, theirs] = [a, b].map((genes) => orderOf(genes));
  const kept = new Set(ours.slice(first, last + 1));
  const others = theirs.filter((item) => !kept.has(item));
  return genesOfOrder(
    ours.map((item, i) => (i >= first && i <= last ? item : others[i < first ? i : i - (last + 1 - first)])),
  );
}

/** Items by their places, from the genes of n - 1 digits. */
export function orderOf(genes: readonly number[]): number[] {
  const n = genes.length + 1;
  return itemsOf(n, (i) => Math.min(Math.floor(genes[i] * (n - i)), n - i - 1));
}

/** Each in the middle of its cell. */
export function genesOfOrder(items: readonly number[]): number[] {
  return digitsOf(items).map((digit, i) => (digit + 0.5) / (items.length - i));
}

export function genesOf(genes: Float64Array, dims: readonly number[]): number[] {
  return dims.map((dim) => genes[dim]);
}
