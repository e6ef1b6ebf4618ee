/** Permutations changed a little, as a search does it: two items swapped, or one taken out and put in elsewhere. */
import { digitsOf, itemsOf } from '../orders.ts';

/** Coordinates of a permutation's digits, in the middle of their cells. */
export interface OrderUnits {
  readonly dims: readonly number[];
  readonly units: readonly number[];
}

/** The items by their places. @param unit  coordinates of a point, active in `dims` */
export function orderAt(unit: Float64Array, dims: readonly number[]): number[] {
  const n = dims.length + 1;
  return itemsOf(n, (i) => Math.min(Math.floor(unit[dims[i]] * (n - i)), n - i - 1));
}

export function unitsOfOrder(items: readonly number[], dims: readonly number[]): OrderUnits {
  return { dims, units: digitsOf(items).map((digit, i) => (digit + 0.5) / (items.length - i)) };
}

/** The items with those at two places swapped. */
export function swapped(items: readonly number[], a: number, b: number): number[] {
  const next = [...items];
  [next[a], next[b]] = [next[b], next[a]];
  return next;
}

/** The items with that at one place put where another is. */
export function moved(items: readonly number[], from: number, to: number): number[] {
  const next = [...items];
  next.splice(to, 0, ...next.splice(from, 1));
  return next;
}

/** How many orders of n items are one such move away. */
export function nearCount(n: number): number {
  return (n * (n - 1)) / 2 + n * (n - 1);
}

/** One of them, by its number: swaps first, then moves. */
export function nearOrder(items: readonly number[], which: number): number[] {
  const n = items.length;
  let left = which;
  for (let a = 0; a < n - 1; left -= n - 1 - a++) if (left < n - 1 - a) return swapped(items, a, a + 1 + left);
  const [from, other] = [Math.floor(left / (n - 1)), left % (n - 1)];
  return moved(items, from, other + (other >= from ? 1 : 0));
}
