/**
 * Blocked elimination on a lower triangle by rows, the one routine under Cholesky factors, solves and inverses.
 *
 * Every entry comes from the same operations in the same order, whatever the blocks, and however many calls the rows arrive in:
 * l_ij = (a_ij - l_i0 l_j0 - l_i1 l_j1 - ...) / l_jj, one subtraction after another by ascending k [Golub 2013, algorithm 4.2.1].
 * Blocks of columns only decide what is in the cache: one is finished, then taken off all columns after it [section 4.2.6].
 *
 * [Golub 2013] Golub and Van Loan, "Matrix Computations", 4th edition, Johns Hopkins.
 */
import { GROUP, kernel, PANEL, room } from './panel-kernel.ts';

/** A pivot below this share of its diagonal entry is rounding error: 8 ulp. */
const LEAST_PIVOT = 1.7763568394002505e-15;
/** Where the kernel's memory holds the triangle of the current block, and then the panel. */
const PANEL_AT: number = PANEL * PANEL;

/**
 * Finishes the first `columns` columns of the rows from..rows - 1 in place: rows below `columns` become rows of the Cholesky factor
 * L, rows after it x with L x = row.
 * @param a     a[i * stride + j] for j <= i, j < columns; the rows below `from` are L's already
 * @param last  one past the last row with anything but zeros in the columns before the given one; all rows as a rule
 * @returns     false where a pivot was not positive to working precision, with `a` half done
 */
export function eliminate(
  a: Float64Array,
  from: number,
  rows: number,
  columns: number,
  stride: number,
  last: (column: number) => number = () => rows,
): boolean {
  const base = from & ~3;
  const width = (columns + 3) & ~3;
  const restAt = PANEL_AT + (((rows + 3) >> 2) + 1) * GROUP;
  const memory = room(restAt + ((rows - base + 3) & ~3) * width);
  const least = new Float64Array(columns);
  for (let i = from; i < rows; i++) {
    const end = Math.min(i + 1, columns);
    memory.set(a.subarray(i * stride, i * stride + end), restAt + (i - base) * width);
    if (i < columns) least[i] = LEAST_PIVOT * a[i * stride + i];
  }
  for (let begin = 0; begin < columns; begin += PANEL) {
    const end = Math.min(begin + PANEL, columns);
    for (let i = Math.max(begin, from); i < end; i++) {
      const at = restAt + (i - base) * width;
      for (let j = begin; j <= i; j++) a[i * stride + j] = memory[at + j];
      if (!finishRow(a, stride, i, begin, least[i])) return false;
    }
    const first = Math.max(end, from);
    const bound = Math.min(rows, (last(end) + 3) & ~3);
    if (first >= bound) continue;
    for (let i = begin; i < end; i++)
      memory.set(a.subarray(i * stride + begin, i * stride + i + 1), (i - begin) * PANEL);
    const origin = end >> 2;
    const begun = first >> 2;
    const ended = (bound + 3) >> 2;
    const panel = PANEL_AT - origin * GROUP;
    for (let i = first; i < bound; i++)
      pack(memory, panel + (i >> 2) * GROUP + (i & 3), memory, restAt + (i - base) * width + begin, end - begin);
    kernel.solve((panel + begun * GROUP) * 8, ended - begun, 0, end - begin);
    for (let i = first; i < bound; i++)
      unpack(a, i * stride + begin, memory, panel + (i >> 2) * GROUP + (i & 3), end - begin);
    if (end === columns) break;
    for (let i = end; i < from; i++)
      pack(memory, panel + (i >> 2) * GROUP + (i & 3), a, i * stride + begin, end - begin);
    kernel.subtract(
      (restAt + (4 * begun - base) * width + end) * 8,
      width * 8,
      PANEL_AT * 8,
      begun - origin,
      ended - origin,
      (width >> 2) - origin,
      end - begin,
    );
  }
  return true;
}

/**
 * Takes x x^T off the lower triangle of c in place, the products of each entry one after another.
 * @param c     m x m, c[i * m + j] for j <= i
 * @param x     m x n without gaps
 * @param last  one past the last row with anything but zeros in the columns before the given one; all rows as a rule
 */
export function subtractGram(
  c: Float64Array,
  x: Float64Array,
  m: number,
  n: number,
  last: (column: number) => number = () => m,
): void {
  const width = (m + 3) & ~3;
  const restAt = PANEL_AT + (width >> 2) * GROUP;
  const memory = room(restAt + width * width);
  for (let i = 0; i < m; i++) memory.set(c.subarray(i * m, i * m + i + 1), restAt + i * width);
  for (let begin = 0; begin < n; begin += PANEL) {
    const end = Math.min(begin + PANEL, n);
    const bound = Math.min(m, (last(end) + 3) & ~3);
    for (let i = 0; i < bound; i++) pack(memory, PANEL_AT + (i >> 2) * GROUP + (i & 3), x, i * n + begin, end - begin);
    kernel.subtract(restAt * 8, width * 8, PANEL_AT * 8, 0, (bound + 3) >> 2, width >> 2, end - begin);
  }
  for (let i = 0; i < m; i++) c.set(memory.subarray(restAt + i * width, restAt + i * width + i + 1), i * m);
}

/** Row i of the factor within the block that begins at column `begin`; whether its pivot is positive. */
function finishRow(a: Float64Array, stride: number, i: number, begin: number, least: number): boolean {
  const row = i * stride;
  for (let j = begin; j < i; j++) {
    const other = j * stride;
    let sum = a[row + j];
    for (let k = begin; k < j; k++) sum -= a[row + k] * a[other + k];
    a[row + j] = sum / a[other + j];
  }
  let pivot = a[row + i];
  for (let k = begin; k < i; k++) pivot -= a[row + k] * a[row + k];
  a[row + i] = Math.sqrt(pivot);
  return pivot > least && pivot < Infinity;
}

/** A row of up to PANEL numbers into its lane of a group. */
function pack(memory: Float64Array, to: number, from: Float64Array, at: number, count: number): void {
  for (let k = 0; k < count; k++) memory[to + 4 * k] = from[at + k];
}

function unpack(to: Float64Array, at: number, memory: Float64Array, from: number, count: number): void {
  for (let k = 0; k < count; k++) to[at + k] = memory[from + 4 * k];
}
