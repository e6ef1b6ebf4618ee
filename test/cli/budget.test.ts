import { describe, expect, it } from 'vitest';
import { budgetChange, type BudgetFlags } from '../../cli/budget.ts';
import { messageOf } from '../study/studies.ts';

const now = { trials: 40, timeMs: 3_600_000, maxFailures: 10 };

describe('stopping rules on a command line', () => {
  it.each<[BudgetFlags, object]>([
    [{}, {}],
    [{ trials: '+100' }, { trials: 140 }],
    [{ trials: '=200' }, { trials: 200 }],
    [
      { trials: '200', time: '+2h' },
      { trials: 200, timeMs: 10_800_000 },
    ],
    [
      { time: '30m', maxFailures: '+5' },
      { timeMs: 1_800_000, maxFailures: 15 },
    ],
    [
      { target: '-0.5', patience: 'none', cost: '2.5' },
      { target: -0.5, patience: null, cost: 2.5 },
    ],
    [{ target: '+0.5' }, { target: 0.5 }],
  ])('%j is %j', (flags, change) => {
    expect(budgetChange(flags, now)).toEqual(change);
  });

  it.each<[BudgetFlags, string]>([
    [{ trials: 'many' }, "--trials is 'many', expected a whole number, or none; change it"],
    [{ trials: '1.5' }, "--trials is '1.5', expected a whole number, or none; change it"],
    [{ trials: '+' }, "--trials is '+', expected a whole number, or none; change it"],
    [{ time: '2' }, "--time is '2', expected a duration, such as 2h, or none; change it"],
    [{ maxFailures: 'x' }, "--max-failures is 'x', expected a whole number, or none; change it"],
    [{ cost: '+5' }, '--cost +5 is more than before, but there is no such limit; say how much in all'],
  ])('%j is refused', (flags, message) => {
    expect(messageOf(() => budgetChange(flags, now))).toBe(message);
  });
});
