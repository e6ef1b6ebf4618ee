/** What every split asks of its arguments. All throw StudyDefinitionError, in words. */
import { StudyDefinitionError } from '../../study/errors.ts';
import { show } from '../../study/wording/json.ts';

export interface FoldOptions {
  /** Whole, at least 2. */
  readonly folds: number;
  /** Whole, 0 to 2^53 - 1; absent: nothing is shuffled. */
  readonly seed?: number | undefined;
}

const MOST_SEED = Number.MAX_SAFE_INTEGER;
/** Row numbers have 32 bits. */
const MOST_ROWS = 2147483647;

/** A whole number, `least` to `most`. */
export function checkWhole(name: string, value: unknown, least: number, most: number, advice: string): void {
  if (Number.isInteger(value) && (value as number) >= least && (value as number) <= most) return;
  throw new StudyDefinitionError(
    `${name} is ${show(value)}, expected a whole number, ${least} to ${most === MOST_SEED ? '2^53 - 1' : most}; ${advice}`,
  );
}

export function checkSeed(seed: number): void {
  checkWhole('seed', seed, 0, MOST_SEED, 'leave it out for no shuffle where the split allows that');
}

export function checkRows(rows: number): void {
  checkWhole('rows', rows, 1, MOST_ROWS, 'give the number of rows that are to be divided');
}

/** At least 2, and no more than there are rows or groups. */
export function checkFolds(folds: number, count: number, of: 'rows' | 'groups'): void {
  checkWhole('folds', folds, 2, MOST_ROWS, 'one part is judged while the others train');
  if (folds <= count) return;
  throw new StudyDefinitionError(
    `folds is ${folds}, but there are only ${count} ${of}; expected at most ${count}: take fewer folds or more ${of}`,
  );
}

/** A share of the rows, between 0 and 1. */
export function checkShare(name: string, value: number): void {
  if (typeof value === 'number' && value > 0 && value < 1) return;
  throw new StudyDefinitionError(
    `${name} is ${show(value)}, expected a share of the rows above 0 and below 1; write 0.25 for a quarter, say`,
  );
}
