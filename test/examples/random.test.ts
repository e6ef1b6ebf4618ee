import { expect, test } from 'vitest';
import { createRandom, shuffle } from '../../examples/digits/random.ts';

const draw = (seed: number, n: number): number[] => Array.from({ length: n }, createRandom(seed));

test('gives the same numbers for the same seed, others for another, high bits included', () => {
  expect(draw(7, 100)).toEqual(draw(7, 100));
  for (const other of [8, 7 + 2 ** 32, 7 + 2 ** 52]) expect(draw(other, 4)).not.toEqual(draw(7, 4));
});

test('draws evenly from 0 to 1', () => {
  const counts = Array.from({ length: 20 }, () => 0);
  for (const number of draw(1, 20_000)) counts[Math.floor(number * 20)]++;
  // chi-square with 19 degrees of freedom: 43.8 is its 0.999 quantile
  expect(counts.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0)).toBeLessThan(43.8);
});

test('shuffles to a permutation, each item to each place', () => {
  const random = createRandom(3);
  const seen = new Set<string>();
  for (let k = 0; k < 500; k++) {
    const items = Int32Array.from([0, 1, 2, 3]);
    shuffle(items, random);
    expect([...items].sort((a, b) => a - b)).toEqual([0, 1, 2, 3]);
    seen.add(items.join());
  }
  expect(seen.size).toBe(24);
});
