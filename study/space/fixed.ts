/**
 * Values that every suggestion of a study keeps (`fixed` in a study file). They hold in each space that the study comes to have, as far
 * as it has their parameters: one that an edit takes away is forgotten with its value.
 */
import { compileSpace, type CompiledSpace, type Dimension } from './dimensions.ts';
import { StudyDefinitionError } from '../errors.ts';
import { encode, forbiddenAt, scalarAt } from './point.ts';
import type { Params, ScalarDomain, Space } from './space.ts';
import { listed } from '../syntax/field.ts';
import { coversEverything } from '../syntax/forbidden-cover.ts';
import { sameJson, show } from '../wording/json.ts';

/** Those of the values whose parameters the space has. */
export function fixedIn({ slotOf }: CompiledSpace, fixed: Params = {}): Params {
  return Object.fromEntries(Object.entries(fixed).filter(([name]) => slotOf.has(name)));
}

/** Why these values cannot be kept in a space, in words that go on from 'fixed'; undefined if they can. */
export function fixedFault(space: Space, fixed: Params): string | undefined {
  const compiled = compileSpace(space);
  try {
    const x = encode(compiled, fixed);
    return conditionFault(compiled, fixed, x) ?? roomFault(compiled, x);
  } catch (error) {
    if (error instanceof StudyDefinitionError) return `: ${error.message}`;
    throw error;
  }
}

/** Why a trial cannot have these values beside the fixed ones, in words; undefined if it can. */
export function contradiction(fixed: Params, params: Params): string | undefined {
  const name = Object.keys(params).find((each) => Object.hasOwn(fixed, each) && !sameJson(fixed[each], params[each]));
  if (name === undefined) return undefined;
  return `${name} is ${show(params[name])}, but this study fixes it to ${show(fixed[name])}; leave it out`;
}

const known = new WeakMap<Float64Array, CompiledSpace>();

/**
 * The space with only those points that have these numbers: a dimension that is fixed has one value. Dimensions keep their places.
 * @param fixed one number a dimension, NaN where free; not to be changed afterwards. Absent: the space itself.
 */
export function narrowed(compiled: CompiledSpace, fixed: Float64Array | undefined): CompiledSpace {
  if (!fixed || fixed.every(Number.isNaN)) return compiled;
  let space = known.get(fixed);
  if (!space) {
    const dimensions = compiled.dimensions.map((dimension, i) => only(dimension, fixed[i]!));
    known.set(fixed, (space = { ...compiled, dimensions }));
  }
  return space;
}

function only(dimension: Dimension, value: number): Dimension {
  if (Number.isNaN(value)) return dimension;
  const { weights: _weights, distances: _distances, prior: _prior, ...rest } = dimension;
  return { ...rest, low: value, high: value, size: 1 };
}

/** A value that exists only sometimes says nothing of the times when it does not: what decides it has to be fixed too. */
function conditionFault({ slotOf, dimensions }: CompiledSpace, fixed: Params, x: Float64Array): string | undefined {
  for (const name of Object.keys(fixed))
    for (const { dim, in: numbers } of slotOf.get(name)!.when) {
      if (numbers.includes(x[dim]!)) continue;
      const parent = dimensions[dim]!.name;
      // only parameters with one value can be conditions
      const domain = slotOf.get(parent)!.parameter.domain as ScalarDomain;
      const values = listed(numbers.map((number) => show(scalarAt(domain, number))));
      return Number.isNaN(x[dim]!)
        ? `.${name} exists only where ${parent} is ${values}, expected ${parent} beside it; fix it too`
        : `.${name} exists only where ${parent} is ${values}, but ${parent} is fixed to ${show(scalarAt(domain, x[dim]!))}; leave one of the two out`;
    }
  return undefined;
}

function roomFault(compiled: CompiledSpace, x: Float64Array): string | undefined {
  const region = forbiddenAt(compiled, x);
  if (region >= 0) return ` is forbidden: forbid[${region}] covers it: ${show(compiled.space.forbid[region])}`;
  const isOut = ({ dim, in: numbers }: Dimension['when'][number]): boolean =>
    !Number.isNaN(x[dim]!) && !numbers.includes(x[dim]!);
  if (compiled.dimensions.every(({ when, size }, i) => size === 1 || !Number.isNaN(x[i]!) || when.some(isOut)))
    return ' leaves nothing to tune, expected one parameter or more that is free; fix less';
  if (coversEverything(narrowed(compiled, x)))
    return ' leaves only points that are forbidden (forbid); fix less, or forbid less';
  return undefined;
}
