import { expect, test } from 'vitest';
import { CLASSES, loadDigits, PIXELS } from '../../examples/digits/data.ts';

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
