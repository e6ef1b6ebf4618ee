/** Two ways to tune, each by several studies (seeds, say): the best value so far as a median with quartiles, and how far they end apart. */
import { bestBand, type BestBand } from '../analysis/best-so-far.ts';
import { compareBest } from '../analysis/comparison.ts';
import { objectiveOf } from '../analysis/study-trials.ts';
import type { CustomSeriesRenderItemAPI } from 'echarts';
import { StudyDefinitionError } from '../study/errors.ts';
import type { Objective } from '../study/study.ts';
import { drawable, numberText } from './drawing/numbers.ts';
import { objectiveScale, type ObjectiveScale } from './drawing/objective-scale.ts';
import { emptyPlot, HEIGHT, WIDTH, type Plot, type PlotCell, type PlotSettings, type PlottedStudy } from './plot.ts';
import { axisOf, linearScale, type Scale } from './drawing/scale.ts';
import { GRID, legendOf, lineLook, type Series } from './drawing/series.ts';
import { sideName } from './studies.ts';
import { countsText, objectiveLabel, plural } from './trials.ts';

interface Side {
  readonly name: string;
  readonly studies: readonly PlottedStudy[];
  readonly band: BestBand;
}

/**
 * @param first    at least one study, each with the objective of the first
 * @param against  the other side; none: the first side alone is drawn
 * @throws StudyDefinitionError where an objective is missing
 */
export function comparisonPlot(
  first: readonly PlottedStudy[],
  against: readonly PlottedStudy[],
  { colors, ...settings }: PlotSettings,
): Plot {
  const objective = objectiveOf(first[0]!.definition, settings.objective);
  const sides = [first, against]
    .filter((studies) => studies.length > 0)
    .map((studies): Side => ({ name: sideName(studies), studies, band: bestBand(studies, objective.name) }));
  const title = `Best ${objective.name} by trials: ${sides.map(({ name }) => name).join(' against ')}`;
  const table = {
    columns: ['side', 'trials', 'studies', 'lower quartile', 'median', 'upper quartile'],
    rows: sides.flatMap(({ name, band }) =>
      band.trials.map((n, i): PlotCell[] => [
        name,
        n,
        band.studies[i]!,
        band.lower[i]!,
        band.median[i]!,
        band.upper[i]!,
      ]),
    ),
  };
  const notes = [
    ...sides.map(({ name, studies }) => `${name}: ${countsText(studies.flatMap(({ trials }) => trials))}.`),
    ...(against.length > 0 ? [gainText(first, against, objective)] : []),
    'Lines are medians of the best value so far, bands reach from quartile to quartile; a study that has ended earlier counts no more.',
  ];
  const values = sides.flatMap(({ band }) => [...band.lower, ...band.upper]);
  if (values.length === 0)
    return emptyPlot({ title, table, notes }, `No trial has a value of ${objective.name} yet.`, colors);
  const y = objectiveScale(values, objective);
  const longest = Math.max(...sides.map(({ band }) => band.trials.at(-1) ?? 1));
  const x = linearScale({ low: 1, high: Math.max(longest, 2) }, { whole: true, margin: 0.01 });
  return {
    title,
    description: sides.map(describe).join(' '),
    notes: [...notes, ...(values.some((value) => y.isBeyond(value)) ? ['Early values lie beyond the axis.'] : [])],
    option: {
      grid: GRID,
      legend: legendOf(
        sides.map(({ name }) => ({ name, icon: 'rect' })),
        colors,
      ),
      xAxis: { ...axisOf(x, 'trials', colors), splitLine: { show: false } },
      yAxis: axisOf(y.scale, objectiveLabel(objective), colors, { gap: 62 }),
      series: sides.flatMap((side, i) => seriesOf(side, i, x, y, colors)),
    },
    table,
    width: WIDTH,
    height: HEIGHT,
  };
}

function seriesOf(
  { name, band }: Side,
  i: number,
  x: Scale,
  y: ObjectiveScale,
  colors: PlotSettings['colors'],
): Series[] {
  const color = colors.studies[i % colors.studies.length]!;
  const at = (k: number, values: readonly number[]): number[] => [x.at(band.trials[k]!)!, y.at(values[k]!)];
  const places = [...band.trials.keys()];
  return [
    {
      name: `${name}, quartiles`,
      type: 'custom',
      silent: true,
      data: places.length > 1 ? [[...at(0, band.lower)]] : [],
      renderItem: (_params: unknown, api: CustomSeriesRenderItemAPI) => ({
        type: 'polygon',
        shape: {
          points: [
            ...places.map((k) => api.coord(at(k, band.lower))),
            ...places.toReversed().map((k) => api.coord(at(k, band.upper))),
          ],
        },
        style: { fill: color, opacity: 0.16 },
      }),
    },
    {
      ...lineLook(i, colors),
      name,
      data: places.map((k) => at(k, band.median)),
      symbol: places.length === 1 ? 'circle' : 'none',
    },
  ];
}

/** In words, in the objective's own direction. */
function gainText(first: readonly PlottedStudy[], against: readonly PlottedStudy[], { name }: Objective): string {
  try {
    const { trials, gain, interval, lacks } = compareBest(first, against, { objective: name });
    const better = `After ${plural(trials, 'trial')} the best ${name} of the other side is on average ${numberText(drawable(Math.abs(gain)))} ${gain < 0 ? 'worse' : 'better'}`;
    return interval
      ? `${better} (95 % interval of its gain, by bootstrap over the studies: ${interval.map((end) => numberText(drawable(end))).join(' to ')}).`
      : `${better}; no interval: ${lacks}.`;
  } catch (error) {
    if (error instanceof StudyDefinitionError) return `No difference: ${error.message}.`;
    throw error;
  }
}

function describe({ name, band }: Side): string {
  const last = band.trials.length - 1;
  if (last < 0) return `${name}: no trial has a value yet.`;
  return `${name}: the median of the best value is ${numberText(band.median[last]!)} after ${band.trials[last]} trials, quartiles ${numberText(band.lower[last]!)} and ${numberText(band.upper[last]!)}.`;
}
