/**
 * Folds within folds: the inner ones choose a model, the outer ones judge what was chosen, on rows that had no say in it.
 */
import { StudyDefinitionError } from '../../study/errors.ts';
import { checkSeed } from './checks.ts';
import { within, type Fold } from './fold.ts';
import { derivedSeed } from './shuffle.ts';

export interface NestedFold extends Fold {
  /** Folds of the training rows alone. */
  readonly inner: readonly Fold[];
}

/**
 * Each outer fold with inner folds of its own.
 *
 * @param outer   any folds
 * @param seed    whole, 0 to 2^53 - 1
 * @param divide  makes the inner folds of the training rows, as positions in that list (0 is its first), by a seed of
 *                their own: (train, seed) => stratifiedKFold(takeRows(labels, train), { folds: 3, seed })
 * @throws        StudyDefinitionError if a position is outside the training rows
 */
export function nested(
  outer: readonly Fold[],
  seed: number,
  divide: (train: Int32Array, seed: number) => readonly Fold[],
): NestedFold[] {
  checkSeed(seed);
  return outer.map(({ train, test }, at) => {
    const inner = divide(train, derivedSeed(seed, 'inner', at));
    for (const fold of inner)
      for (const position of [fold.train.at(-1) ?? 0, fold.test.at(-1) ?? 0])
        if (position >= train.length)
          throw new StudyDefinitionError(
            `an inner fold of outer fold ${at} holds position ${position}, expected below ${train.length}, the number ` +
              'of its training rows; divide those rows, not all of them',
          );
    return { train, test, inner: inner.map((fold) => within(train, fold)) };
  });
}
