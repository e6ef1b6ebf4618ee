/**
 * Many looks at the same test data: what each look may spend of the whole alpha, in advance and without end.
 *
 * At look k it is alpha / (k (k + 1)), and sum over k = 1..K of 1 / (k (k + 1)) = 1 - 1 / (K + 1), so all looks together never
 * spend alpha. By the union bound (Bonferroni) the chance that any look promotes a challenger that is no better is at most the
 * sum of the looks' chances, however much they depend on each other, and they do: the rows are the same. The bound asks that
 * the pair compared at a look be chosen without these rows. Up to the first promotion it is: tuning sees other rows, and all
 * that the test data ever said is "not promoted". So the chance of a first false promotion is below alpha for any number of
 * nights. After a promotion the champion itself was chosen by these rows: looks go on counting, and fresh rows (then look 1
 * again) are the better choice.
 *
 * The first look has half of alpha, since it is the one that surely happens. Without a budget 30 independent looks at .05 find
 * some difference where there is none with a chance of 79 %, which is 1 less .95 multiplied thirty times.
 *
 * [Foster 2008] Foster and Stine, "alpha-investing: a procedure for sequential control of expected false discoveries", J. R.
 *   Stat. Soc. B 70(2), 429-444: alpha spending for a stream of tests whose number nobody knows beforehand.
 */
import { checkAlpha, checkCount } from './door.ts';

/**
 * What look `look` may spend.
 * @param look   from 1
 * @param total  alpha over all looks, in (0, 1)
 */
export function alphaOf(look: number, total: number): number {
  checkCount('look', look, 1);
  checkAlpha(total);
  return total / (look * (look + 1));
}

/** What looks 1 to `look` spend together; always below `total`. */
export function alphaSpent(look: number, total: number): number {
  checkCount('look', look, 1);
  checkAlpha(total);
  return total * (look / (look + 1));
}
