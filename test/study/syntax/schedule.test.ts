import { describe, expect, expectTypeOf, it } from 'vitest';
import { z } from 'zod';
import { compileSpace } from '../../../study/space/dimensions.ts';
import { spaceJsonSchema } from '../../../study/space/json-schema.ts';
import { scheduleValue, type ParameterSchedule } from '../../../study/space/parameter-schedule.ts';
import { decode, nest } from '../../../study/space/point.ts';
import { float, spaceFromSchema } from '../../../study/schema.ts';
import type { Space } from '../../../study/space/space.ts';
import { draw, numbers } from '../spaces.ts';
import { define, spaceFaults } from '../studies.ts';

const WHOLE = `
space:
  optimizer: { choice: [adam, sgd] }
  lr:
    schedule:
      base: { float: [1e-4, 0.1], scale: log }
      warmup: { float: [0, 0.2] }
      shape:
        constant:
        step: { factor: { float: [0.1, 0.9] }, every: { int: [1, 10] } }
        exponential: { rate: 0.97 }
        cosine:
        one-cycle: { peak: { float: [0.1, 0.5] } }
    when: { optimizer: sgd }
`;

describe('a schedule in a space', () => {
  const { space } = define(WHOLE);

  it('is ordinary parameters, each where its shape is', () => {
    expect(compileSpace(space).dimensions.map(({ name, when }) => [name, when.length])).toEqual([
      ['optimizer', 0],
      ['lr.base', 1],
      ['lr.shape', 1],
      ['lr.warmup', 2],
      ['lr.step.factor', 2],
      ['lr.step.every', 2],
      ['lr.one-cycle.peak', 2],
    ]);
    const fixed = space.parameters.flatMap(({ name, domain }) =>
      domain.kind === 'fixed' ? [[name, domain.value]] : [],
    );
    expect(fixed).toEqual([
      ['lr.exponential.rate', 0.97],
      ['lr.cosine.final', 0],
      ['lr.one-cycle.from', 0.04],
      ['lr.one-cycle.final', 4e-6],
    ]);
  });

  it('gives each trial what scheduleValue needs, and nothing of other shapes', () => {
    const compiled = compileSpace(space);
    const seen = new Set<string>();
    const random = numbers(5);
    for (let i = 0; i < 200; i++) {
      const { optimizer, lr } = nest(decode(compiled, draw(compiled, random))) as never as {
        optimizer: string;
        lr?: ParameterSchedule;
      };
      expect(lr !== undefined).toBe(optimizer === 'sgd');
      if (!lr) continue;
      seen.add(lr.shape);
      const own = lr.shape === 'constant' ? [] : [lr.shape];
      const warm = lr.shape === 'one-cycle' ? [] : ['warmup'];
      expect(Object.keys(lr).sort()).toEqual(['base', 'shape', ...warm, ...own].sort());
      for (const step of [0, 20, 49]) expect(scheduleValue(lr, step, 50)).toBeGreaterThan(0);
    }
    expect([...seen].sort()).toEqual(['constant', 'cosine', 'exponential', 'one-cycle', 'step']);
  });

  it('is a constant without a shape, and one shape is no choice', () => {
    const only = (schedule: string): [string, unknown][] =>
      define(`space: { lr: { schedule: ${schedule} } }`).space.parameters.map(({ name, domain }) => [
        name,
        domain.kind === 'fixed' ? domain.value : domain.kind,
      ]);
    expect(only('{ base: { float: [0, 1] } }')).toEqual([
      ['lr.base', 'float'],
      ['lr.shape', 'constant'],
    ]);
    expect(only('{ base: { choice: [0.1, 0.2] }, shape: cosine, warmup: 0.1 }')).toEqual([
      ['lr.base', 'choice'],
      ['lr.shape', 'cosine'],
      ['lr.warmup', 0.1],
      ['lr.cosine.final', 0],
    ]);
    expect(only('{ base: { float: [0, 1] }, shape: [constant, cosine] }')).toEqual([
      ['lr.base', 'float'],
      ['lr.shape', 'choice'],
      ['lr.cosine.final', 0],
    ]);
  });

  it('can be enqueued and fixed by the names of its parameters', () => {
    const { enqueue } = define(`${WHOLE}
enqueue: [{ optimizer: sgd, lr.base: 0.01, lr.shape: step, lr.warmup: 0, lr.step.factor: 0.5, lr.step.every: 3 }]
fixed: { optimizer: sgd, lr.shape: step }
`);
    expect(enqueue[0]!.params['lr.step.every']).toBe(3);
  });

  it('is part of the JSON Schema of parameters', () => {
    const { properties } = spaceJsonSchema(space) as { properties: Record<string, unknown> };
    expect(properties['lr.shape']).toEqual({ enum: ['constant', 'step', 'exponential', 'cosine', 'one-cycle'] });
    expect(Object.keys(properties)).toContain('lr.one-cycle.peak');
  });
});

describe('what is no schedule is refused in words', () => {
  const base = 'base: { float: [0.1, 1] }';
  it.each([
    [
      '{}',
      'base is missing, expected what it begins with; write schedule: { base: { float: [1e-4, 0.1], scale: log }, shape: [constant, cosine] }',
    ],
    ['{ base: text }', 'base is "text", expected one of { float: … }, { int: … }, { choice: … }'],
    ['{ base: { bool: true } }', 'base is { bool: true }, expected a number, or a range or choice of such; change it'],
    ['{ base: { choice: [1, a] } }', 'base is { choice: [1, "a"] }, expected a number, or a range or choice of such'],
    [
      '{ base: { float: [0, 1], when: { a: 1 } } }',
      'base.when is { a: 1 }, expected no when here; write it beside schedule, for the whole',
    ],
    [
      `{ ${base}, warmup: { float: [0, 2] } }`,
      'warmup is { float: [0, 2] }, expected a number from 0 to 1, or a range or choice of such',
    ],
    [`{ ${base}, warmup: -1 }`, 'warmup is -1, expected a number from 0 to 1'],
    [
      `{ ${base}, warmup: 0.1, shape: one-cycle }`,
      'warmup is 0.1, expected no warmup beside one-cycle, which has its own; set its peak instead',
    ],
    [
      `{ ${base}, shape: cosin }`,
      'shape is "cosin", expected constant, step, exponential, cosine or one-cycle; did you mean \'cosine\'?',
    ],
    [`{ ${base}, shape: [] }`, 'shape is [], expected at least one shape; leave it out for constant'],
    [
      `{ ${base}, shape: [cosine, cosine] }`,
      'shape is ["cosine", "cosine"], expected each shape once; remove one of the two',
    ],
    [
      `{ ${base}, shape: [step] }`,
      'shape.step.every is missing, expected a whole number of at least 1; add every, a number or a range',
    ],
    [
      `{ ${base}, shape: { step: { every: { float: [1, 3] } } } }`,
      'shape.step.every is { float: [1, 3] }, expected a whole number of at least 1',
    ],
    [`{ ${base}, shape: { step: { every: 2, factor: 0 } } }`, 'shape.step.factor is 0, expected a number > 0'],
    [
      `{ ${base}, shape: { exponential: { gamma: 1 } } }`,
      'shape.exponential.gamma (value 1) is not a known key, expected rate',
    ],
    [`{ ${base}, shape: { constant: { final: 0 } } }`, 'shape.constant.final (value 0) is not a known key'],
    [`{ ${base}, shape: 3 }`, 'shape is 3, expected one or more of constant, step, exponential, cosine or one-cycle'],
    [`{ ${base}, decay: 3 }`, 'decay (value 3) is not a known key, expected base, warmup or shape'],
  ])('%s', (schedule, message) => {
    expect(spaceFaults(`{ lr: { schedule: ${schedule} } }`)).toContain(`space.lr.schedule.${message}`);
    expect(spaceFaults(`{ lr: { schedule: ${schedule} } }`)).not.toContain('at least one parameter that is not fixed');
  });

  it('says once what is wrong with a condition, and that names are taken', () => {
    expect(
      spaceFaults(`{ lr: { schedule: { ${base} }, when: { optimiser: sgd } }, optimizer: { choice: [sgd] } }`),
    ).toBe(
      'space.lr.when.optimiser (value "sgd") is no parameter, expected lr.shape or optimizer; did you mean \'optimizer\'?',
    );
    expect(spaceFaults(`{ lr: { schedule: { ${base} } }, lr.base: { float: [0, 1] } }`)).toContain(
      "space.lr has a schedule, whose parameters have names such as 'lr.base', expected none beside them that begin so; rename 'lr.base'",
    );
    expect(
      spaceFaults(`{ lr: { schedule: { ${base} } }, lr: 1 }`.replace(', lr: 1', ', lr2: { schedule: 1 }')),
    ).toMatch(/space.lr2.schedule is 1, expected base, warmup and shape/);
    expect(spaceFaults(`{ lr: { schedule: { ${base} }, scale: log } }`)).toMatch(
      /space.lr.scale \(value "log"\) is not a known key, expected schedule or when/,
    );
  });
});

it('can be written as a zod schema, whose trials know its type', () => {
  const warmup = float(0, 0.2);
  const base = float(1e-4, 0.1, { scale: 'log' });
  const schema = z.object({
    lr: z.discriminatedUnion('shape', [
      z.object({ shape: z.literal('constant'), base, warmup }),
      z.object({ shape: z.literal('cosine'), base, warmup, cosine: z.object({ final: z.literal(0) }) }),
    ]),
  });
  const written = define(
    'space: { lr: { schedule: { base: { float: [1e-4, 0.1], scale: log }, warmup: { float: [0, 0.2] }, shape: [constant, cosine] } } }',
  ).space;
  const byName = (space: Space): object =>
    Object.fromEntries(space.parameters.map(({ name, domain }) => [name, domain]));
  expect(byName(spaceFromSchema(schema))).toEqual(byName(written));
  expectTypeOf<z.infer<typeof schema>['lr']>().toExtend<ParameterSchedule>();
});
