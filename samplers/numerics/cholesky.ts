/**
 * The lower Cholesky factor L of a symmetric positive definite matrix, A = L L^T.
 *
 * Every matrix here is a Float64Array by rows, a[i * stride + j] for j <= i < n, stride >= n; what is above the diagonal is
 * neither read nor written. Rows may arrive in any number of calls: the factor has the same bits (elimination.ts says why).
 */
import { eliminate } from './elimination.ts';

const JITTER = [0, 1e-12, 1e-11, 1e-10, 1e-9, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4];

/**
 * Factors a in place.
 * @param a  its lower triangle becomes L
 * @returns  whether a is positive definite to working precision; if not, a's lower triangle holds nothing of use
 */
export function cholesky(a: Float64Array, n: number, stride: number = n): boolean {
  return appendRows(a, 0, n, stride);
}

/**
 * Goes on with a factor in place: O(n^2) a row.
 * @param l     rows below `from` are L already, rows from..n - 1 hold the matrix
 * @returns     whether the whole matrix is positive definite to working precision; if not, only the rows below `from` are of use
 */
export function appendRows(l: Float64Array, from: number, n: number, stride: number = n): boolean {
  return eliminate(l, from, n, n, stride);
}

/**
 * Factors a copy, with as little as possible added to the diagonal: nothing first, then 1e-12, 1e-11, ... 1e-4 of the mean of
 * the diagonal, the first that does.
 * @param a  symmetric, kept
 * @param l  receives the factor, same shape
 * @returns  what was added to every diagonal entry, 0 as a rule (add it to the entries of rows appended later, too); NaN where
 *           the matrix is not positive definite even so: its function is no covariance, or it holds NaN or Infinity
 */
export function jitteredCholesky(a: Float64Array, l: Float64Array, n: number, stride: number = n): number {
  let mean = 0;
  for (let i = 0; i < n; i++) mean += a[i * stride + i] / n;
  for (const share of JITTER) {
    for (let i = 0; i < n; i++) {
      const row = i * stride;
      for (let j = 0; j < i; j++) l[row + j] = a[row + j];
      l[row + i] = a[row + i] + share * mean;
    }
    if (cholesky(l, n, stride)) return share * mean;
  }
  return NaN;
}
