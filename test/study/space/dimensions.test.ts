import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileSpace, indexOf, onStep } from '../../../study/space/dimensions.ts';
import type { Domain, NumberDomain, Parameter } from '../../../study/space/space.ts';
import { scalarDomains, spaces } from '../spaces.ts';
import { messageOf } from '../studies.ts';

const dimensionsOf = (...parameters: Parameter[]): ReturnType<typeof compileSpace>['dimensions'] =>
  compileSpace({ version: 1, parameters, forbid: [] }).dimensions;

const dimensionOf = (domain: Domain): ReturnType<typeof dimensionsOf>[number] => dimensionsOf({ name: 'x', domain })[0];

function numberDomain(kind: 'float' | 'int', low: number, high: number, step?: number): NumberDomain {
  return { kind, low, high, scale: 'linear', ...(step !== undefined && { step }) };
}

describe('compileSpace', () => {
  it('makes one dimension of a scalar parameter', () => {
    expect(dimensionsOf({ name: 'lr', domain: { kind: 'float', low: 1e-5, high: 0.1, scale: 'log' } })).toEqual([
      { name: 'lr', kind: 'float', low: 1e-5, high: 0.1, log: true, step: 0, size: Infinity, when: [] },
    ]);
    expect(dimensionOf(numberDomain('int', 3, 7))).toMatchObject({ kind: 'int', low: 3, high: 7, step: 1, size: 5 });
    expect(dimensionOf({ kind: 'bool' })).toMatchObject({ kind: 'categorical', low: 0, high: 1, step: 1, size: 2 });
    expect(dimensionOf({ kind: 'choice', choices: ['a', 'b', 'c'], weights: [1, 2, 3] })).toMatchObject({
      kind: 'categorical',
      high: 2,
      size: 3,
      weights: [1, 2, 3],
    });
    expect(dimensionOf({ kind: 'ordinal', choices: ['s', 'm'] })).toMatchObject({ kind: 'ordinal', high: 1, size: 2 });
    const prior = { normal: { mean: 0, sd: 1 } };
    expect(dimensionOf({ ...numberDomain('float', 0, 1), prior })).toMatchObject({ prior });
  });

  it('makes a length and its elements of an array, each reached by the lengths from its own on', () => {
    const domain: Domain = { kind: 'array', element: numberDomain('int', 8, 16), length: [2, 4] };
    expect(
      dimensionsOf({ name: 'units', domain }).map(({ name, low, high, when }) => ({ name, low, high, when })),
    ).toEqual([
      { name: 'units.length', low: 2, high: 4, when: [] },
      { name: 'units.0', low: 8, high: 16, when: [] },
      { name: 'units.1', low: 8, high: 16, when: [] },
      { name: 'units.2', low: 8, high: 16, when: [{ dim: 0, in: [3, 4] }] },
      { name: 'units.3', low: 8, high: 16, when: [{ dim: 0, in: [4] }] },
    ]);
  });

  it('lets an array be empty', () => {
    const domain: Domain = { kind: 'array', element: { kind: 'bool' }, length: [0, 1] };
    expect(dimensionsOf({ name: 'x', domain })[1]?.when).toEqual([{ dim: 0, in: [1] }]);
  });

  it('makes a digit for each item but the last of a permutation, and nothing of a fixed parameter', () => {
    const order: Domain = { kind: 'permutation', items: ['a', 'b', 'c', 'd'] };
    expect(dimensionsOf({ name: 'order', domain: order }).map(({ name, size }) => [name, size])).toEqual([
      ['order.0', 4],
      ['order.1', 3],
      ['order.2', 2],
    ]);
    expect(dimensionsOf({ name: 'x', domain: { kind: 'fixed', value: 1 } })).toEqual([]);
  });

  it('puts parents before children, whatever the order they are written in, and hands conditions down', () => {
    const dimensions = dimensionsOf(
      { name: 'c', domain: { kind: 'bool' }, when: [{ parameter: 'b', in: [3] }] },
      { name: 'b', domain: numberDomain('int', 1, 3), when: [{ parameter: 'a', in: ['y', 'z'] }] },
      { name: 'a', domain: { kind: 'choice', choices: ['x', 'y', 'z'] } },
    );
    expect(dimensions.map(({ name, when }) => ({ name, when }))).toEqual([
      { name: 'a', when: [] },
      { name: 'b', when: [{ dim: 0, in: [1, 2] }] },
      {
        name: 'c',
        when: [
          { dim: 0, in: [1, 2] },
          { dim: 1, in: [3] },
        ],
      },
    ]);
  });

  it('makes one clause of several paths to a parameter', () => {
    const [, , , last] = dimensionsOf(
      { name: 'a', domain: { kind: 'choice', choices: ['x', 'y', 'z'] } },
      { name: 'b', domain: { kind: 'bool' }, when: [{ parameter: 'a', in: ['x', 'y'] }] },
      { name: 'c', domain: { kind: 'bool' }, when: [{ parameter: 'a', in: ['y', 'z'] }] },
      {
        name: 'd',
        domain: { kind: 'bool' },
        when: [
          { parameter: 'b', in: [true] },
          { parameter: 'c', in: [false] },
        ],
      },
    );
    expect(last?.when).toEqual([
      { dim: 0, in: [1] },
      { dim: 1, in: [1] },
      { dim: 2, in: [0] },
    ]);
  });

  it('needs no clause for a condition that a fixed parameter always meets', () => {
    const fixed: Parameter = { name: 'mode', domain: { kind: 'fixed', value: 'deep' } };
    const child: Parameter = {
      name: 'x',
      domain: { kind: 'bool' },
      when: [{ parameter: 'mode', in: ['deep', 'wide'] }],
    };
    expect(dimensionsOf(fixed, child)[0]?.when).toEqual([]);
  });

  it('gives the same object for the same space', () => {
    fc.assert(
      fc.property(spaces, (space) => {
        expect(compileSpace(space)).toBe(compileSpace(space));
      }),
      { seed: 1, numRuns: 20 },
    );
  });

  it('gives every dimension conditions on earlier ones alone', () => {
    fc.assert(
      fc.property(spaces, (space) => {
        compileSpace(space).dimensions.forEach(({ when }, i) => {
          for (const { dim } of when) expect(dim).toBeLessThan(i);
        });
      }),
      { seed: 2, numRuns: 300 },
    );
  });

  it.each<[string, Domain, unknown, string]>([
    ['unknown', { kind: 'bool' }, 'q', "space.child.when: there is no parameter 'q'; parameters are parent, child"],
    [
      'circular',
      { kind: 'bool' },
      'child',
      'space.child.when: conditions go round in a circle (child -> child); let one of them be unconditional',
    ],
    [
      'float',
      numberDomain('float', 0, 1),
      'parent',
      "space: a condition (when) on 'parent' is not possible: it is a float; use a choice, ordinal, bool, int or fixed parameter",
    ],
    [
      'never met',
      { kind: 'choice', choices: ['a', 'b'] },
      'parent',
      'space: a condition (when) on \'parent\' names "v", which it never is',
    ],
    [
      'fixed otherwise',
      { kind: 'fixed', value: 'w' },
      'parent',
      'space: a condition (when) on \'parent\' never holds: it is fixed to "w", expected ["v"]',
    ],
  ])('refuses a condition that is %s', (_title, domain, parent, message) => {
    const child: Parameter = {
      name: 'child',
      domain: { kind: 'bool' },
      when: [{ parameter: String(parent), in: ['v'] }],
    };
    expect(messageOf(() => dimensionsOf({ name: 'parent', domain }, child))).toBe(message);
  });
});

describe('a step grid', () => {
  it.each([
    [numberDomain('float', 0, 0.7, 0.1), 8, 0.7],
    [numberDomain('float', 0, 0.75, 0.1), 8, 0.7],
    [numberDomain('float', 0, 0.3 - 4e-17, 0.1), 4, 0.3],
    [numberDomain('float', 1000, 1000.3, 0.1), 4, 1000.3],
    [numberDomain('float', 0, 1, 1e-9), 1_000_000_001, 1],
    [numberDomain('float', -1, 1, 0.3), 7, 0.8],
    [numberDomain('int', 8, 256, 8), 32, 256],
    [numberDomain('int', 8, 255, 8), 31, 248],
    [numberDomain('int', 0, Number.MAX_SAFE_INTEGER), 2 ** 53, Number.MAX_SAFE_INTEGER],
    [numberDomain('int', 5, 5), 1, 5],
    [numberDomain('float', 0.5, 0.5), 1, 0.5],
  ])('of %j has its size and its last point', (domain, size, high) => {
    expect(dimensionOf(domain)).toMatchObject({ size, high });
  });

  it('holds decimals as people write them', () => {
    expect([0, 1, 2, 3, 4, 5, 6, 7].map((k) => onStep(0, 0.1, k))).toEqual([0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7]);
    expect(onStep(-0.3, 0.1, 3)).toBe(0);
    fc.assert(
      fc.property(
        fc.integer({ min: -1e6, max: 1e6 }),
        fc.integer({ min: 1, max: 1e4 }),
        fc.nat({ max: 1e5 }),
        (low, step, k) => {
          expect(onStep(low / 1000, step / 1000, k)).toBe((low + k * step) / 1000);
        },
      ),
      { seed: 5, numRuns: 5000 },
    );
  });

  it('begins at its low bound, to the last bit', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, min: -1e9, max: 1e9 }), fc.constantFrom(0.1, 1, 3), (low, step) => {
        expect(onStep(low + 0, step, 0)).toBe(low + 0);
      }),
      { seed: 3 },
    );
  });

  it('has points that rise, lie between the bounds and are found again', () => {
    fc.assert(
      fc.property(scalarDomains, fc.nat(), (domain, n) => {
        fc.pre((domain.kind === 'float' || domain.kind === 'int') && domain.step !== undefined);
        const { low, high, step, size } = dimensionOf(domain);
        const k = n % (size - 1);
        const [here, next] = [onStep(low, step, k), onStep(low, step, k + 1)];
        expect(next).toBeGreaterThan(here);
        expect(here).toBeGreaterThanOrEqual(low);
        expect(next).toBeLessThanOrEqual(high);
        expect(indexOf(domain, here)).toBe(here);
        expect(indexOf(domain, high + step)).toBeUndefined();
        expect(indexOf(domain, low - step)).toBeUndefined();
      }),
      { seed: 4, numRuns: 2000 },
    );
  });
});

describe('indexOf', () => {
  it('takes what the domain holds and nothing else', () => {
    expect(indexOf(numberDomain('float', 0, 1), 0.5)).toBe(0.5);
    for (const value of [-0.1, 1.1, NaN, Infinity, '0.5', null, true, [0.5]])
      expect(indexOf(numberDomain('float', 0, 1), value)).toBeUndefined();
    for (const value of [1.5, 0, 4]) expect(indexOf(numberDomain('int', 1, 3), value)).toBeUndefined();
    expect(indexOf({ kind: 'bool' }, true)).toBe(1);
    for (const value of [1, 0, 'true', null]) expect(indexOf({ kind: 'bool' }, value)).toBeUndefined();
    expect(indexOf({ kind: 'ordinal', choices: ['s', 'm'] }, 'm')).toBe(1);
    expect(indexOf({ kind: 'ordinal', choices: ['s', 'm'] }, 'M')).toBeUndefined();
  });

  it('has no negative zero', () => {
    expect(indexOf(numberDomain('float', -1, 1), -0)).toBe(0);
  });
});
