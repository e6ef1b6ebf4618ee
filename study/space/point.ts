/** Points (numbers by dimension) to parameter values and back, and the tests a point must pass. */
import { indexOf, onStep, type CompiledSpace, type Dimension, type Slot } from './dimensions.ts';
import { StudyDefinitionError } from '../errors.ts';
import { sameJson, show } from '../wording/json.ts';
import type { Domain, Params, ParameterValue, Region, Scalar, ScalarDomain } from './space.ts';

/** Whether all of these conditions hold at x; a dimension is active while its own do. */
export function holds(when: Slot['when'], x: ArrayLike<number>): boolean {
  for (const { dim, in: values } of when) if (!values.includes(x[dim]!)) return false;
  return true;
}

/** Parameter values of a point, by dotted name; inactive parameters are left out. */
export function decode(compiled: CompiledSpace, x: ArrayLike<number>): Params {
  const params: Record<string, ParameterValue> = {};
  for (const slot of compiled.slots) {
    if (holds(slot.when, x)) params[slot.parameter.name] = valueOf(slot, x);
  }
  return params;
}

function valueOf({ parameter: { domain }, dims }: Slot, x: ArrayLike<number>): ParameterValue {
  switch (domain.kind) {
    case 'fixed':
      return domain.value;
    case 'permutation': {
      const left = [...domain.items];
      const digits = dims.map((dim) => x[dim]!);
      return [...digits, 0].map((digit) => left.splice(digit, 1)[0]!);
    }
    case 'array':
      return dims.slice(1, 1 + x[dims[0]!]!).map((dim) => scalarAt(domain.element, x[dim]!));
    default:
      return scalarAt(domain, x[dims[0]!]!);
  }
}

/** The value that a number of this domain's dimension stands for. */
export function scalarAt(domain: ScalarDomain, number: number): Scalar {
  if (domain.kind === 'bool') return number === 1;
  return domain.kind === 'choice' || domain.kind === 'ordinal' ? domain.choices[number]! : number;
}

/**
 * The point of some parameter values; parameters left out are NaN (free, or inactive).
 * @throws StudyDefinitionError naming the parameter, its value and what it could be.
 */
export function encode(compiled: CompiledSpace, params: Params): Float64Array {
  const x = new Float64Array(compiled.dimensions.length).fill(NaN);
  for (const [name, value] of Object.entries(params)) {
    const slot = compiled.slotOf.get(name);
    if (!slot)
      throw new StudyDefinitionError(
        `there is no parameter '${name}' (value ${show(value)}); parameters are ${[...compiled.slotOf.keys()].join(', ')}`,
      );
    const numbers = numbersOf(slot.parameter.domain, value);
    if (!numbers)
      throw new StudyDefinitionError(
        `${name} cannot be ${show(value)}: expected ${describeDomain(slot.parameter.domain)}`,
      );
    numbers.forEach((number, i) => (x[slot.dims[i]!] = number));
  }
  return x;
}

function numbersOf(domain: Domain, value: unknown): number[] | undefined {
  if (domain.kind === 'fixed') return sameJson(value, domain.value) ? [] : undefined;
  if (domain.kind === 'permutation') return lehmer(domain.items, value);
  if (domain.kind !== 'array') {
    const index = indexOf(domain, value);
    return index === undefined ? undefined : [index];
  }
  if (!Array.isArray(value) || value.length < domain.length[0] || value.length > domain.length[1]) return undefined;
  const numbers = value.map((element) => indexOf(domain.element, element));
  return numbers.includes(undefined) ? undefined : [value.length, ...(numbers as number[])];
}

function lehmer(items: readonly Scalar[], value: unknown): number[] | undefined {
  if (!Array.isArray(value) || value.length !== items.length) return undefined;
  const left = [...items];
  const digits: number[] = [];
  for (const item of value) {
    const digit = left.indexOf(item);
    if (digit < 0) return undefined;
    left.splice(digit, 1);
    digits.push(digit);
  }
  return digits.slice(0, -1);
}

/** What a value of this domain looks like, in words for messages. */
export function describeDomain(domain: Domain): string {
  switch (domain.kind) {
    case 'float':
    case 'int': {
      const step = domain.step === undefined ? '' : ` in steps of ${domain.step}`;
      return `${domain.kind === 'int' ? 'a whole number' : 'a number'} from ${domain.low} to ${domain.high}${step}`;
    }
    case 'bool':
      return 'true or false';
    case 'choice':
    case 'ordinal':
      return domain.choices.length === 1 ? show(domain.choices[0]) : `one of ${several(domain.choices)}`;
    case 'permutation':
      return `a list of each of ${several(domain.items)} once, in any order`;
    case 'array':
      return `a list of ${span(domain.length)} values, each ${describeDomain(domain.element)}`;
    case 'fixed':
      return `${show(domain.value)} (it is fixed)`;
  }
}

function several(values: readonly Scalar[]): string {
  const named = values.slice(0, 20).map((value) => show(value));
  return values.length > named.length ? `${named.join(', ')} … (${values.length} in all)` : named.join(', ');
}

function span([shortest, longest]: readonly [number, number]): string {
  return shortest === longest ? String(longest) : `${shortest} to ${longest}`;
}

/** Why a full point is not in the space, in words; undefined if it is. Every active dimension must hold a value of its domain. */
export function pointFault(compiled: CompiledSpace, x: ArrayLike<number>): string | undefined {
  if (x.length !== compiled.dimensions.length)
    return `it has ${x.length} numbers, expected ${compiled.dimensions.length}`;
  for (const [i, dim] of compiled.dimensions.entries()) {
    const value = x[i]!;
    const active = holds(dim.when, x);
    if (!active && !Number.isNaN(value)) return `${dim.name} is ${value} though its condition does not hold`;
    if (active && !(value >= dim.low && value <= dim.high))
      return `${dim.name} is ${value}, outside ${dim.low} to ${dim.high}`;
    if (active && dim.kind !== 'float' && !Number.isInteger(value))
      return `${dim.name} is ${value}, not a whole number`;
    if (active && !isOnStep(dim, value))
      return `${dim.name} is ${value}, not on its grid from ${dim.low} in steps of ${dim.step}`;
  }
  const region = forbiddenAt(compiled, x);
  return region < 0 ? undefined : `forbidden region ${region + 1} covers it: ${show(compiled.space.forbid[region])}`;
}

function isOnStep({ low, step }: Dimension, value: number): boolean {
  return step === 0 || onStep(low, step, Math.round((value - low) / step)) === value;
}

/** `dim` is absent for a fixed parameter; with one, `test` is false at NaN: what is still free is not covered. */
type Clause = { readonly dim?: number; readonly when: Slot['when']; readonly test: (x: number) => boolean };
const regions = new WeakMap<CompiledSpace, readonly (readonly Clause[])[]>();

/**
 * Index of the first forbidden region that covers x, or -1. A clause on a parameter that is inactive, or still free in a partial point,
 * does not hold.
 */
export function forbiddenAt(compiled: CompiledSpace, x: ArrayLike<number>): number {
  if (compiled.space.forbid.length === 0) return -1;
  let clauses = regions.get(compiled);
  if (!clauses) regions.set(compiled, (clauses = compiled.space.forbid.map((f) => clausesOf(compiled, f))));
  return clauses.findIndex((region) =>
    region.every(({ dim, when, test }) => holds(when, x) && test(dim === undefined ? NaN : x[dim]!)),
  );
}

function clausesOf(compiled: CompiledSpace, forbidden: Readonly<Record<string, Region>>): Clause[] {
  return Object.entries(forbidden).map(([name, region]) => {
    const slot = compiled.slotOf.get(name);
    if (!slot)
      throw new StudyDefinitionError(
        `forbid: there is no parameter '${name}'; parameters are ${[...compiled.slotOf.keys()].join(', ')}`,
      );
    const { domain } = slot.parameter;
    if (domain.kind === 'array' || domain.kind === 'permutation')
      throw new StudyDefinitionError(
        `forbid: '${name}' is a ${domain.kind}; only parameters with one value can be forbidden`,
      );
    if (domain.kind === 'fixed') {
      const covered = inRegion(domain.value as Scalar, region);
      return { when: slot.when, test: () => covered };
    }
    const indices = region.in?.map((value) => indexOf(domain, value));
    const strange = indices?.indexOf(undefined) ?? -1;
    if (strange >= 0)
      throw new StudyDefinitionError(
        `forbid: ${name} is never ${show(region.in![strange])}: it is ${describeDomain(domain)}`,
      );
    const { in: _values, ...bounds } = region;
    if (Object.keys(bounds).length > 0 && domain.kind !== 'float' && domain.kind !== 'int')
      throw new StudyDefinitionError(`forbid: above and below need a number, but ${name} is ${describeDomain(domain)}`);
    return {
      dim: slot.dims[0]!,
      when: slot.when,
      test: (number) => (indices?.includes(number) ?? true) && inRegion(number, bounds),
    };
  });
}

function inRegion(value: Scalar, { above, below, in: values }: Region): boolean {
  if (values && !values.includes(value)) return false;
  if (above !== undefined && !((value as number) > above)) return false;
  return below === undefined || (value as number) < below;
}

/** Refuses a space whose forbidden regions name what it does not have. */
export function checkForbidden(compiled: CompiledSpace): void {
  for (const forbidden of compiled.space.forbid) clausesOf(compiled, forbidden);
}

/** Parameter values as a trial function receives them: dotted names unfolded into objects. */
export function nest(params: Params): Record<string, ParameterValue> {
  const nested: Record<string, ParameterValue> = {};
  for (const [name, value] of Object.entries(params)) {
    const path = name.split('.');
    let node = nested as Record<string, Record<string, ParameterValue>>;
    for (const key of path.slice(0, -1)) {
      // own keys alone: a branch may be called 'constructor'
      if (!Object.hasOwn(node, key)) node[key] = {};
      node = node[key] as never;
    }
    (node as Record<string, ParameterValue>)[path.at(-1)!] = value;
  }
  return nested;
}

/** Parameter values by dotted name, of nested ones or of ones by dotted name: what `nest` undoes. */
export function flat({ slotOf }: CompiledSpace, params: unknown): Params {
  const values: Record<string, ParameterValue> = {};
  const take = (value: unknown, path: string): void => {
    const isBranch = !slotOf.has(path) && typeof value === 'object' && value !== null && !Array.isArray(value);
    if (!isBranch) values[path] = value as ParameterValue;
    else for (const [key, inner] of Object.entries(value)) take(inner, path === '' ? key : `${path}.${key}`);
  };
  take(params ?? {}, '');
  return values;
}

/** The point of values for every active parameter. @throws StudyDefinitionError if one is missing, superfluous or forbidden. */
export function encodeFull(compiled: CompiledSpace, params: Params): Float64Array {
  const x = encode(compiled, params);
  for (const slot of compiled.slots) {
    const active = holds(slot.when, x);
    const { name, domain } = slot.parameter;
    if (active && domain.kind !== 'fixed' && !Object.hasOwn(params, name))
      throw new StudyDefinitionError(`${name} is missing: expected ${describeDomain(domain)}`);
    if (!active && Object.hasOwn(params, name))
      throw new StudyDefinitionError(`${name} is given, but its condition does not hold; leave it out`);
  }
  const fault = pointFault(compiled, x);
  if (fault) throw new StudyDefinitionError(fault);
  return x;
}
