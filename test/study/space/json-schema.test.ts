import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileSpace } from '../../../study/space/dimensions.ts';
import { sameJson } from '../../../study/wording/json.ts';
import { spaceJsonSchema, trialJsonSchema } from '../../../study/space/json-schema.ts';
import { trialParams } from '../../../study/models.ts';
import { decode, forbiddenAt } from '../../../study/space/point.ts';
import type { Params } from '../../../study/space/space.ts';
import { draw, numbers, points } from '../spaces.ts';
import { define, messageOf } from '../studies.ts';

type Schema = boolean | { readonly [keyword: string]: never };

/** Whether a value is valid, after the JSON Schema draft 2020-12; a keyword that is unknown here is an error of the test. */
function isValid(schema: Schema, value: unknown): boolean {
  if (typeof schema === 'boolean') return schema;
  const record = typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Params) : undefined;
  const list = Array.isArray(value) ? value : undefined;
  const number = typeof value === 'number' ? value : undefined;
  const types: Record<string, boolean> = {
    object: record !== undefined,
    array: list !== undefined,
    number: number !== undefined,
    integer: Number.isInteger(value),
    boolean: typeof value === 'boolean',
  };
  const keywords: Record<string, (argument: never) => boolean> = {
    $schema: () => true,
    description: () => true,
    type: (name: string) => types[name],
    const: (expected: unknown) => sameJson(expected, value),
    enum: (all: unknown[]) => all.some((item) => sameJson(item, value)),
    minimum: (bound: number) => number === undefined || number >= bound,
    maximum: (bound: number) => number === undefined || number <= bound,
    exclusiveMinimum: (bound: number) => number === undefined || number > bound,
    exclusiveMaximum: (bound: number) => number === undefined || number < bound,
    minItems: (n: number) => !list || list.length >= n,
    maxItems: (n: number) => !list || list.length <= n,
    uniqueItems: () => !list || list.every((item, i) => list.findIndex((other) => sameJson(item, other)) === i),
    items: (each: Schema) => !list || list.every((item) => isValid(each, item)),
    required: (keys: string[]) => !record || keys.every((key) => Object.hasOwn(record, key)),
    properties: (all: Record<string, Schema>) =>
      !record || Object.entries(all).every(([key, each]) => !Object.hasOwn(record, key) || isValid(each, record[key])),
    additionalProperties: () => !record || Object.keys(record).every((key) => Object.hasOwn(schema['properties'], key)),
    allOf: (all: Schema[]) => all.every((each) => isValid(each, value)),
    anyOf: (all: Schema[]) => all.some((each) => isValid(each, value)),
    oneOf: (all: Schema[]) => all.filter((each) => isValid(each, value)).length === 1,
    not: (other: Schema) => !isValid(other, value),
  };
  return Object.entries(schema).every(([keyword, argument]) => {
    const check = keywords[keyword];
    if (!check) throw new Error(`the test does not know '${keyword}'`);
    return check(argument);
  });
}

describe('spaceJsonSchema', () => {
  it('accepts the parameters of any point of any space, and not with one missing or one too many', () => {
    fc.assert(
      fc.property(points, fc.nat(), ({ compiled, x }, n) => {
        const schema = JSON.parse(JSON.stringify(spaceJsonSchema(compiled.space))) as Schema;
        const params = decode(compiled, x);
        expect(isValid(schema, params)).toBe(true);
        expect(isValid(schema, { ...params, other: 1 })).toBe(false);
        const names = Object.keys(params);
        const { [names[n % names.length]]: _one, ...rest } = params;
        expect(isValid(schema, rest)).toBe(false);
        for (const { parameter } of compiled.slots) {
          const { name, domain } = parameter;
          if (name in params || domain.kind === 'array' || domain.kind === 'permutation' || domain.kind === 'float')
            continue;
          const value =
            domain.kind === 'fixed'
              ? domain.value
              : domain.kind === 'bool'
                ? true
                : domain.kind === 'int'
                  ? domain.low
                  : domain.choices[0];
          expect(isValid(schema, { ...params, [name]: value })).toBe(false);
        }
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  it('refuses what a forbidden region covers and nothing more', () => {
    const { space } = define(`
      space: { o: { choice: [a, b] }, x: { float: [0, 1] }, n: { int: [1, 5], when: { o: a } }, c: { fixed: 3 } }
      forbid: [{ o: a, x: { above: 0.5 } }, { n: { above: 1, below: 4 } }, { x: { in: [0, 0.25] }, c: 3 }]`);
    const schema = JSON.parse(JSON.stringify(spaceJsonSchema(space))) as Schema;
    const compiled = compileSpace(space);
    const next = numbers(3);
    let refused = 0;
    for (let i = 0; i < 2000; i++) {
      const x = draw(compiled, next);
      const free = forbiddenAt(compiled, x) < 0;
      expect(isValid(schema, decode(compiled, x))).toBe(free);
      if (!free) refused++;
    }
    expect(refused).toBeGreaterThan(200);
  });

  it('says everything about each kind of parameter', () => {
    const { space } = define(`
      space:
        lr: { float: [1e-5, 0.1], scale: log }
        dropout: { float: [0, 0.3], step: 0.1 }
        fine: { float: [0, 1.05], step: 0.001 }
        batch: { int: [8, 256], scale: log }
        even: { int: [2, 9], step: 2 }
        optimizer: { choice: [adam, sgd, ~] }
        size: { ordinal: [s, m] }
        nesterov: { bool: true, when: { optimizer: [sgd, ~] } }
        momentum: { float: [0, 1], when: { optimizer: [sgd, ~] } }
        units: { array: { int: [1, 9] }, length: [0, 2] }
        order: { permutation: [a, 1] }
        epochs: { fixed: { a: 20 } }
      forbid: [{ optimizer: sgd, lr: { above: 0.05, below: 0.06 } }]`);
    const given = { properties: { optimizer: { enum: ['sgd', null] } }, required: ['optimizer'] };
    expect(spaceJsonSchema(space)).toEqual({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
      properties: {
        lr: {
          type: 'number',
          minimum: 1e-5,
          maximum: 0.1,
          description: 'a number from 0.00001 to 0.1, on a logarithmic scale',
        },
        dropout: { enum: [0, 0.1, 0.2, 0.3], description: 'a number from 0 to 0.3 in steps of 0.1' },
        fine: { type: 'number', minimum: 0, maximum: 1.05, description: 'a number from 0 to 1.05 in steps of 0.001' },
        batch: {
          type: 'integer',
          minimum: 8,
          maximum: 256,
          description: 'a whole number from 8 to 256, on a logarithmic scale',
        },
        even: { enum: [2, 4, 6, 8], description: 'a whole number from 2 to 9 in steps of 2' },
        optimizer: { enum: ['adam', 'sgd', null] },
        size: { enum: ['s', 'm'], description: 'in order' },
        nesterov: { type: 'boolean' },
        momentum: { type: 'number', minimum: 0, maximum: 1, description: 'a number from 0 to 1' },
        units: {
          type: 'array',
          items: { type: 'integer', minimum: 1, maximum: 9, description: 'a whole number from 1 to 9' },
          minItems: 0,
          maxItems: 2,
        },
        order: { type: 'array', items: { enum: ['a', 1] }, minItems: 2, maxItems: 2, uniqueItems: true },
        epochs: { const: { a: 20 } },
      },
      required: ['lr', 'dropout', 'fine', 'batch', 'even', 'optimizer', 'size', 'units', 'order', 'epochs'],
      additionalProperties: false,
      allOf: [
        {
          anyOf: [
            { ...given, required: ['optimizer', 'nesterov', 'momentum'] },
            { properties: { nesterov: false, momentum: false }, not: given },
          ],
        },
        {
          not: {
            properties: { optimizer: { enum: ['sgd'] }, lr: { exclusiveMinimum: 0.05, exclusiveMaximum: 0.06 } },
            required: ['optimizer', 'lr'],
          },
        },
      ],
    });
  });

  it('refuses a space that cannot be', () => {
    const parameter = { name: 'x', domain: { kind: 'bool' as const }, when: [{ parameter: 'y', in: [1] }] };
    expect(messageOf(() => spaceJsonSchema({ version: 1, parameters: [parameter], forbid: [] }))).toBe(
      "space.x.when: there is no parameter 'y'; parameters are x",
    );
  });
});

describe('trialJsonSchema', () => {
  const definition = define({
    space: undefined,
    models: {
      svm: {
        space: {
          kernel: { choice: ['rbf', 'poly'] },
          degree: { int: [2, 5], when: { kernel: 'poly' } },
          lr: { float: [0, 1] },
        },
        forbid: [{ kernel: 'poly', lr: { above: 0.5 } }],
      },
      forest: { space: { trees: { int: [1, 9] }, lr: { float: [2, 3] } } },
    },
  });
  const schema = JSON.parse(JSON.stringify(trialJsonSchema(definition))) as Schema;

  it('of several models takes what trials of each class receive', () => {
    const compiled = compileSpace(definition.space);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000_000 }), (seed) => {
        const x = draw(compiled, numbers(seed));
        fc.pre(forbiddenAt(compiled, x) < 0);
        expect(isValid(schema, trialParams(definition, decode(compiled, x)))).toBe(true);
      }),
      { seed: 5, numRuns: 60 },
    );
  });

  it.each([
    { model: 'svm', kernel: 'rbf', lr: 2.5 },
    { model: 'forest', trees: 3, lr: 0.5 },
    { model: 'svm', kernel: 'poly', degree: 3, lr: 0.7 },
    { trees: 3, lr: 2.5 },
    { model: 'mlp', lr: 0.5 },
  ])('refuses %j', (params) => {
    expect(isValid(schema, params)).toBe(false);
  });

  it('of one model is that of its space', () => {
    const one = define();
    expect(trialJsonSchema(one)).toEqual(spaceJsonSchema(one.space));
  });
});
