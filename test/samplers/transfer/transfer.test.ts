import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRng } from '../../../samplers/numerics/philox.ts';
import type { Row } from '../../../samplers/sampler.ts';
import { forestLearner } from '../../../samplers/transfer/forest-learner.ts';
import { midRanks, normalScores, rankCorrelation } from '../../../samplers/transfer/ranks.ts';
import { trustIn } from '../../../samplers/transfer/source.ts';
import { Transfer } from '../../../samplers/transfer/transfer.ts';
import { choice, complete, float, spaceOf } from '../spaces.ts';

const space = spaceOf({ x: float(0, 1), kind: choice('a', 'b') });

function rowsOf(values: readonly number[], origin: Row['origin'], first = 0): Row[] {
  return values.map((y, i) => ({ ...complete(first + i, [((7 * i) % 31) / 31, i % 2], first + i, y), origin }));
}

function trustOf(imported: readonly number[], own: readonly number[]): number {
  const transfer = new Transfer(forestLearner(space));
  for (const row of [...rowsOf(imported, 'imported'), ...rowsOf(own, 'sampler', imported.length)]) transfer.add(row);
  return transfer.trust();
}

/** Values of a slope over x at the places of rowsOf. */
function slope(n: number, of: (x: number) => number): number[] {
  return Array.from({ length: n }, (_, i) => of(((7 * i) % 31) / 31));
}

describe('ranks', () => {
  it('share their mean among equals', () => {
    const values = [3, 1, 3, 2, 3];
    expect([...midRanks(5, (i, j) => values[i] - values[j])]).toEqual([3, 0, 3, 1, 3]);
  });

  it("correlate as Spearman's rho does, with ties and without", () => {
    const rho = (a: readonly number[], b: readonly number[]): number =>
      rankCorrelation(
        midRanks(a.length, (i, j) => a[i] - a[j]),
        midRanks(b.length, (i, j) => b[i] - b[j]),
      );
    // 1 - 6 * 194 / (10 * 99), the example of IQ and hours of television
    const iq = [106, 100, 86, 101, 99, 103, 97, 113, 112, 110];
    const hours = [7, 27, 2, 50, 28, 29, 20, 12, 6, 17];
    expect(rho(iq, hours)).toBeCloseTo(1 - (6 * 194) / 990, 12);
    expect(rho([1, 2, 2, 3], [1, 2, 3, 3])).toBeCloseTo(5 / 6, 12);
    expect(rho([1, 1, 1], [1, 2, 3])).toBe(0);
  });

  it('become normal quantiles', () => {
    const scores = normalScores([5, 4, 6].map((value, number) => [0, 0, value, number] as const));
    expect([...scores].map((score) => score.toFixed(4))).toEqual(['0.0000', '-0.9674', '0.9674']);
  });
});

describe('the trust in imported rows', () => {
  it('is none without them, and some before there are own ones', () => {
    expect(
      trustOf(
        [],
        slope(9, (x) => x),
      ),
    ).toBe(0);
    expect(
      trustOf(
        slope(30, (x) => x),
        [],
      ),
    ).toBe(trustIn(0, 0));
    expect(trustIn(0, 0)).toBeCloseTo(4 / 7, 12);
  });

  it('grows with agreement, and is none from three own rows on that disagree', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1, max: 1, noNaN: true }),
        fc.double({ min: -1, max: 1, noNaN: true }),
        fc.nat(200),
        (a, b, n) => {
          const [less, more] = [Math.min(a, b), Math.max(a, b)];
          expect(trustIn(less, n)).toBeLessThanOrEqual(trustIn(more, n));
          if (less <= -0.5 && n >= 3) expect(trustIn(less, n)).toBe(0);
        },
      ),
    );
    expect(trustIn(0, 12)).toBe(0);
    expect(trustIn(1, 5)).toBe(1);
  });

  it('is full where the own rows have the order of the imported ones, none where they have the reverse', () => {
    const imported = slope(60, (x) => x);
    expect(
      trustOf(
        imported,
        slope(10, (x) => 5 + x),
      ),
    ).toBe(1);
    expect(
      trustOf(
        imported,
        slope(10, (x) => -x),
      ),
    ).toBe(0);
  });

  it('does not depend on the scale of either', () => {
    const hill = (x: number): number => (x - 0.4) * (x - 0.4);
    const own = slope(7, (x) => (x - 0.6) * (x - 0.6));
    const trust = trustOf(slope(40, hill), own);
    expect(trust).toBeGreaterThan(0);
    expect(
      trustOf(
        slope(40, (x) => 1e6 * hill(x) - 3e5),
        own.map((y) => Math.cbrt(y)),
      ),
    ).toBe(trust);
  });
});

describe('several sources', () => {
  const voicesOf = (sources: Readonly<Record<string, (x: number) => number>>, own: number) => {
    const transfer = new Transfer(forestLearner(space));
    const rows = Object.entries(sources).flatMap(([source, of], k) =>
      rowsOf(slope(40, of), 'imported', 40 * k).map((row) => ({ ...row, source })),
    );
    const mine = rowsOf(
      slope(own, (x) => x),
      'sampler',
      rows.length,
    );
    for (const row of [...rows, ...mine]) transfer.add(row);
    return { transfer, voices: Object.fromEntries(transfer.voices().map(({ source, weight }) => [source, weight])) };
  };

  it('are judged each for itself', () => {
    const { voices } = voicesOf({ same: (x) => 3 * x, reverse: (x) => -x }, 10);
    expect(voices).toEqual({ same: 1 });
  });

  it('that say the same weigh no more than one', () => {
    const { transfer, voices } = voicesOf({ a: (x) => x, b: (x) => x, c: (x) => x - 1 }, 10);
    for (const weight of Object.values(voices)) expect(weight).toBeCloseTo(1 / 3, 12);
    expect(transfer.trust()).toBeCloseTo(1, 12);
  });

  it('take turns with the design in the beginning, their best point first, of those allowed and not tried', () => {
    const { transfer } = voicesOf({ a: (x) => x }, 0);
    const rows = rowsOf(
      slope(40, (x) => x),
      'imported',
    );
    const view = { seq: 40, rows, closed: rows.map(({ number }) => number) };
    const beginning = (own: readonly Float64Array[], ...fixed: number[]): Float64Array | string => {
      const mine = own.map((x, i) => ({ ...rows[0], number: 40 + i, origin: 'sampler' as const, x }));
      const ask = { number: 40 + own.length, fixed: Float64Array.from(fixed) };
      return transfer.beginning({ ...view, rows: [...rows, ...mine] }, ask, space, createRng(1, ask.number));
    };
    const first = beginning([], NaN, NaN) as Float64Array;
    expect(first[0]).toBeLessThan(0.1);
    expect(beginning([first], NaN, NaN)).toBe('design');
    const third = beginning([first, Float64Array.of(0.9, 0)], NaN, NaN) as Float64Array;
    expect([...third]).not.toEqual([...first]);
    expect((beginning([], NaN, 1) as Float64Array)[1]).toBe(1);
    expect(beginning([], 0.123, NaN)).toBe('design');
  });

  it('are followed in the beginning as far as they are trusted, once two own trials tell', () => {
    const view = { seq: 0, rows: [], closed: [] };
    const next = (sources: Record<string, (x: number) => number>): unknown =>
      voicesOf(sources, 4).transfer.beginning(
        view,
        { number: 44, fixed: Float64Array.of(NaN, NaN) },
        space,
        createRng(1, 44),
      );
    expect(next({ same: (x) => x })).toBe('model');
    expect(next({ reverse: (x) => -x })).toBe('design');
  });
});
