import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { delong, type BinaryScores } from '../../../evaluation/comparison/delong.ts';
import { permuted, reference } from './fixtures.ts';

describe("DeLong's test", () => {
  it('has areas, variance, interval and p of the original formulas over all pairs', () => {
    for (const each of reference.delong) {
      const found = delong(each, 0.05);
      expect([found.champion, found.challenger]).toEqual([
        expect.closeTo(each.areas[0], 13),
        expect.closeTo(each.areas[1], 13),
      ]);
      expect(Math.abs(found.variance / each.variance - 1)).toBeLessThan(1e-11);
      expect(Math.abs(found.p / each.p - 1)).toBeLessThan(1e-10);
      expect(found.interval).toEqual(each.interval.map((bound) => expect.closeTo(bound, 12)));
    }
  });

  const score = fc.integer({ min: 0, max: 6 });
  const cases = fc
    .array(fc.record({ positive: fc.integer({ min: 0, max: 1 }), champion: score, challenger: score }), {
      minLength: 2,
      maxLength: 40,
    })
    .filter((rows) => new Set(rows.map(({ positive }) => positive)).size === 2);
  const columns = (rows: readonly Record<keyof BinaryScores, number>[]): BinaryScores => ({
    positive: rows.map(({ positive }) => positive),
    champion: rows.map(({ champion }) => champion),
    challenger: rows.map(({ challenger }) => challenger),
  });

  it('is mirrored when the models change places, and the same in any order of the rows', () => {
    fc.assert(
      fc.property(cases, (rows) => {
        const { positive, champion, challenger } = columns(rows);
        const found = delong({ positive, champion, challenger }, 0.05);
        const swapped = delong({ positive, champion: challenger, challenger: champion }, 0.05);
        expect(swapped.difference).toBeCloseTo(-found.difference, 13);
        expect(swapped.interval[0]).toBeCloseTo(-found.interval[1], 13);
        expect(swapped.p).toBeCloseTo(found.p, 12);
        const shuffled = delong(columns(permuted(rows, 4)), 0.05);
        expect(shuffled.difference).toBe(found.difference);
        expect(shuffled.variance).toBeCloseTo(found.variance, 13);
      }),
      { seed: 11 },
    );
  });

  it('finds nothing where both rank the rows alike', () => {
    const positive = [1, 0, 1, 0, 1];
    const found = delong({ positive, champion: [1, 2, 3, 4, 5], challenger: [10, 20, 30, 40, 50] }, 0.05);
    expect(found).toMatchObject({ difference: 0, variance: 0, interval: [0, 0], p: 1 });
  });

  it('does not take a variance of 0 for certainty: few rows prove nothing, many do', () => {
    const separated = (rows: number): BinaryScores => ({
      positive: Array.from({ length: rows }, (_, i) => i % 2),
      champion: new Array<number>(rows).fill(0.5),
      challenger: Array.from({ length: rows }, (_, i) => i % 2),
    });
    expect(delong(separated(6), 0.05)).toMatchObject({ difference: 0.5, variance: 0, interval: [-1, 1], p: 1 });
    const many = delong(separated(2000), 0.05);
    expect(many.interval[0]).toBeGreaterThan(0.4);
    expect(many.p).toBeLessThan(1e-50);
  });

  it('refuses what cannot be, in words', () => {
    expect(() => delong({ positive: [1, 1], champion: [1, 2], challenger: [1, 2] }, 0.05)).toThrow(
      '2 rows are positive and 0 are not, expected both',
    );
    expect(() => delong({ positive: [1, 0], champion: [1, NaN], challenger: [1, 2] }, 0.05)).toThrow(
      "the champion's score of row 1 is NaN",
    );
    expect(() => delong({ positive: [1, 0], champion: [1], challenger: [1, 2] }, 0.05)).toThrow(
      'champion has 1 entries for 2 rows',
    );
  });
});
