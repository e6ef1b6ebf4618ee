/** How studies went: the value of each trial by number, and the best so far. */
import { objectiveOf } from '../analysis/study-trials.ts';
import type { Objective } from '../study/study.ts';
import type { TrialRecord, TrialState } from '../study/trial/trial.ts';
import { historyOf, shownRange, type HistoryPoint } from './history-points.ts';
import { drawable, numberText } from './drawing/numbers.ts';
import type { Palette } from './drawing/palette.ts';
import { emptyPlot, HEIGHT, WIDTH, type Plot, type PlotCell, type PlotSettings, type PlottedStudy } from './plot.ts';
import { axisOf, linearScale, type Scale } from './drawing/scale.ts';
import { GRID, legendOf, marks, markSize, thinnedNote, type Series } from './drawing/series.ts';
import { displayNames } from './studies.ts';
import { CROSS, DASH, DOWN, LINES, MARKS, UP } from './drawing/symbols.ts';
import { countsText, objectiveLabel } from './trials.ts';

/** Share of the complete trials, the worst ones, that may lie outside. */
const HIDDEN = 0.25;

/** One study with the end of each trial, or the best so far of several. @param studies at least one */
export function historyPlot(studies: readonly PlottedStudy[], { colors, ...settings }: PlotSettings): Plot {
  const objective = objectiveOf(studies[0]!.definition, settings.objective);
  const names = displayNames(studies);
  const histories = studies.map(({ trials }) => historyOf(trials, objective).map(drawablePoint));
  const title = `History of ${objective.name}${studies.length === 1 ? `: ${names[0]}` : ''}`;
  const table = {
    columns: ['study', 'trial', 'state', objective.name, 'best so far'],
    rows: tableRows(studies, objective),
  };
  if (histories.every((points) => points.length === 0))
    return emptyPlot({ title, table }, `No trial has a value of ${objective.name} yet.`, colors);
  const all = histories.flat();
  const [low, high] = shownRange(all, objective.goal, HIDDEN);
  const drawn =
    studies.length === 1
      ? oneStudy(studies[0]!.trials, histories[0]!, objective, [low, high], colors)
      : several(names, histories, [low, high], colors);
  const numbers = studies.flatMap(({ trials }) =>
    [trials[0], trials.at(-1)].flatMap((trial) => (trial ? [trial.number] : [])),
  );
  const x = linearScale({ low: Math.min(...numbers), high: Math.max(...numbers) }, { whole: true, margin: 0.01 });
  const y = linearScale({ low: Math.min(low, drawn.low), high: Math.max(high, drawn.high) });
  const worse = all.filter(({ value }) => value < low || value > high).length;
  return {
    title,
    description: studies.map((study, i) => describe(names, i, study.trials, objective, histories[i]!)).join(' '),
    notes: [
      ...studies.map(({ trials }, i) => `${studies.length > 1 ? `${names[i]}: ` : ''}${countsText(trials)}.`),
      ...(worse > 0 && studies.length > 1 ? [`${worse} worse values lie beyond the axis.`] : []),
      ...thinnedNote(Math.max(...histories.map((points) => points.length))),
    ],
    option: {
      grid: GRID,
      legend: legendOf(drawn.legend, colors),
      xAxis: { ...axisOf(x, 'trial', colors), splitLine: { show: false } },
      yAxis: axisOf(y, objectiveLabel(objective), colors, { gap: 62 }),
      series: drawn.series(x, y),
    },
    table,
    width: WIDTH,
    height: HEIGHT,
  };
}

interface Drawn {
  readonly legend: readonly { readonly name: string; readonly icon?: string }[];
  /** Values that the axis has to reach. */
  readonly low: number;
  readonly high: number;
  readonly series: (x: Scale, y: Scale) => Series[];
}

/** What has no value, or one beyond the range shown, is marked past the bad end of it, each kind at a height of its own. */
function oneStudy(
  trials: readonly TrialRecord[],
  points: readonly HistoryPoint[],
  { goal }: Objective,
  [low, high]: readonly [number, number],
  colors: Palette,
): Drawn {
  const isShown = ({ value }: HistoryPoint): boolean => value >= low && value <= high;
  const ended = (state: TrialState): number[] =>
    trials.filter((trial) => trial.state === state).map(({ number }) => number);
  const outside = points.filter((point) => !isShown(point)).map(({ number }) => number);
  const lanes = [
    { name: 'worse than shown', color: colors.muted, symbol: goal === 'maximize' ? DOWN : UP, numbers: outside },
    { name: 'pruned', color: colors.pruned, symbol: 'diamond', numbers: ended('pruned') },
    { name: 'infeasible', color: colors.infeasible, symbol: 'rect', numbers: ended('infeasible') },
    { name: 'failed', color: colors.failed, symbol: CROSS, numbers: ended('failed') },
  ].filter(({ numbers }) => numbers.length > 0);
  const step = (high / 2 - low / 2 || Math.abs(high) / 20 || 1) / 8;
  const height = (lane: number): number => (goal === 'maximize' ? low - (lane + 1) * step : high + (lane + 1) * step);
  const size = markSize(trials.length);
  const edge = lanes.length > 0 ? height(lanes.length - 1) : low;
  return {
    legend: [{ name: 'complete' }, ...lanes, { name: 'best so far', icon: DASH }].map(({ name, ...more }) => ({
      name,
      ...('icon' in more && { icon: more.icon }),
    })),
    low: edge,
    high: edge,
    series: (x, y) => [
      marks(
        { name: 'complete', color: colors.trial, symbol: 'circle', size },
        points.filter(isShown).map(({ number, value }) => [x.at(number)!, y.at(value)!]),
      ),
      ...lanes.map(({ name, color, symbol, numbers }, lane) =>
        marks(
          { name, color, symbol, size },
          numbers.map((number) => [x.at(number)!, y.at(height(lane))!]),
        ),
      ),
      bestLine('best so far', colors.best, 'solid', points, [low, high], x, y),
    ],
  };
}

function several(
  names: readonly string[],
  histories: readonly (readonly HistoryPoint[])[],
  [low, high]: readonly [number, number],
  colors: Palette,
): Drawn {
  const size = markSize(Math.max(...histories.map((points) => points.length))) - 2;
  const color = (i: number): string => colors.studies[i % colors.studies.length]!;
  return {
    legend: names.map((name) => ({ name })),
    low,
    high,
    series: (x, y) =>
      histories.flatMap((points, i) => [
        marks(
          { name: names[i]!, color: color(i), symbol: MARKS[i % MARKS.length]!, size, opacity: 0.35 },
          points
            .filter(({ value }) => value >= low && value <= high)
            .map(({ number, value }) => [x.at(number)!, y.at(value)!]),
        ),
        bestLine(names[i]!, color(i), LINES[i % LINES.length]!, points, [low, high], x, y),
      ]),
  };
}

/** Through the points where the best changed, and the last one. */
function bestLine(
  name: string,
  color: string,
  type: (typeof LINES)[number],
  points: readonly HistoryPoint[],
  [low, high]: readonly [number, number],
  x: Scale,
  y: Scale,
): Series {
  const corners = points.filter(({ best }, i) => i === 0 || i === points.length - 1 || best !== points[i - 1]!.best);
  return {
    name,
    type: 'line',
    step: 'end',
    data: corners.map(({ number, best }) => [x.at(number)!, y.at(Math.min(high, Math.max(low, best)))!]),
    symbol: 'none',
    silent: true,
    lineStyle: { color, width: 2.5, type },
    itemStyle: { color },
  };
}

function drawablePoint({ number, value, best }: HistoryPoint): HistoryPoint {
  return { number, value: drawable(value), best: drawable(best) };
}

function tableRows(studies: readonly PlottedStudy[], objective: Objective): PlotCell[][] {
  return studies.flatMap(({ definition, trials }) => {
    const best = new Map(historyOf(trials, objective).map((point) => [point.number, point.best]));
    return trials.map(({ number, state, values }) => [
      definition.name,
      number,
      state,
      values?.[objective.name] ?? null,
      best.get(number) ?? null,
    ]);
  });
}

function describe(
  names: readonly string[],
  i: number,
  trials: readonly TrialRecord[],
  { goal }: Objective,
  points: readonly HistoryPoint[],
): string {
  const who = names.length > 1 ? ` of ${names[i]}` : '';
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last) return `No trial${who} has a value yet.`;
  const reached = points.find(({ best }) => best === last.best)!;
  return (
    `The ${goal === 'maximize' ? 'highest' : 'lowest'} value${who} so far goes from ${numberText(first.best)} at trial ${first.number} ` +
    `to ${numberText(last.best)} at trial ${reached.number}; ${trials.length} trials, ${points.length} of them complete.`
  );
}
