import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { ColdCacheError } from '../../study/errors.ts';
import { createHistory } from '../../samplers/history.ts';
import type { Row, View } from '../../samplers/sampler.ts';
import { complete, float, pending, problemOf, spaceOf } from './spaces.ts';

const problem = problemOf(spaceOf({ x: float(0, 1) }));

/** A view by its definition, from the rows as they stand in the end. */
function naive(rows: readonly Row[], seq: number, number: number): object {
  const seen = rows.slice(0, number).map((row) => {
    const { y: _y, c: _c, cost: _cost, closed: _closed, ...open } = row;
    return (row.closed ?? Infinity) <= seq ? row : { ...open, state: 'pending' };
  });
  const closed = seen.filter((row) => row.state !== 'pending') as Row[];
  return { seq, rows: seen, closed: closed.sort((a, b) => a.closed! - b.closed!).map((row) => row.number) };
}

function copyOf({ seq, rows, closed }: View): object {
  return { seq, rows: [...rows], closed: [...closed] };
}

/** Rows that close in the order of `order`; those left out never do. */
function rowsOf(count: number, order: readonly number[]): Row[] {
  const rows = Array.from({ length: count }, (_, i) => pending(i, [i / count]));
  for (const [i, number] of order.entries()) rows[number] = { ...complete(number, rows[number].x, i + 1), cost: 2 };
  return rows;
}

const study = fc.integer({ min: 1, max: 30 }).chain((count) =>
  fc.record({
    count: fc.constant(count),
    order: fc.shuffledSubarray(Array.from({ length: count }, (_, i) => i)),
    asks: fc.array(fc.tuple(fc.nat(count + 1), fc.nat(count)), { minLength: 1, maxLength: 30 }),
  }),
);

describe('history', () => {
  it('shows a study as it stood, at any position, in any order', () => {
    fc.assert(
      fc.property(study, ({ count, order, asks }) => {
        const rows = rowsOf(count, order);
        const history = createHistory(problem);
        history.push(rows.toReversed());
        for (const [seq, number] of asks) expect(copyOf(history.viewAt(seq, number))).toEqual(naive(rows, seq, number));
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  it('shows the same whether rows come at once or as they open and close', () => {
    fc.assert(
      fc.property(study, fc.infiniteStream(fc.boolean()), ({ count, order }, coins) => {
        const rows = rowsOf(count, order);
        const history = createHistory(problem);
        let opened = 0;
        for (const [i, number] of order.entries()) {
          for (; opened <= number; opened++) history.push([pending(opened, rows[opened].x)]);
          history.push([rows[number]]);
          if (coins.next().value) expect(copyOf(history.viewAt(i + 1, opened))).toEqual(naive(rows, i + 1, opened));
        }
      }),
      { seed: 2, numRuns: 300 },
    );
  });

  it('only grows where views do: what is closed stays in its place, and the generation stays', () => {
    const rows = rowsOf(20, [3, 1, 7, 2, 12, 0]);
    const history = createHistory(problem);
    history.push(rows);
    let before: readonly number[] = [];
    for (const [seq, number] of [
      [0, 5],
      [2, 8],
      [2, 8],
      [4, 9],
      [6, 20],
    ] as const) {
      const { closed } = history.viewAt(seq, number);
      expect(closed.slice(0, before.length)).toEqual(before);
      before = [...closed];
    }
    expect(before).toEqual([3, 1, 7, 2, 12, 0]);
    expect(history.generation).toBe(0);
  });

  it('starts a new generation where a view does not extend the one before', () => {
    const rows = rowsOf(6, [2, 1, 5, 0]);
    const history = createHistory(problem);
    history.push(rows);
    history.viewAt(3, 4);
    history.viewAt(2, 4);
    expect(history.generation).toBe(1);
    history.viewAt(2, 3);
    expect(history.generation).toBe(2);
    // row 5 closed before row 0, but was not there to be seen
    history.viewAt(4, 4);
    expect(history.generation).toBe(2);
    expect(history.viewAt(4, 6).closed).toEqual([2, 1, 5, 0]);
    expect(history.generation).toBe(3);
  });

  it('starts a new generation where a row turns out to have been suggested otherwise', () => {
    const history = createHistory(problem);
    history.push([pending(0, [0.1]), pending(1, [0.2])]);
    history.viewAt(0, 2);
    history.push([pending(0, [0.1])]);
    history.viewAt(0, 2);
    expect(history.generation).toBe(0);
    history.push([pending(1, [0.3])]);
    expect([...history.viewAt(0, 2).rows[1].x]).toEqual([0.3]);
    expect(history.generation).toBe(1);
    history.push([pending(1, [0.3], { memo: Uint8Array.of(1) })]);
    history.viewAt(0, 2);
    expect(history.generation).toBe(2);
  });

  it('takes a row that is pushed again as it is, and no closed one back', () => {
    const history = createHistory(problem);
    history.push([complete(0, [0.5], 1)]);
    history.viewAt(1, 1);
    history.push([complete(0, [0.5], 1), pending(0, [0.5])]);
    expect(copyOf(history.viewAt(1, 1))).toEqual({ seq: 1, rows: [complete(0, [0.5], 1)], closed: [0] });
    expect(history.generation).toBe(0);
  });

  it('shows a closing that comes late where it belongs', () => {
    const history = createHistory(problem);
    history.push([pending(0, [0.1]), complete(1, [0.2], 2)]);
    expect(history.viewAt(3, 2).closed).toEqual([1]);
    history.push([complete(0, [0.1], 1)]);
    expect(history.viewAt(3, 2).closed).toEqual([0, 1]);
    expect(history.generation).toBe(1);
  });

  it('says which row is missing', () => {
    const history = createHistory(problem);
    history.push([pending(0, [0.1]), pending(2, [0.2])]);
    expect(() => history.viewAt(0, 3)).toThrow(ColdCacheError);
    expect(() => history.viewAt(0, 3)).toThrow('lacks row 1');
    history.push([pending(1, [0.7])]);
    expect(history.viewAt(0, 3).rows.map(({ number }) => number)).toEqual([0, 1, 2]);
    expect([history.has(1), history.has(3)]).toEqual([true, false]);
  });

  it('refuses a row with another number of dimensions', () => {
    expect(() => createHistory(problem).push([pending(0, [0.1, 0.2])])).toThrow(
      'row 0 has 2 numbers, expected one for each of 1',
    );
  });

  it('folds 100,000 rows in one pass', () => {
    const count = 100_000;
    const rows = Array.from({ length: count }, (_, i) => complete(i, [0.5], i + 1));
    const history = createHistory(problem);
    history.push(rows);
    for (let n = 0; n < count; n += 2) history.viewAt(n, n + 1);
    expect(history.generation).toBe(0);
    expect(history.viewAt(count, count).closed.length).toBe(count);
  });
});
