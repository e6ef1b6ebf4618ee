import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addProduct, copy, matrix, turn, type Matrix } from '../../examples/digits/matrix.ts';

const at = (m: Matrix, row: number, column: number): number => m.data[m.at + row * m.rowStep + column * m.columnStep];
/** Whole numbers, so that every order of addition gives the same sum; many are 0. */
const numbers = (length: number): fc.Arbitrary<Float64Array> =>
  fc
    .array(fc.oneof(fc.constant(0), fc.integer({ min: -9, max: 9 })), { minLength: length, maxLength: length })
    .map((items) => Float64Array.from(items));

test('adds what the textbook adds, turned or not, and nothing outside', () => {
  const cases = fc
    .record({ rows: fc.nat(5), inner: fc.nat(20), columns: fc.nat(5), turned: fc.boolean(), at: fc.nat(3) })
    .chain((shape) =>
      fc.record({
        shape: fc.constant(shape),
        a: numbers(shape.rows * shape.inner),
        b: numbers(shape.inner * shape.columns + shape.at),
        to: numbers(shape.rows * shape.columns + 2 * shape.at),
      }),
    );
  fc.assert(
    fc.property(cases, ({ shape: { rows, inner, columns, turned, at: offset }, a, b, to }) => {
      const left = turned ? turn(matrix(a, 0, inner, rows)) : matrix(a, 0, rows, inner);
      const right = matrix(b, offset, inner, columns);
      const expected = to.slice();
      for (let i = 0; i < rows; i++)
        for (let j = 0; j < columns; j++)
          for (let k = 0; k < inner; k++) expected[offset + i * columns + j] += at(left, i, k) * at(right, k, j);
      addProduct(left, right, matrix(to, offset, rows, columns));
      expect([...to].map((x) => x + 0)).toEqual([...expected].map((x) => x + 0));
    }),
    { seed: 1, numRuns: 300 },
  );
});

test('adds up rows longer than any before', () => {
  const n = 1000;
  const to = new Float64Array(1);
  const ones = new Float64Array(n).fill(1);
  addProduct(matrix(ones, 0, 1, n), matrix(ones, 0, n, 1), matrix(to, 0, 1, 1));
  expect(to[0]).toBe(n);
});

test('copies a turned matrix into rows', () => {
  const turned = copy(turn(matrix(Float64Array.from([9, 1, 2, 3, 4, 5, 6]), 1, 2, 3)), new Float64Array(8));
  expect(turned).toMatchObject({ at: 0, rows: 3, columns: 2, rowStep: 2, columnStep: 1 });
  expect([...turned.data]).toEqual([1, 4, 2, 5, 3, 6, 0, 0]);
});
