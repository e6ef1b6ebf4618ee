/** The objective over two parameters: a surface between the trials where both are numbers, means of cells where one is a choice. */
import { objectiveOf } from '../../analysis/study-trials.ts';
import { StudyDefinitionError } from '../../study/errors.ts';
import { bandsLegend, cellSeries, levelsOf, surfaceSeries, type Site } from './contour-series.ts';
import { numberText } from '../drawing/numbers.ts';
import { objectiveScale } from '../drawing/objective-scale.ts';
import { mostImportant, namedParameters, type PlotParameter } from '../parameters.ts';
import { emptyPlot, WIDTH, type Plot, type PlottedStudy } from '../plot.ts';
import { axisOf, domainScale, type Scale } from '../drawing/scale.ts';
import { GRID, legendOf, marks, markSize, thinnedNote } from '../drawing/series.ts';
import type { ParametersSettings } from '../parameter-trials.ts';
import { parameterNotes, placeOf } from '../slice.ts';
import { displayNames } from '../studies.ts';
import { bestOf, completeNote, objectiveLabel, scored } from '../trials.ts';

const HEIGHT = 460;
const LEFT = 108;
/** With the legend of colours. */
const RIGHT = 128;
/**
 * @param settings.parameters two names; the two that matter most
 * @throws StudyDefinitionError for other than two parameters, an unknown parameter or objective
 */
export function contourPlot(study: PlottedStudy, { colors, parameters: names, ...settings }: ParametersSettings): Plot {
  const objective = objectiveOf(study.definition, settings.objective);
  const { space } = study.definition;
  const parameters = names ? namedParameters(space, names) : mostImportant(study, objective.name, 2);
  if (names && parameters.length !== 2)
    throw new StudyDefinitionError(
      `a contour is over two parameters, got ${parameters.map(({ name }) => name).join(', ')}: name two of them`,
    );
  const [first, second] = parameters;
  const all = scored(study.trials, objective);
  const both = all.filter(({ trial }) => parameters.every(({ valueIn }) => valueIn(trial.params) !== undefined));
  const title = `Contour of ${objective.name} over ${parameters.map(({ name }) => name).join(' and ')}: ${displayNames([study])[0]}`;
  const table = {
    columns: ['trial', ...parameters.map(({ name }) => name), objective.name],
    rows: both.map(({ trial, value }) => [trial.number, ...parameters.map((one) => one.valueIn(trial.params)!), value]),
  };
  const counts = completeNote(study.trials);
  if (!first || !second)
    return emptyPlot({ title, table }, 'A contour is over two parameters that vary; the study has fewer.', colors);
  const best = bestOf(both, objective);
  if (!best)
    return emptyPlot(
      { title, table, notes: [counts] },
      `No trial has both parameters and a value of ${objective.name} yet.`,
      colors,
    );
  const z = objectiveScale(
    both.map(({ value }) => value),
    objective,
  );
  const [xScale, yScale] = [first, second].map((parameter) => scaleFor(parameter, both)) as [Scale, Scale];
  const sites = both.flatMap(({ trial, value }): Site[] => {
    const [x, y] = [xScale.at(first.valueIn(trial.params)!), yScale.at(second.valueIn(trial.params)!)];
    return x === undefined || y === undefined ? [] : [{ x, y, value: z.at(value) }];
  });
  const isSurface = xScale.kind !== 'choices' && yScale.kind !== 'choices';
  const levels = levelsOf(z);
  const drawn = isSurface
    ? surfaceSeries(sites, xScale, yScale, levels, z, colors)
    : cellSeries(sites, xScale, yScale, z, colors);
  const size = markSize(both.length);
  const point = (one: (typeof both)[number]): number[][] => {
    const [x, y] = [placeOf(first, xScale, one), placeOf(second, yScale, one, 'y')];
    return x === undefined || y === undefined ? [] : [[x, y]];
  };
  const bestName = `best (trial ${best.trial.number})`;
  const beyond = both.filter(({ value }) => z.isBeyond(value)).length;
  return {
    title,
    description: `${objectiveLabel(objective)} of ${both.length} trials over ${first.name} and ${second.name}; the best, trial ${best.trial.number}, has ${numberText(best.value)}.`,
    notes: [
      counts,
      isSurface
        ? 'Between trials the surface is a mean by inverse distances; far from all of them nothing is drawn.'
        : 'A cell has the mean of its trials; an empty one has none.',
      ...(beyond > 0 ? [`${beyond} worse than the colours reach: they count as the worst of these.`] : []),
      ...parameterNotes([first, second], [xScale, yScale], all),
      ...thinnedNote(both.length),
    ],
    option: {
      grid: { ...GRID, left: LEFT, right: RIGHT },
      legend: legendOf(['trial', bestName], colors),
      visualMap: bandsLegend(levels, z, objective.name, colors),
      xAxis: {
        ...axisOf(xScale, first.name, colors, { room: (WIDTH - LEFT - RIGHT) / xScale.marks.length }),
        splitLine: { show: false },
      },
      yAxis: { ...axisOf(yScale, second.name, colors, { gap: 84, room: 70 }), splitLine: { show: false } },
      series: [
        ...drawn,
        {
          ...marks({ name: 'trial', color: colors.paper, symbol: 'circle', size: size - 1 }, both.flatMap(point)),
          itemStyle: { color: colors.paper, borderColor: colors.ink, borderWidth: 1 },
        },
        marks({ name: bestName, color: colors.best, symbol: 'diamond', size: size + 8 }, point(best)),
      ],
    },
    table,
    width: WIDTH,
    height: HEIGHT,
  };
}

function scaleFor({ domain, valueIn }: PlotParameter, all: ReturnType<typeof scored>): Scale {
  return domainScale(
    domain,
    all.flatMap(({ trial }) => valueIn(trial.params) ?? []),
  );
}
