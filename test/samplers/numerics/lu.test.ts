import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { factorLu, solveLu } from '../../../samplers/numerics/lu.ts';
import { largestDifference, noise, times } from './matrices.ts';

describe('elimination with pivoting', () => {
  it('solves where the first pivot is zero', () => {
    const a = Float64Array.of(0, 2, 1, 1);
    const [pivots, b] = [new Int32Array(2), Float64Array.of(4, 5)];
    expect(factorLu(a, 2, pivots)).toBe(true);
    solveLu(a, 2, pivots, b);
    expect(b).toEqual(Float64Array.of(3, 2));
  });

  it('undoes a matrix', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.nat(), (n, seed) => {
        const a = noise(seed, n * n).map((entry, at) => entry + (at % (n + 1) === 0 ? 4 : 0));
        const x = noise(seed + 1, n);
        const b = times(a, n, x);
        const pivots = new Int32Array(n);
        expect(factorLu(a, n, pivots)).toBe(true);
        solveLu(a, n, pivots, b);
        expect(largestDifference(b, x)).toBeLessThan(1e-11);
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  it('refuses a singular matrix and NaN', () => {
    expect(factorLu(Float64Array.of(1, 2, 2, 4), 2, new Int32Array(2))).toBe(false);
    expect(factorLu(Float64Array.of(1, NaN, 2, 4), 2, new Int32Array(2))).toBe(false);
  });
});
