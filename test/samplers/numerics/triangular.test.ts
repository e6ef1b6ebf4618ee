import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cholesky } from '../../../samplers/numerics/cholesky.ts';
import { subtractGram } from '../../../samplers/numerics/elimination.ts';
import {
  inverse,
  logDeterminant,
  quadraticForm,
  solve,
  solveLower,
  solveUpper,
} from '../../../samplers/numerics/triangular.ts';
import { bitsOf, covariance, firstDifference, largestDifference, mirrored, noise, times } from './matrices.ts';

// A = [4, 12, -16; 12, 37, -43; -16, -43, 98], det A = 36
const FACTOR = Float64Array.of(2, NaN, NaN, 6, 1, NaN, -8, 5, 3);

function factor(seed: number, n: number, stride: number = n): { full: Float64Array; l: Float64Array } {
  const l = covariance(seed, n, stride);
  const full = mirrored(l, n, stride);
  cholesky(l, n, stride);
  return { full, l };
}

const size = fc.integer({ min: 1, max: 110 });
const gap = fc.integer({ min: 0, max: 3 });

describe('triangular systems', () => {
  it('are solved as by hand', () => {
    const [b, c, d] = [Float64Array.of(2, 8, 5), Float64Array.of(-8, 7, 3), Float64Array.of(4, 12, -16)];
    solveLower(FACTOR, 3, b);
    solveUpper(FACTOR, 3, c);
    solve(FACTOR, 3, d);
    expect([b, c, d]).toEqual([Float64Array.of(1, 2, 1), Float64Array.of(-6, 2, 1), Float64Array.of(1, 0, 0)]);
  });

  it('give every right-hand side the bits that it has alone', () => {
    fc.assert(
      fc.property(size, gap, fc.integer({ min: 0, max: 20 }), fc.nat(), (n, more, count, seed) => {
        const { l } = factor(seed, n, n + more);
        for (const solver of [solveLower, solveUpper, solve]) {
          const rows = noise(seed, count * n);
          const alone = rows.slice();
          solver(l, n, rows, count, n + more);
          for (let r = 0; r < count; r++) solver(l, n, alone.subarray(r * n, r * n + n), 1, n + more);
          expect(firstDifference(rows, alone)).toBe(-1);
        }
      }),
      { seed: 1, numRuns: 60 },
    );
  });

  it('undo the matrix', () => {
    fc.assert(
      fc.property(size, fc.nat(), (n, seed) => {
        const { full, l } = factor(seed, n);
        const b = noise(seed, n);
        const x = b.slice();
        solve(l, n, x);
        expect(largestDifference(times(full, n, x), b)).toBeLessThan(1e-11);
        expect(quadraticForm(l, n, b)).toBeCloseTo(
          b.reduce((sum, value, i) => sum + value * x[i], 0),
          7,
        );
      }),
      { seed: 2, numRuns: 60 },
    );
  });
});

describe('determinant and inverse', () => {
  it('are those by hand', () => {
    expect(logDeterminant(FACTOR, 3)).toBeCloseTo(Math.log(36), 14);
    expect(quadraticForm(FACTOR, 3, Float64Array.of(4, 12, -16))).toBe(4);
    const adjugate = Float64Array.of(1777, -488, 76, -488, 136, -20, 76, -20, 4);
    expect(
      largestDifference(
        inverse(FACTOR, 3),
        adjugate.map((entry) => entry / 36),
      ),
    ).toBeLessThan(1e-13);
  });

  it('gives an inverse that is symmetric to the last bit and undoes the matrix', () => {
    fc.assert(
      fc.property(size, gap, fc.nat(), (n, more, seed) => {
        const { full, l } = factor(seed, n, n + more);
        const result = inverse(l, n, n + more);
        expect(firstDifference(result, mirrored(result, n))).toBe(-1);
        for (let i = 0; i < n; i += 7) {
          const unit = Float64Array.from({ length: n }, (_, j) => (i === j ? 1 : 0));
          expect(largestDifference(times(full, n, result.slice(i * n, i * n + n)), unit)).toBeLessThan(1e-11);
        }
      }),
      { seed: 3, numRuns: 60 },
    );
  });

  it('adds the logarithms of two blocks', () => {
    const l = factor(4, 60).l;
    expect(logDeterminant(l, 60) - logDeterminant(l, 40, 60)).toBeCloseTo(
      2 * Array.from({ length: 20 }, (_, i) => Math.log(l[(40 + i) * 61])).reduce((a, b) => a + b),
      11,
    );
  });
});

describe('a Gram matrix', () => {
  it('is taken off with the bits of the plain loops', () => {
    fc.assert(
      fc.property(size, fc.integer({ min: 1, max: 110 }), fc.nat(), (m, n, seed) => {
        const c = covariance(seed, m);
        const x = noise(seed, m * n);
        const plain = c.slice();
        for (let i = 0; i < m; i++)
          for (let j = 0; j <= i; j++) for (let k = 0; k < n; k++) plain[i * m + j] -= x[i * n + k] * x[j * n + k];
        subtractGram(c, x, m, n);
        expect(firstDifference(c, plain)).toBe(-1);
      }),
      { seed: 4, numRuns: 40 },
    );
  });
});

describe('solves and inverse', () => {
  it('have the same bits on every engine', () => {
    const { l } = factor(5, 120);
    const [b, c] = [noise(1, 120), noise(2, 12 * 120)];
    solve(l, 120, b);
    solve(l, 120, c, 12);
    expect(bitsOf(b, c, inverse(l, 120), Float64Array.of(logDeterminant(l, 120)))).toBe('ecea4beb3869f4c4');
  });
});
