/** What trials reported while they learnt, step by step. */
import { objectiveOf } from '../analysis/study-trials.ts';
import { drawable, numberText, spanOf } from './drawing/numbers.ts';
import { objectiveScale } from './drawing/objective-scale.ts';
import { emptyPlot, HEIGHT, WIDTH, type Plot, type PlotSettings, type PlottedStudy } from './plot.ts';
import { axisOf, linearScale } from './drawing/scale.ts';
import { GRID, legendOf, marks, thinned, thinnedNote, type Series } from './drawing/series.ts';
import { displayNames } from './studies.ts';
import { CROSS } from './drawing/symbols.ts';
import { bestOf, countsText, plural, scored } from './trials.ts';

/** More lines are an even choice. */
const MOST_LINES = 500;

/** One line a trial, of what its record holds: at most 100 reports. Reports are of the first objective. */
export function curvesPlot(study: PlottedStudy, { colors }: Pick<PlotSettings, 'colors'>): Plot {
  const objective = objectiveOf(study.definition);
  const all = study.trials.filter(({ reports }) => reports.length > 0);
  const title = `Learning curves: ${displayNames([study])[0]}`;
  const table = {
    columns: ['trial', 'state', 'step', 'value'],
    rows: all.flatMap(({ number, state, reports }) => reports.map(([step, value]) => [number, state, step, value])),
  };
  const counts = `${countsText(study.trials)}.`;
  if (all.length === 0) return emptyPlot({ title, table, notes: [counts] }, 'No trial reported anything.', colors);
  const steps = all.flatMap(({ reports }) => reports.map(([step]) => drawable(step)));
  const x = linearScale(spanOf(steps), { whole: steps.every(Number.isInteger), margin: 0.02 });
  const y = objectiveScale(
    all.flatMap(({ reports }) => reports.map(([, value]) => value)),
    objective,
  );
  const pointsOf = (reports: PlottedStudy['trials'][number]['reports']): number[][] =>
    reports.map(([step, value]) => [x.at(step)!, y.at(value)]);
  const best = bestOf(scored(all, objective), objective)?.trial;
  const ends = (['pruned', 'failed'] as const).map((state) => ({
    state,
    points: all.filter((trial) => trial.state === state).map(({ reports }) => pointsOf(reports).at(-1)!),
  }));
  const line = (name: string, points: number[][], color: string, width: number, opacity: number): Series => ({
    name,
    type: 'line',
    data: points,
    symbol: points.length === 1 ? 'circle' : 'none',
    symbolSize: 4,
    silent: true,
    lineStyle: { color, width, opacity },
    itemStyle: { color },
  });
  const bestName = `best (trial ${best?.number})`;
  const series = [
    ...thinned(
      all.filter((trial) => trial !== best),
      MOST_LINES,
    ).map(({ reports }) => line('trial', pointsOf(reports), colors.trial, 1.25, 0.55)),
    ...ends
      .filter(({ points }) => points.length > 0)
      .map(({ state, points }) =>
        marks(
          { name: `${state} here`, color: colors[state], symbol: state === 'failed' ? CROSS : 'diamond', size: 7 },
          points,
        ),
      ),
    ...(best ? [line(bestName, pointsOf(best.reports), colors.best, 3, 1)] : []),
  ];
  const [silent, beyond] = [
    study.trials.length - all.length,
    steps.length - all.flatMap(({ reports }) => reports.filter(([, value]) => !y.isBeyond(value))).length,
  ];
  return {
    title,
    description:
      `What ${plural(all.length, 'trial')} reported` +
      (best
        ? `; the best, trial ${best.number}, from ${numberText(best.reports[0]![1])} at step ${best.reports[0]![0]} to ${numberText(best.reports.at(-1)![1])} at step ${best.reports.at(-1)![0]}.`
        : '.'),
    notes: [
      counts,
      ...(silent > 0 ? [`${plural(silent, 'trial')} reported nothing.`] : []),
      ...(beyond > 0 ? [`${plural(beyond, 'report')} worse than the axis shows: drawn at its end.`] : []),
      ...thinnedNote(all.length, MOST_LINES),
    ],
    option: {
      grid: GRID,
      legend: legendOf([...new Set(series.map(({ name }) => String(name)))], colors),
      xAxis: axisOf(x, 'step', colors),
      yAxis: axisOf(y.scale, `reported value (${objective.goal})`, colors, { gap: 62 }),
      series,
    },
    table,
    width: WIDTH,
    height: HEIGHT,
  };
}
