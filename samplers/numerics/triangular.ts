/**
 * What a Cholesky factor is for: systems of equations, determinant, quadratic forms and the inverse of A = L L^T.
 *
 * L is a Float64Array by rows, l[i * stride + j] for j <= i < n, stride >= n; what is above the diagonal is not read. Several
 * right-hand sides are the rows of a count x n matrix without gaps; each is solved on its own, so its bits do not depend on how
 * many there are.
 */
import { log } from './elementary.ts';

/** Solves L x = b in place, for each of the `count` rows b. */
export function solveLower(l: Float64Array, n: number, b: Float64Array, count: number = 1, stride: number = n): void {
  for (let r = 0; r < count; r++) {
    const at = r * n;
    for (let i = 0; i < n; i++) {
      const row = i * stride;
      let sum = b[at + i];
      for (let k = 0; k < i; k++) sum -= l[row + k] * b[at + k];
      b[at + i] = sum / l[row + i];
    }
  }
}

/** Solves L^T x = b in place, for each of the `count` rows b. */
export function solveUpper(l: Float64Array, n: number, b: Float64Array, count: number = 1, stride: number = n): void {
  for (let r = 0; r < count; r++) {
    const at = r * n;
    for (let i = n - 1; i >= 0; i--) {
      const row = i * stride;
      const x = b[at + i] / l[row + i];
      b[at + i] = x;
      for (let k = 0; k < i; k++) b[at + k] -= l[row + k] * x;
    }
  }
}

/** Solves A x = b in place, for each of the `count` rows b. */
export function solve(l: Float64Array, n: number, b: Float64Array, count: number = 1, stride: number = n): void {
  solveLower(l, n, b, count, stride);
  solveUpper(l, n, b, count, stride);
}

/** ln det A. */
export function logDeterminant(l: Float64Array, n: number, stride: number = n): number {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += log(l[i * stride + i]);
  return 2 * sum;
}

/** b^T A^-1 b >= 0; b is kept. */
export function quadraticForm(l: Float64Array, n: number, b: Float64Array, stride: number = n): number {
  const x = b.slice(0, n);
  solveLower(l, n, x, 1, stride);
  let sum = 0;
  for (let i = 0; i < n; i++) sum += x[i] * x[i];
  return sum;
}

/** A^-1, n x n without gaps, symmetric to the last bit. */
export function inverse(l: Float64Array, n: number, stride: number = n): Float64Array {
  const x = new Float64Array(n * n);
  for (let i = 0; i < n; i++) x[i * n + i] = 1;
  solve(l, n, x, n, stride);
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) x[j * n + i] = x[i * n + j];
  return x;
}
