/** A population over its budget: how good each member was at the end of each interval, and who went on from whom. */
import { objectiveOf } from '../analysis/study-trials.ts';
import type { TrialRecord } from '../study/trial/trial.ts';
import { drawable, numberText, spanOf } from './drawing/numbers.ts';
import { objectiveScale } from './drawing/objective-scale.ts';
import { emptyPlot, HEIGHT, WIDTH, type Plot, type PlotCell, type PlotSettings, type PlottedStudy } from './plot.ts';
import { axisOf, linearScale } from './drawing/scale.ts';
import { GRID, legendOf, marks, markSize, type Series } from './drawing/series.ts';
import { displayNames } from './studies.ts';
import { bestOf, completeNote, objectiveLabel, plural, scored, type Scored } from './trials.ts';

/** A trial at the end of its interval. */
interface Stop extends Scored {
  readonly budget: number;
  readonly member: number;
  /** Where it went on from, if that one has a value. */
  readonly parent: Stop | undefined;
}

interface Look {
  readonly color: string;
  readonly width: number;
  readonly opacity?: number;
  readonly type?: 'dashed';
}

const OWN = 'the member goes on';
const JUMP = 'it goes on from another';

/** Lines from parents to their children: dashed where a member goes on from another one's end (exploits it). */
export function lineagePlot(study: PlottedStudy, { colors, ...settings }: PlotSettings): Plot {
  const objective = objectiveOf(study.definition, settings.objective);
  const stops = stopsOf(study.trials, objective);
  const title = `Lineage of ${objective.name}: ${displayNames([study])[0]}`;
  const table = {
    columns: ['trial', 'member', 'budget', objective.name, 'parent', "parent's member"],
    rows: stops.map(({ trial, member, budget, value, parent }): PlotCell[] => [
      trial.number,
      member,
      budget,
      value,
      trial.parent ?? null,
      parent?.member ?? null,
    ]),
  };
  const counts = completeNote(study.trials);
  const best = bestOf(stops, objective);
  if (!best)
    return emptyPlot(
      { title, table, notes: [counts] },
      `No trial was trained to a budget and has a value of ${objective.name}: a lineage is of a population (scheduler pbt).`,
      colors,
    );
  const x = linearScale(spanOf(stops.map(({ budget }) => budget)), { margin: 0.03 });
  const y = objectiveScale(
    stops.map(({ value }) => value),
    objective,
  );
  const point = ({ budget, value }: Stop): number[] => [x.at(drawable(budget))!, y.at(value)];
  const steps = stops.flatMap((stop) => (stop.parent ? [{ from: stop.parent, to: stop }] : []));
  const isJump = ({ from, to }: (typeof steps)[number]): boolean => from.member !== to.member;
  const line = (name: string, from: Stop, to: Stop, look: Look): Series => ({
    name,
    type: 'line',
    data: [point(from), point(to)],
    symbol: 'none',
    silent: true,
    lineStyle: look,
    itemStyle: { color: look.color },
  });
  const ancestry = ancestryOf(best);
  const bestName = `to the best (trial ${best.trial.number})`;
  const jumps = steps.filter(isJump);
  const beyond = stops.filter(({ value }) => y.isBeyond(value)).length;
  const series: Series[] = [
    {
      name: bestName,
      type: 'line',
      data: ancestry.map(point),
      symbol: 'diamond',
      symbolSize: 10,
      silent: true,
      // below the others: those that lead to the best stay visible
      lineStyle: { color: colors.best, width: 8, opacity: 0.35 },
      itemStyle: { color: colors.best },
    },
    ...steps
      .filter((step) => !isJump(step))
      .map(({ from, to }) => line(OWN, from, to, { color: colors.trial, width: 1.5, opacity: 0.8 })),
    ...jumps.map(({ from, to }) => line(JUMP, from, to, { color: colors.pruned, width: 1.5, type: 'dashed' })),
    marks(
      { name: 'end of an interval', color: colors.trial, symbol: 'circle', size: markSize(stops.length) - 2 },
      stops.map(point),
    ),
  ];
  return {
    title,
    description:
      `${plural(new Set(stops.map(({ member }) => member)).size, 'member')}, ${plural(stops.length, 'interval')}, ${plural(jumps.length, 'time')} one went on from another. ` +
      `The best, trial ${best.trial.number}, has ${numberText(best.value)} at budget ${numberText(best.budget)}.`,
    notes: [
      counts,
      ...(steps.length === 0 ? ['No trial has gone on from where another ended.'] : []),
      ...(beyond > 0 ? [`${plural(beyond, 'value')} worse than the axis shows: drawn at its end.`] : []),
    ],
    option: {
      grid: GRID,
      legend: legendOf([...new Set(series.map(({ name }) => String(name)))], colors),
      xAxis: axisOf(x, 'budget', colors),
      yAxis: axisOf(y.scale, objectiveLabel(objective), colors, { gap: 62 }),
      series,
    },
    table,
    width: WIDTH,
    height: HEIGHT,
  };
}

/** By number, parents before their children. */
function stopsOf(trials: readonly TrialRecord[], objective: Parameters<typeof scored>[1]): Stop[] {
  const byNumber = new Map<number, Stop>();
  for (const { trial, value } of scored(trials, objective)) {
    const { rung, parent, number } = trial;
    if (!rung) continue;
    byNumber.set(number, {
      trial,
      value,
      budget: rung.to,
      member: rung.bracket,
      parent: parent === undefined ? undefined : byNumber.get(parent),
    });
  }
  return [...byNumber.values()];
}

/** From its first ancestor to the trial itself. */
function ancestryOf(stop: Stop): Stop[] {
  const line: Stop[] = [];
  for (let at: Stop | undefined = stop; at; at = at.parent) line.unshift(at);
  return line;
}
