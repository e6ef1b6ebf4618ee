/** Which share of a study's trials is how good: of two studies the one with more good trials lies above. */
import { edf, type Edf } from '../analysis/edf.ts';
import { objectiveOf } from '../analysis/study-trials.ts';
import type { Objective } from '../study/study.ts';
import { numberText } from './drawing/numbers.ts';
import { objectiveScale } from './drawing/objective-scale.ts';
import { emptyPlot, HEIGHT, WIDTH, type Plot, type PlotCell, type PlotSettings, type PlottedStudy } from './plot.ts';
import { axisOf, linearScale } from './drawing/scale.ts';
import { GRID, legendOf, lineLook, type Series } from './drawing/series.ts';
import { displayNames } from './studies.ts';
import { countsText, objectiveLabel } from './trials.ts';

interface Point {
  readonly value: number;
  /** Of the trials that are at least as good, 0 to 1. */
  readonly share: number;
}

/**
 * A line a study: the share of its trials, complete or infeasible, that are at least as good as a value.
 * @param studies at least one; each must have the objective of the first
 */
export function edfPlot(studies: readonly PlottedStudy[], { colors, ...settings }: PlotSettings): Plot {
  const objective = objectiveOf(studies[0]!.definition, settings.objective);
  const names = displayNames(studies);
  const lines = edf(studies, objective.name).map((line) => atLeastAsGood(line, objective));
  const title = `Distribution of ${objective.name}${studies.length === 1 ? `: ${names[0]}` : ''}`;
  const table = {
    columns: ['study', objective.name, 'share at least as good'],
    rows: lines.flatMap((points, i) =>
      points.map(({ value, share }): PlotCell[] => [studies[i]!.definition.name, value, share]),
    ),
  };
  const notes = studies.map(({ trials }, i) => `${studies.length > 1 ? `${names[i]}: ` : ''}${countsText(trials)}.`);
  const values = lines.flat().map(({ value }) => value);
  if (values.length === 0)
    return emptyPlot({ title, table, notes }, `No trial has a value of ${objective.name} yet.`, colors);
  const x = objectiveScale(values, objective);
  const y = linearScale({ low: 0, high: 1 }, { margin: 0.02 });
  const isUp = objective.goal === 'maximize';
  const beyond = lines.flat().filter(({ value }) => x.isBeyond(value)).length;
  return {
    title,
    description: lines
      .map((points, i) => {
        const half = points.filter(({ share }) => share >= 0.5).sort((a, b) => a.share - b.share)[0];
        return half ? `Half of the trials of ${names[i]} are at least as good as ${numberText(half.value)}.` : '';
      })
      .filter((text) => text !== '')
      .join(' '),
    notes: [
      ...notes,
      'The higher a line, the more trials are at least as good as the value below it; infeasible ones count.',
      ...(beyond > 0 ? [`${beyond} worse values lie beyond the axis.`] : []),
    ],
    option: {
      grid: GRID,
      legend: legendOf(names, colors),
      xAxis: axisOf(x.scale, objectiveLabel(objective), colors),
      yAxis: axisOf(y, 'share of trials at least as good', colors, { gap: 50 }),
      series: lines.map((points, i): Series => {
        const shown = points.filter(({ value }) => !x.isBeyond(value));
        return {
          ...lineLook(i, colors),
          name: names[i]!,
          step: isUp ? 'start' : 'end',
          data: shown.map(({ value, share }) => [x.at(value), y.at(share)!]),
          symbol: shown.length === 1 ? 'circle' : 'none',
        };
      }),
    },
    table,
    width: WIDTH,
    height: HEIGHT,
  };
}

/** By value, ascending. */
function atLeastAsGood({ values, shares }: Edf, { goal }: Objective): Point[] {
  return values.map((value, i) => ({ value, share: goal === 'maximize' ? 1 - (shares[i - 1] ?? 0) : shares[i]! }));
}
