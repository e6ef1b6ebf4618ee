import { describe, expect, it } from 'vitest';
import { budgetsOf, levelOf, populationSizes } from '../../../samplers/dehb/ladder.ts';
import { PLAIN, Populations } from '../../../samplers/dehb/populations.ts';
import { createHistory } from '../../../samplers/history.ts';
import type { Row, Segment } from '../../../samplers/sampler.ts';
import { complete, float, pending, problemOf, spaceOf } from '../spaces.ts';

const problem = problemOf(spaceOf({ x: float(0, 1) }));

/** A trial started for the first of its budgets; its segments end at these positions. */
function trained(number: number, ...segments: readonly (readonly [to: number, y: number, seq: number])[]): Row {
  const [[to]] = segments;
  return pending(number, [number / 100], {
    rung: { to, bracket: 0, rung: 0 },
    segments: segments.map(([to, y, seq], rung): Segment => ({ to, bracket: 0, rung, y: Float64Array.of(y), seq })),
  });
}

function populationsOf(rows: readonly Row[]): Populations {
  const history = createHistory(problem);
  history.push(rows);
  const populations = new Populations({ levels: [3, 2], plain: 2 }, (to) => (to < 3 ? 0 : 1));
  populations.advance(history.viewAt(Infinity, rows.length), 1);
  return populations;
}

const numbers = (populations: Populations, level: number): number[] =>
  populations.members(level).map(({ number }) => number);

describe('a ladder of budgets', () => {
  it.each([
    [1, 81, 3, [1, 3, 9, 27, 81], [81, 27, 9, 6, 5]],
    [1, 9, 3, [1, 3, 9], [9, 3, 3]],
    [2, 100, 4, [2, 8, 32], [16, 4, 3]],
    [1 / 27, 1, 3, [1 / 27, 1 / 9, 1 / 3, 1], [27, 9, 6, 4]],
    [1, 1000, 10, [1, 10, 100, 1000], [1000, 100, 20, 4]],
    [5, 5, 3, [5], [1]],
  ])('from %d to %d by %d has its levels, and as many slots as Hyperband trials', (min, max, eta, budgets, sizes) => {
    const got = budgetsOf(min, max, eta);
    expect(got).toHaveLength(budgets.length);
    for (const [i, budget] of budgets.entries()) expect(got[i]).toBeCloseTo(budget, 12);
    expect(populationSizes(got.length, eta)).toEqual(sizes);
    for (const [i, budget] of budgets.entries()) expect(levelOf(got, budget)).toBe(i);
    expect(levelOf(got, min / 2)).toBe(0);
    expect(levelOf(got, Infinity)).toBe(budgets.length - 1);
    expect(levelOf(got, max)).toBe(budgets.length - 1);
  });
});

describe('populations', () => {
  it('replace a slot by the offspring of its turn, unless that is worse', () => {
    const first = [trained(0, [1, 5, 1]), trained(1, [1, 6, 2]), trained(2, [1, 7, 3])];
    expect(numbers(populationsOf(first), 0)).toEqual([0, 1, 2]);
    // turn 3 is slot 0's, turn 4 slot 1's
    expect(numbers(populationsOf([...first, trained(3, [1, 5.5, 4])]), 0)).toEqual([0, 1, 2]);
    expect(numbers(populationsOf([...first, trained(3, [1, 5, 4])]), 0)).toEqual([3, 1, 2]);
    expect(numbers(populationsOf([...first, trained(3, [1, 9, 4]), trained(4, [1, 4, 5])]), 0)).toEqual([4, 0, 2]);
  });

  it('give a turn to each trial that was started, whatever became of it', () => {
    const open = pending(1, [0.1], { rung: { to: 1, bracket: 0, rung: 0 } });
    const failed: Row = { ...open, state: 'failed', closed: 9 };
    const after = [0, 2, 3].map((number) => trained(number, [1, 5 - number, number + 1]));
    for (const second of [open, failed]) {
      const populations = populationsOf([after[0], second, after[1], after[2]]);
      // 3 is the offspring of slot 0; slot 1 is next, and empty
      expect(numbers(populations, 0)).toEqual([3, 2]);
      expect(populations.target(0)).toBeUndefined();
    }
  });

  it('take in trials that are promoted to a budget, in turn', () => {
    const rows = [
      trained(0, [1, 5, 1], [3, 4, 4]),
      trained(1, [1, 6, 2], [3, 3, 5]),
      trained(2, [1, 7, 3], [3, 2, 6]),
      trained(3, [3, 9, 7]),
    ];
    const populations = populationsOf(rows);
    expect(numbers(populations, 0)).toEqual([0, 1, 2]);
    // 2 replaced 0 in slot 0; 3 is the first that was started for this budget and is worse than slot 0
    expect(numbers(populations, 1)).toEqual([2, 1]);
  });

  it('rank infeasible trials last and leave failed ones out', () => {
    const rung = { to: 1, bracket: 0, rung: 0 };
    const infeasible = (number: number, violation: number): Row =>
      pending(number, [0.1], {
        state: 'infeasible',
        y: Float64Array.of(-9),
        c: Float64Array.of(violation),
        closed: number + 1,
        rung,
      });
    const rows = [infeasible(0, 2), infeasible(1, 1), trained(2, [1, 5, 3]), trained(3, [1, 99, 4]), infeasible(4, 3)];
    expect(numbers(populationsOf(rows), 0)).toEqual([2, 3, 1]);
  });

  it('know results without segments in a population of their own, and at the full budget', () => {
    const rows = [complete(0, [0.1], 1, 3), complete(1, [0.2], 2, 2), complete(2, [0.3], 3, 1)];
    const populations = populationsOf(rows);
    expect(numbers(populations, PLAIN)).toEqual([2, 1]);
    expect(numbers(populations, 1)).toEqual([2, 1]);
    expect(numbers(populations, 0)).toEqual([]);
    expect(populations.target(PLAIN)?.number).toBe(1);
  });
});
