import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { binomialCdf, binomialMass } from '../../../evaluation/comparison/binomial.ts';
import { tCdf, tDensity, tQuantile, tTail } from '../../../evaluation/comparison/student-t.ts';
import { reference } from './fixtures.ts';

const { distributions } = reference;

function worstRelative(f: (...args: number[]) => number, table: readonly number[][]): number {
  return Math.max(...table.map((row) => Math.abs(f(...row.slice(0, -1)) / row.at(-1)! - 1)));
}

describe("Student's t", () => {
  it('has the tails of 40 digits, from one degree of freedom to thousands', () => {
    expect(distributions.tTail.length).toBeGreaterThan(60);
    expect(worstRelative(tTail, distributions.tTail)).toBeLessThan(1e-12);
  });

  it('has the quantiles of 40 digits, in the centre and far out', () => {
    expect(worstRelative(tQuantile, distributions.tQuantile)).toBeLessThan(1e-12);
  });

  it('has quantiles that its distribution takes back', () => {
    const degrees = fc.oneof(fc.integer({ min: 1, max: 100_000 }), fc.double({ min: 0.5, max: 50, noNaN: true }));
    fc.assert(
      fc.property(fc.double({ min: 1e-9, max: 1 - 1e-9, noNaN: true }), degrees, (p, v) => {
        const t = tQuantile(p, v);
        expect(Math.abs(tCdf(t, v) / p - 1)).toBeLessThan(1e-11);
        expect(tTail(t, v) + tCdf(t, v)).toBeCloseTo(1, 14);
      }),
      { seed: 3, numRuns: 500 },
    );
  });

  it("is Cauchy's with one degree of freedom", () => {
    for (const t of [-20, -1, 0, 0.3, 5]) {
      expect(tCdf(t, 1)).toBeCloseTo(0.5 + Math.atan(t) / Math.PI, 14);
      expect(tDensity(t, 1)).toBeCloseTo(1 / (Math.PI * (1 + t * t)), 14);
    }
  });

  it('ends where probability does', () => {
    expect([tQuantile(0, 3), tQuantile(1, 3), tQuantile(0.5, 3), tQuantile(-1, 3)]).toEqual([
      -Infinity,
      Infinity,
      0,
      NaN,
    ]);
    expect([tTail(Infinity, 3), tTail(-Infinity, 3)]).toEqual([0, 1]);
    expect(tTail(1e200, 2)).toBeGreaterThanOrEqual(0);
  });
});

describe('the binomial distribution', () => {
  it('has the tails of reference', () => {
    const few = distributions.binomialCdf.filter(([, n]) => n <= 1000);
    expect(worstRelative(binomialCdf, few)).toBeLessThan(1e-12);
    // for the largest n scipy is the reference, itself good to about 1e-12
    expect(worstRelative(binomialCdf, distributions.binomialCdf)).toBeLessThan(1e-11);
  });

  it('sums to its tails', () => {
    let sum = 0;
    for (let k = 0; k <= 30; k++) {
      sum += binomialMass(k, 30, 0.3);
      expect(binomialCdf(k, 30, 0.3)).toBeCloseTo(sum, 13);
    }
  });

  it('is symmetric for a coin, whatever the number of throws', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100_000 }), fc.double({ min: 0, max: 1, noNaN: true }), (n, share) => {
        const k = Math.floor(share * n);
        expect(binomialCdf(k, n, 0.5) + binomialCdf(n - k - 1, n, 0.5)).toBeCloseTo(1, 11);
      }),
      { seed: 5 },
    );
  });
});
