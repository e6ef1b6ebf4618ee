import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { symmetricEigen } from '../../../samplers/numerics/symmetric-eigen.ts';
import { bitsOf, covariance, firstDifference, largestDifference, mirrored, noise, times } from './matrices.ts';

/** What is wrong with the result: of A v = lambda v by the largest entry of A, and of orthonormal vectors. */
function defects(a: Float64Array, n: number): { pairs: number; basis: number } {
  const { values, vectors } = symmetricEigen(a, n);
  const size = a.reduce((largest, entry) => Math.max(largest, Math.abs(entry)), Number.MIN_VALUE);
  let [pairs, basis] = [0, 0];
  for (let k = 0; k < n; k++) {
    const v = vectors.subarray(k * n, k * n + n);
    const image = times(a, n, v);
    for (let i = 0; i < n; i++) {
      pairs = Math.max(pairs, Math.abs(image[i] / size - (values[k] / size) * v[i]));
      const product = v.reduce((sum, entry, j) => sum + entry * vectors[i * n + j], 0);
      basis = Math.max(basis, Math.abs(product - (i === k ? 1 : 0)));
    }
  }
  return { pairs, basis };
}

function symmetric(seed: number, n: number): Float64Array {
  return mirrored(noise(seed, n * n), n);
}

describe('eigenvalues and eigenvectors of a symmetric matrix', () => {
  it('are those by hand', () => {
    const { values, vectors } = symmetricEigen(Float64Array.of(2, 1, 0, 1, 2, 0, 0, 0, 5), 3);
    const half = Math.sqrt(0.5);
    expect(largestDifference(values, Float64Array.of(1, 3, 5))).toBeLessThan(1e-15);
    expect(Math.abs(vectors[0])).toBeCloseTo(half, 15);
    expect(vectors[0]).toBeCloseTo(-vectors[1], 15);
    expect(largestDifference(vectors.subarray(3), Float64Array.of(half, half, 0, 0, 0, 1))).toBeLessThan(1e-15);
  });

  it('solve A v = lambda v with orthonormal v', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.nat(), (n, seed) => {
        const { pairs, basis } = defects(symmetric(seed, n), n);
        expect(pairs).toBeLessThan(1e-14);
        expect(basis).toBeLessThan(1e-14);
      }),
      { seed: 1, numRuns: 100 },
    );
  });

  it('are those of the second difference, 2 - 2 cos(k pi / (n + 1))', () => {
    const n = 30;
    const a = Float64Array.from({ length: n * n }, (_, at) => [2, -1][Math.abs(Math.floor(at / n) - (at % n))] ?? 0);
    const expected = Float64Array.from({ length: n }, (_, k) => 2 - 2 * Math.cos(((k + 1) * Math.PI) / (n + 1)));
    expect(largestDifference(symmetricEigen(a, n).values, expected)).toBeLessThan(1e-14);
  });

  it.each([
    ['the unit matrix', [1, 0, 0, 0, 1, 0, 0, 0, 1]],
    ['zero', Array(9).fill(0)],
    ['ones', Array(9).fill(1)],
    ['entries near overflow', [4e307, -4e307, 1e307, -4e307, 5e307, 0, 1e307, 0, -4e307]],
    ['entries near underflow', [3e-300, 1e-301, 1e-302, 1e-301, -2e-300, 0, 1e-302, 0, 1e-300]],
    ['entries of many sizes', [1e150, 1, 1e-150, 1, 1, 1e-10, 1e-150, 1e-10, 1e-200]],
    ['a diagonal out of order', [3, 0, 0, 0, -1, 0, 0, 0, 2]],
  ])('hold for %s', (_name, entries) => {
    const { pairs, basis } = defects(Float64Array.from(entries), 3);
    expect(pairs).toBeLessThan(1e-14);
    expect(basis).toBeLessThan(1e-14);
  });

  it('come in ascending order, the largest entry of every vector positive', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 25 }), fc.nat(), (n, seed) => {
        const { values, vectors } = symmetricEigen(symmetric(seed, n), n);
        expect(values).toEqual(values.toSorted());
        for (let k = 0; k < n; k++) {
          const v = Array.from(vectors.subarray(k * n, k * n + n));
          expect(Math.max(...v)).toBe(Math.max(...v.map(Math.abs)));
        }
      }),
      { seed: 2, numRuns: 100 },
    );
  });

  it('scale exactly with powers of two, and read the lower triangle alone', () => {
    const a = symmetric(3, 20);
    const [{ values, vectors }, scaled] = [
      symmetricEigen(a, 20),
      symmetricEigen(
        a.map((x) => x * 2 ** -40),
        20,
      ),
    ];
    expect(
      firstDifference(
        scaled.values,
        values.map((x) => x * 2 ** -40),
      ),
    ).toBe(-1);
    expect(firstDifference(scaled.vectors, vectors)).toBe(-1);
    const half = a.map((x, at) => (at % 20 > Math.floor(at / 20) ? NaN : x));
    expect(firstDifference(symmetricEigen(half, 20).vectors, vectors)).toBe(-1);
  });

  it('are NaN where an entry is', () => {
    const { values, vectors } = symmetricEigen(Float64Array.of(1, 0, NaN, 1), 2);
    expect([...values, ...vectors].every(Number.isNaN)).toBe(true);
  });

  it('have the same bits on every engine', () => {
    const [a, b] = [symmetricEigen(covariance(1, 50), 50), symmetricEigen(symmetric(1, 33), 33)];
    expect(bitsOf(a.values, a.vectors, b.values, b.vectors)).toBe('12f17c570425510e');
  });
});
