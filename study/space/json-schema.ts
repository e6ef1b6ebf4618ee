/** A search space as JSON Schema (draft 2020-12) of a trial's parameters, for editors, forms and programs in other languages. */
import { compileSpace, onStep } from './dimensions.ts';
import { classSpace, MODEL } from '../models.ts';
import { describeDomain } from './point.ts';
import type { Condition, Domain, Forbidden, NumberDomain, Parameter, Region, ScalarDomain, Space } from './space.ts';
import type { StudyDefinition } from '../study.ts';

type Schema = { readonly [keyword: string]: unknown };

/** A grid of numbers up to this long is listed; of a longer one only the bounds are checked, and the description has the step. */
const MAX_LISTED = 256;

/**
 * The schema of `params`, flat with dotted names: conditional parameters are required where their condition holds and refused
 * where not, forbidden regions are refused.
 */
export function spaceJsonSchema(space: Space): Schema {
  // refuses what no trial could have
  compileSpace(space);
  const { parameters, forbid } = space;
  const properties = Object.fromEntries(parameters.map(({ name, domain }) => [name, schemaOf(domain)]));
  const required = parameters.filter(({ when }) => !when).map(({ name }) => name);
  const rules = [...conditionsOf(parameters), ...forbid.map(forbiddenRule)];
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    properties,
    required,
    additionalProperties: false,
    ...(rules.length > 0 && { allOf: rules }),
  };
}

/** The schema of what a trial receives: of several model classes one of theirs, by plain names. */
export function trialJsonSchema({ space, models }: Pick<StudyDefinition, 'space' | 'models'>): Schema {
  if (!models) return spaceJsonSchema(space);
  const compiled = compileSpace(space);
  const classes = models.map(({ name }) => {
    const { $schema: _once, properties, required, ...rest } = spaceJsonSchema(classSpace(compiled, name).space.space);
    return {
      ...rest,
      properties: { [MODEL]: { const: name }, ...(properties as object) },
      required: [MODEL, ...(required as string[])],
    };
  });
  return { $schema: 'https://json-schema.org/draft/2020-12/schema', oneOf: classes };
}

function schemaOf(domain: Domain): Schema {
  switch (domain.kind) {
    case 'fixed':
      return { const: domain.value };
    case 'permutation': {
      const n = domain.items.length;
      return { type: 'array', items: { enum: domain.items }, minItems: n, maxItems: n, uniqueItems: true };
    }
    case 'array':
      return {
        type: 'array',
        items: scalarSchema(domain.element),
        minItems: domain.length[0],
        maxItems: domain.length[1],
      };
    default:
      return scalarSchema(domain);
  }
}

function scalarSchema(domain: ScalarDomain): Schema {
  if (domain.kind === 'bool') return { type: 'boolean' };
  if (domain.kind === 'choice' || domain.kind === 'ordinal')
    return { enum: domain.choices, ...(domain.kind === 'ordinal' && { description: 'in order' }) };
  return numberSchema(domain);
}

function numberSchema(domain: NumberDomain): Schema {
  const { kind, low, high, scale, step } = domain;
  const description = `${describeDomain(domain)}${scale === 'log' ? ', on a logarithmic scale' : ''}`;
  const type = kind === 'int' ? 'integer' : 'number';
  if (step === undefined) return { type, minimum: low, maximum: high, description };
  const grid = compileSpace({ version: 1, parameters: [{ name: 'x', domain }], forbid: [] }).dimensions[0]!;
  if (grid.size > MAX_LISTED) return { type, minimum: low, maximum: grid.high, description };
  return { enum: Array.from({ length: grid.size }, (_, k) => onStep(low, step, k)), description };
}

/** One rule for all parameters that share a condition. */
function conditionsOf(parameters: readonly Parameter[]): Schema[] {
  const shared = new Map<string, { readonly when: readonly Condition[]; readonly names: string[] }>();
  for (const { name, when } of parameters) {
    if (!when) continue;
    const key = JSON.stringify(when);
    if (!shared.has(key)) shared.set(key, { when, names: [] });
    shared.get(key)!.names.push(name);
  }
  return [...shared.values()].map(({ when, names }) => {
    // an absent parent fails `required`, so its own condition need not be repeated
    const holds = {
      properties: Object.fromEntries(when.map((condition) => [condition.parameter, { enum: condition.in }])),
      required: when.map(({ parameter }) => parameter),
    };
    const absent = { properties: Object.fromEntries(names.map((name) => [name, false])) };
    return {
      anyOf: [
        { ...holds, required: [...holds.required, ...names] },
        { ...absent, not: holds },
      ],
    };
  });
}

function forbiddenRule(forbidden: Forbidden): Schema {
  const regions = Object.entries(forbidden).map(([name, region]) => [name, regionSchema(region)] as const);
  return { not: { properties: Object.fromEntries(regions), required: Object.keys(forbidden) } };
}

function regionSchema({ above, below, in: values }: Region): Schema {
  return {
    ...(above !== undefined && { exclusiveMinimum: above }),
    ...(below !== undefined && { exclusiveMaximum: below }),
    ...(values && { enum: values }),
  };
}
