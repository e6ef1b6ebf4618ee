/** Cross-validation with as many folds as there are rows, or groups. No chance is in it: there is one such division. */
import { StudyDefinitionError } from '../../study/errors.ts';
import type { Label } from '../../study/evaluation/predictions.ts';
import { foldsOf, rowRange, type Fold } from './fold.ts';
import { checkRows } from './checks.ts';
import { groupsOf } from './partition.ts';

/**
 * A fold for each row, in their order, which is its only test row.
 * @throws StudyDefinitionError if there are fewer than 2 rows, or too many for memory (above 16,384)
 */
export function leaveOneOut(rows: number): Fold[] {
  checkRows(rows);
  if (rows < 2)
    throw new StudyDefinitionError(`leave-one-out: rows is ${rows}, expected at least 2: one to judge, one to train`);
  return foldsOf(rowRange(0, rows), rows);
}

/**
 * A fold for each group, in ascending order of their names, whose rows are its test rows.
 * @param groups  each row's group
 * @throws        StudyDefinitionError if there are fewer than 2 groups, or a row has none
 */
export function leaveOneGroupOut(groups: ArrayLike<Label>): Fold[] {
  const { codeOf, counts } = groupsOf(groups);
  if (counts.length < 2)
    throw new StudyDefinitionError(
      `leave-one-group-out: all ${codeOf.length} rows are of one group, expected at least 2 groups; ` +
        'give other groups or another split',
    );
  return foldsOf(codeOf, counts.length);
}
