import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { HistoryPoint } from '../../plots/history-points.ts';
import { historyChart, type ChartOptions } from '../../cli/terminal-chart.ts';

const options: ChartOptions = { width: 48, height: 5, goal: 'maximize', unicode: true };

function points(values: readonly number[], goal: ChartOptions['goal']): HistoryPoint[] {
  let best = values[0];
  return values.map((value, number) => {
    best = goal === 'maximize' ? Math.max(best, value) : Math.min(best, value);
    return { number, value, best };
  });
}

test('draws the best so far as a line that rises, and marks the other trials', () => {
  expect(historyChart(points([0.5, 0.6, 0.9, 0.7, 0.1, 0.8, 0.9], 'maximize'), options).split('\n')).toEqual([
    '0.9 ┤              ╭────────────────────────────',
    '    │              │',
    '0.8 ┤              │                    •',
    '    │              │',
    '0.7 ┤──────────────╯      •      ↓',
    '    └───────────────────────────────────────────',
    '     0                  trial                  6',
    '     ── best so far   • trial   ↓ trial worse than shown',
  ]);
});

test('falls where less is better, and does without Unicode', () => {
  expect(
    historyChart(points([4, 2, 3, 40], 'minimize'), { ...options, goal: 'minimize', unicode: false }).split('\n'),
  ).toEqual([
    '4 +---------------+                            ^',
    '  |               |',
    '3 +               |             o',
    '  |               |',
    '2 +               +-----------------------------',
    '  +---------------------------------------------',
    '   0                   trial                   3',
    '   -- best so far   o trial   ^ trial worse than shown',
  ]);
});

test('draws one trial, and says so when there is none', () => {
  expect(historyChart([], options)).toBe('no trial has a value yet');
  const lines = historyChart(points([7], 'maximize'), options).split('\n');
  expect(lines[2]).toMatch(/^7 ┤─+$/);
  expect(lines.at(-2)).toMatch(/^ +trial 0$/);
});

test('keeps to its size, whatever the values', () => {
  const values = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 200 });
  const sizes = fc.record({
    width: fc.integer({ min: 40, max: 120 }),
    height: fc.integer({ min: 3, max: 20 }),
    goal: fc.constantFrom('minimize' as const, 'maximize' as const),
    unicode: fc.boolean(),
  });
  fc.assert(
    fc.property(values, sizes, (list, size) => {
      const lines = historyChart(points(list, size.goal), size).split('\n');
      expect(lines).toHaveLength(size.height + 3);
      for (const line of lines.slice(0, -1)) expect(line.length).toBeLessThanOrEqual(size.width);
      if (!size.unicode) expect(lines.join('')).toMatch(/^[ -~]*$/);
    }),
    { seed: 1 },
  );
});
