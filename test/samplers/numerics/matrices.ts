/** Matrices for tests of linear algebra, by exact operations alone. */
import { createHash } from 'node:crypto';
import { createRng } from '../../../samplers/numerics/philox.ts';

/**
 * The covariance of n points in the unit cube by a Cauchy kernel, with noise on the diagonal: positive definite.
 * @returns  n x stride by rows, NaN wherever nobody may look: above the diagonal and in the gaps
 */
export function covariance(seed: number, n: number, stride: number = n, noise: number = 0.01): Float64Array {
  const rng = createRng(seed, 0);
  const points = Float64Array.from({ length: 3 * n }, (_, i) => rng.uniform(i, 0));
  const a = new Float64Array(n * stride).fill(NaN);
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) {
      let distance = 0;
      for (let k = 0; k < 3; k++) {
        const d = 4 * (points[3 * i + k] - points[3 * j + k]);
        distance += d * d;
      }
      a[i * stride + j] = 1 / (1 + distance) + (i === j ? noise : 0);
    }
  return a;
}

/** `count` numbers from -1 to 1. */
export function noise(seed: number, count: number): Float64Array {
  const rng = createRng(seed, 1);
  return Float64Array.from({ length: count }, (_, i) => 2 * rng.uniform(i, 0) - 1);
}

/** Full and without gaps, from a lower triangle. */
export function mirrored(a: Float64Array, n: number, stride: number = n): Float64Array {
  return Float64Array.from({ length: n * n }, (_, at) => {
    const [i, j] = [Math.floor(at / n), at % n];
    return a[Math.max(i, j) * stride + Math.min(i, j)];
  });
}

/** A row times a full matrix. */
export function times(a: Float64Array, n: number, x: Float64Array): Float64Array {
  return x.map((_, i) => x.reduce((sum, value, j) => sum + a[i * n + j] * value, 0));
}

export function largestDifference(a: Float64Array, b: Float64Array): number {
  return a.reduce((largest, value, i) => Math.max(largest, Math.abs(value - b[i])), 0);
}

/** The first index where two arrays are not the same to the last bit, -1 for none. */
export function firstDifference(a: Float64Array, b: Float64Array): number {
  return a.findIndex((value, i) => !Object.is(value, b[i]));
}

/** SHA-256 of the bits of numbers, none of them NaN. */
export function bitsOf(...arrays: readonly Float64Array[]): string {
  const hash = createHash('sha256');
  for (const array of arrays) {
    if (array.some(Number.isNaN)) throw new Error('NaN has no bits of its own.');
    hash.update(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
  }
  return hash.digest('hex').slice(0, 16);
}
