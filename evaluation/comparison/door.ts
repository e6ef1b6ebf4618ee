/** What the comparisons refuse at the door, in words. */
import { show } from '../../study/wording/json.ts';

/** @throws RangeError unless alpha is in (0, 1) */
export function checkAlpha(alpha: number): void {
  if (!(alpha > 0 && alpha < 1))
    throw new RangeError(`alpha is ${show(alpha)}, expected a chance of error between 0 and 1, such as 0.05`);
}

/** @throws RangeError unless it is a finite number >= 0 */
export function checkMinimumEffect(effect: number): void {
  if (!(effect >= 0 && effect < Infinity))
    throw new RangeError(`minimumEffect is ${show(effect)}, expected a finite number >= 0 in the metric's unit`);
}

/** @throws RangeError unless it is whole and at least `least` */
export function checkCount(what: string, value: number, least: number): void {
  if (!Number.isSafeInteger(value) || value < least)
    throw new RangeError(`${what} is ${show(value)}, expected a whole number >= ${least}`);
}

/** @throws RangeError unless the list has an entry for each of n rows */
export function checkLength(what: string, list: { readonly length: number }, n: number): void {
  if (list.length !== n)
    throw new RangeError(`${what} has ${list.length} entries for ${n} rows, expected one a row, in the rows' order`);
}
