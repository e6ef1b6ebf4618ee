/**
 * A space as numerics see it: a row of dimensions, each an independent number, parents before children.
 *
 * A point is a Float64Array with one number a dimension, in the parameter's own units: the value of a float or int,
 * the index of a choice, ordinal or bool; NaN where the dimension is inactive. An array is a length and its elements,
 * each active while the length reaches it. A permutation of n items is its Lehmer code: n - 1 independent digits, digit
 * i choosing among the n - i items still left, so that every combination of digits is a permutation.
 */
import { StudyDefinitionError } from '../errors.ts';
import type { Condition, Distance, NumberDomain, Parameter, Prior, Scalar, ScalarDomain, Space } from './space.ts';

export interface Dimension {
  /** 'lr', 'units.length', 'units.2', 'order.0'. */
  readonly name: string;
  readonly kind: 'float' | 'int' | 'categorical' | 'ordinal';
  /** Inclusive bounds in the point's units; 0 and size - 1 for categorical and ordinal. */
  readonly low: number;
  readonly high: number;
  readonly log: boolean;
  /** Distance between neighbours: 0 for a continuous float, else > 0. */
  readonly step: number;
  /** Number of distinct values; Infinity for a continuous float. */
  readonly size: number;
  readonly prior?: Prior;
  /** One weight a category, > 0. */
  readonly weights?: readonly number[];
  /** Categories that are nearer to each other than the 1 of all other pairs. */
  readonly distances?: readonly Distance[];
  /** All must hold: dimension `dim` is active and its number is one of `in`. Parents have smaller indices; one clause a parent. */
  readonly when: readonly { readonly dim: number; readonly in: readonly number[] }[];
}

export interface CompiledSpace {
  readonly space: Space;
  readonly dimensions: readonly Dimension[];
  /** Parameters, parents first, with the dimensions that carry each: `dims` is empty for a fixed one. */
  readonly slots: readonly Slot[];
  readonly slotOf: ReadonlyMap<string, Slot>;
}

export interface Slot {
  readonly parameter: Parameter;
  readonly dims: readonly number[];
  readonly when: Dimension['when'];
}

const compiled = new WeakMap<Space, CompiledSpace>();

/** The dimensions of a space; the same object for the same space. @throws StudyDefinitionError on unknown or circular `when`. */
export function compileSpace(space: Space): CompiledSpace {
  let result = compiled.get(space);
  if (!result) compiled.set(space, (result = compile(space)));
  return result;
}

function compile(space: Space): CompiledSpace {
  const dimensions: Dimension[] = [];
  const slotOf = new Map<string, Slot>();
  for (const parameter of parentsFirst(space.parameters)) {
    const when = merge((parameter.when ?? []).flatMap((condition) => clauses(condition, slotOf)));
    const first = dimensions.length;
    for (const dimension of dimensionsOf(parameter, when, first)) dimensions.push(dimension);
    const dims = Array.from({ length: dimensions.length - first }, (_, i) => first + i);
    slotOf.set(parameter.name, { parameter, dims, when });
  }
  return { space, dimensions, slots: [...slotOf.values()], slotOf };
}

function parentsFirst(parameters: readonly Parameter[]): Parameter[] {
  const byName = new Map(parameters.map((p) => [p.name, p]));
  const sorted: Parameter[] = [];
  const state = new Map<string, 'open' | 'done'>();
  const visit = (parameter: Parameter, path: readonly string[]): void => {
    if (state.get(parameter.name) === 'done') return;
    if (state.get(parameter.name) === 'open')
      throw new StudyDefinitionError(
        `space.${parameter.name}.when: conditions go round in a circle (${[...path, parameter.name].join(' -> ')}); ` +
          'let one of them be unconditional',
      );
    state.set(parameter.name, 'open');
    for (const { parameter: parent } of parameter.when ?? []) {
      const found = byName.get(parent);
      if (!found)
        throw new StudyDefinitionError(
          `space.${parameter.name}.when: there is no parameter '${parent}'; parameters are ${[...byName.keys()].join(', ')}`,
        );
      visit(found, [...path, parameter.name]);
    }
    state.set(parameter.name, 'done');
    sorted.push(parameter);
  };
  for (const parameter of parameters) visit(parameter, []);
  return sorted;
}

/** A condition as clauses on dimensions: none if a fixed parent always meets it. */
function clauses(condition: Condition, slotOf: ReadonlyMap<string, Slot>): Dimension['when'] {
  const parent = slotOf.get(condition.parameter)!;
  const { domain } = parent.parameter;
  const refuse = (why: string): never => {
    throw new StudyDefinitionError(`space: a condition (when) on '${condition.parameter}' ${why}`);
  };
  if (domain.kind === 'fixed') {
    if (!condition.in.includes(domain.value as Scalar))
      refuse(`never holds: it is fixed to ${JSON.stringify(domain.value)}, expected ${JSON.stringify(condition.in)}`);
    return parent.when;
  }
  if (domain.kind === 'array' || domain.kind === 'permutation' || domain.kind === 'float')
    return refuse(`is not possible: it is a ${domain.kind}; use a choice, ordinal, bool, int or fixed parameter`);
  const values = condition.in.map(
    (value) => indexOf(domain, value) ?? refuse(`names ${JSON.stringify(value)}, which it never is`),
  );
  return [...parent.when, { dim: parent.dims[0]!, in: values }];
}

/** One clause a dimension: what several paths to it allow together. */
function merge(when: Dimension['when']): Dimension['when'] {
  const byDim = new Map<number, Dimension['when'][number]>();
  for (const clause of when) {
    const other = byDim.get(clause.dim);
    if (!other) byDim.set(clause.dim, clause);
    else if (other !== clause)
      byDim.set(clause.dim, { dim: clause.dim, in: other.in.filter((value) => clause.in.includes(value)) });
  }
  return byDim.size === when.length ? when : [...byDim.values()];
}

/** The number that stands for a value, or undefined if the domain does not hold it (numbers: right type, within bounds, on the step). */
export function indexOf(domain: ScalarDomain, value: unknown): number | undefined {
  if (domain.kind === 'bool') return typeof value === 'boolean' ? Number(value) : undefined;
  if (domain.kind === 'choice' || domain.kind === 'ordinal') {
    const index = domain.choices.indexOf(value as Scalar);
    return index < 0 ? undefined : index;
  }
  if (typeof value !== 'number' || !Number.isFinite(value)) return undefined;
  const { kind, low, high, step } = domain;
  if (step !== undefined) {
    const k = Math.round((value - low) / step);
    const nearest = onStep(low, step, k);
    const near = Math.abs(nearest - value) <= 1e-9 * Math.max(Math.abs(value), step);
    return near && k >= 0 && k <= stepsOf(low, high, step) ? nearest : undefined;
  }
  return value < low || value > high || (kind === 'int' && !Number.isInteger(value)) ? undefined : value + 0;
}

/** low + k * step without the tail of binary rounding: 0 + 3 * 0.1 is 0.3, -0.3 + 3 * 0.1 is 0. */
export function onStep(low: number, step: number, k: number): number {
  const value = low + k * step;
  return k === 0 || (Number.isInteger(step) && Number.isInteger(low))
    ? value
    : rounded(value, Math.max(Math.abs(low), k * step));
}

/** A sum of terms no larger than `size`: 15 digits are exact, but for those that the terms cancel. */
function rounded(value: number, size: number): number {
  let digits = 15;
  for (let left = size; digits > 0 && left > Math.abs(value); left /= 10) digits--;
  return digits === 0 ? 0 : Number(value.toPrecision(digits)) + 0;
}

/** How many steps fit between the bounds. */
function stepsOf(low: number, high: number, step: number): number {
  const steps = (high - low) / step;
  if (Number.isInteger(step) && Number.isInteger(low)) return Math.floor(steps);
  // binary rounding of the bounds must not lose the last step: 0.7 / 0.1 is 6.999…
  return Math.floor(steps + 1e-9 + (1e-15 * Math.max(Math.abs(low), Math.abs(high))) / step);
}

function dimensionsOf(parameter: Parameter, when: Dimension['when'], first: number): Dimension[] {
  const { name, domain } = parameter;
  if (domain.kind === 'fixed') return [];
  if (domain.kind === 'permutation') {
    const n = domain.items.length;
    return Array.from({ length: n - 1 }, (_, i) => category(`${name}.${i}`, 'categorical', n - i, when));
  }
  if (domain.kind === 'array') {
    const [shortest, longest] = domain.length;
    const length = number(`${name}.length`, { kind: 'int', low: shortest, high: longest, scale: 'linear' }, when);
    const elements = Array.from({ length: longest }, (_, i) => {
      const reached = Array.from(
        { length: longest - Math.max(i, shortest - 1) },
        (_unused, j) => Math.max(i + 1, shortest) + j,
      );
      return scalar(`${name}.${i}`, domain.element, i < shortest ? when : [...when, { dim: first, in: reached }]);
    });
    return [length, ...elements];
  }
  return [scalar(name, domain, when)];
}

function scalar(name: string, domain: ScalarDomain, when: Dimension['when']): Dimension {
  if (domain.kind === 'bool') return category(name, 'categorical', 2, when);
  if (domain.kind === 'float' || domain.kind === 'int') return number(name, domain, when);
  const { choices, weights } = domain;
  if (domain.kind === 'ordinal') return category(name, 'ordinal', choices.length, when, weights);
  const dimension = category(name, 'categorical', choices.length, when, weights);
  return domain.distances ? { ...dimension, distances: domain.distances } : dimension;
}

function number(name: string, domain: NumberDomain, when: Dimension['when']): Dimension {
  const { kind, low, scale, prior } = domain;
  const step = domain.step ?? (kind === 'int' ? 1 : 0);
  const steps = step > 0 ? stepsOf(low, domain.high, step) : Infinity;
  const high = step > 0 ? onStep(low, step, steps) : domain.high;
  const size = low === high ? 1 : steps + 1;
  return { name, kind, low, high, log: scale === 'log', step, size, ...(prior && { prior }), when };
}

function category(
  name: string,
  kind: 'categorical' | 'ordinal',
  size: number,
  when: Dimension['when'],
  weights?: readonly number[],
): Dimension {
  return { name, kind, low: 0, high: size - 1, log: false, step: 1, size, ...(weights && { weights }), when };
}
