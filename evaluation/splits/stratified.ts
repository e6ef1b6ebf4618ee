/** K-fold cross-validation that keeps the shares of the classes, as scikit-learn's StratifiedKFold does. */
import { StudyDefinitionError } from '../../study/errors.ts';
import type { Label } from '../../study/evaluation/predictions.ts';
import { show } from '../../study/wording/json.ts';
import { checkFolds, type FoldOptions } from './checks.ts';
import { foldsOf, type Fold } from './fold.ts';
import { classesOf, type Partition } from './partition.ts';
import { shuffled } from './shuffle.ts';

/**
 * Folds whose sizes differ by at most 1, and in each of them every class by less than 1 from an even share of its rows.
 * What the classes are called makes no difference.
 *
 * @param labels  each row's class
 * @returns       `folds` folds
 * @throws        StudyDefinitionError if a class has fewer rows than there are folds, or a row has no class
 */
export function stratifiedKFold(labels: ArrayLike<Label>, { folds, seed }: FoldOptions): Fold[] {
  const classes = classesOf(labels);
  const { codeOf } = classes;
  checkFolds(folds, codeOf.length, 'rows');
  checkClasses(classes, folds, `one for each of ${folds} folds: take fewer folds`);
  const partOf = new Int32Array(codeOf.length);
  // rows stand in line, class by class, and are dealt to the folds in turn: so many of the first `rows` go to a fold
  const dealt = (rows: number, part: number): number => Math.max(Math.ceil((rows - part) / folds), 0);
  let start = 0;
  for (const members of membersOf(classes, shuffled(codeOf.length, seed))) {
    const end = start + members.length;
    for (let part = 0, next = 0; part < folds; part++)
      for (let share = dealt(end, part) - dealt(start, part); share > 0; share--) partOf[members[next++]!] = part;
    start = end;
  }
  return foldsOf(partOf, folds);
}

/** The rows of each class, in this order of all rows. */
export function membersOf({ codeOf, counts }: Partition, order: Int32Array): Int32Array[] {
  const members = Array.from(counts, (count) => new Int32Array(count));
  const filled = new Int32Array(counts.length);
  for (const row of order) {
    const code = codeOf[row]!;
    members[code]![filled[code]!++] = row;
  }
  return members;
}

/** @throws StudyDefinitionError if a class has fewer than `least` rows; `needs` says what for */
export function checkClasses({ names, counts }: Partition, least: number, needs: string): void {
  const rarest = counts.indexOf(counts.reduce((a, b) => Math.min(a, b)));
  const count = counts[rarest]!;
  if (count >= least) return;
  throw new StudyDefinitionError(
    `class ${show(names[rarest])} has ${count} row${count === 1 ? '' : 's'}, expected at least ${least}, ${needs}, ` +
      'join or leave out rare classes, or do without labels (numbers to be predicted are not classes)',
  );
}
