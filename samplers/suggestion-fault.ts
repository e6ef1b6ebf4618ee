/** What every suggestion has to be, whoever made it. */
import { pointFault } from '../study/space/point.ts';
import { pinned } from './fixed-values.ts';
import type { Ask, Problem, Suggestion } from './sampler.ts';

const MAX_MEMO_BYTES = 512;

/** Why a suggestion cannot be used, in words; undefined if it can. */
export function suggestionFault({ space }: Problem, ask: Ask, { x, memo }: Suggestion): string | undefined {
  if (x.length !== space.dimensions.length)
    return `the suggestion has ${x.length} numbers, expected ${space.dimensions.length}`;
  const fault = pointFault(space, x);
  if (fault) return `the suggestion is not in the space: ${fault}`;
  const { fixed } = pinned(space, ask.fixed);
  for (const [i, { name }] of space.dimensions.entries())
    if (!Number.isNaN(fixed[i]) && fixed[i] !== x[i])
      return `the suggestion has ${name} = ${x[i]}, though it is fixed to ${fixed[i]}`;
  if (memo && memo.length > MAX_MEMO_BYTES)
    return `the memo has ${memo.length} bytes, expected at most ${MAX_MEMO_BYTES}`;
  return undefined;
}
