/** Each trial as a line through its parameters and its objective (parallel coordinates). */
import type { ParallelComponentOption, ParallelSeriesOption } from 'echarts';
import { colorAt } from './drawing/color-scale.ts';
import { numberText, shortName } from './drawing/numbers.ts';
import type { Palette } from './drawing/palette.ts';
import { parameterAxes, parameterTrials, type ParametersSettings } from './parameter-trials.ts';
import { WIDTH, type Plot, type PlotCell, type PlottedStudy } from './plot.ts';
import type { Scale } from './drawing/scale.ts';
import { thinned, thinnedNote } from './drawing/series.ts';
import { parameterNotes } from './slice.ts';
import { objectiveLabel, plural, type Scored } from './trials.ts';

const HEIGHT = 440;
/** More lines are an even choice. */
const MOST_LINES = 1000;
/** Pixels between two axes, at the least. */
const APART = 92;
/** Low values at the top, below the axis' name. */
const UPSIDE_DOWN = { inverse: true, nameLocation: 'start' as const };
/** Lines of the best so many lie above all others, and are thicker. */
const FOREMOST = 0.1;

/**
 * One axis a parameter after the objective's, which has its best value at the top. A line has a gap where the trial had no such parameter.
 * @throws StudyDefinitionError for an unknown parameter or objective
 */
export function parallelPlot(study: PlottedStudy, settings: ParametersSettings): Plot {
  const { colors } = settings;
  const known = parameterTrials(study, settings);
  const { objective, parameters, all } = known;
  const table = {
    columns: ['trial', objective.name, ...parameters.map(({ name }) => name)],
    rows: all.map(({ trial, value }): PlotCell[] => [
      trial.number,
      value,
      ...parameters.map(({ valueIn }) => valueIn(trial.params) ?? null),
    ]),
  };
  const axes = parameterAxes(study, 'Parallel coordinates', known, table, settings);
  if ('empty' in axes) return axes.empty;
  const { title, counts, best, y, scales } = axes;
  const placesOf = ({ trial, value }: Scored): (number | undefined)[] => [
    y.at(value),
    ...parameters.map(({ valueIn }, i) => {
      const at = valueIn(trial.params);
      return at === undefined ? undefined : scales[i]!.at(at);
    }),
  ];
  const sign = objective.goal === 'maximize' ? -1 : 1;
  // the worst first: the best lie above them
  const ordered = thinned(
    all.toSorted((a, b) => sign * (b.value - a.value) || b.trial.number - a.trial.number),
    MOST_LINES,
  );
  const foremost = Math.max(1, Math.round(ordered.length * FOREMOST));
  // few lines can be strong, many would hide each other
  const faint = Math.min(0.8, Math.max(0.25, 40 / ordered.length));
  const series = ordered.map((one, i): ParallelSeriesOption => {
    const rank = ordered.length === 1 ? 1 : i / (ordered.length - 1);
    const isFirst = one.trial.number === best.trial.number;
    const isForemost = i >= ordered.length - foremost;
    return {
      type: 'parallel',
      silent: true,
      data: runsOf(placesOf(one)),
      lineStyle: isFirst
        ? { color: colors.best, width: 3.5, opacity: 1, type: 'dashed' }
        : { color: colorAt(rank, colors), width: isForemost ? 2 : 1, opacity: isForemost ? 0.9 : faint },
    };
  });
  const beyond = all.filter(({ value }) => y.isBeyond(value)).length;
  return {
    title,
    description:
      `${plural(all.length, 'trial')}, each a line through ${objective.name} and ${plural(parameters.length, 'parameter')}. ` +
      `The best, trial ${best.trial.number}, has ${numberText(best.value)}.`,
    notes: [
      counts,
      `The thick dashed line is the best, trial ${best.trial.number}; the tenth that is best is thicker than the others.`,
      ...(beyond > 0
        ? [
            `${plural(beyond, 'value')} of ${objective.name} worse than its axis shows ${beyond === 1 ? 'is' : 'are'} drawn at its end.`,
          ]
        : []),
      ...parameterNotes(parameters, scales, all),
      ...thinnedNote(all.length, MOST_LINES),
    ],
    option: {
      parallel: { left: 70, right: 70, top: 48, bottom: 40 } satisfies ParallelComponentOption,
      parallelAxis: [
        { ...axisOf(y.scale, objectiveLabel(objective), 0, colors), ...(objective.goal === 'minimize' && UPSIDE_DOWN) },
        ...parameters.map(({ name }, i) => axisOf(scales[i]!, name, i + 1, colors)),
      ],
      series,
    },
    table,
    width: Math.max(WIDTH, 140 + parameters.length * APART),
    height: HEIGHT,
  };
}

/** A line's pieces: from one missing value to the next. */
function runsOf(places: readonly (number | undefined)[]): number[][] {
  const runs: number[][] = [];
  let open = false;
  for (const [axis, place] of places.entries()) {
    if (place === undefined) {
      open = false;
      continue;
    }
    if (!open) runs.push(Array.from({ length: places.length }, () => NaN));
    runs.at(-1)![axis] = place;
    open = true;
  }
  return runs;
}

function axisOf(scale: Scale, name: string, dim: number, colors: Palette): ParallelAxis {
  const text = { color: colors.ink, fontSize: 12 };
  const labels = new Map(scale.marks.map(({ at, label }) => [at, shortName(label, 12)]));
  const places = scale.marks.map(({ at }) => at);
  return {
    dim,
    type: 'value',
    name: shortName(name, 22),
    nameGap: 14,
    nameTextStyle: { ...text, fontSize: 13 },
    min: scale.min,
    max: scale.max,
    axisLabel: {
      ...text,
      textBorderColor: colors.paper,
      textBorderWidth: 3,
      customValues: places,
      formatter: (at: number) => labels.get(at) ?? '',
    },
    axisTick: { show: true, customValues: places, lineStyle: { color: colors.muted } },
    axisLine: { lineStyle: { color: colors.muted } },
    splitLine: { show: false },
  };
}

interface ParallelAxis {
  readonly dim: number;
  readonly type: 'value';
  readonly name: string;
  readonly nameGap: number;
  readonly nameTextStyle: object;
  readonly min: number;
  readonly max: number;
  readonly axisLabel: object;
  readonly axisTick: object;
  readonly axisLine: object;
  readonly splitLine: object;
}
