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

// the terms of one row's sum: nothing in here outlives a call
let factors = new Float64Array(128);
let starts = new Int32Array(128);

/** to += a * b; rows of `b` and `to` must lie in one piece (columnStep 1). Rows of `b` that meet a 0 in `a` are not looked at. */
export function addProduct(a: Matrix, b: Matrix, to: Matrix): void {
  if (factors.length < a.columns + 7) {
    factors = new Float64Array(a.columns + 7);
    starts = new Int32Array(a.columns + 7);
  }
  for (let row = 0; row < a.rows; row++) {
    const end = collect(a, a.at + row * a.rowStep, b);
    for (let k = 0; k < end; k += 8) addEight(k, b.data, to.data, to.at + row * to.rowStep, to.columns);
  }
}

/** Notes the terms of a row of `a` that begins at `at`: how often to take which row of `b`. Returns how many, a multiple of 8. */
function collect({ data, columns, columnStep }: Matrix, at: number, b: Matrix): number {
  let n = 0;
  for (let k = 0; k < columns; k++) {
    const factor = data[at + k * columnStep]!;
    factors[n] = factor;
    starts[n] = b.at + k * b.rowStep;
    if (factor !== 0) n++;
  }
  // the last eight are filled up with nothing times the first row
  for (; n % 8 !== 0; n++) {
    factors[n] = 0;
    starts[n] = b.at;
  }
  return n;
}

/** to[at ...] += the weighted sum of eight rows of `from`, which begin at starts[k ...]. */
function addEight(k: number, from: Float64Array, to: Float64Array, at: number, width: number): void {
  const f0 = factors[k]!;
  const f1 = factors[k + 1]!;
  const f2 = factors[k + 2]!;
  const f3 = factors[k + 3]!;
  const f4 = factors[k + 4]!;
  const f5 = factors[k + 5]!;
  const f6 = factors[k + 6]!;
  const f7 = factors[k + 7]!;
  const r0 = starts[k]!;
  const r1 = starts[k + 1]!;
  const r2 = starts[k + 2]!;
  const r3 = starts[k + 3]!;
  const r4 = starts[k + 4]!;
  const r5 = starts[k + 5]!;
  const r6 = starts[k + 6]!;
  const r7 = starts[k + 7]!;
  for (let i = 0; i < width; i++)
    to[at + i]! +=
      f0 * from[r0 + i]! +
      f1 * from[r1 + i]! +
      (f2 * from[r2 + i]! + f3 * from[r3 + i]!) +
      (f4 * from[r4 + i]! + f5 * from[r5 + i]! + (f6 * from[r6 + i]! + f7 * from[r7 + i]!));
}
