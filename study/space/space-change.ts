/**
 * Trials of an earlier space in a later one. A trial keeps the values of the parameters that are still there; parameters it lacked
 * have the value that was said of them when they came (`was`); those that are gone are forgotten. A trial whose values the later
 * space does not hold, or that lacks one, is not there for the sampler; it stays in the table and keeps counting.
 */
import type { CompiledSpace } from './dimensions.ts';
import { StudyDefinitionError } from '../errors.ts';
import type { Epoch } from '../ledger/ledger.ts';
import { spaceOf } from '../ledger/ledger.ts';
import { decode, encode, holds, pointFault } from './point.ts';
import type { Params } from './space.ts';

/** The point in the space of `epoch` of a point of version `version`; undefined where it has none. */
export function pointIn(
  epochs: readonly Epoch[],
  epoch: Epoch,
  version: number,
  x: Float64Array,
): Float64Array | undefined {
  if (version === epoch.space.version) return x;
  const was = epochs.slice(0, epochs.indexOf(epoch) + 1).filter(({ space }) => space.version > version);
  const params = Object.assign({}, ...was.map((each) => each.was), decode(spaceOf(epochs, version), x)) as Params;
  return activePoint(spaceOf(epochs, epoch.space.version), params);
}

/** The point of those values that this space has and whose conditions hold; undefined if it is not in the space. */
function activePoint(space: CompiledSpace, params: Params): Float64Array | undefined {
  const known = Object.entries(params).filter(([name]) => space.slotOf.has(name));
  try {
    const point = encode(space, Object.fromEntries(known));
    for (const { when, dims } of space.slots) if (!holds(when, point)) for (const dim of dims) point[dim] = NaN;
    return pointFault(space, point) === undefined ? point : undefined;
  } catch (error) {
    if (error instanceof StudyDefinitionError) return undefined;
    throw error;
  }
}
