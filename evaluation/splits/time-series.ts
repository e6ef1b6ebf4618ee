/** Rows in the order of time: training is always before what it is judged by, as in scikit-learn's TimeSeriesSplit. */
import { StudyDefinitionError } from '../../study/errors.ts';
import { checkFolds, checkRows, checkShare, checkWhole } from './checks.ts';
import { checkMemory, rowRange, type Fold } from './fold.ts';
import { heldCount } from './hold-out.ts';

export interface TimeSeriesOptions {
  /** Whole, at least 2. */
  readonly folds: number;
  /** Rows left out between training and test, whole, >= 0; absent: 0. */
  readonly gap?: number;
  /** Test rows of a fold, whole, >= 1; absent: rows / (folds + 1), rounded down. */
  readonly testSize?: number;
  /** Most rows to train on, the last ones, whole, >= 1; absent: all before. */
  readonly maxTrain?: number;
}

/**
 * Folds in the order of time: their test rows follow each other up to the last row, and each trains on what was before
 * (an expanding window; with `maxTrain` a sliding one).
 *
 * @param rows  in order of time, more than `folds`
 * @returns     `folds` folds
 * @throws      StudyDefinitionError if the first fold would have no row to train on
 */
export function timeSeries(rows: number, options: TimeSeriesOptions): Fold[] {
  const { folds, gap = 0, maxTrain = rows } = options;
  checkRows(rows);
  checkFolds(folds, rows, 'rows');
  if (folds === rows)
    throw new StudyDefinitionError(
      `folds is ${folds} of ${rows} rows, expected fewer: the first rows only train; take fewer folds`,
    );
  checkWhole('gap', gap, 0, rows - 1, 'give a number of rows');
  const testSize = options.testSize ?? Math.floor(rows / (folds + 1));
  checkWhole('testSize', testSize, 1, rows - 1, 'give a number of rows');
  checkWhole('maxTrain', maxTrain, 1, Number.MAX_SAFE_INTEGER, 'give a number of rows');
  checkMemory(folds, rows);
  const first = rows - folds * testSize;
  if (first - gap < 1)
    throw new StudyDefinitionError(
      `${folds} folds of ${testSize} test rows with a gap of ${gap} leave no row of ${rows} for the first training; ` +
        'take fewer folds, a smaller gap or smaller tests',
    );
  return Array.from({ length: folds }, (_, fold) => {
    const start = first + fold * testSize;
    const end = start - gap;
    return { train: rowRange(Math.max(end - maxTrain, 0), end), test: rowRange(start, start + testSize) };
  });
}

/**
 * One fold whose test rows are the last ceil(size * rows), and whose training ends `gap` rows before them.
 * @throws StudyDefinitionError if no row is left to train on
 */
export function holdOutLast(rows: number, { size, gap = 0 }: { readonly size: number; readonly gap?: number }): Fold {
  checkRows(rows);
  checkShare('size', size);
  checkWhole('gap', gap, 0, rows - 1, 'give a number of rows');
  const start = rows - heldCount('size', size, rows);
  if (start - gap < 1)
    throw new StudyDefinitionError(
      `a gap of ${gap} before the last ${rows - start} of ${rows} rows leaves none to train on; hold out less or take a smaller gap`,
    );
  return { train: rowRange(0, start - gap), test: rowRange(start, rows) };
}
