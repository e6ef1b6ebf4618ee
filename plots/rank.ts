/** Pairs of parameters, each trial with its place among all by the objective: robust against outliers. */
import { objectiveOf } from '../analysis/study-trials.ts';
import { colorAt } from './drawing/color-scale.ts';
import { numberText } from './drawing/numbers.ts';
import type { Palette } from './drawing/palette.ts';
import { panelLayout } from './drawing/panels.ts';
import { mostImportant, namedParameters } from './parameters.ts';
import { emptyPlot, WIDTH, type Plot, type PlotCell, type PlottedStudy } from './plot.ts';
import { axisOf, domainScale } from './drawing/scale.ts';
import { legendOf, thinned, thinnedNote, type Series } from './drawing/series.ts';
import type { ParametersSettings } from './parameter-trials.ts';
import { parameterNotes, placeOf } from './slice.ts';
import { displayNames } from './studies.ts';
import { bestOf, completeNote, plural, scored, type Scored } from './trials.ts';

/** Groups of places, the best first: up to this share of the trials, in marks of this size. */
const GROUPS = [
  { name: 'best tenth', upTo: 0.1, size: 13 },
  { name: 'next, to a quarter', upTo: 0.25, size: 10 },
  { name: 'next, to a half', upTo: 0.5, size: 7.5 },
  { name: 'worse half', upTo: 1, size: 4.5 },
] as const;
/** Parameters where none are named. */
const MOST_IMPORTANT = 3;

interface Ranked extends Scored {
  /** From 0, the best, to 1; equal values have the mean of their places. */
  readonly place: number;
}

/**
 * One panel a pair. Larger and stronger marks are better.
 * @param settings.parameters at least two names; the three that matter most
 * @throws StudyDefinitionError for an unknown parameter or objective
 */
export function rankPlot(study: PlottedStudy, { colors, parameters: names, ...settings }: ParametersSettings): Plot {
  const objective = objectiveOf(study.definition, settings.objective);
  const { space } = study.definition;
  const parameters = names ? namedParameters(space, names) : mostImportant(study, objective.name, MOST_IMPORTANT);
  const all = ranked(scored(study.trials, objective), objective.goal === 'maximize');
  const title = `Ranks by ${objective.name}: ${displayNames([study])[0]}`;
  const table = {
    columns: ['trial', objective.name, 'rank', ...parameters.map(({ name }) => name)],
    rows: all.map(({ trial, value, place }): PlotCell[] => [
      trial.number,
      value,
      1 + place * (all.length - 1),
      ...parameters.map(({ valueIn }) => valueIn(trial.params) ?? null),
    ]),
  };
  const counts = completeNote(study.trials);
  if (parameters.length < 2)
    return emptyPlot({ title, table }, 'Ranks are shown over two parameters that vary; the study has fewer.', colors);
  const best = bestOf(all, objective);
  if (!best)
    return emptyPlot({ title, table, notes: [counts] }, `No trial has a value of ${objective.name} yet.`, colors);
  const scales = parameters.map(({ domain, valueIn }) =>
    domainScale(
      domain,
      all.flatMap(({ trial }) => valueIn(trial.params) ?? []),
    ),
  );
  const pairs = parameters.flatMap((_, x) => parameters.slice(x + 1).map((_unused, i) => [x, x + 1 + i] as const));
  const layout = panelLayout(pairs.length, {
    columns: 2,
    height: pairs.length === 1 ? 400 : 310,
    top: 48,
    left: 104,
    gap: 120,
  });
  // the worst first: the best lie above them
  const groups = GROUPS.map((group, i) => ({ ...group, from: i === 0 ? -1 : GROUPS[i - 1]!.upTo }))
    .map((group) => ({ ...group, of: all.filter(({ place }) => place > group.from && place <= group.upTo) }))
    .filter(({ of }) => of.length > 0);
  return {
    title,
    description: `${plural(all.length, 'trial')} over ${plural(pairs.length, 'pair')} of parameters; the best, trial ${best.trial.number}, has ${numberText(best.value)}.`,
    notes: [counts, 'Larger marks are better.', ...parameterNotes(parameters, scales, all), ...thinnedNote(all.length)],
    option: {
      grid: [...layout.grids],
      legend: legendOf(
        groups.map(({ name }) => name),
        colors,
      ),
      xAxis: pairs.map(([x], i) => ({
        ...axisOf(scales[x]!, parameters[x]!.name, colors, { room: layout.width / scales[x]!.marks.length }),
        gridIndex: i,
      })),
      yAxis: pairs.map(([, y], i) => ({
        ...axisOf(scales[y]!, parameters[y]!.name, colors, { gap: 84, room: 68 }),
        gridIndex: i,
      })),
      series: pairs.flatMap(([x, y], panel) =>
        groups.toReversed().map(({ name, size, upTo, of }) => {
          const points = of.flatMap((one) => {
            const [a, b] = [placeOf(parameters[x]!, scales[x]!, one), placeOf(parameters[y]!, scales[y]!, one, 'y')];
            return a === undefined || b === undefined ? [] : [[a, b]];
          });
          return groupSeries(name, size, upTo, points, panel, colors);
        }),
      ),
    },
    table,
    width: WIDTH,
    height: layout.height,
  };
}

function groupSeries(
  name: string,
  symbolSize: number,
  upTo: number,
  points: readonly number[][],
  panel: number,
  colors: Palette,
): Series {
  return {
    name,
    type: 'scatter',
    data: thinned(points),
    symbol: 'circle',
    symbolSize,
    silent: true,
    itemStyle: { color: colorAt(1 - upTo + 0.1, colors), borderColor: colors.paper, borderWidth: 0.75, opacity: 0.95 },
    xAxisIndex: panel,
    yAxisIndex: panel,
  };
}

function ranked(all: readonly Scored[], isUp: boolean): Ranked[] {
  const order = all.map(({ value }) => value).sort((a, b) => (isUp ? b - a : a - b));
  const firsts = new Map<number, number>();
  const counts = new Map<number, number>();
  for (const [i, value] of order.entries()) {
    if (!firsts.has(value)) firsts.set(value, i);
    counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  const last = Math.max(1, all.length - 1);
  return all.map((one) => ({ ...one, place: (firsts.get(one.value)! + (counts.get(one.value)! - 1) / 2) / last }));
}
