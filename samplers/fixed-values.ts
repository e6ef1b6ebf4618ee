/**
 * What fixed values ask of the dimensions that are still free.
 *
 * A value can be fixed whose condition depends on free parents: a trial enqueued with `momentum` alone, say, where momentum
 * exists for the optimizer sgd. It was checked when it was enqueued, so its parents follow: they are drawn among the values
 * that keep it active. A fixed value whose condition cannot hold beside the other fixed ones is dropped; among those that
 * exclude each other the first dimension's stays.
 */
import type { CompiledSpace } from '../study/space/dimensions.ts';
import { encode } from '../study/space/point.ts';
import type { Params } from '../study/space/space.ts';
import type { Ask, Problem } from './sampler.ts';

export interface Pinned {
  /** One number a dimension, NaN where free. */
  readonly fixed: Float64Array;
  /** The values left to a free dimension by the fixed ones below it, at least one, in order; absent: all of them. */
  readonly among: ReadonlyMap<number, readonly number[]> | undefined;
}

/** What an ask keeps: the values that somebody gave it, and those of all asks where it has none of its own. */
export function fixedFor({ space, fixed }: Problem, given: Params = {}): Float64Array {
  const own = encode(space, given);
  return fixed ? own.map((value, i) => (Number.isNaN(value) ? fixed[i] : value)) : own;
}

/** Whether somebody wants this very trial: more is fixed than in all asks. */
export function isWanted({ fixed: common }: Problem, { fixed }: Ask): boolean {
  return fixed.some((value, i) => !Number.isNaN(value) && value !== common?.[i]);
}

/** The fixed values that can be kept together, and what they leave to the others. */
export function pinned({ dimensions }: CompiledSpace, wanted: Float64Array): Pinned {
  let fixed = wanted;
  let among: Map<number, readonly number[]> | undefined;
  for (let i = 0; i < dimensions.length; i++) {
    const { when } = dimensions[i];
    if (Number.isNaN(wanted[i]) || when.length === 0) continue;
    const next = new Map(among);
    const keeps = when.every(({ dim, in: values }) => {
      // what was dropped is free again
      if (!Number.isNaN(fixed[dim])) return values.includes(fixed[dim]);
      const left = (next.get(dim) ?? values).filter((value) => values.includes(value));
      next.set(dim, left);
      return left.length > 0;
    });
    if (keeps) among = next;
    else {
      if (fixed === wanted) fixed = wanted.slice();
      fixed[i] = NaN;
    }
  }
  return { fixed, among: among?.size ? among : undefined };
}
