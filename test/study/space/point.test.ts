import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileSpace } from '../../../study/space/dimensions.ts';
import {
  checkForbidden,
  decode,
  describeDomain,
  encode,
  encodeFull,
  forbiddenAt,
  nest,
  pointFault,
} from '../../../study/space/point.ts';
import type { Forbidden, Parameter, Params, Space } from '../../../study/space/space.ts';
import { points } from '../spaces.ts';
import { messageOf } from '../studies.ts';

const lr: Parameter = { name: 'lr', domain: { kind: 'float', low: 1e-5, high: 0.1, scale: 'log' } };
const optimizer: Parameter = { name: 'optimizer', domain: { kind: 'choice', choices: ['adam', 'sgd', null] } };
const nesterov: Parameter = {
  name: 'nesterov',
  domain: { kind: 'bool' },
  when: [{ parameter: 'optimizer', in: ['sgd'] }],
};
const epochs: Parameter = { name: 'epochs', domain: { kind: 'fixed', value: 20 } };
const dropout: Parameter = {
  name: 'dropout',
  domain: { kind: 'float', low: 0, high: 0.7, scale: 'linear', step: 0.1 },
};

function space(parameters: readonly Parameter[], forbid: readonly Forbidden[] = []): Space {
  return { version: 1, parameters, forbid };
}

const training = compileSpace(space([lr, optimizer, nesterov, epochs, dropout]));

describe('decode and encode', () => {
  it('give the same bits again for any point of any space', () => {
    fc.assert(
      fc.property(points, ({ compiled, x }) => {
        expect([...encode(compiled, decode(compiled, x))]).toEqual([...x]);
        expect([...encodeFull(compiled, decode(compiled, x))]).toEqual([...x]);
      }),
      { seed: 1, numRuns: 2000 },
    );
  });

  it('give the same bits after parameters crossed a wire as JSON', () => {
    fc.assert(
      fc.property(points, ({ compiled, x }) => {
        const params = JSON.parse(JSON.stringify(decode(compiled, x))) as Params;
        expect([...encode(compiled, params)]).toEqual([...x]);
      }),
      { seed: 2, numRuns: 500 },
    );
  });

  it('write a parameter exactly where its conditions hold', () => {
    fc.assert(
      fc.property(points, ({ compiled, x }) => {
        const params = decode(compiled, x);
        for (const { name, when = [] } of compiled.space.parameters) {
          const meets = when.every(({ parameter, in: values }) => values.includes(params[parameter] as never));
          expect(name in params).toBe(meets);
        }
      }),
      { seed: 3, numRuns: 500 },
    );
  });

  it('leave what is free at NaN', () => {
    expect([...encode(training, { optimizer: 'sgd' })]).toEqual([NaN, 1, NaN, NaN]);
  });

  it('take a number that is a rounding error away from its grid', () => {
    expect([...encode(training, { dropout: 0.1 + 0.2 })]).toEqual([NaN, NaN, NaN, 0.3]);
  });

  it('know choices of different types apart', () => {
    const compiled = compileSpace(
      space([{ name: 'x', domain: { kind: 'choice', choices: [1, '1', true, null, 'null'] } }]),
    );
    expect([1, '1', true, null, 'null'].map((x) => encode(compiled, { x })[0])).toEqual([0, 1, 2, 3, 4]);
    expect(messageOf(() => encode(compiled, { x: false }))).toBe(
      'x cannot be false: expected one of 1, "1", true, null, "null"',
    );
  });

  it.each<[Params, string]>([
    [{ lrr: 1 }, "there is no parameter 'lrr' (value 1); parameters are lr, optimizer, nesterov, epochs, dropout"],
    [{ lr: 1 }, 'lr cannot be 1: expected a number from 0.00001 to 0.1'],
    [{ lr: NaN }, 'lr cannot be NaN: expected a number from 0.00001 to 0.1'],
    [{ lr: '0.01' }, 'lr cannot be "0.01": expected a number from 0.00001 to 0.1'],
    [{ optimizer: 'SGD' }, 'optimizer cannot be "SGD": expected one of "adam", "sgd", null'],
    [{ nesterov: 1 }, 'nesterov cannot be 1: expected true or false'],
    [{ epochs: 21 }, 'epochs cannot be 21: expected 20 (it is fixed)'],
    [{ dropout: 0.15 }, 'dropout cannot be 0.15: expected a number from 0 to 0.7 in steps of 0.1'],
    [{ dropout: 0.8 }, 'dropout cannot be 0.8: expected a number from 0 to 0.7 in steps of 0.1'],
    [{ dropout: -0.1 }, 'dropout cannot be -0.1: expected a number from 0 to 0.7 in steps of 0.1'],
  ])('refuse %j', (params, message) => {
    expect(messageOf(() => encode(training, params))).toBe(message);
  });

  it.each<[Params, string]>([
    [{ units: 3 }, 'units cannot be 3: expected a list of 1 to 3 values, each a whole number from 1 to 9'],
    [{ units: [] }, 'units cannot be []: expected a list of 1 to 3 values, each a whole number from 1 to 9'],
    [
      { units: [1, 2.5] },
      'units cannot be [1, 2.5]: expected a list of 1 to 3 values, each a whole number from 1 to 9',
    ],
    [
      { units: [1, 1, 1, 1] },
      'units cannot be [1, 1, 1, 1]: expected a list of 1 to 3 values, each a whole number from 1 to 9',
    ],
    [{ order: ['a', 'b'] }, 'order cannot be ["a", "b"]: expected a list of each of "a", "b", "c" once, in any order'],
    [
      { order: ['a', 'a', 'c'] },
      'order cannot be ["a", "a", "c"]: expected a list of each of "a", "b", "c" once, in any order',
    ],
  ])('refuse the list %j', (params, message) => {
    const compiled = compileSpace(
      space([
        {
          name: 'units',
          domain: { kind: 'array', element: { kind: 'int', low: 1, high: 9, scale: 'linear' }, length: [1, 3] },
        },
        { name: 'order', domain: { kind: 'permutation', items: ['a', 'b', 'c'] } },
      ]),
    );
    expect(messageOf(() => encode(compiled, params))).toBe(message);
  });

  it('compare a fixed value by its content', () => {
    const compiled = compileSpace(
      space([{ name: 'layers', domain: { kind: 'fixed', value: { a: [1], b: null } } }, lr]),
    );
    expect([...encode(compiled, { layers: { b: null, a: [1] }, lr: 0.1 })]).toEqual([0.1]);
    expect(messageOf(() => encode(compiled, { layers: { a: [1] } }))).toBe(
      'layers cannot be { a: [1] }: expected { a: [1], b: null } (it is fixed)',
    );
  });
});

describe('a permutation', () => {
  it('has one point for each order of its items', () => {
    const items = ['a', 'b', 'c', 'd', 'e'];
    const compiled = compileSpace(space([{ name: 'order', domain: { kind: 'permutation', items } }]));
    const seen = new Set<string>();
    const sizes = compiled.dimensions.map(({ size }) => size);
    expect(sizes).toEqual([5, 4, 3, 2]);
    for (let code = 0; code < 120; code++) {
      let left = code;
      const x = sizes.map((size) => {
        const digit = left % size;
        left = Math.floor(left / size);
        return digit;
      });
      const { order } = decode(compiled, x);
      expect([...(order as string[])].sort()).toEqual(items);
      expect([...encode(compiled, { order: order! })]).toEqual(x);
      seen.add((order as string[]).join(''));
    }
    expect(seen.size).toBe(120);
  });
});

describe('pointFault', () => {
  it('finds nothing wrong with a point that was drawn dimension by dimension', () => {
    fc.assert(
      fc.property(points, ({ compiled, x }) => {
        expect(pointFault(compiled, x)).toBeUndefined();
      }),
      { seed: 4, numRuns: 2000 },
    );
  });

  it('finds a number put where nothing is, or taken from where something is', () => {
    fc.assert(
      fc.property(points, fc.nat(), ({ compiled, x }, at) => {
        fc.pre(x.length > 0);
        const changed = Float64Array.from(x);
        changed[at % x.length] = Number.isNaN(x[at % x.length]!) ? 0 : NaN;
        expect(pointFault(compiled, changed)).toMatch(
          /is 0 though its condition|is NaN, outside|though its condition does not hold/,
        );
      }),
      { seed: 5, numRuns: 500 },
    );
  });

  it.each([
    [[1, 0, NaN, 0], 'lr is 1, outside 0.00001 to 0.1'],
    [[NaN, 0, NaN, 0], 'lr is NaN, outside 0.00001 to 0.1'],
    [[0.1, 0.5, NaN, 0], 'optimizer is 0.5, not a whole number'],
    [[0.1, 3, NaN, 0], 'optimizer is 3, outside 0 to 2'],
    [[0.1, 0, 1, 0], 'nesterov is 1 though its condition does not hold'],
    [[0.1, 1, NaN, 0], 'nesterov is NaN, outside 0 to 1'],
    [[0.1, 0, NaN, 0.25], 'dropout is 0.25, not on its grid from 0 in steps of 0.1'],
    [[0.1, 0, NaN, 0.1 + 0.2], 'dropout is 0.30000000000000004, not on its grid from 0 in steps of 0.1'],
    [[0.1, 0, NaN], 'it has 3 numbers, expected 4'],
  ])('tells what is wrong with %j', (x, message) => {
    expect(pointFault(training, x)).toBe(message);
  });

  it('names the forbidden region that covers a point', () => {
    const compiled = compileSpace(space([lr], [{ lr: { above: 0.05 } }]));
    expect(pointFault(compiled, [0.05])).toBeUndefined();
    expect(pointFault(compiled, [0.06])).toBe('forbidden region 1 covers it: { lr: { above: 0.05 } }');
  });
});

describe('forbidden regions', () => {
  const forbid = (...regions: Forbidden[]): ReturnType<typeof compileSpace> =>
    compileSpace(space([lr, optimizer, nesterov, epochs, dropout], regions));

  it('cover a point only where all of their clauses hold', () => {
    const compiled = forbid({ optimizer: { in: ['sgd'] }, lr: { above: 0.01, below: 0.05 } });
    expect(forbiddenAt(compiled, [0.02, 1, 0, 0])).toBe(0);
    for (const x of [
      [0.02, 0, NaN, 0],
      [0.01, 1, 0, 0],
      [0.05, 1, 0, 0],
    ])
      expect(forbiddenAt(compiled, x)).toBe(-1);
  });

  it('do not cover a point by a parameter that is inactive there', () => {
    const compiled = forbid({ nesterov: { in: [false] } });
    expect(forbiddenAt(compiled, [0.02, 0, NaN, 0])).toBe(-1);
    expect(forbiddenAt(compiled, [0.02, 1, 0, 0])).toBe(0);
  });

  it('do not cover a partial point by a parameter that is still free', () => {
    const compiled = forbid({ optimizer: { in: ['sgd'] }, nesterov: { in: [false] } });
    expect(forbiddenAt(compiled, [NaN, 1, NaN, NaN])).toBe(-1);
    expect(forbiddenAt(compiled, [NaN, 1, 0, NaN])).toBe(0);
  });

  it('meet values on a grid however they were rounded', () => {
    expect(forbiddenAt(forbid({ dropout: { in: [0.1 + 0.2] } }), [0.02, 0, NaN, 0.3])).toBe(0);
  });

  it('count a fixed parameter by its value', () => {
    expect(forbiddenAt(forbid({ epochs: { in: [20] }, lr: { above: 0.01 } }), [0.02, 0, NaN, 0])).toBe(0);
    expect(forbiddenAt(forbid({ epochs: { in: [30] }, lr: { above: 0.01 } }), [0.02, 0, NaN, 0])).toBe(-1);
    expect(forbiddenAt(forbid({ epochs: { above: 10 } }), [0.02, 0, NaN, 0])).toBe(0);
  });

  it.each<[Forbidden, string]>([
    [
      { rate: { in: [1] } },
      "forbid: there is no parameter 'rate'; parameters are lr, optimizer, nesterov, epochs, dropout",
    ],
    [{ optimizer: { in: ['adamw'] } }, 'forbid: optimizer is never "adamw": it is one of "adam", "sgd", null'],
    [{ optimizer: { above: 1 } }, 'forbid: above and below need a number, but optimizer is one of "adam", "sgd", null'],
  ])('refuse %j', (region, message) => {
    expect(messageOf(() => checkForbidden(forbid(region)))).toBe(message);
  });

  it('refuse a parameter with many values', () => {
    const order: Parameter = { name: 'order', domain: { kind: 'permutation', items: ['a', 'b'] } };
    expect(messageOf(() => checkForbidden(compileSpace(space([order], [{ order: { in: ['a'] } }]))))).toBe(
      "forbid: 'order' is a permutation; only parameters with one value can be forbidden",
    );
  });
});

describe('encodeFull', () => {
  const full = { lr: 0.01, optimizer: 'adam', dropout: 0 };

  it('takes values for everything active, with fixed ones or without', () => {
    expect([...encodeFull(training, full)]).toEqual([0.01, 0, NaN, 0]);
    expect([...encodeFull(training, { ...full, epochs: 20 })]).toEqual([0.01, 0, NaN, 0]);
  });

  it.each<[Params, string]>([
    [{ optimizer: 'adam', dropout: 0 }, 'lr is missing: expected a number from 0.00001 to 0.1'],
    [{ ...full, optimizer: 'sgd' }, 'nesterov is missing: expected true or false'],
    [{ ...full, nesterov: true }, 'nesterov is given, but its condition does not hold; leave it out'],
    [{ ...full, lr: 2 }, 'lr cannot be 2: expected a number from 0.00001 to 0.1'],
  ])('refuses %j', (params, message) => {
    expect(messageOf(() => encodeFull(training, params))).toBe(message);
  });

  it('refuses a forbidden point', () => {
    const compiled = compileSpace(space([lr], [{ lr: { above: 0.05 } }]));
    expect(messageOf(() => encodeFull(compiled, { lr: 0.1 }))).toBe(
      'forbidden region 1 covers it: { lr: { above: 0.05 } }',
    );
  });

  it('is not misled by names that every object has', () => {
    const compiled = compileSpace(space([{ ...lr, name: 'constructor' }]));
    expect(messageOf(() => encodeFull(compiled, {}))).toBe(
      'constructor is missing: expected a number from 0.00001 to 0.1',
    );
  });
});

describe('nest', () => {
  it('unfolds dotted names into objects', () => {
    expect(nest({ lr: 1, 'model.kind': 'mlp', 'model.size.depth': 2, 'model.size.width': [3, 4] })).toEqual({
      lr: 1,
      model: { kind: 'mlp', size: { depth: 2, width: [3, 4] } },
    });
  });

  it('keeps to its own keys', () => {
    expect(nest({ 'constructor.name': 'x', 'toString.a': 1 })).toEqual({
      constructor: { name: 'x' },
      toString: { a: 1 },
    });
  });
});

describe('describeDomain', () => {
  it('shortens long lists', () => {
    const choices = Array.from({ length: 30 }, (_, i) => i);
    expect(describeDomain({ kind: 'choice', choices })).toBe(
      'one of 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19 … (30 in all)',
    );
  });

  it('does not speak of a range where there is one length', () => {
    expect(describeDomain({ kind: 'array', element: { kind: 'bool' }, length: [3, 3] })).toBe(
      'a list of 3 values, each true or false',
    );
  });
});
