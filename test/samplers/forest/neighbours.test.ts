import { describe, expect, it } from 'vitest';
import { pinned } from '../../../samplers/fixed-values.ts';
import { Draws } from '../../../samplers/trees/draws.ts';
import { Neighbourhood } from '../../../samplers/trees/neighbours.ts';
import { searchMaximum } from '../../../samplers/trees/search.ts';
import type { CompiledSpace } from '../../../study/space/dimensions.ts';
import { pointFault } from '../../../study/space/point.ts';
import { choice, float, free, given, int, spaceOf } from '../spaces.ts';

const mixed = spaceOf({
  kind: choice('a', 'b', 'c'),
  lr: float(1e-5, 1, { scale: 'log' }),
  depth: given(int(1, 4), 'kind', 'b'),
  wide: int(0, 1e6),
  mode: given(choice('x', 'y'), 'kind', 'b', 'c'),
  near: float(0, 1, { prior: { normal: { mean: 0.5, sd: 1e-3 } } }),
  one: int(3, 3),
});

function around(space: CompiledSpace, x: readonly number[], fixed = free(space), seed = 1): Float64Array[] {
  return [...new Neighbourhood(space, pinned(space, fixed), new Draws(seed, ~seed)).around(Float64Array.from(x))];
}

describe('neighbours', () => {
  const b = [1, 0.01, 2, 500_000, 0, 0.5, 3];

  it('are points of the space that differ in one dimension and in what depends on it', () => {
    for (let seed = 0; seed < 50; seed++)
      for (const x of around(mixed, b, free(mixed), seed)) {
        expect(pointFault(mixed, x)).toBeUndefined();
        const changed = b.flatMap((value, dim) => (Object.is(value, x[dim]) ? [] : [dim]));
        if (x[0] === 1) expect(changed.length).toBe(1);
        else expect(changed).toEqual(x[0] === 0 ? [0, 2, 4] : [0, 2]);
      }
  });

  it('are every other category once, and four steps of a number', () => {
    const found = around(mixed, b);
    expect(
      found
        .map((x) => x[0])
        .filter((kind) => kind !== 1)
        .toSorted((a, c) => a - c),
    ).toEqual([0, 2]);
    expect(found.filter((x) => x[4] === 1).length).toBe(1);
    for (const dim of [1, 2, 3, 5]) expect(found.filter((x) => x[dim] !== b[dim] && x[0] === 1).length).toBe(4);
  });

  it('make a step on a grid where a normal one is too short', () => {
    const coarse = spaceOf({ n: int(0, 2) });
    for (let seed = 0; seed < 30; seed++)
      expect(new Set(around(coarse, [0], free(coarse), seed).map(([n]) => n)).has(0)).toBe(false);
  });

  it('step on the scale of a number, not by its prior', () => {
    const steps = Array.from({ length: 200 }, (_, seed) => around(mixed, b, free(mixed), seed))
      .flat()
      .filter((x) => x[5] !== 0.5);
    expect(steps.filter((x) => Math.abs(x[5] - 0.5) > 0.1).length).toBeGreaterThan(0.2 * steps.length);
  });

  it('keep what is fixed, and leave out forbidden regions', () => {
    const fixed = free(mixed);
    fixed[1] = 0.01;
    fixed[2] = 2;
    for (let seed = 0; seed < 20; seed++)
      for (const x of around(mixed, b, fixed, seed)) expect([x[0], x[1], x[2]]).toEqual([1, 0.01, 2]);
    const half = spaceOf({ x: float(0, 1) }, [{ x: { above: 0.5 } }]);
    const below = Array.from({ length: 50 }, (_, seed) => around(half, [0.45], free(half), seed)).flat();
    expect(below.length).toBeGreaterThan(20);
    expect(below.every(([x]) => x <= 0.5)).toBe(true);
  });

  it('are at most 256 of a wide space', () => {
    const wide = spaceOf(Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`p${i}`, float(0, 1)])));
    expect(
      around(
        wide,
        Array.from({ length: 300 }, () => 0.5),
      ).length,
    ).toBe(256);
  });
});

describe('the search', () => {
  const plane = spaceOf({ x: float(0, 1), kind: choice('a', 'b', 'c'), n: int(1, 64, { scale: 'log' }) });
  const score = (p: Float64Array): number => -Math.abs(p[0] - 0.3) - (p[1] === 2 ? 0 : 1) - Math.abs(p[2] - 9) / 64;
  const search = (taken: (x: Float64Array) => boolean): Float64Array =>
    searchMaximum(
      [Float64Array.of(0.9, 0, 60)],
      [Float64Array.of(0.1, 1, 2)],
      new Neighbourhood(plane, pinned(plane, free(plane)), new Draws(3, 4)),
      score,
      taken,
    );

  it('climbs to the top', () => {
    expect(score(search(() => false))).toBeGreaterThan(-0.03);
  });

  it('takes what was had before only where all was', () => {
    const top = search(() => false);
    expect(search((x) => x.every((value, i) => value === top[i]))).not.toEqual(top);
    expect(search(() => true)).toEqual(top);
  });

  it('compares points that promise nothing', () => {
    const flat = searchMaximum(
      [Float64Array.of(0.9, 0, 60), Float64Array.of(0.8, 0, 60)],
      [],
      new Neighbourhood(plane, pinned(plane, free(plane)), new Draws(3, 4)),
      () => -Infinity,
      () => false,
    );
    expect(Array.from(flat)).toEqual([0.9, 0, 60]);
  });
});
