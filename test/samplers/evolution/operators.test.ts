import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crossed, genesOfOrder, orderOf, simulatedBinary } from '../../../samplers/evolution/crossover.ts';
import { mutate, polynomial } from '../../../samplers/evolution/mutation.ts';
import { unitsOf } from '../../../samplers/evolution/units.ts';
import { createRng } from '../../../samplers/numerics/philox.ts';
import { vectorOf } from '../../../samplers/unit-vectors.ts';
import type { CompiledSpace } from '../../../study/space/dimensions.ts';
import { encode } from '../../../study/space/point.ts';
import type { Domain } from '../../../study/space/space.ts';
import { choice, float, given, int, spaceOf } from '../spaces.ts';

interface Fixture {
  mutations: { gene: number; u: number; child: number }[];
  crossovers: { a: number; b: number; u: number; low: number; high: number }[];
}

const { mutations, crossovers } = JSON.parse(
  readFileSync(new URL('operators.json', import.meta.url), 'utf8'),
) as Fixture;

const unit = fc.double({ min: 0, max: 1, noNaN: true });
const open = fc.double({ min: 1e-9, max: 1 - 1e-9, noNaN: true });

describe('polynomial mutation', () => {
  it.each(mutations)('of %j is that of pymoo', ({ gene, u, child }) => {
    expect(polynomial(gene, u)).toBeCloseTo(child, 12);
  });

  it('stays within bounds, falls for one half of the numbers and rises for the other', () => {
    fc.assert(
      fc.property(unit, open, (gene, u) => {
        const child = polynomial(gene, u);
        expect(child).toBeGreaterThanOrEqual(0);
        expect(child).toBeLessThanOrEqual(1);
        expect((child - gene) * (u - 0.5)).toBeGreaterThanOrEqual(0);
      }),
      { seed: 1 },
    );
  });

  it('steps as far as its distribution says, in the middle: half of the falls are above 1 - (1/2)^(1/21)', () => {
    expect(0.5 - polynomial(0.5, 0.25)).toBeCloseTo(1 - 0.5 ** (1 / 21), 6);
  });
});

describe('simulated binary crossover', () => {
  it.each(crossovers)('of %j is that of pymoo', ({ a, b, u, low, high }) => {
    expect(simulatedBinary(a, b, u, true)).toBeCloseTo(low, 12);
    expect(simulatedBinary(a, b, u, false)).toBeCloseTo(high, 12);
  });

  it('stays within bounds, and leaves equal parents as they are', () => {
    fc.assert(
      fc.property(unit, unit, open, fc.boolean(), (a, b, u, beside) => {
        const child = simulatedBinary(a, b, u, beside);
        expect(child).toBeGreaterThanOrEqual(0);
        expect(child).toBeLessThanOrEqual(1);
        expect(simulatedBinary(a, a, u, beside)).toBe(a);
      }),
      { seed: 2 },
    );
  });

  it('spreads by the law of its distribution far from bounds: half of the children between their parents', () => {
    // P(spread <= s) = s^21 / 2 for s <= 1
    for (const s of [0.8, 0.95, 1]) {
      const spread = (0.5 - simulatedBinary(0.45, 0.55, s ** 21 / 2, true)) / 0.05;
      expect(spread).toBeCloseTo(s, 6);
    }
  });
});

const items = ['a', 'b', 'c', 'd', 'e', 'f'];
const other = ['f', 'd', 'b', 'e', 'c', 'a'];
const order: Domain = { kind: 'permutation', items };

function genes(space: CompiledSpace, params: Parameters<typeof encode>[1]): Float64Array {
  return vectorOf(space, encode(space, params));
}

describe('a child', () => {
  it('of two orders has all items, a stretch of one parent in place, and the rest in the order of the other', () => {
    const space = spaceOf({ order });
    const [a, b] = [items, other].map((each) => genes(space, { order: each }));
    const children = Array.from({ length: 200 }, (_, i) => {
      const child = orderOf([...crossed(space, a, b, 'sbx', createRng(1, i), 0)]).map((item) => items[item]);
      expect(child.toSorted()).toEqual([...items]);
      // the longest stretch that could be the first parent's, and what is left in the second one's order
      const fits = child.some((_item, from) =>
        child.some((_other, to) => {
          if (to < from) return false;
          const stretch = child.slice(from, to + 1);
          const rest = child.filter((_each, at) => at < from || at > to);
          return (
            stretch.every((item, k) => item === items[from + k]) &&
            rest.join('') === other.filter((item) => rest.includes(item)).join('')
          );
        }),
      );
      expect(fits, child.join('')).toBe(true);
      return child.join('');
    });
    expect(new Set(children).size).toBeGreaterThan(10);
  });

  it('has each category of one parent, and of uniform crossover each number, too', () => {
    const space = spaceOf({ kind: choice('p', 'q', 'r'), x: float(0, 1) });
    const [a, b] = [
      { kind: 'p', x: 0.25 },
      { kind: 'r', x: 0.75 },
    ].map((params) => genes(space, params));
    const children = Array.from({ length: 100 }, (_, i) => crossed(space, a, b, 'uniform', createRng(2, i), 0).join());
    expect(new Set(children).size).toBe(4);
    for (const child of children) expect(child).toMatch(/^(0\.16666666666666666|0\.8333333333333334),(0\.25|0\.75)$/);
  });

  it('has what one parent alone has from that one, and nothing of what neither has', () => {
    const space = spaceOf({
      kind: choice('p', 'q', 'r'),
      mine: given(float(0, 1), 'kind', 'p'),
      yours: given(float(0, 1), 'kind', 'q'),
      other: given(float(0, 1), 'kind', 'r'),
    });
    const [a, b] = [
      { kind: 'p', mine: 0.1 },
      { kind: 'q', yours: 0.9 },
    ].map((params) => genes(space, params));
    const [, ...rest] = crossed(space, a, b, 'sbx', createRng(3, 0), 0);
    expect(rest).toEqual([0.1, 0.9, NaN]);
  });
});

describe('a mutation', () => {
  it('always changes the value of a grid and of a category, and keeps orders orders', () => {
    const space = spaceOf({
      few: int(0, 2),
      many: int(1, 1000, { scale: 'log' }),
      kind: choice('p', 'q', 'r'),
      order,
    });
    const before = genes(space, { few: 2, many: 1, kind: 'q', order: items.toReversed() });
    for (let i = 0; i < 200; i++)
      for (const varied of unitsOf(space)) {
        const after = before.slice();
        mutate(space, varied, after, polynomial, createRng(4, i), 0);
        expect(after.filter((gene, dim) => gene !== before[dim]).length).toBeGreaterThan(0);
        for (const [dim, gene] of after.entries()) if (!varied.dims.includes(dim)) expect(gene).toBe(before[dim]);
      }
  });

  it('of an order swaps two items', () => {
    const space = spaceOf({ order });
    const [swaps] = unitsOf(space);
    for (let i = 0; i < 100; i++) {
      const after = genes(space, { order: [...items] });
      mutate(space, swaps, after, polynomial, createRng(5, i), 0);
      const places = orderOf([...after]);
      expect(places.filter((item, at) => item !== at)).toHaveLength(2);
      expect(genesOfOrder(places)).toEqual([...after]);
    }
  });
});
