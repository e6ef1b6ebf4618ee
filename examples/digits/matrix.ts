/**
 * The one matrix operation a network needs, to += a * b, fast in plain JavaScript: rows of `b` are added up eight at a time, so
 * that each number of `to` is read and written an eighth as often, and rows whose factor is 0 are left out: blank pixels, ReLU
 * units that are off, units that dropout took out.
 */

/** Numbers at `data[at + row * rowStep + column * columnStep]`. */
export interface Matrix {
  readonly data: Float64Array;
  readonly at: number;
  readonly rows: number;
  readonly columns: number;
  readonly rowStep: number;
  readonly columnStep: number;
}

/** Row after row, from `at` on. */
export function matrix(data: Float64Array, at: number, rows: number, columns: number): Matrix {
  return { data, at, rows, columns, rowStep: columns, columnStep: 1 };
}

/** The same numbers, rows as columns. */
export function turn({ data, at, rows, columns, rowStep, columnStep }: Matrix): Matrix {
  return { data, at, rows: columns, columns: rows, rowStep: columnStep, columnStep: rowStep };
}

/** The same matrix, its numbers copied to the beginning of `into`, row after row. */
export function copy({ data, at, rows, columns, rowStep, columnStep }: Matrix, into: Float64Array): Matrix {
  for (let row = 0, i = 0; row < rows; row++)
    for (let column = 0; column < columns; column++, i++) into[i] = data[at + row * rowStep + column * columnStep]!;
  return matrix(into, 0, rows, columns);
}

/** to += a * b; rows of `b` and `to` must lie in one piece (columnStep 1). Rows of `b` that meet a 0 in `a` are not looked at. */
export function addProduct(a: Matrix, b: Matrix, to: Matrix): void {
  const factors = new Float64Array(a.columns + 7);
  const starts = new Int32Array(a.columns + 7);
  for (let row = 0; row < a.rows; row++) {
    let n = 0;
    let at = a.at + row * a.rowStep;
    let start = b.at;
    for (let k = 0; k < a.columns; k++, at += a.columnStep, start += b.rowStep) {
      const factor = a.data[at]!;
      factors[n] = factor;
      starts[n] = start;
      if (factor !== 0) n++;
    }
    // the last eight are filled up with nothing times the first row
    const end = (n + 7) & -8;
    factors.fill(0, n, end);
    starts.fill(b.at, n, end);
    for (let k = 0; k < end; k += 8)
      addEight(factors, starts, k, b.data, to.data, to.at + row * to.rowStep, to.columns);
  }
}

/** to[at ...] += the weighted sum of eight rows of `from`, which begin at starts[k ...]. */
function addEight(
  factors: Float64Array,
  starts: Int32Array,
  k: number,
  from: Float64Array,
  to: Float64Array,
  at: number,
  width: number,
): void {
  const [f0, f1, f2, f3] = [factors[k]!, factors[k + 1]!, factors[k + 2]!, factors[k + 3]!];
  const [f4, f5, f6, f7] = [factors[k + 4]!, factors[k + 5]!, factors[k + 6]!, factors[k + 7]!];
  const [r0, r1, r2, r3] = [starts[k]!, starts[k + 1]!, starts[k + 2]!, starts[k + 3]!];
  const [r4, r5, r6, r7] = [starts[k + 4]!, starts[k + 5]!, starts[k + 6]!, starts[k + 7]!];
  for (let i = 0; i < width; i++)
    to[at + i]! +=
      f0 * from[r0 + i]! +
      f1 * from[r1 + i]! +
      (f2 * from[r2 + i]! + f3 * from[r3 + i]!) +
      (f4 * from[r4 + i]! + f5 * from[r5 + i]! + (f6 * from[r6 + i]! + f7 * from[r7 + i]!));
}
