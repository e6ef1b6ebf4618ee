import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { discordanceOf, mcnemarP, tangoInterval, type Discordance } from '../../../evaluation/comparison/mcnemar.ts';
import { reference } from './fixtures.ts';

function rows(b: number, c: number, n = b + c): Discordance {
  return { challengerAlone: b, championAlone: c, n };
}

describe("McNemar's exact test", () => {
  it('has the p of statsmodels and scipy', () => {
    for (const [b, c, p] of reference.mcnemar) expect(Math.abs(mcnemarP(rows(b, c)) / p - 1)).toBeLessThan(1e-11);
  });

  it('has the published p of airway reactivity before and after transplantation (Fagerland 2014: 0.0703)', () => {
    expect(mcnemarP(rows(7, 1, 21))).toBeCloseTo(0.0703125, 14);
  });

  it('is 1 where the two never differ, or equally often', () => {
    expect([mcnemarP(rows(0, 0)), mcnemarP(rows(4, 4)), mcnemarP(rows(1, 0))]).toEqual([1, 1, 1]);
  });

  it('counts the rows where one alone is right', () => {
    const counted = discordanceOf(Uint8Array.of(1, 0, 1, 0, 1), Uint8Array.of(1, 1, 0, 0, 0));
    expect(counted).toEqual({ challengerAlone: 1, championAlone: 2, n: 5 });
  });
});

describe("Tango's interval", () => {
  it.each([
    ['Fagerland 2014, table II', rows(7, 1, 21), 0.05, [0.026, 0.517], 3],
    ['Agresti and Min 2005', rows(16, 8, 86), 0.05, [-0.02, 0.207], 3],
    ['R, PropCIs 0.3', rows(28, 25, 618), 0.1, [-0.0148, 0.0247], 4],
  ] as const)('is the published one: %s', (_, counts, alpha, published, digits) => {
    expect(tangoInterval(counts, alpha).map((bound) => Number(bound.toFixed(digits)))).toEqual(published);
  });

  it('inverts the score test, with the likelihood maximised numerically', () => {
    for (const { b, c, n, alpha, low, high } of reference.tango) {
      const interval = tangoInterval(rows(b, c, n), alpha);
      expect(interval[0]).toBeCloseTo(low, 8);
      expect(interval[1]).toBeCloseTo(high, 8);
    }
  });

  it('is mirrored when the models change places, holds what was seen, and grows with confidence', () => {
    const count = fc.integer({ min: 0, max: 300 });
    fc.assert(
      fc.property(count, count, fc.integer({ min: 1, max: 5000 }), (b, c, same) => {
        const [low, high] = tangoInterval(rows(b, c, b + c + same), 0.05);
        expect(tangoInterval(rows(c, b, b + c + same), 0.05)).toEqual([-high, -low]);
        const seen = (b - c) / (b + c + same);
        expect(low <= seen && seen <= high && low < high).toBe(true);
        const [lower, higher] = tangoInterval(rows(b, c, b + c + same), 0.0001);
        expect(lower < low && high < higher).toBe(true);
      }),
      { seed: 2 },
    );
  });

  it('refuses what cannot be, in words', () => {
    expect(() => tangoInterval(rows(3, 4, 5), 0.05)).toThrow('n is 5, expected a whole number >= 7');
    expect(() => tangoInterval(rows(3, 4, 9), 0)).toThrow('alpha is 0, expected a chance of error');
  });
});
