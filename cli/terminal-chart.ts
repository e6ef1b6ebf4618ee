/**
 * A study's optimisation history as a few lines of text: a mark for each trial, the best value so far as a line. The axis spans
 * the better half of the trials; arrows stand for the others, which would press all else together.
 */
import { shownRange, type HistoryPoint } from '../plots/history-points.ts';
import { axisLabel } from '../plots/drawing/numbers.ts';

export interface ChartOptions {
  /** Columns in all; at least 40 are taken. */
  readonly width: number;
  /** Lines of the plot itself; at least 3 are taken. */
  readonly height: number;
  readonly goal: 'minimize' | 'maximize';
  /** False: ASCII alone. Default: as the terminal's locale says. */
  readonly unicode?: boolean;
}

const UNICODE = {
  across: '─',
  down: '│',
  rise: '╯╭',
  fall: '╮╰',
  trial: '•',
  low: '↓',
  high: '↑',
  tick: '┤',
  corner: '└',
};
const ASCII = {
  across: '-',
  down: '|',
  rise: '++',
  fall: '++',
  trial: 'o',
  low: 'v',
  high: '^',
  tick: '+',
  corner: '+',
};
type Signs = typeof UNICODE;

interface Scale {
  /** Values at the bottom and at the top. */
  readonly low: number;
  readonly high: number;
  /** 0 is the top row; values beyond are in the row next to them. */
  readonly rowOf: (value: number) => number;
  readonly columnOf: (number: number) => number;
}

/** The chart's lines, joined; a sentence where there are no points. @param points by trial number */
export function historyChart(
  points: readonly HistoryPoint[],
  { width, height, goal, unicode = isUtf8() }: ChartOptions,
): string {
  if (points.length === 0) return 'no trial has a value yet';
  const signs = unicode ? UNICODE : ASCII;
  const rows = Math.max(3, height);
  const [low, high] = shownRange(points, goal, 0.5);
  const labels = [high, high / 2 + low / 2, low].map((value) => axisLabel(value, high - low));
  const margin = Math.max(...labels.map((label) => label.length));
  const columns = Math.max(40, width) - margin - 2;
  const grid = plot(points, scaleOf(points, low, high, rows, columns), signs, rows, columns);

  const ticks = low === high ? [-1, rows >> 1, -1] : [0, (rows - 1) / 2, rows - 1];
  const lines = grid.map((cells, row) => {
    const tick = ticks.indexOf(row);
    return `${(labels[tick] ?? '').padStart(margin)} ${tick < 0 ? signs.down : signs.tick}${cells.join('')}`;
  });
  const indent = ' '.repeat(margin + 1);
  const [first, last] = [points[0]!.number, points.at(-1)!.number];
  const ends = first === last ? ['', ''] : [String(first), String(last)];
  const name = first === last ? `trial ${first}` : 'trial';
  const numbers =
    ends[0] +
    name
      .padStart((columns + name.length) >> 1)
      .slice(ends[0]!.length)
      .padEnd(columns - ends.join('').length) +
    ends[1];
  const worse = points.some(({ value }) => value < low || value > high);
  const legend = [`${signs.across.repeat(2)} best so far`, `${signs.trial} trial`];
  if (worse) legend.push(`${goal === 'maximize' ? signs.low : signs.high} trial worse than shown`);
  lines.push(
    `${indent}${signs.corner}${signs.across.repeat(columns)}`,
    `${indent} ${numbers}`,
    `${indent} ${legend.join('   ')}`,
  );
  return lines.map((line) => line.trimEnd()).join('\n');
}

function scaleOf(points: readonly HistoryPoint[], low: number, high: number, rows: number, columns: number): Scale {
  const first = points[0]!.number;
  const span = Math.max(1, points.at(-1)!.number - first);
  // halves, since two large numbers can lie infinitely far apart
  const share = (value: number): number => (high / 2 - value / 2) / (high / 2 - low / 2);
  const rowOf = (value: number): number => Math.round(Math.min(1, Math.max(0, share(value))) * (rows - 1));
  return {
    low,
    high,
    rowOf: low === high ? () => rows >> 1 : rowOf,
    columnOf: (number) => Math.round(((number - first) / span) * (columns - 1)),
  };
}

function plot(points: readonly HistoryPoint[], scale: Scale, signs: Signs, rows: number, columns: number): string[][] {
  const { low, high, rowOf, columnOf } = scale;
  const grid = Array.from({ length: rows }, () => Array.from({ length: columns }, () => ' '));
  for (const { number, value } of points)
    grid[rowOf(value)]![columnOf(number)] = value < low ? signs.low : value > high ? signs.high : signs.trial;
  let row = rowOf(points[0]!.best);
  for (let column = 0, next = 0; column < columns; column++) {
    const from = row;
    while (next < points.length && columnOf(points[next]!.number) <= column) row = rowOf(points[next++]!.best);
    const [leaves, arrives] = row < from ? signs.rise : signs.fall;
    for (let between = Math.min(from, row); between <= Math.max(from, row); between++)
      grid[between]![column] = signs.down;
    grid[from]![column] = row === from ? signs.across : leaves!;
    if (row !== from) grid[row]![column] = arrives!;
  }
  return grid;
}

function isUtf8(): boolean {
  const { LC_ALL, LC_CTYPE, LANG, WT_SESSION } = process.env;
  return process.platform === 'win32' ? WT_SESSION !== undefined : /utf-?8/i.test(LC_ALL || LC_CTYPE || LANG || '');
}
