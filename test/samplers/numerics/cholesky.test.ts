import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { appendRows, cholesky, jitteredCholesky } from '../../../samplers/numerics/cholesky.ts';
import { bitsOf, covariance, firstDifference, mirrored } from './matrices.ts';

/** As in a textbook. */
function plainCholesky(a: Float64Array, n: number, stride: number): void {
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) {
      let sum = a[i * stride + j];
      for (let k = 0; k < j; k++) sum -= a[i * stride + k] * a[j * stride + k];
      a[i * stride + j] = i === j ? Math.sqrt(sum) : sum / a[j * stride + j];
    }
}

const size = fc.integer({ min: 1, max: 150 });

describe('a Cholesky factor', () => {
  it('is the one of the textbook', () => {
    const a = Float64Array.of(4, NaN, NaN, 12, 37, NaN, -16, -43, 98);
    expect(cholesky(a, 3)).toBe(true);
    expect(a).toEqual(Float64Array.of(2, NaN, NaN, 6, 1, NaN, -8, 5, 3));
  });

  it('has the bits of the plain loops, whatever its size and stride, and touches nothing above the diagonal', () => {
    fc.assert(
      fc.property(size, fc.integer({ min: 0, max: 5 }), fc.nat(), (n, gap, seed) => {
        const a = covariance(seed, n, n + gap);
        const plain = a.slice();
        plainCholesky(plain, n, n + gap);
        expect(cholesky(a, n, n + gap)).toBe(true);
        expect(firstDifference(a, plain)).toBe(-1);
      }),
      { seed: 1, numRuns: 60 },
    );
  });

  it('is the same to the last bit however its rows arrive', () => {
    fc.assert(
      fc.property(size, fc.array(fc.nat({ max: 150 }), { maxLength: 6 }), fc.nat(), (n, cuts, seed) => {
        const whole = covariance(seed, n);
        const parts = whole.slice();
        cholesky(whole, n);
        let from = 0;
        for (const to of [...cuts.filter((cut) => cut <= n).toSorted((p, q) => p - q), n]) {
          expect(appendRows(parts, from, to, n)).toBe(true);
          from = to;
        }
        expect(firstDifference(parts, whole)).toBe(-1);
      }),
      { seed: 2, numRuns: 60 },
    );
  });

  it('grows by single rows across every edge of a block', () => {
    const whole = covariance(7, 101);
    const rows = whole.slice();
    cholesky(whole, 101);
    for (let n = 1; n <= 101; n++) appendRows(rows, n - 1, n, 101);
    expect(firstDifference(rows, whole)).toBe(-1);
  });

  it('does not depend on what was computed before', () => {
    const a = covariance(3, 70);
    const b = a.slice();
    cholesky(a, 70);
    cholesky(new Float64Array(10_000).fill(NaN), 100);
    cholesky(covariance(4, 120), 120);
    cholesky(b, 70);
    expect(firstDifference(b, a)).toBe(-1);
  });

  it.each([
    ['a negative pivot', Float64Array.of(1, 2, 2, 1)],
    ['equal rows', Float64Array.of(0.1, 0.1, 0.1, 0.1)],
    ['equal rows but for rounding', Float64Array.of(1, 1, 1, 1 + Number.EPSILON)],
    ['NaN', Float64Array.of(1, 0, NaN, 1)],
    ['Infinity', Float64Array.of(Infinity, 0, 0, 1)],
    ['zero', Float64Array.of(0, 0, 0, 0)],
  ])('is refused for %s', (_name, a) => {
    expect(cholesky(a, 2)).toBe(false);
  });

  it('is refused where the first bad pivot is in a later block, also of an appended row', () => {
    const a = covariance(5, 130, 130, 0);
    for (let j = 0; j < 120; j++) a[120 * 130 + j] = a[60 * 130 + j] ?? NaN;
    for (let j = 60; j < 120; j++) a[120 * 130 + j] = a[j * 130 + 60];
    a[120 * 130 + 120] = 1;
    expect(cholesky(a.slice(), 130)).toBe(false);
    expect(cholesky(a, 120, 130)).toBe(true);
    expect(appendRows(a, 120, 121, 130)).toBe(false);
  });

  it('has the same bits on every engine', () => {
    const a = covariance(6, 150);
    cholesky(a, 150);
    expect(bitsOf(mirrored(a, 150))).toBe('8e349df05e98da07');
  });
});

describe('a factor with jitter', () => {
  it('adds nothing where nothing is needed', () => {
    const a = covariance(1, 60);
    const l = new Float64Array(3600).fill(NaN);
    expect(jitteredCholesky(a, l, 60)).toBe(0);
    cholesky(a, 60);
    expect(firstDifference(l, a)).toBe(-1);
  });

  it('adds the least tenfold share of the mean diagonal that makes the matrix definite, and says how much', () => {
    // eigenvalues 2 and 0, 4 (1 + 1e-7) and -4e-7
    const l = new Float64Array(4);
    expect(jitteredCholesky(Float64Array.of(1, 1, 1, 1), l, 2)).toBe(1e-12);
    expect(l[3] * l[3]).toBeCloseTo(2e-12, 15);
    const a = Float64Array.of(2, 0, 2 * (1 + 1e-7), 2);
    expect(jitteredCholesky(a, l, 2)).toBe(2e-6);
    expect(a).toEqual(Float64Array.of(2, 0, 2 * (1 + 1e-7), 2));
    expect(l[0]).toBe(Math.sqrt(2 + 2e-6));
  });

  it('says NaN where the matrix is far from definite', () => {
    const l = new Float64Array(4);
    expect(jitteredCholesky(Float64Array.of(1, 0, 2, 1), l, 2)).toBeNaN();
    expect(jitteredCholesky(Float64Array.of(1, 0, NaN, 1), l, 2)).toBeNaN();
    expect(jitteredCholesky(Float64Array.of(-1, 0, 0, -1), l, 2)).toBeNaN();
  });
});
