import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Row } from '../../samplers/sampler.ts';
import { isRanked } from '../../samplers/objectives/rank.ts';
import { goodCount, MOST_GOOD, Ranking, weightOf } from '../../samplers/tpe/split.ts';

function row(number: number, state: Row['state'], y?: number, c?: readonly number[]): Row {
  const x = Float64Array.of(0);
  return {
    number,
    space: 1,
    origin: 'sampler',
    state,
    x,
    seed: 0,
    asOf: number,
    ...(y !== undefined && { y: Float64Array.of(y) }),
    ...(c && { c: Float64Array.from(c) }),
  };
}

describe('the good rows', () => {
  it('are the best tenth, rounded up, at most 25', () => {
    const counts = [0, 1, 10, 11, 20, 99, 100, 240, 241, 250, 251, 10_000].map((n) => goodCount(n));
    expect(counts).toEqual([0, 1, 1, 2, 2, 10, 10, 24, 25, 25, 25, 25]);
    expect([0, 1, 10, 80].map((n) => goodCount(n, 0.25))).toEqual([0, 1, 3, 20]);
  });

  it('rank pruned rows by how far they came, then by value', () => {
    const ranking = new Ranking();
    const at = (number: number, y: number, step?: number): Row => ({
      ...row(number, 'pruned', y),
      ...(step !== undefined && { step }),
    });
    for (const each of [at(0, 1, 3), at(1, 5, 9), at(2, 4, 9), at(3, -1), at(4, 0, 3)]) ranking.add(each);
    expect(ranking.best).toEqual([2, 1, 4, 0, 3]);
  });

  it('are told how many are better as they are added', () => {
    const ranking = new Ranking();
    expect([3, 1, 2, 1].map((y, number) => ranking.add(row(number, 'complete', y)))).toEqual([0, 0, 1, 1]);
    for (let number = 4; number < 30; number++) ranking.add(row(number, 'complete', 0));
    expect(ranking.add(row(30, 'complete', 9))).toBe(MOST_GOOD);
  });

  it('are complete before pruned before infeasible, each by its own measure, ties by number', () => {
    const ranking = new Ranking();
    const rows = [
      row(0, 'infeasible', -9, [0.5, 0.25, -7]),
      row(1, 'pruned', -5),
      row(2, 'complete', 3),
      row(3, 'infeasible', 100, [0.7, -1, -1]),
      row(4, 'complete', 2),
      row(5, 'pruned', -6),
      row(6, 'complete', 3),
      row(7, 'infeasible'),
    ];
    for (const each of rows.toReversed()) ranking.add(each);
    expect(ranking.best).toEqual([4, 2, 6, 5, 1, 3, 0, 7]);
  });

  it('are what sorting all rows gives, in whatever order they closed', () => {
    const values = fc.array(fc.integer({ min: -9, max: 9 }), { maxLength: 80 });
    fc.assert(
      fc.property(values, fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })), (ys, order) => {
        const rows = ys.map((y, i) => row(i, y % 3 === 0 ? 'pruned' : 'complete', y));
        const shuffled = rows
          .map((each) => ({ each, key: order.next().value as number }))
          .sort((a, b) => a.key - b.key);
        const ranking = new Ranking();
        for (const { each } of shuffled) ranking.add(each);
        const tier = (each: Row): number => (each.state === 'complete' ? 0 : 1);
        const sorted = rows.toSorted((a, b) => tier(a) - tier(b) || a.y![0] - b.y![0] || a.number - b.number);
        expect(ranking.best).toEqual(sorted.slice(0, MOST_GOOD).map(({ number }) => number));
      }),
      { seed: 7 },
    );
  });

  it('leaves failed and pending rows out', () => {
    expect(
      (['complete', 'pruned', 'infeasible', 'failed', 'pending'] as const).map((s) => isRanked(row(0, s))),
    ).toEqual([true, true, true, false, false]);
  });
});

describe('weights', () => {
  const weights = (n: number): number[] => Array.from({ length: n }, (_, i) => weightOf(i, n));

  it('are equal up to 25 rows', () => {
    expect(weights(1)).toEqual([1]);
    expect(weights(25)).toEqual(new Array(25).fill(1));
  });

  it('ramp from 1/n to 1 over all but the newest 25', () => {
    expect(weights(26)).toEqual([1 / 26, ...new Array(25).fill(1)]);
    const ramp = weights(30);
    expect(ramp.slice(5)).toEqual(new Array(25).fill(1));
    const expected = [0, 0.25, 0.5, 0.75, 1].map((share) => 1 / 30 + share * (29 / 30));
    for (const [i, weight] of expected.entries()) expect(ramp[i]).toBeCloseTo(weight, 14);
  });
});
