/**
 * What a Cholesky factor is for: systems of equations, determinant, quadratic forms and the inverse of A = L L^T.
 *
 * L is a Float64Array by rows, l[i * stride + j] for j <= i < n, stride >= n; what is above the diagonal is not read. Several
 * right-hand sides are the rows of a count x n matrix without gaps. Each has the bits that it has alone.
 */
import { log } from './elementary.ts';
import { eliminate, subtractGram } from './elimination.ts';

/** From this many right-hand sides on, blocks pay for the copy of L. */
const MANY = 4;

/** Solves L x = b in place, for each of the `count` rows b. */
export function solveLower(l: Float64Array, n: number, b: Float64Array, count: number = 1, stride: number = n): void {
  if (count >= MANY) {
    solveTogether(triangleOf(l, n, stride, n + count), n, b, count);
    return;
  }
  for (let at = 0; at < count * n; at += n)
    for (let i = 0; i < n; i++) {
      const row = i * stride;
      let sum = b[at + i];
      for (let k = 0; k < i; k++) sum -= l[row + k] * b[at + k];
      b[at + i] = sum / l[row + i];
    }
}

/** Solves L^T x = b in place, for each of the `count` rows b. */
export function solveUpper(l: Float64Array, n: number, b: Float64Array, count: number = 1, stride: number = n): void {
  if (count >= MANY) {
    // with both orders turned round, L^T is a lower triangle
    const rows = b.subarray(0, count * n).reverse();
    solveTogether(turnedRound(l, n, stride, n + count), n, rows, count);
    rows.reverse();
    return;
  }
  for (let at = 0; at < count * n; at += n)
    for (let i = n - 1; i >= 0; i--) {
      const row = i * stride;
      const x = b[at + i] / l[row + i];
      b[at + i] = x;
      for (let k = 0; k < i; k++) b[at + k] -= l[row + k] * x;
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

/** b^T A^-1 b >= 0 for n numbers b, which are kept. */
export function quadraticForm(l: Float64Array, n: number, b: Float64Array, stride: number = n): number {
  const x = b.slice(0, n);
  solveLower(l, n, x, 1, stride);
  let sum = 0;
  for (let i = 0; i < n; i++) sum += x[i] * x[i];
  return sum;
}

/** A^-1: n x n without gaps, symmetric to the last bit. */
export function inverse(l: Float64Array, n: number, stride: number = n): Float64Array {
  // rows of the unit matrix under L become columns of L^-1; row c is 0 before column c
  const a = triangleOf(l, n, stride, 2 * n);
  for (let i = 0; i < n; i++) a[(n + i) * n + i] = 1;
  eliminate(a, n, 2 * n, n, n, (column) => n + column);
  const result = new Float64Array(n * n);
  subtractGram(result, a.subarray(n * n), n, n, (column) => column);
  for (let i = 0; i < n; i++) for (let j = 0; j <= i; j++) result[j * n + i] = result[i * n + j] = -result[i * n + j];
  return result;
}

/** Solves x T^T = b for all rows b, T the first n rows of `a`, which has room for them below. */
function solveTogether(a: Float64Array, n: number, b: Float64Array, count: number): void {
  a.set(b.subarray(0, count * n), n * n);
  eliminate(a, n, n + count, n, n);
  b.set(a.subarray(n * n));
}

/** L as the first rows of a rows x n matrix without gaps. */
function triangleOf(l: Float64Array, n: number, stride: number, rows: number): Float64Array {
  const a = new Float64Array(rows * n);
  for (let i = 0; i < n; i++) a.set(l.subarray(i * stride, i * stride + i + 1), i * n);
  return a;
}

/** The same of L^T with the order of its rows and columns turned round. */
function turnedRound(l: Float64Array, n: number, stride: number, rows: number): Float64Array {
  const a = new Float64Array(rows * n);
  for (let i = 0; i < n; i++) for (let j = 0; j <= i; j++) a[(n - 1 - j) * n + n - 1 - i] = l[i * stride + j];
  return a;
}
