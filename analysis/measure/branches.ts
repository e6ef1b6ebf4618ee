/**
 * The prior of a space with conditions, cut into pieces that are products.
 *
 * Dimensions that no condition connects are independent of each other and make *components*. Within a component the values of
 * a dimension that conditions name fall into *classes*: all values of a class meet the same conditions. A *branch* says for each
 * member whether it is inactive, free, or of which class it is; given its branch, the members of a component are independent.
 */
import type { CompiledSpace, Dimension } from '../../study/space/dimensions.ts';
import { StudyDefinitionError } from '../../study/errors.ts';
import { holds } from '../../study/space/point.ts';
import { shareOfValue } from './prior-share.ts';

/** Values that meet the same conditions: these, or all but these. */
export interface ValueClass {
  readonly values: readonly number[];
  readonly others: boolean;
  /** Prior probability where the dimension is active. */
  readonly share: number;
}

export const FREE = -1;
export const INACTIVE_STATE = -2;

export interface Branch {
  readonly probability: number;
  /** One a member: FREE, INACTIVE_STATE, or the index of a class. */
  readonly states: readonly number[];
}

export interface Component {
  /** Dimensions, ascending. */
  readonly members: readonly number[];
  /** One a member: its classes where conditions name it, else none. */
  readonly classes: readonly (readonly ValueClass[])[];
  readonly branches: readonly Branch[];
}

const MOST_BRANCHES = 4096;

/** @throws StudyDefinitionError where conditions allow more than 4,096 combinations in one component */
export function componentsOf(space: CompiledSpace): Component[] {
  const { dimensions } = space;
  const root = dimensions.map((_, dim) => dim);
  const find = (dim: number): number => (root[dim] === dim ? dim : (root[dim] = find(root[dim])));
  for (const [dim, { when }] of dimensions.entries())
    for (const { dim: parent } of when) root[find(dim)] = find(parent);
  const members = new Map<number, number[]>();
  for (const dim of dimensions.keys()) {
    const key = find(dim);
    members.set(key, [...(members.get(key) ?? []), dim]);
  }
  return [...members.values()].map((dims) => {
    const classes = dims.map((dim) => classesOf(dimensions, dim));
    return { members: dims, classes, branches: branchesOf(space, dims, classes) };
  });
}

/** None where no condition names the dimension. */
function classesOf(dimensions: readonly Dimension[], dim: number): ValueClass[] {
  const clauses = dimensions.flatMap(({ when }) =>
    when.filter((clause) => clause.dim === dim).map((clause) => clause.in),
  );
  if (clauses.length === 0) return [];
  const byConditions = new Map<string, number[]>();
  for (const value of [...new Set(clauses.flat())].sort((a, b) => a - b)) {
    const key = clauses.map((values) => Number(values.includes(value))).join('');
    byConditions.set(key, [...(byConditions.get(key) ?? []), value]);
  }
  const named = [...byConditions.values()];
  const shareOf = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + shareOfValue(dimensions[dim], value), 0);
  const classes = named.map((values) => ({ values, others: false, share: shareOf(values) }));
  const all = named.flat();
  if (all.length === dimensions[dim].size) return classes;
  return [...classes, { values: all, others: true, share: Math.max(0, 1 - shareOf(all)) }];
}

function branchesOf(
  { dimensions, space }: CompiledSpace,
  members: readonly number[],
  classes: readonly (readonly ValueClass[])[],
): Branch[] {
  const branches: Branch[] = [];
  const x = new Float64Array(dimensions.length).fill(NaN);
  const extend = (i: number, probability: number, states: readonly number[]): void => {
    if (branches.length >= MOST_BRANCHES)
      throw new StudyDefinitionError(
        `space version ${space.version} has more than ${MOST_BRANCHES} combinations of conditions on ` +
          `${members.map((dim) => dimensions[dim].name).join(', ')}: too many for exact marginals; use the method ped-anova`,
      );
    if (i === members.length) {
      branches.push({ probability, states });
      return;
    }
    const dim = members[i];
    if (!holds(dimensions[dim].when, x)) return extend(i + 1, probability, [...states, INACTIVE_STATE]);
    if (classes[i].length === 0) return extend(i + 1, probability, [...states, FREE]);
    for (const [k, { values, others, share }] of classes[i].entries()) {
      if (share === 0) continue;
      // any number that no condition names stands for the others
      x[dim] = others ? Infinity : values[0];
      extend(i + 1, probability * share, [...states, k]);
    }
    x[dim] = NaN;
  };
  extend(0, 1, []);
  return branches;
}
