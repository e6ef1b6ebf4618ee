import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import type { CompiledSpace } from '../../../study/space/dimensions.ts';
import { holds } from '../../../study/space/point.ts';
import type { Domain } from '../../../study/space/space.ts';
import { conformanceSpaces, smallSpace } from '../../../samplers/conformance/spaces.ts';
import { latticeOf } from '../../../samplers/designs/lattice.ts';
import { choice, float, given, int, spaceOf, type Entry } from '../spaces.ts';

/** Every point, dimension after dimension, by the definition. */
function everyPoint({ dimensions }: CompiledSpace): number[][] {
  let points: number[][] = [[]];
  for (const { when, low, step, size } of dimensions)
    points = points.flatMap((x) =>
      holds(when, x) ? Array.from({ length: size }, (_, k) => [...x, low + k * step]) : [[...x, NaN]],
    );
  return points;
}

function listed(space: CompiledSpace, points = 0): number[][] {
  const lattice = latticeOf(space, points);
  return Array.from({ length: lattice.size }, (_, place) => [...lattice.at(place)]);
}

/** Small spaces with conditions of every shape. */
const anySpace = fc
  .array(fc.record({ size: fc.integer({ min: 1, max: 4 }), parent: fc.nat(5), mask: fc.nat(15), second: fc.nat(5) }), {
    minLength: 1,
    maxLength: 6,
  })
  .map((shapes) => {
    const entries: Record<string, Entry> = {};
    for (const [i, { size, parent, mask, second }] of shapes.entries()) {
      const domain: Domain = int(1, size);
      const when = [parent, second].flatMap((p) => {
        if (p >= i) return [];
        const allowed = Array.from({ length: shapes[p].size }, (_, k) => k + 1).filter((v) => (mask >> (v - 1)) & 1);
        return allowed.length > 0 ? [{ parameter: `p${p}`, in: allowed }] : [];
      });
      entries[`p${i}`] = when.length > 0 ? { domain, when } : domain;
    }
    return spaceOf(entries);
  });

describe('a lattice', () => {
  it('has every point of a space with conditions exactly once', () => {
    fc.assert(
      fc.property(anySpace, (space) => {
        const points = listed(space).map((x) => x.join());
        expect(points.toSorted()).toEqual(
          everyPoint(space)
            .map((x) => x.join())
            .toSorted(),
        );
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it('knows the place of each of its points, and of no other', () => {
    fc.assert(
      fc.property(
        anySpace,
        fc.array(fc.constantFrom(NaN, 0, 1, 2, 3, 4, 1.5), { minLength: 6, maxLength: 6 }),
        (space, any) => {
          const lattice = latticeOf(space, 0);
          for (let place = 0; place < lattice.size; place++) expect(lattice.placeOf(lattice.at(place))).toBe(place);
          const x = Float64Array.from(any.slice(0, space.dimensions.length));
          const known = everyPoint(space).some((point) => point.join() === x.join());
          expect(lattice.placeOf(x) >= 0).toBe(known);
        },
      ),
      { seed: 2, numRuns: 300 },
    );
  });

  it('goes through a space without conditions, and through one component, in lexicographic order', () => {
    const lexicographic = (a: number[], b: number[]): number => {
      const i = a.findIndex((value, j) => !Object.is(value, b[j]));
      return i < 0 ? 0 : (a[i] || 0) - (b[i] || 0);
    };
    for (const space of [
      spaceOf({ a: int(1, 3), b: choice('x', 'y'), c: float(0, 0.2, { step: 0.1 }) }),
      spaceOf({ a: int(1, 3), b: given(int(1, 2), 'a', 2), c: given(int(5, 6), 'a', 2, 3) }),
    ]) {
      const points = listed(space);
      expect(points.toSorted(lexicographic)).toEqual(points);
    }
  });

  it('gives a continuous dimension short values, even on its scale, with both ends', () => {
    const space = spaceOf({ lr: float(1e-5, 0.1, { scale: 'log' }) });
    expect(listed(space, 5).flat()).toEqual([1e-5, 1e-4, 1e-3, 1e-2, 0.1]);
    expect(listed(spaceOf({ x: float(0, 1) }), 11).flat()).toEqual([0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]);
    expect(listed(spaceOf({ x: float(-1, 2, { prior: { normal: { mean: 0, sd: 1 } } }) }), 4).flat()).toEqual([
      -1, 0, 1, 2,
    ]);
    expect(listed(spaceOf({ x: float(1, 1 + 2 ** -51) }), 10).flat()).toEqual([1, 1 + 2 ** -52, 1 + 2 ** -51]);
    expect(listed(spaceOf({ x: float(-1e300, 1e300) }), 3).flat()).toEqual([-1e300, 0, 1e300]);
    expect(latticeOf(space, 5).placeOf(Float64Array.of(1e-3))).toBe(2);
    expect(latticeOf(space, 5).placeOf(Float64Array.of(2e-3))).toBe(-1);
  });

  it('counts without listing', () => {
    const sizes = Object.fromEntries(conformanceSpaces().map(({ name, space }) => [name, latticeOf(space, 0).size]));
    expect(latticeOf(smallSpace(), 0).size).toBe(15);
    // lengths 0 to 5 of 249 ints, 2 by 2 choices, 5!
    const arrays = [0, 1, 2, 3, 4, 5].reduce((sum, length) => sum + 249 ** length, 0);
    expect(sizes['arrays and a permutation'] / (arrays * 4 * 120)).toBeCloseTo(1, 12);
    expect(sizes['a million values']).toBe(1e6 * 1e6 * 1_000_001 * 1_000_000);
    expect(sizes['conditional branches']).toBe(Infinity);
    const many = Object.fromEntries(
      Array.from({ length: 20 }, (_, i) => [
        [`a${i}`, choice('x', 'y')],
        [`b${i}`, given(int(1, 3), `a${i}`, 'x')],
      ]).flat(),
    );
    expect(latticeOf(spaceOf(many), 0).size).toBe(4 ** 20);
    const wideParent = spaceOf({ n: int(1, 1_000_000), extra: given(int(1, 3), 'n', 500_000) });
    expect(latticeOf(wideParent, 0).size).toBe(1_000_002);
    expect([...latticeOf(wideParent, 0).at(500_001)]).toEqual([500_000, 3]);
    expect([...latticeOf(wideParent, 0).at(1_000_001)]).toEqual([1_000_000, NaN]);
  });

  it('takes a long array, and more conditions than it can count, for infinite at most', () => {
    const long = spaceOf({ units: { kind: 'array', element: int(1, 3), length: [0, 1000] } });
    expect(latticeOf(long, 0).size).toBe(Infinity);
    const short = spaceOf({ units: { kind: 'array', element: choice('only'), length: [0, 100] } });
    expect(latticeOf(short, 0).size).toBe(101);
    const tangled: Record<string, Entry> = {};
    for (let i = 0; i < 40; i++) tangled[`a${i}`] = i === 0 ? choice('x', 'y') : given(choice('x', 'y'), `a0`, 'x');
    for (let i = 0; i < 40; i++)
      tangled[`b${i}`] = {
        domain: int(1, 2),
        when: [
          { parameter: `a${i}`, in: ['x'] },
          { parameter: `a${39 - i}`, in: ['y'] },
        ],
      };
    expect(latticeOf(spaceOf(tangled), 0).size).toBe(Infinity);
    const deep = Object.fromEntries([
      ['root', choice('x', 'y')],
      ...Array.from({ length: 1400 }, (_, i) => [`c${i}`, given(choice('one'), 'root', 'x')]),
    ]);
    expect(latticeOf(spaceOf(deep as Record<string, Entry>), 0).size).toBe(2);
  });
});
