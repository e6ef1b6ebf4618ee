/** What a population's members were trained with: each parameter over the budget, and the schedule that led to one trial. */
import { objectiveOf } from '../analysis/study-trials.ts';
import { StudyDefinitionError } from '../study/errors.ts';
import { lineageOf } from '../study/trial/lineage.ts';
import type { TrialRecord } from '../study/trial/trial.ts';
import { drawable, numberText, spanOf } from './drawing/numbers.ts';
import { panelLayout } from './drawing/panels.ts';
import { isConstant, namedParameters, plotParameters, type PlotParameter } from './parameters.ts';
import { emptyPlot, WIDTH, type Plot, type PlotCell, type PlottedStudy } from './plot.ts';
import { axisOf, domainScale, linearScale, type Scale } from './drawing/scale.ts';
import { legendOf, type Series } from './drawing/series.ts';
import type { ParametersSettings } from './parameter-trials.ts';
import { displayNames } from './studies.ts';
import { bestOf, countsText, plural, scored } from './trials.ts';

export interface ScheduleSettings extends ParametersSettings {
  /** Number of the trial whose schedule is drawn; the best one's. */
  readonly trial?: number;
}

/** A trial of a member: what it was trained with, from and to which budget. */
interface Interval {
  readonly trial: TrialRecord;
  readonly from: number;
  readonly to: number;
}

/** Panels in a row, and pixels of one. */
const COLUMNS = 2;
const HEIGHT = 220;
const ALL = 'all members';
/** Where a line is broken. */
const GAP = [NaN, NaN];

/** One panel a parameter. @throws StudyDefinitionError for an unknown parameter, objective or trial */
export function schedulePlot(study: PlottedStudy, settings: ScheduleSettings): Plot {
  const { colors, parameters: names, trial: number } = settings;
  const { definition, trials } = study;
  const objective = objectiveOf(definition, settings.objective);
  const all = intervalsOf(trials);
  const last = number === undefined ? bestOf(scored(trials, objective), objective)?.trial : memberOf(trials, number);
  const path = pathTo(all, trials, last);
  const given = names ? namedParameters(definition.space, names) : plotParameters(definition.space);
  const parameters = given.filter(({ domain }) => !isConstant(domain));
  const title = `Schedule of ${displayNames([study])[0]}`;
  const table = {
    columns: ['trial', 'member', 'from', 'to', 'in the schedule', objective.name, ...given.map(({ name }) => name)],
    rows: all.map(({ trial, from, to }): PlotCell[] => [
      trial.number,
      trial.rung!.bracket,
      from,
      to,
      path.some((each) => each.trial === trial),
      trial.values?.[objective.name] ?? null,
      ...given.map(({ valueIn }) => valueIn(trial.params) ?? null),
    ]),
  };
  const counts = `${countsText(trials)}.`;
  if (path.length === 0)
    return emptyPlot(
      { title, table, notes: [counts] },
      `No trial was trained to a budget and has a value of ${objective.name}: a schedule is of a population (scheduler pbt).`,
      colors,
    );
  if (parameters.length === 0) return emptyPlot({ title, table }, 'The study has no parameter that varies.', colors);
  const x = linearScale(spanOf(all.flatMap(({ from, to }) => [drawable(from), drawable(to)])), { margin: 0.02 });
  const layout = panelLayout(parameters.length, { columns: COLUMNS, height: HEIGHT, top: 48, left: 84, gap: 84 });
  const bestName = `to ${number === undefined ? 'the best, ' : ''}trial ${last!.number}`;
  const isOnPath = new Set(path.map(({ trial }) => trial));
  const panel = (parameter: PlotParameter, i: number): { scale: Scale; series: Series[] } => {
    const values = all.flatMap(({ trial }) => parameter.valueIn(trial.params) ?? []);
    const scale = domainScale(parameter.domain, values);
    const ends = ({ trial, from, to }: Interval): number[][] => {
      const value = parameter.valueIn(trial.params);
      const y = value === undefined ? undefined : scale.at(value);
      return y === undefined ? [GAP] : [from, to].map((budget) => [x.at(drawable(budget))!, y]);
    };
    const line = (name: string, data: number[][], color: string, width: number, opacity: number): Series => ({
      name,
      type: 'line',
      data,
      symbol: 'none',
      silent: true,
      lineStyle: { color, width, opacity },
      itemStyle: { color },
      xAxisIndex: i,
      yAxisIndex: i,
    });
    const others = all.filter(({ trial }) => !isOnPath.has(trial)).flatMap((each) => [...ends(each), GAP]);
    return {
      scale,
      series: [line(ALL, others, colors.trial, 1.5, 0.7), line(bestName, path.flatMap(ends), colors.best, 3, 1)],
    };
  };
  const panels = parameters.map(panel);
  const first = path[0]!;
  return {
    title,
    description:
      `What trial ${last!.number} was trained with, ${plural(path.length, 'interval')} to budget ${numberText(last!.rung!.to)}` +
      `${parameters.map((parameter) => saysCourse(parameter, first.trial, last!)).join('')}; ` +
      `beside it ${plural(new Set(all.map(({ trial }) => trial.rung!.bracket)).size, 'member')}.`,
    notes: [counts, ...constantNotes(given)],
    option: {
      grid: [...layout.grids],
      legend: legendOf([ALL, bestName], colors),
      xAxis: parameters.map((_, i) => ({ ...axisOf(x, 'budget', colors), gridIndex: i })),
      yAxis: parameters.map(({ name }, i) => ({
        ...axisOf(panels[i]!.scale, name, colors, { gap: 62, room: 62 }),
        gridIndex: i,
      })),
      series: panels.flatMap(({ series }) => series),
    },
    table,
    width: WIDTH,
    height: layout.height,
  };
}

/** Of all members, by number. */
function intervalsOf(trials: readonly TrialRecord[]): Interval[] {
  const ends = new Map(trials.map(({ number, rung }) => [number, rung?.to]));
  return trials.flatMap((trial) => {
    if (!trial.rung) return [];
    const from = trial.parent === undefined ? undefined : ends.get(trial.parent);
    return [{ trial, from: from ?? 0, to: trial.rung.to }];
  });
}

/** The intervals that a trial goes back to; none where there is no such trial, or it is no member. */
function pathTo(all: readonly Interval[], trials: readonly TrialRecord[], last: TrialRecord | undefined): Interval[] {
  if (!last?.rung) return [];
  const numbers =
    last.parent === undefined ? [last.number] : lineageOf(trials, last.number).map((interval) => interval.number);
  return all.filter(({ trial }) => numbers.includes(trial.number));
}

function memberOf(trials: readonly TrialRecord[], number: number): TrialRecord {
  const trial = trials.find((each) => each.number === number);
  if (trial?.rung) return trial;
  throw new StudyDefinitionError(
    trial
      ? `trial ${number} belongs to no member (it is ${trial.origin}): expected one that the scheduler started`
      : `there is no trial ${number}, expected one of the ${trials.length} there are`,
  );
}

function saysCourse({ name, valueIn }: PlotParameter, first: TrialRecord, last: TrialRecord): string {
  const [begins, ends] = [first, last].map(({ params }) => valueIn(params));
  const text = (value: typeof begins): string => (typeof value === 'number' ? numberText(value, 4) : String(value));
  if (begins === undefined || ends === undefined) return '';
  return `, ${name} ${begins === ends ? `${text(begins)} at both ends` : `from ${text(begins)} to ${text(ends)}`}`;
}

function constantNotes(given: readonly PlotParameter[]): string[] {
  return given.flatMap(({ name, domain }) => (isConstant(domain) ? [`${name} can have one value only.`] : []));
}
