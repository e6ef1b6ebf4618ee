import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { signedRankP } from '../../../schedulers/pruners/signed-rank.ts';

/** By its definition: the share of all 2^n ways to sign the ranks that give as high a sum. */
function byEnumeration(differences: readonly number[]): number {
  const size = differences.map(Math.abs);
  const rank = size.map((a) => size.filter((b) => b < a).length + (size.filter((b) => b === a).length + 1) / 2);
  const sum = (positive: (i: number) => boolean): number =>
    rank.reduce((total, r, i) => total + (size[i] === 0 ? r / 2 : positive(i) ? r : 0), 0);
  const observed = sum((i) => differences[i]! > 0);
  const signed = size.flatMap((a, i) => (a === 0 ? [] : [i]));
  let high = 0;
  for (let signs = 0; signs < 1 << signed.length; signs++)
    if (sum((i) => ((signs >> signed.indexOf(i)) & 1) === 1) >= observed) high++;
  return high / (1 << signed.length);
}

describe('the signed-rank test', () => {
  it('is the share of signs that give as high a sum, with ties and zeros', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -4, max: 4 }), { minLength: 1, maxLength: 9 }), (differences) => {
        expect(signedRankP(differences)).toBeCloseTo(byEnumeration(differences), 14);
      }),
      { seed: 3, numRuns: 300 },
    );
  });

  it('is 2^-n for n differences of one sign, and 1 where all are zero', () => {
    for (let n = 1; n <= 100; n += 9) {
      const positive = Array.from({ length: n }, (_, i) => i + 0.5);
      expect(signedRankP(positive)).toBe(1 / 2 ** n);
      expect(signedRankP(positive.map((d) => -d))).toBeCloseTo(1, 12);
    }
    expect(signedRankP([0, 0, 0])).toBe(1);
  });

  it('is that of scipy.stats.wilcoxon(alternative="greater") for 50 differences', () => {
    // d = [((i * 37) % 101 - 40) / 10 + i * 1e-6 for i in range(50)], no ties
    const differences = Array.from({ length: 50 }, (_, i) => (((i * 37) % 101) - 40) / 10 + i * 1e-6);
    expect(signedRankP(differences)).toBeCloseTo(0.014863657541007491, 12);
  });
});
