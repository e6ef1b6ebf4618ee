/** K-fold cross-validation that never divides a group and keeps the shares of the classes as well as groups allow. */
import type { Label } from '../../study/evaluation/predictions.ts';
import { checkFolds, type FoldOptions } from './checks.ts';
import { checkLengths } from './data.ts';
import { foldsOf, type Fold } from './fold.ts';
import { groupParts } from './group-parts.ts';
import { classesOf, groupsOf } from './partition.ts';
import { checkClasses } from './stratified.ts';

/**
 * Folds of whole groups, as near to even shares of each class as a greedy rule comes (group-parts.ts).
 *
 * @param labels  each row's class
 * @param groups  each row's group
 * @returns       `folds` folds, none of them empty
 * @throws        StudyDefinitionError if there are more folds than groups or than rows of the rarest class, or a row has
 *                no class or no group
 */
export function stratifiedGroupKFold(
  labels: ArrayLike<Label>,
  groups: ArrayLike<Label>,
  { folds, seed }: FoldOptions,
): Fold[] {
  const [byClass, byGroup] = [classesOf(labels), groupsOf(groups)];
  checkLengths({ labels, groups });
  checkFolds(folds, byGroup.counts.length, 'groups');
  checkClasses(byClass, folds, `one for each of ${folds} folds: take fewer folds`);
  const shares = Array.from({ length: folds }, () => 1 / folds);
  const partOf = groupParts(byGroup, byClass, shares, seed);
  return foldsOf(
    byGroup.codeOf.map((group) => partOf[group]!),
    folds,
  );
}
