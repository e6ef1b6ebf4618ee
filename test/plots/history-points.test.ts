import { expect, test } from 'vitest';
import { historyOf, shownRange } from '../../plots/history-points.ts';
import { axisLabel } from '../../plots/drawing/numbers.ts';
import { trialOf } from '../cli/histories.ts';

const points = (values: readonly number[]) => values.map((value, number) => ({ number, value, best: value }));

test('follows the best value of complete trials, in the direction of the goal', () => {
  const trials = [
    trialOf(0, 3),
    trialOf(1, null),
    trialOf(2, 5),
    trialOf(3, 1, { state: 'infeasible' }),
    trialOf(4, 2),
    trialOf(5, null, { state: 'running' }),
  ];
  expect(historyOf(trials, { name: 'loss', goal: 'minimize' })).toEqual([
    { number: 0, value: 3, best: 3 },
    { number: 2, value: 5, best: 3 },
    { number: 4, value: 2, best: 2 },
  ]);
  expect(historyOf(trials, { name: 'loss', goal: 'maximize' }).map(({ best }) => best)).toEqual([3, 5, 5]);
  expect(historyOf(trials, { name: 'other', goal: 'minimize' })).toEqual([]);
});

test('shows all but the worst share', () => {
  expect(shownRange(points([5, 1, 4, 2, 3]), 'maximize', 0)).toEqual([1, 5]);
  expect(shownRange(points([5, 1, 4, 2, 3]), 'maximize', 0.5)).toEqual([3, 5]);
  expect(shownRange(points([5, 1, 4, 2, 3]), 'minimize', 0.5)).toEqual([1, 3]);
});

test('shows everything where the rest would be a single value', () => {
  expect(shownRange(points([0, 9, 9, 9, 9]), 'maximize', 0.5)).toEqual([0, 9]);
  expect(shownRange(points([9, 9]), 'minimize', 0.5)).toEqual([9, 9]);
});

test('labels values with the digits that tell them apart', () => {
  expect([0.9441, 0.9682].map((value) => axisLabel(value, 0.0241))).toEqual(['0.9441', '0.9682']);
  expect([0, 1234.5678, -5e8].map((value) => axisLabel(value, 1e9))).toEqual(['0', '1230', '-500000000']);
  expect(axisLabel(1_000_000.25, 0.5)).toBe('1000000.25');
  expect(axisLabel(1 / 3, 0)).toBe('0.333333');
});
