/**
 * Eigenvalues and eigenvectors of a symmetric matrix: Householder reflections to a tridiagonal one, then implicit QL
 * [Bowdler 1968; Martin 1968], with the eigenvectors as rows so that every loop runs along memory.
 *
 * [Martin 1968] Martin, Reinsch and Wilkinson, "Householder's tridiagonalization of a symmetric matrix", Numer. Math. 11,
 *   181-195 (tred2).
 * [Bowdler 1968] Bowdler, Martin, Reinsch and Wilkinson, "The QR and QL algorithms for symmetric matrices", Numer. Math. 11,
 *   293-306 (tql2).
 */

export interface Eigen {
  /** n, ascending. */
  readonly values: Float64Array;
  /** n x n by rows: row k is the unit eigenvector of values[k], its entry of largest size positive (of equal ones the first). */
  readonly vectors: Float64Array;
}

/** Room for the last n: most callers ask for one n many times. */
let room = { z: new Float64Array(0), d: new Float64Array(0), e: new Float64Array(0), u: new Float64Array(0) };

/**
 * @param a  n x n by rows without gaps, kept; of its entries those at and below the diagonal are read
 * @returns  to about n ulp of the largest eigenvalue's size; NaN throughout where an entry is NaN or Infinity
 */
export function symmetricEigen(a: Float64Array, n: number): Eigen {
  if (room.d.length !== n)
    room = { z: new Float64Array(n * n), d: new Float64Array(n), e: new Float64Array(n), u: new Float64Array(n) };
  const { z, d, e } = room;
  for (let i = 0; i < n; i++) for (let j = 0; j <= i; j++) z[i * n + j] = z[j * n + i] = a[i * n + j];
  if (!isFinite(z)) return { values: new Float64Array(n).fill(NaN), vectors: new Float64Array(n * n).fill(NaN) };
  const scale = scaleOf(z);
  for (let i = 0; i < z.length; i++) z[i] /= scale;
  tridiagonalize(z, n, d, e);
  diagonalize(z, n, d, e);
  return inOrder(z, n, d, scale);
}

function isFinite(z: Float64Array): boolean {
  let sum = 0;
  // 0 for a number, else NaN
  for (let i = 0; i < z.length; i++) sum += 0 * z[i];
  return sum === 0;
}

/** The power of 2 next above the largest entry: dividing by it rounds nothing, and no square overflows after it. */
function scaleOf(z: Float64Array): number {
  let largest = 0;
  for (let i = 0; i < z.length; i++) largest = Math.max(largest, Math.abs(z[i]));
  let scale = 1;
  while (scale <= largest && scale < 8.98846567431158e307) scale *= 2;
  while (largest > 0 && scale > 2 * largest && scale > 4.450147717014403e-308) scale /= 2;
  return scale;
}

/** z becomes the reflections' product, transposed; d the diagonal, e[1..] what is beside it. */
function tridiagonalize(z: Float64Array, n: number, d: Float64Array, e: Float64Array): void {
  for (let i = n - 1; i > 0; i--) {
    const row = i * n;
    let h = 0;
    for (let k = 0; k < i - 1; k++) h += z[row + k] * z[row + k];
    if (h === 0) {
      e[i] = z[row + i - 1];
      d[i] = 0;
      continue;
    }
    const f = z[row + i - 1];
    h += f * f;
    const g = f > 0 ? -Math.sqrt(h) : Math.sqrt(h);
    e[i] = g;
    h -= f * g;
    d[i] = h;
    z[row + i - 1] = f - g;
    // p = A u / h, then A -= u q^T + q u^T with q = p - u (u^T p) / 2h, in the lower triangle
    e.fill(0, 0, i);
    for (let j = 0; j < i; j++) {
      const u = z[row + j];
      let sum = e[j] + z[j * n + j] * u;
      for (let k = 0; k < j; k++) {
        sum += z[j * n + k] * z[row + k];
        e[k] += z[j * n + k] * u;
      }
      e[j] = sum;
    }
    let product = 0;
    for (let j = 0; j < i; j++) {
      e[j] /= h;
      product += e[j] * z[row + j];
    }
    const half = product / (h + h);
    for (let j = 0; j < i; j++) e[j] -= half * z[row + j];
    for (let j = 0; j < i; j++) {
      const [u, q] = [z[row + j], e[j]];
      for (let k = 0; k <= j; k++) z[j * n + k] -= u * e[k] + q * z[row + k];
    }
  }
  gatherReflections(z, n, d);
  e[0] = 0;
}

/** Row i < of z holds the vector u of reflection i, d[i] its h, 0 for none: multiplied out from the smallest. */
function gatherReflections(z: Float64Array, n: number, d: Float64Array): void {
  const { u } = room;
  for (let i = 0; i < n; i++) {
    const row = i * n;
    const h = d[i];
    d[i] = z[row + i];
    if (i > 0 && h !== 0) {
      for (let k = 0; k < i; k++) u[k] = z[row + k];
      for (let j = 0; j < i; j++) {
        let sum = 0;
        for (let k = 0; k < i; k++) sum += u[k] * z[j * n + k];
        for (let k = 0; k < i; k++) z[j * n + k] -= (sum / h) * u[k];
      }
    }
    for (let j = 0; j < i; j++) z[row + j] = z[j * n + i] = 0;
    z[row + i] = 1;
  }
}

/** Implicit QL with the shift of Wilkinson's kind in [Bowdler 1968]: d becomes the eigenvalues, the rows of z their vectors. */
function diagonalize(z: Float64Array, n: number, d: Float64Array, e: Float64Array): void {
  e.copyWithin(0, 1);
  e[n - 1] = 0;
  for (let l = 0; l < n; l++)
    // two or three rounds an eigenvalue
    for (let round = 0; round < 100; round++) {
      let m = l;
      while (m < n - 1 && Math.abs(e[m]) > Number.EPSILON * 0.5 * (Math.abs(d[m]) + Math.abs(d[m + 1]))) m++;
      if (m === l) break;
      const t = (d[l + 1] - d[l]) / (2 * e[l]);
      const r = Math.sqrt(t * t + 1);
      rotate(z, n, d, e, l, m, d[m] - d[l] + e[l] / (t + (t < 0 ? -r : r)));
    }
}

/** One QL step on the block l..m. */
function rotate(
  z: Float64Array,
  n: number,
  d: Float64Array,
  e: Float64Array,
  l: number,
  m: number,
  shift: number,
): void {
  let [g, s, c, p] = [shift, 1, 1, 0];
  for (let i = m - 1; i >= l; i--) {
    const f = s * e[i];
    const b = c * e[i];
    const r = Math.sqrt(f * f + g * g);
    e[i + 1] = r;
    if (r === 0) {
      d[i + 1] -= p;
      e[m] = 0;
      return;
    }
    s = f / r;
    c = g / r;
    g = d[i + 1] - p;
    const q = (d[i] - g) * s + 2 * c * b;
    p = s * q;
    d[i + 1] = g + p;
    g = c * q - b;
    for (let at = i * n, next = at + n, end = next; at < end; at++, next++) {
      const above = z[next];
      z[next] = s * z[at] + c * above;
      z[at] = c * z[at] - s * above;
    }
  }
  d[l] -= p;
  e[l] = g;
  e[m] = 0;
}

function inOrder(z: Float64Array, n: number, d: Float64Array, scale: number): Eigen {
  const order = Array.from(d.keys()).sort((a, b) => d[a] - d[b] || a - b);
  const vectors = new Float64Array(n * n);
  const values = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    const from = order[k] * n;
    let largest = 0;
    for (let i = from; i < from + n; i++) if (Math.abs(z[i]) > Math.abs(largest)) largest = z[i];
    for (let i = 0; i < n; i++) vectors[k * n + i] = largest < 0 ? -z[from + i] : z[from + i];
    values[k] = d[order[k]] * scale;
  }
  return { values, vectors };
}
