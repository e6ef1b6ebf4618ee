import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { bool, choice, float, forbid, permutation, spaceFromSchema, type SpaceSchema } from '../../study/schema.ts';
import { messageOf, schemaFaults } from './studies.ts';

describe('a schema that says more than data can', () => {
  const kinds = 'expected a number, boolean, enum, literal or array';
  const code = 'expected no .refine() or other code, which cannot travel to a sampler; write forbid: regions as data';
  const values = 'expected literals, enums or null; write z.literal, or z.discriminatedUnion for branches';
  it.each<[string, SpaceSchema, string]>([
    ['string', z.string(), `is z.string(), ${kinds}; list what it can be: z.enum(['a', 'b'])`],
    [
      'optional',
      float(0, 1).optional(),
      `is z.optional(), ${kinds}; put a parameter that is sometimes absent into a branch of z.discriminatedUnion`,
    ],
    [
      'nullable',
      z.enum(['a']).nullable(),
      `is z.nullable(), ${kinds}; make null one of the values: choice([null, 1, 2])`,
    ],
    [
      'default',
      float(0, 1).default(0.5),
      `is z.default(), ${kinds}; try defaults first: enqueue: [{ …, baseline: true }]`,
    ],
    [
      'prefault',
      float(0, 1).prefault(0.5),
      `is z.prefault(), ${kinds}; try defaults first: enqueue: [{ …, baseline: true }]`,
    ],
    ['catch', float(0, 1).catch(0.5), `is z.catch(), ${kinds}; leave it out`],
    ['readonly', float(0, 1).readonly(), `is z.readonly(), ${kinds}; leave it out`],
    ['transform', float(0, 1).transform((x) => x * 2), `is z.pipe(), ${kinds}; transform the value within the trial`],
    [
      'tuple',
      z.tuple([z.boolean()]),
      `is z.tuple(), ${kinds}; give each entry a key of its own, or use z.array or permutation`,
    ],
    ['record', z.record(z.string(), z.boolean()), `is z.record(), ${kinds}; write z.object with its keys`],
    ['date', z.date(), `is z.date(), ${kinds}; tune a number instead`],
    ['bigint', z.bigint(), `is z.bigint(), ${kinds}; use z.int()`],
    ['lazy', z.lazy(() => z.boolean()), `is z.lazy(), ${kinds}; use one of those`],
    ['any', z.any(), `is z.any(), ${kinds}; use one of those`],
    ['refine', float(0, 1).refine((x) => x !== 0.5), `is z.number(), ${code}`],
    ['refine of an enum', z.enum(['a', 'b']).refine((x) => x === 'a'), `is z.enum(), ${code}`],
    ['refine of a boolean', z.boolean().refine((x) => x), `is z.boolean(), ${code}`],
    [
      'refine of an array',
      z
        .array(z.boolean())
        .max(2)
        .refine((x) => x.length > 1),
      `is z.array(), ${code}`,
    ],
    ['refine of a permutation', permutation(['a', 'b']).refine((x) => x[0] === 'a'), `is z.array(), ${code}`],
    ['refine of an object', z.object({ a: z.boolean() }).refine((x) => x.a), `is z.object(), ${code}`],
    ['refine of a union', z.union([z.literal(1), z.literal(2)]).refine((x) => x > 1), `is z.union(), ${code}`],
    ['overwrite', float(0, 1).overwrite((x) => x / 2), `is z.number(), ${code}`],
    ['no bounds', z.number(), 'is z.number(), expected both bounds; write float(low, high), or add .min() and .max()'],
    [
      'no high bound',
      z.int().min(1),
      'is z.number(), expected both bounds; write int(low, high), or add .min() and .max()',
    ],
    [
      'an excluded bound',
      z.number().positive().max(1),
      'is z.number(), expected bounds that are included; use .min() and .max(), not .gt(), .lt() or .positive()',
    ],
    [
      'a multiple off its low bound',
      z.number().min(0.05).max(1).multipleOf(0.1),
      'is z.number(), expected a low bound that is a multiple of 0.1; write float(low, high, { step: 0.1 })',
    ],
    [
      'two steps',
      float(0, 1, { step: 0.1 }).multipleOf(0.2),
      'is z.number(), expected one step; leave .multipleOf() or step out',
    ],
    [
      'an array without end',
      z.array(z.boolean()).min(1),
      'is z.array(), expected a longest length; add .max(6), say, or .length(4)',
    ],
    ['a union of more than values', z.union([z.literal('a'), float(0, 1)]), `is z.number(), ${values}`],
    ['a union of objects', z.union([z.object({}), z.object({})]), `is z.object(), ${values}`],
    ['undefined as a literal', z.literal([undefined, 'a']), `is z.literal(), ${values}`],
    [
      'a weighted choice within a union',
      z.union([choice(['a', 'b'], { weights: [1, 2] }), z.null()]),
      'is z.literal(), expected plain values; give weights to the whole',
    ],
  ])('is refused: %s', (_title, schema, message) => {
    expect(schemaFaults(z.object({ z: bool(), x: schema as z.ZodType }))).toBe(`space.x ${message}`);
  });

  it('is refused within arrays, objects and branches, by its path, all at once', () => {
    const schema = z.object({
      a: z.array(z.string()).max(2),
      b: z.object({ c: z.number() }),
      'd.e': z.boolean(),
      f: z.discriminatedUnion('kind', [z.object({ kind: z.literal('x'), g: z.date() })]),
      h: z.array(z.object({ a: z.boolean() })).max(2),
    });
    expect(schemaFaults(schema)).toBe(
      [
        `space.a.array is z.string(), ${kinds}; list what it can be: z.enum(['a', 'b'])`,
        'space.b.c is z.number(), expected both bounds; write float(low, high), or add .min() and .max()',
        "space.d.e: the key 'd.e' has a dot, expected none; nest z.object instead",
        `space.f.g is z.date(), ${kinds}; tune a number instead`,
        `space.h.array is z.object(), ${kinds}; put it directly under a key, not within an array`,
      ].join('\n'),
    );
  });

  it('is refused where branches cannot be told apart by plain values', () => {
    const weighted = z.discriminatedUnion('k', [z.object({ k: choice(['a', 'b'], { weights: [1, 2] }) })]);
    expect(schemaFaults(weighted)).toBe(
      'space.k tells branches apart, expected plain values; leave weights, distances and order out',
    );
    const nested = z.discriminatedUnion('k', [
      z.object({ k: z.literal('a') }),
      z.discriminatedUnion('l', [z.object({ k: z.literal('b'), l: z.literal('c') })]),
    ]);
    expect(schemaFaults(nested)).toBe(
      'space is z.union(), expected a branch that is a z.object; put a union within a branch under a key of its own',
    );
    const refined = z.discriminatedUnion('k', [z.object({ k: z.literal('a') }).refine((x) => x.k === 'a')]);
    expect(schemaFaults(refined)).toBe(`space is z.object(), ${code}`);
  });

  it('is refused as a whole where it is no object', () => {
    expect(schemaFaults(z.number())).toBe(
      'space is z.number(), expected z.object({ … }) or z.discriminatedUnion(…); put it under a key',
    );
    expect(schemaFaults(z.object({}))).toBe(
      'space is {}, expected at least one parameter; write space: { lr: { float: [0, 1] } }',
    );
    expect(schemaFaults(z.object({ a: bool() }).and(z.object({ a: bool() })))).toBe(
      'space.a is on both sides of an intersection, expected one; remove it from one side',
    );
  });

  it('is refused in the words of study files where only a number is wrong', () => {
    expect(schemaFaults(z.object({ m: z.object({ lr: float(0, 1, { scale: 'log' }) }) }))).toBe(
      'space.m.lr.float is [0, 1], expected a low bound > 0 with scale: log; raise it or leave scale out',
    );
    expect(messageOf(() => spaceFromSchema(z.object({ lr: float(0, 1) }), [forbid({ rl: 0 })]))).toBe(
      "forbid[0].rl (value { in: [0] }) is no parameter, expected lr; did you mean 'lr'?",
    );
  });
});
