/** K-fold cross-validation: every row is judged once, by a model that did not see it. */
import { checkFolds, checkRows, type FoldOptions } from './checks.ts';
import { foldsOf, type Fold } from './fold.ts';
import { shuffled } from './shuffle.ts';

/**
 * Folds of one size, but that the first rows % folds of them have one row more; without a seed their test rows follow
 * each other.
 *
 * @param rows  whole, at least `folds`
 * @returns     `folds` folds
 * @throws      StudyDefinitionError if there are more folds than rows, or an argument is no such number
 */
export function kFold(rows: number, { folds, seed }: FoldOptions): Fold[] {
  checkRows(rows);
  checkFolds(folds, rows, 'rows');
  const order = shuffled(rows, seed);
  const partOf = new Int32Array(rows);
  const [size, larger] = [Math.floor(rows / folds), rows % folds];
  for (let part = 0, start = 0; part < folds; part++) {
    const end = start + size + Number(part < larger);
    for (; start < end; start++) partOf[order[start]!] = part;
  }
  return foldsOf(partOf, folds);
}
