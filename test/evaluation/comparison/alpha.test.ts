import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alphaOf, alphaSpent } from '../../../evaluation/comparison/alpha.ts';

describe('the alpha of many looks', () => {
  it('halves at the first look and then falls as 1 / (k (k + 1))', () => {
    expect([1, 2, 3, 30].map((look) => alphaOf(look, 0.05))).toEqual([0.025, 0.05 / 6, 0.05 / 12, 0.05 / 930]);
  });

  it('adds up to what is said to be spent, and never to the whole', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 3000 }),
        fc.double({ min: 1e-6, max: 0.5, noNaN: true }),
        (looks, total) => {
          let sum = 0;
          for (let look = 1; look <= looks; look++) sum += alphaOf(look, total);
          expect(Math.abs(alphaSpent(looks, total) / sum - 1)).toBeLessThan(1e-12);
          expect(alphaSpent(looks, total)).toBeLessThan(total);
        },
      ),
      { seed: 1 },
    );
  });

  it('refuses what cannot be, in words', () => {
    expect(() => alphaOf(0, 0.05)).toThrow('look is 0, expected a whole number >= 1');
    expect(() => alphaSpent(1.5, 0.05)).toThrow('look is 1.5');
    expect(() => alphaOf(1, 1)).toThrow('alpha is 1, expected a chance of error between 0 and 1');
  });
});
