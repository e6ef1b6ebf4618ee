/** What the tests of splits share: data sets of any shape, and folds by row. */
import fc from 'fast-check';
import type { Fold } from '../../../evaluation/splits/index.ts';

/** Seeds as studies have them. */
export const seeds = fc.maxSafeNat();

/** Labels of 2 to 5 classes with at least `least` rows each, in any order. */
export function labelLists(least: number): fc.Arbitrary<string[]> {
  return fc
    .array(fc.integer({ min: least, max: least + 20 }), { minLength: 2, maxLength: 5 })
    .chain((counts) => shuffledLists(counts.flatMap((count, at) => new Array<string>(count).fill('edcba'[at]))));
}

/** Group names of `least` to 30 groups with 1 to 12 rows each, in any order. */
export function groupLists(least: number): fc.Arbitrary<number[]> {
  return fc
    .array(fc.integer({ min: 1, max: 12 }), { minLength: least, maxLength: 30 })
    .chain((sizes) => shuffledLists(sizes.flatMap((size, at) => new Array<number>(size).fill(at * 7 - 20))));
}

function shuffledLists<T>(list: T[]): fc.Arbitrary<T[]> {
  return fc.shuffledSubarray(list, { minLength: list.length });
}

/** One row a letter. */
export function letters(text: string): string[] {
  return Array.from(text, String);
}

export function counted<T>(values: Iterable<T>): Map<T, number> {
  const counts = new Map<T, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

export function valuesAt<T>(values: ArrayLike<T>, rows: Int32Array): T[] {
  return Array.from(rows, (row) => values[row]);
}

/** The fold that each row is a test row of, as a text. */
export function foldOf(folds: readonly Fold[]): string {
  const of: number[] = [];
  folds.forEach(({ test }, fold) => test.forEach((row) => (of[row] = fold)));
  return of.join(' ');
}

/** Whether rows are from 0 to below `rows`, ascend, and training and test have none in common. */
export function isSound({ train, test }: Fold, rows: number): boolean {
  const ascends = (list: Int32Array): boolean =>
    list.every((row, i) => row >= 0 && row < rows && !(row <= list[i - 1]));
  const tested = new Set(test);
  return ascends(train) && ascends(test) && !train.some((row) => tested.has(row));
}

/** Whether every fold is all rows, and every row is a test row once. */
export function isPartition(folds: readonly Fold[], rows: number): boolean {
  return (
    folds.every(
      (fold) => isSound(fold, rows) && fold.train.length + fold.test.length === rows && fold.test.length > 0,
    ) &&
    counted(folds.flatMap(({ test }) => [...test])).size === rows &&
    folds.reduce((sum, { test }) => sum + test.length, 0) === rows
  );
}
