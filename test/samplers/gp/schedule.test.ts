import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chosen, fittedSize } from '../../../samplers/gp/schedule.ts';

describe('the schedule of fits', () => {
  it('fits for every trial up to 40, then for each sixteenth more, and for each 128 more', () => {
    expect([1, 2, 39, 40, 41, 42, 43].map(fittedSize)).toEqual([1, 2, 39, 40, 40, 42, 42]);
    const sizes = new Set(Array.from({ length: 3000 }, (_, i) => fittedSize(i + 1)));
    expect(sizes.size).toBeLessThan(120);
    for (const n of sizes) expect(fittedSize(n)).toBe(n);
    expect(fittedSize(1_000_000)).toBeGreaterThan(1_000_000 - 128);
  });
});

describe('the trials chosen of many', () => {
  it('are all of few', () => {
    expect(chosen([3, NaN, 1], 3)).toEqual([0, 1, 2]);
  });

  it('are as many as asked for, different, ascending, with the best and the newest', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.double(), fc.constant(NaN)), { minLength: 21, maxLength: 200 }), (values) => {
        const places = chosen(values, 20);
        expect(places).toHaveLength(20);
        expect([...new Set(places)].sort((a, b) => a - b)).toEqual(places);
        expect(places).toEqual(expect.arrayContaining([values.length - 1, values.length - 8]));
        const best = values.reduce((a, b) => (b < a ? b : a), Infinity);
        if (best < Infinity) expect(places).toContain(values.indexOf(best));
      }),
    );
  });
});
