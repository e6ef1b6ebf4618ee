import { describe, expect, expectTypeOf, it } from 'vitest';
import { z } from 'zod';
import * as mini from 'zod/mini';
import { compileSpace } from '../../study/space/dimensions.ts';
import { decode, nest } from '../../study/space/point.ts';
import {
  above,
  below,
  bool,
  choice,
  float,
  forbid,
  int,
  oneOf,
  ordinal,
  permutation,
  spaceFromSchema,
  type SpaceSchema,
} from '../../study/schema.ts';
import { draw, numbers } from './spaces.ts';
import { define, messageOf, schemaFaults } from './studies.ts';

const prior = { normal: { mean: 0.9, sd: 0.1 } };

const digits = z
  .object({
    lr: float(1e-5, 1e-1, { scale: 'log' }),
    dropout: float(0, 0.7, { step: 0.1 }),
    batch: int(8, 256, { scale: 'log' }),
    size: ordinal(['small', 'medium', 'large']),
    activation: choice(['relu', 'tanh'], { weights: [2, 1], distances: { tanh: { relu: 0.5 } } }),
    units: z
      .array(int(8, 256, { scale: 'log' }))
      .min(4)
      .max(6),
    order: permutation(['a', 'b', 'c']),
    epochs: z.literal(20),
    augment: bool(),
    model: z.discriminatedUnion('kind', [
      z.object({
        kind: z.literal('forest'),
        trees: z.int().min(10).max(500),
        depth: z.union([z.literal(3), z.literal(5), z.null()]),
      }),
      z.object({
        kind: z.enum(['mlp', 'cnn']),
        width: z.number().min(0).max(1),
        head: z.object({ bias: z.boolean() }),
      }),
    ]),
  })
  .and(
    z.discriminatedUnion('optimizer', [
      z.object({ optimizer: z.literal('adam'), clip: float(0, 1) }),
      z.object({ optimizer: z.literal('rmsprop') }),
      z.object({
        optimizer: z.literal('sgd'),
        clip: float(0, 1),
        nesterov: z.boolean(),
        momentum: float(0, 0.99, { prior }),
      }),
    ]),
  );

const WRITTEN = `space:
  lr: { float: [1e-5, 1e-1], scale: log }
  dropout: { float: [0, 0.7], step: 0.1 }
  batch: { int: [8, 256], scale: log }
  size: { ordinal: [small, medium, large] }
  activation: { choice: [relu, tanh], weights: [2, 1], distances: { relu: { tanh: 0.5 } } }
  units: { array: { int: [8, 256], scale: log }, length: [4, 6] }
  order: { permutation: [a, b, c] }
  epochs: { fixed: 20 }
  augment: { bool: true }
  model.kind: { choice: [forest, mlp, cnn] }
  model.trees: { int: [10, 500], when: { model.kind: forest } }
  model.depth: { choice: [3, 5, ~], when: { model.kind: forest } }
  model.width: { float: [0, 1], when: { model.kind: [mlp, cnn] } }
  model.head.bias: { bool: true, when: { model.kind: [mlp, cnn] } }
  optimizer: { choice: [adam, rmsprop, sgd] }
  clip: { float: [0, 1], when: { optimizer: [adam, sgd] } }
  nesterov: { bool: true, when: { optimizer: sgd } }
  momentum: { float: [0, 0.99], when: { optimizer: sgd }, prior: { normal: { mean: 0.9, sd: 0.1 } } }
forbid: [{ optimizer: sgd, lr: { above: 0.05 } }, { size: { in: [small, large] }, dropout: { above: 0.1, below: 0.3 }, batch: 8 }]
`;

describe('spaceFromSchema', () => {
  it('gives the same space as the study file', () => {
    const regions = [
      forbid({ optimizer: 'sgd', lr: above(0.05) }),
      forbid({ size: oneOf('small', 'large'), dropout: { ...above(0.1), ...below(0.3) }, batch: 8 }),
    ];
    expect(spaceFromSchema(digits, regions)).toEqual(define(WRITTEN).space);
    expect(spaceFromSchema(digits, [{ optimizer: 'sgd', lr: { above: 0.05 } }])).toEqual(
      spaceFromSchema(digits, regions.slice(0, 1)),
    );
  });

  it('describes points that, nested, the schema itself accepts', () => {
    const compiled = compileSpace(spaceFromSchema(digits));
    const next = numbers(1);
    for (let i = 0; i < 300; i++) {
      const params = nest(decode(compiled, draw(compiled, next)));
      expect(digits.safeParse(params)).toEqual({ success: true, data: params });
    }
  });

  it('leaves the types as they are', () => {
    type Params = z.infer<typeof digits>;
    expectTypeOf<Params['lr']>().toEqualTypeOf<number>();
    expectTypeOf<Params['batch']>().toEqualTypeOf<number>();
    expectTypeOf<Params['size']>().toEqualTypeOf<'small' | 'medium' | 'large'>();
    expectTypeOf<Params['activation']>().toEqualTypeOf<'relu' | 'tanh'>();
    expectTypeOf<Params['order']>().toEqualTypeOf<('a' | 'b' | 'c')[]>();
    expectTypeOf<Params['augment']>().toEqualTypeOf<boolean>();
    expectTypeOf<Params['units']>().toEqualTypeOf<number[]>();
    const depth = choice([null, 1, 'deep']);
    expectTypeOf<z.infer<typeof depth>>().toEqualTypeOf<null | 1 | 'deep'>();
  });

  it.each<[string, SpaceSchema, string]>([
    ['z.number with inclusive bounds', z.number().min(0).max(2).min(1), '{ float: [1, 2] }'],
    ['z.number().int()', z.number().int().min(1).max(9), '{ int: [1, 9] }'],
    ['z.int with exclusive bounds', z.int().positive().lt(10), '{ int: [1, 9] }'],
    ['z.int between fractions', z.int().gt(0.5).lt(9.5), '{ int: [1, 9] }'],
    ['z.int32', z.int32().min(0).max(3), '{ int: [0, 3] }'],
    ['z.float64', z.float64().min(0).max(3), '{ float: [0, 3] }'],
    ['a multiple', z.int().min(8).max(64).multipleOf(8), '{ int: [8, 64], step: 8 }'],
    ['a multiple of a fraction', z.number().min(0.3).max(0.9).multipleOf(0.1), '{ float: [0.3, 0.9], step: 0.1 }'],
    ['a coerced number', z.coerce.number().min(0).max(3), '{ float: [0, 3] }'],
    [
      'a narrowed helper',
      float(1e-3, 10, { scale: 'log' }).max(1).describe('rate'),
      '{ float: [1e-3, 1], scale: log }',
    ],
    ['an enum of TypeScript', z.enum({ A: 0, B: 'x' }), '{ choice: [0, x] }'],
    ['an enum of one', z.enum(['a']), '{ choice: [a] }'],
    ['a literal of several', z.literal(['a', 2, null, true]), '{ choice: [a, 2, ~, true] }'],
    [
      'a union of literals and enums',
      z.union([z.literal('a'), z.enum(['b', 'c']), z.null(), choice([4])]),
      '{ choice: [a, b, c, ~, 4] }',
    ],
    ['null', z.null(), '{ fixed: ~ }'],
    ['a choice of one', choice(['a']), '{ choice: [a] }'],
    [
      'a weighted ordinal',
      ordinal(['s', 'm'], { weights: [1, 2] }).meta({ title: 'size' }),
      '{ ordinal: [s, m], weights: [1, 2] }',
    ],
    ['an array of one length', z.array(z.boolean()).length(3), '{ array: { bool: true }, length: [3, 3] }'],
    [
      'an array that may be empty',
      z.array(choice(['a', 'b'], { weights: [1, 2] })).max(3),
      '{ array: { choice: [a, b], weights: [1, 2] }, length: [0, 3] }',
    ],
    [
      'an array that may not',
      z
        .array(z.enum(['a', 'b']))
        .nonempty()
        .max(3),
      '{ array: { choice: [a, b] }, length: [1, 3] }',
    ],
    ['a schema of zod/mini', mini.number().check(mini.minimum(0), mini.maximum(1)), '{ float: [0, 1] }'],
  ])('reads %s', (_title, schema, written) => {
    expect(spaceFromSchema(z.object({ z: bool(), x: schema }))).toEqual(
      define(`space: { z: { bool: true }, x: ${written} }`).space,
    );
  });
});

describe('branches', () => {
  it('within branches need the inner discriminator alone', () => {
    const inner = z.discriminatedUnion('norm', [
      z.object({ norm: z.literal('batch'), momentum: float(0, 1) }),
      z.object({ norm: z.literal('none') }),
    ]);
    const schema = z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('mlp'), layer: inner, width: int(1, 9) }),
      z.object({ kind: z.literal('tree') }),
    ]);
    expect(spaceFromSchema(schema)).toEqual(
      define(`space:
        kind: { choice: [mlp, tree] }
        layer.norm: { choice: [batch, none], when: { kind: mlp } }
        layer.momentum: { float: [0, 1], when: { layer.norm: batch } }
        width: { int: [1, 9], when: { kind: mlp } }`).space,
    );
  });

  it('that share a parameter list each other in its condition, and need none where all have it', () => {
    const branch = <Kind extends string>(kind: Kind, shape: z.core.$ZodShape): z.ZodObject =>
      z.object({ kind: z.literal(kind), all: int(1, 2), ...shape });
    const schema = z.discriminatedUnion('kind', [
      branch('a', { some: bool(), sub: z.object({ x: int(1, 2) }) }),
      branch('b', { some: z.boolean(), sub: z.object({ x: int(1, 2) }) }),
      branch('c', {}),
    ] as never);
    expect(spaceFromSchema(schema)).toEqual(
      define(`space:
        kind: { choice: [a, b, c] }
        all: { int: [1, 2] }
        some: { bool: true, when: { kind: [a, b] } }
        sub.x: { int: [1, 2], when: { kind: [a, b] } }`).space,
    );
  });

  it('keep the outer condition where the inner discriminator exists in more branches', () => {
    const sub = (shape: z.core.$ZodShape): SpaceSchema =>
      z.discriminatedUnion('norm', [z.object({ norm: z.literal('n'), ...shape }), z.object({ norm: z.literal('o') })]);
    const schema = z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('a'), sub: sub({ x: int(1, 2) }) as z.ZodType }),
      z.object({ kind: z.literal('b'), sub: sub({}) as z.ZodType }),
    ]);
    expect(spaceFromSchema(schema)).toEqual(
      define(`space:
        kind: { choice: [a, b] }
        sub.norm: { choice: [n, o] }
        sub.x: { int: [1, 2], when: { kind: a, sub.norm: n } }`).space,
    );
  });

  it('that give one name to different parameters are refused', () => {
    const schema = z.object({
      model: z.discriminatedUnion('kind', [
        z.object({ kind: z.literal('a'), depth: int(1, 3) }),
        z.object({ kind: z.literal('b'), depth: int(1, 9) }),
      ]),
    });
    expect(schemaFaults(schema)).toBe(
      'space.model.depth differs between the branches model.kind = "a" or "b", expected the same parameter in both; give it another name in one of them',
    );
  });
});

describe('the helpers', () => {
  it('refuse an empty list at once', () => {
    for (const [name, call] of Object.entries({ choice, ordinal, permutation }))
      expect(messageOf(() => call([]))).toBe(
        `${name}([]) has no values, expected at least one; write ${name}(['a', 'b']), say`,
      );
  });

  it('check a value as a schema does', () => {
    expect(float(0, 1).safeParse(1.5).success).toBe(false);
    expect(int(0, 3).safeParse(1.5).success).toBe(false);
    expect(choice(['a', null]).safeParse('b').success).toBe(false);
    expect(permutation(['a', 'b']).safeParse(['a']).success).toBe(false);
  });

  it('write regions as the study file does', () => {
    expect(forbid({ a: 'x', b: null, c: above(1), d: below(2), e: oneOf(1, 'y') })).toEqual({
      a: { in: ['x'] },
      b: { in: [null] },
      c: { above: 1 },
      d: { below: 2 },
      e: { in: [1, 'y'] },
    });
  });
});
