import { describe, expect, it } from 'vitest';
import { Budgets, hasFailed } from '../../../samplers/bohb/budgets.ts';
import { createHistory } from '../../../samplers/history.ts';
import type { Row, Segment } from '../../../samplers/sampler.ts';
import { complete, float, pending, problemOf, spaceOf } from '../spaces.ts';

const problem = problemOf(spaceOf({ x: float(0, 1) }));
const RUNG = { to: 1, bracket: 0, rung: 0 };

function segment(to: number, y: number, seq: number): Segment {
  return { to, bracket: 0, rung: 0, y: Float64Array.of(y), seq };
}

/** Numbers by budget, best first. */
function budgetsOf(rows: readonly Row[]): Record<string, number[]> {
  const history = createHistory(problem);
  history.push(rows);
  const budgets = new Budgets();
  budgets.advance(history.viewAt(Infinity, rows.length), 1);
  return Object.fromEntries(budgets.budgets().map((to) => [to, budgets.at(to).map(({ number }) => number)]));
}

describe('results by budget', () => {
  it('are of the full budget where trials have no segments, in the order of their ends', () => {
    expect(
      budgetsOf([
        pending(0, [0.1], { state: 'failed', closed: 1 }),
        pending(1, [0.1], { state: 'infeasible', y: Float64Array.of(-9), c: Float64Array.of(2), closed: 2 }),
        pending(2, [0.1], { state: 'infeasible', y: Float64Array.of(-9), c: Float64Array.of(1), closed: 3 }),
        pending(3, [0.1], { state: 'pruned', y: Float64Array.of(0), step: 2, closed: 4 }),
        pending(4, [0.1], { state: 'pruned', y: Float64Array.of(5), step: 3, closed: 5 }),
        complete(5, [0.1], 6, 8),
        complete(6, [0.1], 7, 7),
        pending(7, [0.1]),
      ]),
    ).toEqual({ Infinity: [6, 5, 4, 3, 2, 1, 0] });
  });

  it('are of every budget that a trial reached', () => {
    expect(
      budgetsOf([
        pending(0, [0.1], { rung: RUNG, segments: [segment(1, 5, 1)] }),
        pending(1, [0.1], { rung: RUNG, segments: [segment(1, 3, 2), segment(3, 2, 3)] }),
        { ...complete(2, [0.1], 6, 0.5), rung: RUNG, segments: [segment(1, 4, 4), segment(3, 1, 5)] },
        // its last segment is its result
        { ...complete(3, [0.1], 8, 0.25), rung: RUNG, segments: [segment(3, 3, 7), segment(9, 0.25, 8)] },
        complete(4, [0.1], 9, 0.1),
        pending(5, [0.1], { rung: RUNG }),
      ]),
    ).toEqual({ 1: [1, 2, 0], 3: [2, 1, 3], Infinity: [4, 3, 2] });
  });

  it('of failed trials are the worst of all budgets they reached, or were for', () => {
    const rows = [
      {
        ...pending(0, [0.1], { state: 'failed', closed: 3 }),
        rung: RUNG,
        segments: [segment(1, 0, 1), segment(3, 0, 2)],
      },
      pending(1, [0.1], { state: 'failed', closed: 4, rung: { ...RUNG, to: 3 } }),
      pending(2, [0.1], { rung: RUNG, segments: [segment(1, 5, 5), segment(3, 5, 6)] }),
    ];
    expect(budgetsOf(rows)).toEqual({ 1: [2, 0], 3: [2, 0, 1] });
    const history = createHistory(problem);
    history.push(rows);
    const budgets = new Budgets();
    budgets.advance(history.viewAt(Infinity, 3), 1);
    expect(budgets.at(3).map(hasFailed)).toEqual([false, true, true]);
    expect(budgets.at(9)).toEqual([]);
  });

  it('name each trial once that has not come to a budget, the furthest first', () => {
    const history = createHistory(problem);
    history.push([
      pending(0, [0.1], { rung: RUNG, segments: [segment(1, 5, 1)] }),
      pending(1, [0.1], { rung: RUNG, segments: [segment(1, 3, 2), segment(3, 9, 3)] }),
      pending(2, [0.1], { rung: RUNG, segments: [segment(1, 4, 4), segment(3, 8, 5)] }),
      { ...complete(3, [0.1], 8, 0.25), rung: RUNG, segments: [segment(1, 1, 6), segment(3, 1, 7)] },
      pending(4, [0.1], { rung: RUNG }),
    ]);
    const budgets = new Budgets();
    budgets.advance(history.viewAt(Infinity, 5), 1);
    const left = (budget: number): number[] => budgets.leftBelow(budget).map(({ number }) => number);
    expect(left(Infinity)).toEqual([2, 1, 0]);
    expect(left(3)).toEqual([0]);
    expect(left(1)).toEqual([]);
  });

  it('leave out points of another space', () => {
    const history = createHistory(problem);
    history.push([{ ...complete(0, [0.1, 0.2], 1), space: 2 }, complete(1, [0.1], 2)]);
    const budgets = new Budgets();
    budgets.advance(history.viewAt(Infinity, 2), 1);
    expect(budgets.at(Infinity).map(({ number }) => number)).toEqual([1]);
  });
});
