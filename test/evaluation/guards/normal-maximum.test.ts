import { describe, expect, it } from 'vitest';
import { expectedMaximum, maximumLeadsBy, maximumReaches } from '../../../evaluation/guards/normal-maximum.ts';
import { normalCdf } from '../../../samplers/numerics/normal.ts';

describe('the largest of n normal numbers', () => {
  it.each([
    [1, 0],
    [2, 1 / Math.sqrt(Math.PI)],
    [3, 1.5 / Math.sqrt(Math.PI)],
    [5, (5 / (4 * Math.sqrt(Math.PI))) * (1 + (6 / Math.PI) * Math.asin(1 / 3))],
    // tables of order statistics [Harter 1961]
    [10, 1.5387527308],
    [100, 2.5075936365],
    [1000, 3.2414357691],
  ])('of %i is %f on average', (n, mean) => {
    expect(expectedMaximum(n)).toBeCloseTo(mean, 9);
  });

  it('grows with n, also where n is huge', () => {
    const means = [1e3, 1e4, 1e5, 1e6].map(expectedMaximum);
    expect(means).toEqual(means.toSorted((a, b) => a - b));
    expect(means[3]).toBeGreaterThan(4.86);
    expect(means[3]).toBeLessThan(Math.sqrt(2 * Math.log(1e6)));
  });

  it('reaches x unless all of them stay below', () => {
    for (const n of [1, 7, 100, 10_000])
      for (const x of [-1, 0, 2, 4]) expect(maximumReaches(x, n)).toBeCloseTo(1 - normalCdf(x) ** n, 12);
  });

  it('leads one more number as the difference of two does, where n is 1', () => {
    for (const x of [-1, 0, 2, 4]) expect(maximumLeadsBy(x, 1)).toBeCloseTo(1 - normalCdf(x / Math.SQRT2), 12);
  });

  it('leads it at all in n of n + 1 cases', () => {
    for (const n of [1, 4, 99]) expect(maximumLeadsBy(0, n)).toBeCloseTo(n / (n + 1), 12);
  });
});
