/**
 * Which dimensions are modelled jointly: those that are active together, under the same conditions.
 *
 * A group's densities come from the rows where it is active, so its kernels are complete points of the group and nothing
 * is made up for inactive parameters. Conditions name earlier dimensions only, so groups in the order of their first
 * dimension are parents first: once the groups before it are settled, a group is known to be active or not.
 */
import type { CompiledSpace, Dimension } from '../../study/space/dimensions.ts';
import { axisOf, type Axis } from './axis.ts';

export interface Group {
  readonly when: Dimension['when'];
  /** In the order of the dimensions; a dimension with a single value has none. */
  readonly axes: readonly Axis[];
}

/** The groups of a space, parents first. */
export function groupsOf(space: CompiledSpace): Group[] {
  const groups = new Map<string, { when: Dimension['when']; axes: Axis[] }>();
  for (const [dim, dimension] of space.dimensions.entries()) {
    if (dimension.size === 1) continue;
    const key = signature(dimension.when);
    let group = groups.get(key);
    if (!group) groups.set(key, (group = { when: dimension.when, axes: [] }));
    group.axes.push(axisOf(dimension, dim));
  }
  return [...groups.values()];
}

function signature(when: Dimension['when']): string {
  return when
    .map(({ dim, in: values }) => `${dim}:${values.toSorted((a, b) => a - b).join()}`)
    .sort()
    .join(';');
}
