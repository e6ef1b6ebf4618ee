/** A split made several times: one division of the rows is one draw among many. */
import { checkSeed, checkWhole } from './checks.ts';
import { checkMemory, type Fold } from './fold.ts';
import { derivedSeed } from './shuffle.ts';

/**
 * The folds of all repeats, one after another, with other parts each time.
 *
 * @param repeats  whole, 1 to 1000
 * @param seed     whole, 0 to 2^53 - 1
 * @param divide   makes the folds of one repeat by a seed of its own: (seed) => kFold(150, { folds: 5, seed })
 * @throws         StudyDefinitionError if repeats or seed are no such numbers
 */
export function repeated(repeats: number, seed: number, divide: (seed: number) => readonly Fold[]): Fold[] {
  checkWhole('repeats', repeats, 1, 1000, 'say how often the rows are divided');
  checkSeed(seed);
  const folds: Fold[] = [];
  for (let repeat = 0; repeat < repeats; repeat++) {
    folds.push(...divide(derivedSeed(seed, 'repeat', repeat)));
    const [first] = folds;
    // every repeat is as large as the first one
    if (repeat === 0 && first) checkMemory(folds.length * repeats, first.train.length + first.test.length);
  }
  return folds;
}
