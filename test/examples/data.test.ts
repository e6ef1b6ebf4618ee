import { expect, test } from 'vitest';
import { CLASSES, holdOut, kFold, loadDigits, PIXELS } from '../../examples/digits/data.ts';

const digits = loadDigits();
const counts = (rows: Iterable<number>): number[] => {
  const result = Array.from({ length: CLASSES }, () => 0);
  for (const row of rows) result[digits.labels[row]]++;
  return result;
};

test('has the rows that the repository publishes, in grey values from 0 to 1', () => {
  expect(counts(digits.labels.keys())).toEqual([178, 182, 177, 183, 181, 182, 181, 179, 174, 180]);
  expect(digits.images).toHaveLength(1797 * PIXELS);
  expect([...digits.images.subarray(0, 8)]).toEqual([0, 0, 5, 13, 9, 1, 0, 0].map((grey) => grey / 16));
  for (const value of digits.images) if (!(value >= 0 && value <= 1)) expect.fail(`a grey value of ${value}`);
});

test('holds out the same fifth of each digit for the same seed', () => {
  const { train, held } = holdOut(digits, 0.2, 5);
  expect([...train, ...held].sort((a, b) => a - b)).toEqual([...digits.labels.keys()]);
  expect(counts(held)).toEqual(counts(digits.labels.keys()).map((count) => Math.round(count / 5)));
  expect(holdOut(digits, 0.2, 5)).toEqual({ train, held });
  expect(holdOut(digits, 0.2, 6).held).not.toEqual(held);
});

test('holds every row out once in k folds, each digit evenly', () => {
  const rows = holdOut(digits, 0.2, 5).train;
  const folds = kFold(digits, rows, 3, 9);
  expect(folds.flatMap(({ held }) => [...held]).sort((a, b) => a - b)).toEqual([...rows]);
  for (const { train, held } of folds) {
    expect([...train, ...held].sort((a, b) => a - b)).toEqual([...rows]);
    counts(held).forEach((count, digit) => expect(Math.abs(count - counts(rows)[digit] / 3)).toBeLessThan(1));
  }
});
