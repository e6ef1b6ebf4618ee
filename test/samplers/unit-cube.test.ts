import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import type { Dimension } from '../../study/space/dimensions.ts';
import { StudyDefinitionError } from '../../study/errors.ts';
import { pointFault } from '../../study/space/point.ts';
import { conformanceSpaces } from '../../samplers/conformance/spaces.ts';
import { createRng } from '../../samplers/numerics/philox.ts';
import { drawPoint, fromUnit, toUnit, unitDraws } from '../../samplers/unit-cube.ts';
import { choice, float, free, given, int, spaceOf } from './spaces.ts';

const share = fc.double({ min: 0, max: 1, minExcluded: true, maxExcluded: true, noNaN: true });
const everyDimension = conformanceSpaces()
  .filter(({ name }) => name !== '1,000 dimensions')
  .flatMap(({ space }) => space.dimensions);

function dimensionOf(domain: Parameters<typeof spaceOf>[0][string]): Dimension {
  return spaceOf({ p: domain }).dimensions[0];
}

/** How often each value comes out of 0.5 / n, 1.5 / n, ... */
function census(dimension: Dimension, n: number): Map<number, number> {
  const counts = new Map<number, number>();
  for (let i = 0; i < n; i++) {
    const value = fromUnit(dimension, (i + 0.5) / n);
    counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return counts;
}

describe('fromUnit', () => {
  it('gives a value of the dimension, on its grid, never -0, and never falls as u grows', () => {
    fc.assert(
      fc.property(fc.constantFrom(...everyDimension), share, share, (dimension, u, v) => {
        const [x, y] = [Math.min(u, v), Math.max(u, v)].map((p) => fromUnit(dimension, p));
        const { kind, low, high } = dimension;
        expect(x >= low && y <= high).toBe(true);
        expect(x <= y).toBe(true);
        expect(Object.is(x, -0)).toBe(false);
        if (kind !== 'float') expect(Number.isInteger(x)).toBe(true);
        if (dimension.step > 0)
          expect(Math.abs((x - low) / dimension.step - Math.round((x - low) / dimension.step))).toBeLessThan(1e-6);
      }),
      { seed: 1, numRuns: 5000 },
    );
  });

  it('reaches both ends, whatever the dimension', () => {
    for (const dimension of everyDimension.filter(({ prior, weights }) => !prior && !weights)) {
      const { low, high, size } = dimension;
      const near = size > 1e12 ? 1e-9 * (Math.abs(high) / 2 + Math.abs(low) / 2) : 0;
      expect(Math.abs(fromUnit(dimension, 2 ** -53) - low)).toBeLessThanOrEqual(near);
      expect(Math.abs(fromUnit(dimension, 1 - 2 ** -53) - high)).toBeLessThanOrEqual(near);
    }
  });

  it('follows a linear and a log scale', () => {
    expect(fromUnit(dimensionOf(float(-3, 5)), 0.25)).toBe(-1);
    expect(fromUnit(dimensionOf(float(1e-5, 0.1, { scale: 'log' })), 0.5)).toBeCloseTo(1e-3, 15);
    expect(fromUnit(dimensionOf(float(1e-300, 1e300, { scale: 'log' })), 0.5)).toBeCloseTo(1, 12);
  });

  it('gives every value of a linear grid the same share', () => {
    expect([...census(dimensionOf(int(-2, 7)), 1000)]).toEqual(Array.from({ length: 10 }, (_, i) => [i - 2, 100]));
    const steps = census(dimensionOf(float(0, 0.7, { step: 0.1 })), 800);
    expect([...steps]).toEqual([0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7].map((value) => [value, 100]));
  });

  it('gives a value of a log grid its interval on the log scale', () => {
    const counts = census(dimensionOf(int(1, 8, { scale: 'log' })), 100_000);
    for (let v = 1; v <= 8; v++)
      expect(counts.get(v)! / 100_000).toBeCloseTo(Math.log((v + 0.5) / (v - 0.5)) / Math.log(8.5 / 0.5), 4);
  });

  it('gives choices their weights, however large or small these are', () => {
    const weighted = (...weights: number[]) =>
      dimensionOf({ kind: 'choice', choices: weights.map((_, i) => i), weights });
    expect([...census(weighted(2, 1, 1), 400)]).toEqual([
      [0, 200],
      [1, 100],
      [2, 100],
    ]);
    expect([...census(weighted(1e308, 1e308), 400)]).toEqual([
      [0, 200],
      [1, 200],
    ]);
    expect([...census(weighted(5e-324, 5e-324), 400)]).toEqual([
      [0, 200],
      [1, 200],
    ]);
    expect([...census(weighted(1e-300, 1), 400)]).toEqual([[1, 400]]);
  });

  it('cuts a normal prior at the bounds', () => {
    const dimension = dimensionOf(float(0, 1, { prior: { normal: { mean: 0.5, sd: 0.1 } } }));
    expect(fromUnit(dimension, 0.5)).toBeCloseTo(0.5, 12);
    expect(fromUnit(dimension, 0.8413447460685429)).toBeCloseTo(0.6, 5);
    const far = dimensionOf(float(0, 1, { prior: { normal: { mean: 50, sd: 0.5 } } }));
    // exponential with rate 98 / 0.5 towards the mean
    expect(fromUnit(far, 0.5)).toBeCloseTo(1 - Math.log(2) / 196, 4);
    expect(fromUnit(dimensionOf(float(0, 1, { prior: { normal: { mean: 1e300, sd: 1e-300 } } })), 0.5)).toBe(1);
    expect(fromUnit(dimensionOf(float(0, 1, { prior: { normal: { mean: -1e300, sd: 1e-300 } } })), 0.5)).toBe(0);
  });

  it('takes a lognormal prior by the logarithm of the value', () => {
    const dimension = dimensionOf(float(1e-9, 1e9, { scale: 'log', prior: { lognormal: { mean: 2, sd: 0.5 } } }));
    expect(fromUnit(dimension, 0.5)).toBeCloseTo(Math.exp(2), 9);
    expect(fromUnit(dimensionOf(int(0, 5, { prior: { lognormal: { mean: -40, sd: 1 } } })), 0.5)).toBe(0);
  });

  it('stretches a beta prior over the range, on its scale', () => {
    const beta = { prior: { beta: { alpha: 2, beta: 2 } } };
    expect(fromUnit(dimensionOf(float(-1, 3, beta)), 0.5)).toBeCloseTo(1, 12);
    expect(fromUnit(dimensionOf(float(1e-4, 1, { scale: 'log', ...beta })), 0.5)).toBeCloseTo(1e-2, 12);
    const counts = census(dimensionOf(int(0, 2, beta)), 9000);
    expect(counts.get(0)).toBe(counts.get(2));
    // the outer thirds of Beta(2, 2): 7 / 27 each
    expect(counts.get(0)! / 9000).toBeCloseTo(7 / 27, 2);
  });
});

describe('toUnit', () => {
  it('leads back to every value, on a grid exactly', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...everyDimension.filter(({ prior, weights }) => !prior && !weights)),
        share,
        (dimension, u) => {
          const value = fromUnit(dimension, u);
          const back = fromUnit(dimension, toUnit(dimension, value));
          if (dimension.size < 1e15) expect(back).toBe(value);
          else {
            const t = toUnit(dimension, value);
            expect(t >= 0 && t <= 1).toBe(true);
            if (dimension.high > 2 * Math.abs(dimension.low)) expect(Math.abs(t - u)).toBeLessThan(1e-12);
          }
        },
      ),
      { seed: 2, numRuns: 3000 },
    );
  });

  it('puts the bounds of a continuous dimension at 0 and 1, and grid values in the middle of their cells', () => {
    expect([0, 2, 4].map((v) => toUnit(dimensionOf(float(0, 4)), v))).toEqual([0, 0.5, 1]);
    expect([1e-4, 1].map((v) => toUnit(dimensionOf(float(1e-4, 1, { scale: 'log' })), v))).toEqual([0, 1]);
    expect([0, 1, 2, 3].map((v) => toUnit(dimensionOf(int(0, 3)), v))).toEqual([0.125, 0.375, 0.625, 0.875]);
    expect([0, 1].map((v) => toUnit(dimensionOf(choice('a', 'b')), v))).toEqual([0.25, 0.75]);
    expect(toUnit(dimensionOf(float(3, 3)), 3)).toBe(0.5);
    const widest = dimensionOf(float(-Number.MAX_VALUE, Number.MAX_VALUE));
    expect([-Number.MAX_VALUE, 0, Number.MAX_VALUE].map((v) => toUnit(widest, v))).toEqual([0, 0.5, 1]);
  });

  it('does not know the prior', () => {
    expect(toUnit(dimensionOf(float(0, 4, { prior: { normal: { mean: 4, sd: 0.1 } } })), 1)).toBe(0.25);
    expect(toUnit(dimensionOf({ kind: 'choice', choices: ['a', 'b'], weights: [9, 1] }), 0)).toBe(0.25);
  });
});

describe('drawPoint', () => {
  it('draws points of every space', () => {
    for (const { space } of conformanceSpaces())
      for (let number = 0; number < 20; number++) {
        const x = drawPoint(space, { fixed: free(space) }, unitDraws(createRng(3, number), 0));
        expect(pointFault(space, x)).toBeUndefined();
      }
  });

  it('asks for the numbers of active, free dimensions with more than one value, in order', () => {
    const space = spaceOf({
      a: choice('x', 'y'),
      b: given(int(1, 9), 'a', 'y'),
      c: float(2, 2),
      d: float(0, 1),
      e: float(0, 1),
    });
    const asked: number[] = [];
    const fixed = free(space);
    fixed[3] = 0.25;
    const x = drawPoint(space, { fixed }, (dim) => {
      asked.push(dim);
      return 0.3;
    });
    expect(asked).toEqual([0, 4]);
    expect([...x]).toEqual([0, NaN, 2, 0.25, 0.3]);
  });

  it('draws the parents of a fixed parameter among the values that it needs, by their weights', () => {
    const space = spaceOf({
      optimizer: { kind: 'choice', choices: ['adam', 'sgd', 'rms'], weights: [6, 1, 3] },
      momentum: given(float(0, 1), 'optimizer', 'sgd', 'rms'),
    });
    const fixed = Float64Array.of(NaN, 0.9);
    const drawn = [0.1, 0.24, 0.26, 0.9].map((u) => [...drawPoint(space, { fixed }, () => u)]);
    expect(drawn).toEqual([
      [1, 0.9],
      [1, 0.9],
      [2, 0.9],
      [2, 0.9],
    ]);
  });

  it('draws again while the point is forbidden, with growing attempts', () => {
    const space = spaceOf({ x: float(0, 1) }, [{ x: { above: 0.1 } }]);
    const attempts: number[] = [];
    const x = drawPoint(space, { fixed: free(space) }, (_dim, attempt) => {
      attempts.push(attempt);
      return attempt < 3 ? 0.5 : 0.05;
    });
    expect([...x]).toEqual([0.05]);
    expect(attempts).toEqual([0, 1, 2, 3]);
  });

  it('says so where the forbidden regions leave nothing', () => {
    const space = spaceOf({ x: float(0, 1), k: choice('a', 'b') }, [{ x: { above: -1 } }]);
    const draw = (): unknown => drawPoint(space, { fixed: free(space) }, unitDraws(createRng(1, 1), 0));
    expect(draw).toThrow(StudyDefinitionError);
    expect(draw).toThrow(/forbidden regions leave almost nothing .* 1000 points .* forbid less/);
  });
});
