/**
 * Permutations among the dimensions of a space: digits of a Lehmer code (study/space/dimensions.ts), digit i saying which of the
 * n - i items still left comes next.
 */
import type { CompiledSpace } from '../study/space/dimensions.ts';

/** The digits' dimensions of each permutation of three and more items: fewer are a category. */
export function ordersOf({ slots }: CompiledSpace): readonly (readonly number[])[] {
  return slots.flatMap(({ parameter, dims }) =>
    parameter.domain.kind === 'permutation' && dims.length > 1 ? [dims] : [],
  );
}

/** The n items by their places, from n - 1 digits. */
export function itemsOf(n: number, digit: (i: number) => number): number[] {
  const left = Array.from({ length: n }, (_, item) => item);
  const items: number[] = [];
  for (let i = 0; i < n - 1; i++) items.push(...left.splice(digit(i), 1));
  items.push(left[0]);
  return items;
}

/** The n - 1 digits of n items by their places. */
export function digitsOf(items: readonly number[]): number[] {
  const left = Array.from({ length: items.length }, (_, item) => item);
  return items.slice(0, -1).map((item) => {
    const digit = left.indexOf(item);
    left.splice(digit, 1);
    return digit;
  });
}
