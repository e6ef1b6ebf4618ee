/**
 * Small general systems of equations by elimination with partial pivoting [Golub 2013, algorithm 3.4.1]; of equal pivots the
 * first is taken.
 *
 * [Golub 2013] Golub and Van Loan, "Matrix Computations", 4th edition, Johns Hopkins.
 */

/**
 * Factors P A = L U in place.
 * @param a       n x n by rows without gaps
 * @param pivots  receives n row numbers
 * @returns       false where A is singular
 */
export function factorLu(a: Float64Array, n: number, pivots: Int32Array): boolean {
  for (let k = 0; k < n; k++) {
    let best = k;
    for (let i = k + 1; i < n; i++) if (Math.abs(a[i * n + k]) > Math.abs(a[best * n + k])) best = i;
    pivots[k] = best;
    for (let j = 0; j < n && best !== k; j++) [a[k * n + j], a[best * n + j]] = [a[best * n + j], a[k * n + j]];
    const pivot = a[k * n + k];
    if (!(pivot !== 0 && Math.abs(pivot) < Infinity)) return false;
    for (let i = k + 1; i < n; i++) {
      const factor = a[i * n + k] / pivot;
      a[i * n + k] = factor;
      for (let j = k + 1; j < n; j++) a[i * n + j] -= factor * a[k * n + j];
    }
  }
  return true;
}

/** Solves A x = b in place by what factorLu left. */
export function solveLu(lu: Float64Array, n: number, pivots: Int32Array, b: Float64Array): void {
  for (let i = 0; i < n; i++) [b[i], b[pivots[i]]] = [b[pivots[i]], b[i]];
  for (let i = 0; i < n; i++) for (let k = 0; k < i; k++) b[i] -= lu[i * n + k] * b[k];
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) b[i] -= lu[i * n + k] * b[k];
    b[i] /= lu[i * n + i];
  }
}
