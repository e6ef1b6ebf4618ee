/** K-fold cross-validation that never divides a group, as scikit-learn's GroupKFold does. */
import type { Label } from '../../study/evaluation/predictions.ts';
import { checkFolds, type FoldOptions } from './checks.ts';
import { foldsOf, type Fold } from './fold.ts';
import { groupsOf } from './partition.ts';
import { shuffled } from './shuffle.ts';

/**
 * Folds of about one size: the largest group first, each goes to the fold that has the fewest rows, so that no two
 * folds differ by more than the largest group. With a seed, groups within a factor of two count as equally large and come
 * in random order: other seeds give other folds, hardly less even ones (the same where a few large groups leave no choice).
 *
 * @param groups  each row's group
 * @returns       `folds` folds
 * @throws        StudyDefinitionError if there are more folds than groups, or a row has no group
 */
export function groupKFold(groups: ArrayLike<Label>, { folds, seed }: FoldOptions): Fold[] {
  const { codeOf, counts } = groupsOf(groups);
  checkFolds(folds, counts.length, 'groups');
  const sizes = new Float64Array(folds);
  const foldOf = new Int32Array(counts.length);
  for (const group of largestFirst(Float64Array.from(counts), seed)) {
    const fold = sizes.indexOf(sizes.reduce((a, b) => Math.min(a, b)));
    sizes[fold]! += counts[group]!;
    foldOf[group] = fold;
  }
  return foldsOf(
    codeOf.map((group) => foldOf[group]!),
    folds,
  );
}

/** Groups by size, > 0; of equal ones the last first, or with a seed at random those within a factor of two. */
export function largestFirst(sizes: Float64Array, seed: number | undefined): Int32Array {
  const order = shuffled(sizes.length, seed);
  if (seed === undefined) return order.sort((a, b) => sizes[b]! - sizes[a]! || b - a);
  const most = sizes.reduce((a, b) => Math.max(a, b));
  // leading zeros of a size, where the largest has one
  const halvings = sizes.map((size) => Math.clz32((size / most) * 2147483647));
  return order.sort((a, b) => halvings[a]! - halvings[b]!);
}
