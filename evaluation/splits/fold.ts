/** Folds: what every kind of split comes to. Row numbers start at 0 and ascend. */
import { StudyDefinitionError } from '../../study/errors.ts';

/** One division of the rows: what a model learns from, and what it is judged by. No row is in both. */
export interface Fold {
  readonly train: Int32Array;
  readonly test: Int32Array;
}

/** Folds hold all their row numbers at once, four bytes each: this many take 1 GiB. */
const MOST_NUMBERS = 268_435_456;

/**
 * A fold for each part: its rows are the test rows, all others train.
 * @param partOf  part of each row, 0 to parts - 1
 */
export function foldsOf(partOf: Int32Array, parts: number): Fold[] {
  const rows = partOf.length;
  checkMemory(parts, rows);
  const counts = new Int32Array(parts);
  for (const part of partOf) counts[part]!++;
  return Array.from(counts, (count, part) => {
    const train = new Int32Array(rows - count);
    const test = new Int32Array(count);
    let [learnt, judged] = [0, 0];
    for (let row = 0; row < rows; row++)
      if (partOf[row] === part) test[judged++] = row;
      else train[learnt++] = row;
    return { train, test };
  });
}

/** A fold of positions in `rows` as a fold of those rows. */
export function within(rows: Int32Array, { train, test }: Fold): Fold {
  const rowAt = (position: number): number => rows[position]!;
  return { train: train.map(rowAt), test: test.map(rowAt) };
}

/** The values of these rows, such as their labels: what an inner split is made of. */
export function takeRows<T>(values: ArrayLike<T>, rows: Int32Array): T[] {
  return Array.from(rows, (row) => values[row]!);
}

/** Row numbers from `start` to before `end`. */
export function rowRange(start: number, end: number): Int32Array {
  return Int32Array.from({ length: Math.max(end - start, 0) }, (_, i) => start + i);
}

/** @throws StudyDefinitionError if so many folds of so many rows would not fit into memory */
export function checkMemory(folds: number, rows: number): void {
  if (folds * rows <= MOST_NUMBERS) return;
  throw new StudyDefinitionError(
    `${folds} folds of ${rows} rows are ${folds * rows} row numbers, expected at most ${MOST_NUMBERS}; ` +
      'take fewer folds or fewer repeats',
  );
}
