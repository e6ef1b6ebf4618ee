/** Which values of two objectives several studies reach: one of them, half of them, all of them. */
import { attainment, type AttainmentSurface } from '../analysis/attainment.ts';
import type { Objective } from '../study/study.ts';
import { numberText } from './drawing/numbers.ts';
import { objectiveScale } from './drawing/objective-scale.ts';
import { emptyPlot, WIDTH, type Plot, type PlotCell, type PlotSettings, type PlottedStudy } from './plot.ts';
import { axisOf } from './drawing/scale.ts';
import { GRID, legendOf, lineLook, type Series } from './drawing/series.ts';
import { sideName } from './studies.ts';
import { completeNote, objectiveLabel, plural } from './trials.ts';

const HEIGHT = 440;

/**
 * A line for one study, a quarter, half, three quarters and all of them: its side of the worse values is what so many attain.
 * @param studies at least one
 * @throws StudyDefinitionError unless all have the same two objectives
 */
export function attainmentPlot(studies: readonly PlottedStudy[], { colors }: Pick<PlotSettings, 'colors'>): Plot {
  const count = studies.length;
  const counts = [...new Set([1, ...[0.25, 0.5, 0.75, 1].map((share) => Math.ceil(share * count))])];
  const { objectives: names, surfaces } = attainment(
    studies,
    counts.map((needed) => needed / count),
  );
  const [first, second] = studies[0]!.definition.objectives as readonly [Objective, Objective];
  const title = `Attainment of ${names.join(' and ')} by ${sideName(studies)}`;
  const table = {
    columns: ['studies', 'share', ...names],
    rows: surfaces.flatMap(({ studies: needed, level, points }) =>
      points.map((point): PlotCell[] => [needed, level, ...point]),
    ),
  };
  const notes = [
    completeNote(studies.flatMap(({ trials }) => trials)),
    'Each line bounds what at least so many studies reach: of all values on its worse side they have a trial that is as good.',
  ];
  const points = surfaces.flatMap((surface) => surface.points);
  if (points.length === 0) return emptyPlot({ title, table, notes }, 'No trial has values yet.', colors);
  const x = objectiveScale(
    points.map(([value]) => value),
    first,
  );
  const y = objectiveScale(
    points.map(([, value]) => value),
    second,
  );
  const beyond = points.filter(([a, b]) => x.isBeyond(a) || y.isBeyond(b)).length;
  const drawn = surfaces.filter((surface) => surface.points.length > 0);
  return {
    title,
    description: drawn.map((surface) => describe(surface, count, [first, second])).join(' '),
    notes: [...notes, ...(beyond > 0 ? [`${plural(beyond, 'corner')} beyond an axis: drawn at its end.`] : [])],
    option: {
      grid: { ...GRID, left: 92 },
      legend: legendOf(
        drawn.map((surface) => nameOf(surface, count)),
        colors,
      ),
      xAxis: axisOf(x.scale, objectiveLabel(first), colors),
      yAxis: axisOf(y.scale, objectiveLabel(second), colors, { gap: 62 }),
      series: drawn.map((surface, i): Series => ({
        ...lineLook(i, colors),
        name: nameOf(surface, count),
        step: first.goal === 'minimize' ? 'end' : 'start',
        data: surface.points.map(([a, b]) => [x.at(a), y.at(b)]).sort(([a], [b]) => a! - b!),
        symbol: 'circle',
        symbolSize: 5,
      })),
    },
    table,
    width: WIDTH,
    height: HEIGHT,
  };
}

function nameOf({ studies }: AttainmentSurface, count: number): string {
  return studies === count ? (count === 1 ? 'the study' : `all ${count} studies`) : `${studies} of ${count}`;
}

function describe(surface: AttainmentSurface, count: number, objectives: readonly [Objective, Objective]): string {
  const [best] = surface.points;
  const last = surface.points.at(-1)!;
  const [a, b] = objectives.map(({ name }) => name);
  const who = nameOf(surface, count);
  return `${who[0]!.toUpperCase()}${who.slice(1)}: from ${a} ${numberText(best![0])} at ${b} ${numberText(best![1])} to ${a} ${numberText(last[0])} at ${b} ${numberText(last[1])}.`;
}
