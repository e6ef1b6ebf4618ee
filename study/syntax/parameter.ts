/** How one parameter is written: { float: [0, 1] }, { choice: [adam, sgd], weights: [2, 1] }, { bool: true, when: … } … */
import {
  isScalar,
  listed,
  meant,
  missing,
  readKeys,
  readList,
  readNumber,
  wrong,
  type Field,
  type Fields,
} from './field.ts';
import { readDistances } from './distances.ts';
import { isJson, isRecord, show } from '../wording/json.ts';
import { readNumberDomain, type FloatSyntax, type IntSyntax } from './number.ts';
import type { Domain, ParameterValue, Scalar, ScalarDomain } from '../space/space.ts';

interface Weights {
  /** Prior weights, one a choice, > 0. */
  readonly weights?: readonly number[];
}

/** How far apart choices are, each pair once, by their text: 0 alike, 1 as different as the pairs that are not named. */
export interface DistancesSyntax {
  readonly [choice: string]: { readonly [other: string]: number };
}

/** A parameter with one value a trial. */
export type ScalarSyntax =
  | FloatSyntax
  | IntSyntax
  | ({ readonly choice: readonly Scalar[]; readonly distances?: DistancesSyntax } & Weights)
  /** Ordered choices: neighbours are alike. */
  | ({ readonly ordinal: readonly Scalar[] } & Weights)
  | { readonly bool: true };

export type ParameterSyntax = (
  | ScalarSyntax
  /** A list of values, as long as `length` says, both ends included. */
  | { readonly array: ScalarSyntax; readonly length: readonly [shortest: number, longest: number] }
  /** Each of 2 to 1,000 items once; their order is tuned. */
  | { readonly permutation: readonly Scalar[] }
  /** Any JSON: every trial gets it. */
  | { readonly fixed: ParameterValue }
) & {
  /** Exists only where each of these parameters has this value, or one of these. */
  readonly when?: { readonly [parameter: string]: Scalar | readonly Scalar[] };
};

/** The keys that may stand beside each kind of parameter. */
const KINDS: Readonly<Record<string, readonly string[]>> = {
  float: ['scale', 'step', 'prior'],
  int: ['scale', 'step', 'prior'],
  choice: ['weights', 'distances'],
  ordinal: ['weights'],
  bool: [],
  array: ['length'],
  permutation: [],
  fixed: [],
};
const SCALAR_KINDS = ['float', 'int', 'choice', 'ordinal', 'bool'];

const MAX_ARRAY = 1000;
const MAX_ITEMS = 1000;
const MAX_FIXED = 16_384;

/** The domain of a parameter, and the field of its condition, which needs the others' domains to be read. */
export function readParameter(field: Field): { readonly domain: Domain | undefined; readonly when: Field | undefined } {
  const found = kindOf(field, Object.keys(KINDS), ['when']);
  return { domain: found && readDomain(field, found.kind, found.fields), when: found?.fields.get('when') };
}

/** The domain of a parameter with one value, that always exists. */
export function readScalarParameter(field: Field): ScalarDomain | undefined {
  const found = kindOf(field, SCALAR_KINDS, []);
  return found && readScalar(found.kind, found.fields);
}

function kindOf(
  field: Field,
  kinds: readonly string[],
  more: readonly string[],
): { readonly kind: string; readonly fields: Fields } | undefined {
  const { value } = field;
  const expected = `one of ${listed(kinds.map((kind) => `{ ${kind}: … }`))}`;
  const constant = isScalar(value) && kinds.includes('fixed');
  if (!isRecord(value))
    return wrong(field, expected, constant ? `write { fixed: ${show(value)} } for a constant` : 'write one');
  const keys = Object.keys(value).filter((key) => value[key] !== undefined);
  const named = keys.filter((key) => kinds.includes(key));
  if (named.length > 1) return wrong(field, `exactly one of ${listed(kinds)}`, `keep ${listed(named)}`);
  if (named.length === 0) {
    const near = keys.map((key) => meant(key, kinds, '')).find((words) => words !== '');
    return wrong(field, expected, near ?? 'write one');
  }
  const kind = named[0]!;
  const known = [kind, ...KINDS[kind]!, ...more];
  return { kind, fields: readKeys(field, { known }, expected, 'write one')! };
}

function readDomain(parameter: Field, kind: string, fields: Fields): Domain | undefined {
  if (kind === 'array') return readArray(parameter, fields);
  if (kind === 'permutation') return readPermutation(fields.get(kind)!);
  if (kind === 'fixed') return readFixed(fields.get(kind)!);
  return readScalar(kind, fields);
}

function readScalar(kind: string, fields: Fields): ScalarDomain | undefined {
  if (kind === 'float' || kind === 'int') return readNumberDomain(kind, fields);
  const field = fields.get(kind)!;
  if (kind === 'bool')
    return field.value === true ? { kind } : wrong(field, 'true', 'write bool: true, or fixed: false for a constant');
  const choices = readScalars(field, 1, Infinity);
  const weights = fields.get('weights');
  const read = weights && readWeights(weights, choices?.length);
  if (kind === 'ordinal') return choices && { kind, choices, ...(read && { weights: read }) };
  const table = fields.get('distances');
  const distances = table && choices && readDistances(table, choices);
  const isNear = distances !== undefined && distances.length > 0;
  return choices && { kind: 'choice', choices, ...(read && { weights: read }), ...(isNear && { distances }) };
}

/** A list of different scalars. */
export function readScalars(field: Field, least: number, most: number): readonly Scalar[] | undefined {
  const { value } = field;
  const expected = `a list of ${least} ${most === Infinity ? 'or more' : `to ${most}`} different values`;
  if (!Array.isArray(value)) return wrong(field, expected, 'write it as a list [a, b]');
  const strange = value.findIndex((item) => !isScalar(item));
  if (strange >= 0) {
    const item = { path: `${field.path}[${strange}]`, value: value[strange] as unknown, faults: field.faults };
    return wrong(item, 'text, a finite number, true, false or null', 'write one value');
  }
  if (value.length < least || value.length > most)
    return wrong(field, expected, value.length < least ? 'add some' : 'leave some out');
  const scalars = value.map((item: Scalar) => (item === 0 ? 0 : item));
  const seen = new Set<Scalar>();
  const twice = scalars.find((item) => seen.size === seen.add(item).size);
  return twice === undefined ? scalars : wrong(field, expected, `${show(twice)} is there twice: remove one`);
}

function readWeights(field: Field, choices: number | undefined): readonly number[] | undefined {
  const expected = `a list of ${choices ?? 'as many'} numbers > 0, one a choice`;
  const items = readList(field, expected, 'leave it out for equal weights');
  if (!items || choices === undefined) return undefined;
  if (items.length !== choices) return wrong(field, expected, `it has ${items.length}: give each choice one`);
  const weights = items.map((item) =>
    readNumber(item, 'a number > 0', (value) => value > 0, 'remove a choice that is not wanted'),
  );
  return weights.includes(undefined) ? undefined : (weights as number[]);
}

function readArray(parameter: Field, fields: Fields): Domain | undefined {
  const domain = readScalarParameter(fields.get('array')!);
  const field = fields.get('length');
  if (!field) return missing(parameter, 'length', '[shortest, longest]', 'add length: [4, 6], say');
  const { value } = field;
  const expected = `two whole numbers [shortest, longest] from 0 to ${MAX_ARRAY}`;
  const whole = (n: unknown): boolean => Number.isInteger(n) && (n as number) >= 0 && (n as number) <= MAX_ARRAY;
  if (!Array.isArray(value) || value.length !== 2 || !value.every(whole))
    return wrong(
      field,
      expected,
      whole(value) ? `write [${show(value)}, ${show(value)}]` : 'write length: [4, 6], say',
    );
  const [shortest, longest] = value as [number, number];
  if (shortest > longest) return wrong(field, 'shortest <= longest', 'swap them');
  if (longest === 0) return wrong(field, 'a longest of at least 1', 'raise it or remove the parameter');
  return domain && { kind: 'array', element: domain, length: [shortest + 0, longest] };
}

function readPermutation(field: Field): Domain | undefined {
  const items = readScalars(field, 2, MAX_ITEMS);
  return items && { kind: 'permutation', items };
}

function readFixed(field: Field): Domain | undefined {
  const { value } = field;
  if (!isJson(value))
    return wrong(
      field,
      'JSON, at most 32 levels deep',
      'write text, a finite number, true, false, null, a list or an object',
    );
  const characters = JSON.stringify(value).length;
  if (characters > MAX_FIXED)
    return wrong(
      field,
      `at most ${MAX_FIXED} characters of JSON, not ${characters}`,
      'put it into a file and give its path',
    );
  return { kind: 'fixed', value: value as ParameterValue };
}
