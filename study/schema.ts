/**
 * A search space as a zod schema. It is translated into the syntax of study files (syntax/space.ts), so both ways of writing the
 * same space give the same Space and the same messages. What zod lacks (scale, step, prior, weights, order) is said by the helpers
 * here, whose schemas infer the types that a trial receives.
 *
 *   z.object({
 *     lr: float(1e-5, 1e-1, { scale: 'log' }),
 *     model: z.discriminatedUnion('kind', [
 *       z.object({ kind: z.literal('forest'), trees: int(10, 500) }),
 *       z.object({ kind: z.literal('mlp'), units: z.array(int(8, 256)).min(1).max(4) }),
 *     ]),
 *   })
 *
 * Objects within objects and the branches of a union become dotted names: 'model.kind', 'model.trees'.
 */
import { z } from 'zod';
import { StudyDefinitionError } from './errors.ts';
import { child, listed, type Field } from './syntax/field.ts';
import type { ForbidSyntax } from './syntax/forbid.ts';
import { isRecord, sameJson, show } from './wording/json.ts';
import type { Forbidden, Prior, Region, Scalar, Space } from './space/space.ts';
import type { DistancesSyntax } from './syntax/parameter.ts';
import { readSpace } from './syntax/space.ts';

/** z.object, z.discriminatedUnion, or an intersection of them. */
export type SpaceSchema = z.core.$ZodType;

export interface NumberSchemaOptions {
  readonly scale?: 'linear' | 'log';
  /** Grid distance from `low`, > 0. Not with scale log. */
  readonly step?: number;
  readonly prior?: Prior;
}

export interface OrdinalSchemaOptions {
  /** Prior weights, one a value, > 0; default: equal. */
  readonly weights?: readonly number[];
}

export interface ChoiceSchemaOptions extends OrdinalSchemaOptions {
  /** How far apart values are, each pair once: { a: { b: 0.2 } }. 0 alike, 1 (the default) as different as values are. */
  readonly distances?: DistancesSyntax;
}

interface Meaning {
  readonly kind: string;
  readonly options?: NumberSchemaOptions | ChoiceSchemaOptions;
}

/** What the helpers know of their schemas; a schema derived from one (`.describe`, `.max`) inherits it. */
const meanings = z.registry<Meaning>();

/** A real number from low to high, both included. */
export function float(low: number, high: number, options: NumberSchemaOptions = {}): z.ZodNumber {
  return z.number().min(low).max(high).register(meanings, { kind: 'float', options });
}

/** A whole number from low to high, both included. */
export function int(low: number, high: number, options: NumberSchemaOptions = {}): z.ZodInt {
  return z.int().min(low).max(high).register(meanings, { kind: 'int', options });
}

/** One of these values. @throws StudyDefinitionError if there are none. */
export function choice<const Value extends Scalar>(
  values: readonly Value[],
  options: ChoiceSchemaOptions = {},
): z.ZodLiteral<Value> {
  return literal('choice', values, options);
}

/** One of these values, which are in order: neighbours are alike. @throws StudyDefinitionError if there are none. */
export function ordinal<const Value extends Scalar>(
  values: readonly Value[],
  options: OrdinalSchemaOptions = {},
): z.ZodLiteral<Value> {
  return literal('ordinal', values, options);
}

/** true or false. */
export function bool(): z.ZodBoolean {
  return z.boolean();
}

/** These values, each once, in an order that is tuned. @throws StudyDefinitionError if there are none. */
export function permutation<const Value extends Scalar>(items: readonly Value[]): z.ZodArray<z.ZodLiteral<Value>> {
  return z.array(literal('permutation', items)).length(items.length).register(meanings, { kind: 'permutation' });
}

function literal<Value extends Scalar>(
  kind: string,
  values: readonly Value[],
  options: ChoiceSchemaOptions = {},
): z.ZodLiteral<Value> {
  if (values.length === 0)
    throw new StudyDefinitionError(`${kind}([]) has no values, expected at least one; write ${kind}(['a', 'b']), say`);
  const schema: z.ZodLiteral = z.literal([...values]);
  meanings.add(schema, { kind, options });
  return schema as z.ZodLiteral<Value>;
}

/** A region that is never suggested: all of its parameters have this value, or one in this region. */
export function forbid(region: ForbidSyntax): Forbidden {
  const clauses = Object.entries(region).map(([name, clause]) => [name, isRecord(clause) ? clause : { in: [clause] }]);
  return Object.fromEntries(clauses) as Forbidden;
}

/** Values greater than this. */
export function above(bound: number): Region {
  return { above: bound };
}

/** Values less than this. */
export function below(bound: number): Region {
  return { below: bound };
}

/** Any of these values. */
export function oneOf(...values: readonly Scalar[]): Region {
  return { in: values };
}

/** The space that a schema and its forbidden regions describe. @throws StudyDefinitionError with one line a fault. */
export function spaceFromSchema(schema: SpaceSchema, forbidden: readonly ForbidSyntax[] = []): Space {
  const field: Field = { path: 'space', value: schema, faults: [] };
  const space = readSchema(field, { ...field, path: 'forbid', value: forbidden });
  if (!space) throw new StudyDefinitionError(field.faults.join('\n'));
  return space;
}

/** The space of a field that holds a schema, or undefined when faults were noted. */
export function readSchema(field: Field, forbidden: Field | undefined): Space | undefined {
  const before = field.faults.length;
  const syntax = syntaxOf(field.value as SpaceSchema, field);
  // a space that lacks what could not be translated would be faulted for that again
  return field.faults.length > before ? undefined : readSpace({ ...field, value: syntax }, forbidden);
}

export function isSchema(value: unknown): value is SpaceSchema {
  return typeof value === 'object' && value !== null && '_zod' in value;
}

/** A parameter on its way: its syntax without `when`, and the values of discriminators that it needs, outermost first. */
interface Leaf {
  readonly name: string;
  readonly form: Readonly<Record<string, unknown>>;
  readonly when: Readonly<Record<string, readonly Scalar[]>>;
}

/** The syntax that a schema stands for; what has none is noted as a fault of `field` and left out. */
function syntaxOf(schema: SpaceSchema, field: Field): unknown {
  const leaves = leavesOf(schema, '', field);
  const whenOf = new Map(leaves.map(({ name, when }) => [name, when]));
  const entries = leaves.map(({ name, form, when }) => {
    // a discriminator that itself exists only under a condition implies that condition
    const needed = Object.entries(when).filter(
      ([parent, values]) => !Object.keys(when).some((other) => sameJson(whenOf.get(other)?.[parent], values)),
    );
    return [name, needed.length === 0 ? form : { ...form, when: Object.fromEntries(needed) }];
  });
  return Object.fromEntries(entries);
}

function leavesOf(schema: SpaceSchema, name: string, field: Field): Leaf[] {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  if (def.type === 'object') return hasChecks(schema, field) ? [] : membersOf(def.shape, name, field);
  if (def.type === 'union' && 'discriminator' in def)
    return hasChecks(schema, field) ? [] : branchesOf(def as z.core.$ZodDiscriminatedUnionDef, name, field);
  if (def.type === 'intersection') return hasChecks(schema, field) ? [] : bothOf(def, name, field);
  if (name === '')
    return refuse(schema, field, 'z.object({ … }) or z.discriminatedUnion(…)', 'put it under a key') ?? [];
  const form = formOf(schema, field);
  return form ? [{ name, form, when: {} }] : [];
}

function membersOf(shape: z.core.$ZodShape, name: string, field: Field): Leaf[] {
  return Object.entries(shape).flatMap(([key, member]) => {
    const at = child(field, key, member);
    if (key.includes('.')) {
      at.faults.push(`${at.path}: the key '${key}' has a dot, expected none; nest z.object instead`);
      return [];
    }
    return leavesOf(member as SpaceSchema, name === '' ? key : `${name}.${key}`, at);
  });
}

function bothOf(def: z.core.$ZodIntersectionDef, name: string, field: Field): Leaf[] {
  const left = leavesOf(def.left, name, field);
  const right = leavesOf(def.right, name, field);
  for (const leaf of right)
    if (left.some((other) => other.name === leaf.name))
      field.faults.push(
        `space.${leaf.name} is on both sides of an intersection, expected one; remove it from one side`,
      );
  return [...left, ...right];
}

/** The discriminator as a choice, and each branch's parameters under its values; what several branches share is merged. */
function branchesOf(def: z.core.$ZodDiscriminatedUnionDef, name: string, field: Field): Leaf[] {
  const key = def.discriminator;
  const discriminator = name === '' ? key : `${name}.${key}`;
  const choices: Scalar[] = [];
  const merged = new Map<string, { readonly leaf: Leaf; readonly values: Scalar[] }>();
  for (const option of def.options) {
    const branch = (option as z.core.$ZodTypes)._zod.def;
    if (branch.type !== 'object') {
      refuse(option, field, 'a branch that is a z.object', 'put a union within a branch under a key of its own');
      continue;
    }
    if (hasChecks(option, field)) continue;
    const { [key]: literals, ...rest } = branch.shape;
    const values = discriminatorValues(literals as SpaceSchema, child(field, key, literals));
    choices.push(...values);
    for (const leaf of membersOf(rest, name, field)) {
      const seen = merged.get(leaf.name);
      if (!seen) merged.set(leaf.name, { leaf, values: [...values] });
      else if (sameJson(seen.leaf, leaf)) seen.values.push(...values);
      else
        field.faults.push(
          `space.${leaf.name} differs between the branches ${discriminator} = ${listed([seen.values[0], values[0]].map((v) => show(v)))}, ` +
            'expected the same parameter in both; give it another name in one of them',
        );
    }
  }
  const inAll = (values: readonly Scalar[]): boolean => values.length === choices.length;
  return [
    { name: discriminator, form: { choice: choices }, when: {} },
    ...[...merged.values()].map(({ leaf, values }) =>
      inAll(values) ? leaf : { ...leaf, when: { [discriminator]: values, ...leaf.when } },
    ),
  ];
}

function discriminatorValues(schema: SpaceSchema, field: Field): readonly Scalar[] {
  const form = formOf(schema, field);
  if (form && ['weights', 'distances', 'ordinal'].some((key) => key in form))
    field.faults.push(
      `${field.path} tells branches apart, expected plain values; leave weights, distances and order out`,
    );
  const values = form && ('fixed' in form ? [form['fixed']] : (form['choice'] ?? form['ordinal']));
  if (Array.isArray(values)) return values as readonly Scalar[];
  if (form) refuse(schema, field, 'a z.literal or z.enum, as it tells branches apart', "write z.literal('a')");
  return [];
}

/** One parameter in the syntax of study files. */
function formOf(schema: SpaceSchema, field: Field): Leaf['form'] | undefined {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  const meaning = meanings.get(schema);
  switch (def.type) {
    case 'number':
      return numberForm(schema as z.core.$ZodNumber, meaning, field);
    case 'array':
      return arrayForm(schema as z.core.$ZodArray, meaning, field);
    case 'boolean':
      return hasChecks(schema, field) ? undefined : { bool: true };
    case 'literal':
    case 'enum':
    case 'null':
    case 'union': {
      const values = hasChecks(schema, field) ? undefined : valuesOf(schema, field);
      if (!values) return undefined;
      if (meaning) return { [meaning.kind]: values, ...meaning.options };
      return values.length === 1 && def.type !== 'enum' ? { fixed: values[0] } : { choice: values };
    }
    default:
      return refuse(
        schema,
        field,
        'a number, boolean, enum, literal or array',
        INSTEAD[def.type] ?? 'use one of those',
      );
  }
}

const INSTEAD: Readonly<Record<string, string>> = {
  string: "list what it can be: z.enum(['a', 'b'])",
  optional: 'put a parameter that is sometimes absent into a branch of z.discriminatedUnion',
  nonoptional: 'leave it out',
  nullable: 'make null one of the values: choice([null, 1, 2])',
  default: 'try defaults first: enqueue: [{ …, baseline: true }]',
  prefault: 'try defaults first: enqueue: [{ …, baseline: true }]',
  catch: 'leave it out',
  pipe: 'transform the value within the trial',
  transform: 'transform the value within the trial',
  readonly: 'leave it out',
  tuple: 'give each entry a key of its own, or use z.array or permutation',
  record: 'write z.object with its keys',
  object: 'put it directly under a key, not within an array',
  date: 'tune a number instead',
  bigint: 'use z.int()',
};

function numberForm(schema: z.core.$ZodNumber, meaning: Meaning | undefined, field: Field): Leaf['form'] | undefined {
  // z.int() is its own check
  const checks = [schema._zod.def, ...checksOf(schema)] as readonly Partial<z.core.$ZodChecks['_zod']['def']>[];
  const whole = checks.some((check) => check.check === 'number_format' && check.format?.includes('int'));
  let [low, high, exclusive] = [-Infinity, Infinity, false];
  let step: number | undefined;
  for (const check of checks) {
    if (check.check === 'greater_than' || check.check === 'less_than') {
      const [value, up] = [Number(check.value), check.check === 'greater_than'];
      exclusive ||= !check.inclusive && !whole;
      const bound = check.inclusive ? value : up ? Math.floor(value) + 1 : Math.ceil(value) - 1;
      if (up) low = Math.max(low, bound);
      else high = Math.min(high, bound);
    } else if (check.check === 'multiple_of') step = Number(check.value);
    else if (check.check !== undefined && check.check !== 'number_format') return refuseChecks(schema, field);
  }
  const kind = whole ? 'int' : 'float';
  if (exclusive)
    return refuse(schema, field, 'bounds that are included', 'use .min() and .max(), not .gt(), .lt() or .positive()');
  if (low === -Infinity || high === Infinity)
    return refuse(schema, field, 'both bounds', `write ${kind}(low, high), or add .min() and .max()`);
  if (step === undefined) return { [kind]: [low, high], ...meaning?.options };
  if (meaning?.options && 'step' in meaning.options)
    return refuse(schema, field, 'one step', 'leave .multipleOf() or step out');
  if (Math.abs(Math.round(low / step) * step - low) > 1e-9 * step)
    return refuse(
      schema,
      field,
      `a low bound that is a multiple of ${step}`,
      `write ${kind}(low, high, { step: ${step} })`,
    );
  return { [kind]: [low, high], ...meaning?.options, step };
}

function arrayForm(schema: z.core.$ZodArray, meaning: Meaning | undefined, field: Field): Leaf['form'] | undefined {
  const element = schema._zod.def.element as SpaceSchema;
  const checks = checksOf(schema);
  if (meaning?.kind === 'permutation')
    return checks.length === 1 ? { permutation: valuesOf(element, field) } : refuseChecks(schema, field);
  let [shortest, longest] = [0, Infinity];
  for (const check of checks) {
    if (check.check === 'min_length') shortest = Math.max(shortest, check.minimum);
    else if (check.check === 'max_length') longest = Math.min(longest, check.maximum);
    else if (check.check === 'length_equals') [shortest, longest] = [check.length, check.length];
    else return refuseChecks(schema, field);
  }
  if (longest === Infinity) return refuse(schema, field, 'a longest length', 'add .max(6), say, or .length(4)');
  const form = formOf(element, child(field, 'array', element));
  return form && { array: form, length: [shortest, longest] };
}

/** All values of literals, enums, null and unions of them. */
function valuesOf(schema: SpaceSchema, field: Field): readonly Scalar[] | undefined {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  if (def.type === 'literal' || def.type === 'enum') {
    const values = [...(def.type === 'literal' ? def.values : schema._zod.values!)];
    if (!values.some((value) => value === undefined || typeof value === 'bigint')) return values as Scalar[];
  }
  if (def.type === 'null') return [null];
  if (def.type !== 'union')
    return refuse(schema, field, 'literals, enums or null', 'write z.literal, or z.discriminatedUnion for branches');
  const values: Scalar[] = [];
  for (const option of def.options as readonly SpaceSchema[]) {
    const weighted = isOrderedOrWeighted(meanings.get(option));
    const found = weighted
      ? refuse(option, field, 'plain values', 'give weights to the whole')
      : valuesOf(option, field);
    if (!found) return undefined;
    values.push(...found);
  }
  return values;
}

function isOrderedOrWeighted(meaning: Meaning | undefined): boolean {
  return meaning?.kind === 'ordinal' || (meaning?.kind === 'choice' && Object.keys(meaning.options ?? {}).length > 0);
}

function checksOf(schema: SpaceSchema): readonly z.core.$ZodChecks['_zod']['def'][] {
  return (schema._zod.def.checks ?? []).map((check) => (check as z.core.$ZodChecks)._zod.def);
}

/** Whether a schema that cannot have any has checks of its own, which is then a fault. */
function hasChecks(schema: SpaceSchema, field: Field): boolean {
  if (checksOf(schema).length === 0) return false;
  refuseChecks(schema, field);
  return true;
}

function refuseChecks(schema: SpaceSchema, field: Field): undefined {
  return refuse(
    schema,
    field,
    'no .refine() or other code, which cannot travel to a sampler',
    'write forbid: regions as data',
  );
}

function refuse(schema: SpaceSchema, field: Field, expected: string, advice: string): undefined {
  field.faults.push(`${field.path} is z.${schema._zod.def.type}(), expected ${expected}; ${advice}`);
}
