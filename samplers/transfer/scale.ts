/**
 * What sources expect, on the scale of results of standard deviation 1: by the spread of what they expect of the own trials, and around the
 * mean of it, so that only what they say of differences counts. The spread is taken together with that of all scores, 1, which
 * weighs as much as `SCORES_ROWS` own trials: of a few trials it says little.
 */
import type { Voice } from './transfer.ts';

const SCORES_ROWS = 3;

/** `scale * (expected - middle)` is the scaled one. @param expected  of own trials, at least one, by the voices together */
export function scaleOf(
  expected: ArrayLike<number>,
  voices: readonly Voice<unknown>[],
): { readonly middle: number; readonly scale: number } {
  const total = voices.reduce((sum, { weight }) => sum + weight, 0);
  const count = expected.length;
  let middle = 0;
  for (let i = 0; i < count; i++) middle += expected[i] / count;
  let squares = SCORES_ROWS;
  for (let i = 0; i < count; i++) squares += ((expected[i] - middle) / total) * ((expected[i] - middle) / total);
  return { middle, scale: Math.sqrt((count + SCORES_ROWS) / squares) };
}
