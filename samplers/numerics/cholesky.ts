/**
 * The lower Cholesky factor of a symmetric positive definite matrix: A = L L^T.
 *
 * Every matrix here is a Float64Array by rows: a[i * stride + j], stride >= n, entries above the diagonal neither read nor
 * written. Every entry of L comes from the same operations in the same order, whatever the blocks and however many calls the
 * rows arrive in: l_ij = (a_ij - l_i0 l_j0 - l_i1 l_j1 - ... ) / l_jj, one subtraction after another by ascending k
 * [Golub 2013, algorithm 4.2.1]. So an appended factor has the bits of a full one. Blocks of columns only decide what is in
 * the cache: a block is factored, then taken off all columns after it [Golub 2013, section 4.2.6].
 *
 * [Golub 2013] Golub and Van Loan, "Matrix Computations", 4th edition, Johns Hopkins.
 */

/** Columns a block: four rows of it stay in the first cache. */
const BLOCK = 48;
/** A pivot below this share of its diagonal entry is rounding error: 8 ulp. */
const LEAST_PIVOT = 1.7763568394002505e-15;
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
  const least = new Float64Array(n);
  for (let i = from; i < n; i++) least[i] = LEAST_PIVOT * l[i * stride + i];
  const panel = new Float64Array(n * BLOCK);
  for (let begin = 0; begin < n; begin += BLOCK) {
    const end = Math.min(begin + BLOCK, n);
    if (!factorBlock(l, stride, Math.max(begin, from), begin, end, least)) return false;
    const first = Math.max(end, from);
    solveBlock(l, stride, begin, end, first, n);
    if (end === n) break;
    for (let i = end; i < n; i++) panel.set(l.subarray(i * stride + begin, i * stride + end), (i - end) * BLOCK);
    takeOff(l, stride, panel, end, first, n);
  }
  return true;
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

/** The rows first..end - 1 of the block's own triangle. */
function factorBlock(
  l: Float64Array,
  stride: number,
  first: number,
  begin: number,
  end: number,
  least: Float64Array,
): boolean {
  for (let i = first; i < end; i++) {
    const row = i * stride;
    for (let j = begin; j < i; j++) {
      const other = j * stride;
      let sum = l[row + j];
      for (let k = begin; k < j; k++) sum -= l[row + k] * l[other + k];
      l[row + j] = sum / l[other + j];
    }
    let pivot = l[row + i];
    for (let k = begin; k < i; k++) pivot -= l[row + k] * l[row + k];
    if (!(pivot > least[i] && pivot < Infinity)) return false;
    l[row + i] = Math.sqrt(pivot);
  }
  return true;
}

/** The block's columns in the rows first..n - 1 below it, four rows at a time. */
function solveBlock(l: Float64Array, stride: number, begin: number, end: number, first: number, n: number): void {
  for (let i = first; i < n; i += 4) {
    // rows past the last repeat it: the same values are written twice
    const r0 = i * stride;
    const r1 = Math.min(i + 1, n - 1) * stride;
    const r2 = Math.min(i + 2, n - 1) * stride;
    const r3 = Math.min(i + 3, n - 1) * stride;
    for (let j = begin; j < end; j++) {
      const other = j * stride;
      let [s0, s1, s2, s3] = [l[r0 + j], l[r1 + j], l[r2 + j], l[r3 + j]];
      for (let k = begin; k < j; k++) {
        const x = l[other + k];
        s0 -= l[r0 + k] * x;
        s1 -= l[r1 + k] * x;
        s2 -= l[r2 + k] * x;
        s3 -= l[r3 + k] * x;
      }
      const pivot = l[other + j];
      l[r0 + j] = s0 / pivot;
      l[r1 + j] = s1 / pivot;
      l[r2 + j] = s2 / pivot;
      l[r3 + j] = s3 / pivot;
    }
  }
}
/** Takes the panel's products off rows first..n - 1, columns origin.., by tiles of 4 x 4. */
function takeOff(l: Float64Array, stride: number, panel: Float64Array, origin: number, first: number, n: number): void {
  for (let i = first; i < n; i += 4) {
    const rows = Math.min(4, n - i);
    for (let j = origin; j < i + rows; j += 4) {
      if (rows === 4 && j + 3 <= i) tile(l, stride, panel, i, j, origin);
      else edge(l, stride, panel, i, i + rows, j, Math.min(j + 4, n), origin);
    }
  }
}
function tile(l: Float64Array, stride: number, panel: Float64Array, i: number, j: number, origin: number): void {
  const r0 = i * stride + j;
  const r1 = r0 + stride;
  const r2 = r1 + stride;
  const r3 = r2 + stride;
  let a00 = l[r0],
    a01 = l[r0 + 1],
    a02 = l[r0 + 2],
    a03 = l[r0 + 3];
  let a10 = l[r1],
    a11 = l[r1 + 1],
    a12 = l[r1 + 2],
    a13 = l[r1 + 3];
  let a20 = l[r2],
    a21 = l[r2 + 1],
    a22 = l[r2 + 2],
    a23 = l[r2 + 3];
  let a30 = l[r3],
    a31 = l[r3 + 1],
    a32 = l[r3 + 2],
    a33 = l[r3 + 3];
  let p = (i - origin) * BLOCK;
  let q = (j - origin) * BLOCK;
  for (const end = p + BLOCK; p < end; p++, q++) {
    const x0 = panel[p],
      x1 = panel[p + BLOCK],
      x2 = panel[p + 2 * BLOCK],
      x3 = panel[p + 3 * BLOCK];
    let y = panel[q];
    a00 -= x0 * y;
    a10 -= x1 * y;
    a20 -= x2 * y;
    a30 -= x3 * y;
    y = panel[q + BLOCK];
    a01 -= x0 * y;
    a11 -= x1 * y;
    a21 -= x2 * y;
    a31 -= x3 * y;
    y = panel[q + 2 * BLOCK];
    a02 -= x0 * y;
    a12 -= x1 * y;
    a22 -= x2 * y;
    a32 -= x3 * y;
    y = panel[q + 3 * BLOCK];
    a03 -= x0 * y;
    a13 -= x1 * y;
    a23 -= x2 * y;
    a33 -= x3 * y;
  }
  l[r0] = a00;
  l[r0 + 1] = a01;
  l[r0 + 2] = a02;
  l[r0 + 3] = a03;
  l[r1] = a10;
  l[r1 + 1] = a11;
  l[r1 + 2] = a12;
  l[r1 + 3] = a13;
  l[r2] = a20;
  l[r2 + 1] = a21;
  l[r2 + 2] = a22;
  l[r2 + 3] = a23;
  l[r3] = a30;
  l[r3 + 1] = a31;
  l[r3 + 2] = a32;
  l[r3 + 3] = a33;
}
function edge(
  l: Float64Array,
  stride: number,
  panel: Float64Array,
  i0: number,
  i1: number,
  j0: number,
  j1: number,
  origin: number,
): void {
  for (let i = i0; i < i1; i++)
    for (let j = j0; j < j1 && j <= i; j++) {
      let sum = l[i * stride + j];
      const p = (i - origin) * BLOCK;
      const q = (j - origin) * BLOCK;
      for (let k = 0; k < BLOCK; k++) sum -= panel[p + k] * panel[q + k];
      l[i * stride + j] = sum;
    }
}
