/** A study's optimisation history as a chart. */
import type { Objective } from '../../study/study.ts';
import type { TrialRecord, TrialState } from '../../study/trial.ts';
import { axisLabel, historyOf, shownRange, type HistoryPoint } from '../history.ts';
import { shortNumber } from '../progress.ts';
import { AXIS, drawable, drawChart, LEGEND, shortName, unitOf, type Style } from './chart.ts';
import type { Html } from './html.ts';

interface Series extends Style {
  readonly name: string;
  readonly type: 'scatter' | 'line';
  readonly data: readonly (readonly number[])[];
}

/** Marks of one kind; of more an even choice is drawn. */
const MOST_MARKS = 3000;
/** Share of the complete trials, the worst ones, that may lie outside. */
const HIDDEN = 0.25;
/** More trials than this are drawn smaller. */
const CROWD = 300;
const DASH = 'path://M0,4h14v2h-14z';
const DOWN = 'path://M0,0L10,0L5,9Z';
const UP = 'path://M0,9L10,9L5,0Z';
const CROSS = 'path://M1,0L5,4L9,0L10,1L6,5L10,9L9,10L5,6L1,10L0,9L4,5L0,1Z';

/**
 * The chart; undefined where there is nothing to see: no complete trial, or one trial alone.
 *
 * @param trials by number
 * @param id     of the element, for its accessible name
 */
export async function historySvg(
  trials: readonly TrialRecord[],
  objective: Objective,
  id: string,
): Promise<Html | undefined> {
  const points = historyOf(trials, objective).map(({ number, value, best }): HistoryPoint => ({
    number,
    value: drawable(value),
    best: drawable(best),
  }));
  if (points.length === 0 || trials.length < 2) return undefined;
  const caption = { id, title: `History of ${objective.name}`, description: describe(trials, objective, points) };
  return drawChart(caption, optionOf(trials, objective, points));
}

function optionOf(trials: readonly TrialRecord[], { name, goal }: Objective, points: readonly HistoryPoint[]): Style {
  const [low, high] = shownRange(points, goal, HIDDEN);
  const range = high - low || Math.abs(high) || 1;
  const unit = unitOf(range);
  const scaled = points.map(({ number, value, best }) => ({ number, value: value / unit, best: best / unit }));
  const series = seriesOf(trials, goal, scaled);
  const legend = series.map((one) => ({ name: one.name, ...(one.type === 'line' && { icon: DASH }) }));
  return {
    legend: { ...LEGEND, data: legend },
    xAxis: {
      ...AXIS,
      name: 'trial',
      nameGap: 32,
      min: trials[0]!.number,
      max: trials.at(-1)!.number,
      minInterval: 1,
      splitLine: { show: false },
    },
    yAxis: {
      ...AXIS,
      name: shortName(name),
      nameGap: 62,
      axisLabel: { ...AXIS.axisLabel, formatter: (y: number) => axisLabel(y * unit, range) },
    },
    series,
  };
}

/** What has no value, or one beyond the range shown, is marked past the bad end of it, each kind at a height of its own. */
function seriesOf(trials: readonly TrialRecord[], goal: Objective['goal'], points: readonly HistoryPoint[]): Series[] {
  const [low, high] = shownRange(points, goal, HIDDEN);
  const isShown = ({ value }: HistoryPoint): boolean => value >= low && value <= high;
  const size = trials.length > CROWD ? 5 : 8;
  const ended = (state: TrialState): number[] =>
    trials.filter((trial) => trial.state === state).map(({ number }) => number);
  const valueless = [
    {
      name: 'worse than shown',
      color: 'muted',
      symbol: goal === 'maximize' ? DOWN : UP,
      numbers: points.filter((point) => !isShown(point)).map(({ number }) => number),
    },
    { name: 'pruned', color: 'pruned', symbol: 'diamond', numbers: ended('pruned') },
    { name: 'infeasible', color: 'infeasible', symbol: 'rect', numbers: ended('infeasible') },
    { name: 'failed', color: 'failed', symbol: CROSS, numbers: ended('failed') },
  ].filter(({ numbers }) => numbers.length > 0);
  const step = (high / 2 - low / 2 || Math.abs(high) / 20 || 1) / 8;
  const height = (lane: number): number => (goal === 'maximize' ? low - (lane + 1) * step : high + (lane + 1) * step);
  return [
    marks(
      'complete',
      'trial',
      'circle',
      size,
      points.filter(isShown).map(({ number, value }) => [number, value]),
    ),
    ...valueless.map(({ name, color, symbol, numbers }, lane) =>
      marks(
        name,
        color,
        symbol,
        size,
        numbers.map((number) => [number, height(lane)]),
      ),
    ),
    {
      name: 'best so far',
      type: 'line',
      step: 'end',
      data: bestLine(points).map(([number, best]) => [number, Math.min(high, Math.max(low, best))]),
      symbol: 'none',
      silent: true,
      lineStyle: { color: 'var(--best)', width: 2.5 },
      itemStyle: { color: 'var(--best)' },
    },
  ];
}

function marks(
  name: string,
  color: string,
  symbol: string,
  symbolSize: number,
  data: readonly (readonly number[])[],
): Series {
  const every = Math.ceil(data.length / MOST_MARKS);
  const itemStyle = { color: `var(--${color})`, opacity: 1 };
  const thinned = data.filter((_, i) => i % every === 0);
  return { name, type: 'scatter', data: thinned, symbol, symbolSize, itemStyle, silent: true };
}

/** The points where the best changed, and the last one. */
function bestLine(points: readonly HistoryPoint[]): (readonly [number, number])[] {
  return points
    .filter(({ best }, i) => i === 0 || i === points.length - 1 || best !== points[i - 1]!.best)
    .map(({ number, best }) => [number, best] as const);
}

function describe(trials: readonly TrialRecord[], { goal }: Objective, points: readonly HistoryPoint[]): string {
  const [first, last] = [points[0]!, points.at(-1)!];
  const reached = points.find(({ best }) => best === last.best)!;
  return (
    `The ${goal === 'maximize' ? 'highest' : 'lowest'} value so far goes from ${shortNumber(first.best)} at trial ${first.number} ` +
    `to ${shortNumber(last.best)} at trial ${reached.number}; ${trials.length} trials, ${points.length} of them complete.`
  );
}
