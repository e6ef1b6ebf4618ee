/** Trials between objectives, and the front of those that no other is better than in all of them. */
import { objectiveOf } from '../analysis/study-trials.ts';
import { frontRanks } from '../study/fronts.ts';
import { StudyDefinitionError } from '../study/errors.ts';
import type { Objective } from '../study/study.ts';
import { objectiveScale, type ObjectiveScale } from './drawing/objective-scale.ts';
import { panelLayout } from './drawing/panels.ts';
import { emptyPlot, WIDTH, type Plot, type PlotCell, type PlotSettings, type PlottedStudy } from './plot.ts';
import { axisOf } from './drawing/scale.ts';
import { legendOf, marks, markSize, thinnedNote, type Series } from './drawing/series.ts';
import { displayNames } from './studies.ts';
import { LINES, MARKS } from './drawing/symbols.ts';
import { completeNote, objectiveLabel, plural } from './trials.ts';

export interface ParetoSettings extends Omit<PlotSettings, 'objective'> {
  /** Names of objectives, at least two: all of them. */
  readonly objectives?: readonly string[];
}

interface Measured {
  readonly number: number;
  /** In the objectives' order. */
  readonly values: readonly number[];
  readonly isOnFront: boolean;
}

/**
 * One panel a pair of objectives. The front is that of all objectives shown, in each study by itself.
 *
 * @param studies at least one; each must have the objectives of the first
 * @throws StudyDefinitionError where there are not two objectives, or one is unknown
 */
export function paretoPlot(studies: readonly PlottedStudy[], { colors, objectives: asked }: ParetoSettings): Plot {
  const [first] = studies;
  const objectives = (asked ?? first!.definition.objectives.map(({ name }) => name)).map((name) => {
    for (const study of studies) objectiveOf(study.definition, name);
    return objectiveOf(first!.definition, name);
  });
  if (objectives.length < 2)
    throw new StudyDefinitionError(
      `a front is between objectives, here is one: ${objectives[0]!.name}; plot its history, or name two objectives`,
    );
  const names = displayNames(studies);
  const measured = studies.map((study) => measuredOf(study, objectives));
  const title = `Pareto front of ${objectives.map(({ name }) => name).join(', ')}${studies.length === 1 ? `: ${names[0]}` : ''}`;
  const table = {
    columns: ['study', 'trial', ...objectives.map(({ name }) => name), 'on the front'],
    rows: measured.flatMap((trials, i) =>
      trials.map(({ number, values, isOnFront }): PlotCell[] => [
        studies[i]!.definition.name,
        number,
        ...values,
        isOnFront,
      ]),
    ),
  };
  const counts = studies.map(({ trials }, i) => `${studies.length > 1 ? `${names[i]}: ` : ''}${completeNote(trials)}`);
  const all = measured.flat();
  if (all.length === 0) return emptyPlot({ title, table, notes: counts }, 'No trial has values yet.', colors);
  const scales = objectives.map((objective, k) =>
    objectiveScale(
      all.map(({ values }) => values[k]!),
      objective,
    ),
  );
  const pairs = objectives.flatMap((_, x) => objectives.slice(x + 1).map((_unused, i) => [x, x + 1 + i] as const));
  const layout = panelLayout(pairs.length, { columns: 2, height: pairs.length === 1 ? 400 : 330, top: 48, gap: 90 });
  const isBeyond = ({ values }: Measured): boolean => values.some((value, k) => scales[k]!.isBeyond(value));
  const beyond = all.filter(isBeyond).length;
  return {
    title,
    description: `${objectives.map(objectiveLabel).join(', ')}. ${measured.map((trials, i) => `${names[i]}: ${plural(trials.filter(({ isOnFront }) => isOnFront).length, 'trial')} of ${trials.length} on the front.`).join(' ')}`,
    notes: [
      ...counts,
      ...(objectives.length > 2 ? [`On the front means of all ${objectives.length} objectives together.`] : []),
      ...(beyond > 0 ? [`${plural(beyond, 'trial')} with a value worse than an axis shows: drawn at its end.`] : []),
      ...thinnedNote(Math.max(...measured.map((trials) => trials.length))),
    ],
    option: {
      grid: [...layout.grids],
      legend: legendOf(
        names.flatMap((name, i) => [
          frontName(name, names.length),
          ...(hasOthers(measured[i]!) ? [otherName(name, names.length)] : []),
        ]),
        colors,
      ),
      xAxis: pairs.map(([x], i) => ({
        ...axisOf(scales[x]!.scale, objectiveLabel(objectives[x]!), colors),
        gridIndex: i,
      })),
      yAxis: pairs.map(([, y], i) => ({
        ...axisOf(scales[y]!.scale, objectiveLabel(objectives[y]!), colors, { gap: 54 }),
        gridIndex: i,
      })),
      series: pairs.flatMap(([x, y], panel) =>
        measured.flatMap((trials, i) =>
          seriesOf(trials, i, [x, y], objectives, scales, names, colors).map((series) => ({
            ...series,
            xAxisIndex: panel,
            yAxisIndex: panel,
          })),
        ),
      ),
    },
    table,
    width: WIDTH,
    height: layout.height,
  };
}

function measuredOf({ trials }: PlottedStudy, objectives: readonly Objective[]): Measured[] {
  const rows = trials.flatMap(({ state, number, values }) => {
    const given = objectives.map(({ name }) => values?.[name]);
    return state === 'complete' && !given.includes(undefined) ? [{ number, values: given as number[] }] : [];
  });
  const costs = rows.map(({ values }) =>
    values.map((value, k) => (objectives[k]!.goal === 'maximize' ? -value : value)),
  );
  const ranks = frontRanks(costs);
  return rows.map((row, i) => ({ ...row, isOnFront: ranks[i] === 0 }));
}

/** A study's trials in one panel; of two objectives the front as a staircase, too: everything beyond it is dominated. */
function seriesOf(
  trials: readonly Measured[],
  study: number,
  [x, y]: readonly [number, number],
  objectives: readonly Objective[],
  scales: readonly ObjectiveScale[],
  names: readonly string[],
  colors: ParetoSettings['colors'],
): Series[] {
  const point = ({ values }: Measured): number[] => [scales[x]!.at(values[x]!), scales[y]!.at(values[y]!)];
  const front = trials.filter(({ isOnFront }) => isOnFront);
  const others = trials.filter(({ isOnFront }) => !isOnFront);
  const alone = names.length === 1;
  const color = alone ? colors.best : colors.studies[study % colors.studies.length]!;
  const symbol = MARKS[study % MARKS.length]!;
  const size = markSize(trials.length);
  const name = frontName(names[study]!, names.length);
  const corners = front.map(point).sort((a, b) => a[0]! - b[0]! || a[1]! - b[1]!);
  return [
    marks(
      {
        name: otherName(names[study]!, names.length),
        color: alone ? colors.trial : color,
        symbol,
        size: size - 1,
        opacity: 0.7,
        isHollow: true,
      },
      others.map(point),
    ),
    ...(objectives.length === 2
      ? [
          {
            name,
            type: 'line' as const,
            // the worse of two neighbours in the first objective keeps the second one's value until there
            step: objectives[x]!.goal === 'minimize' ? ('end' as const) : ('start' as const),
            data: corners,
            symbol: 'none',
            silent: true,
            lineStyle: { color, width: 2, type: LINES[study % LINES.length]! },
            itemStyle: { color },
          },
        ]
      : []),
    marks(
      { name, color, symbol: objectives.length === 2 || !alone ? symbol : 'diamond', size: size + 3 },
      front.map(point),
    ),
  ];
}

function hasOthers(trials: readonly Measured[]): boolean {
  return trials.some(({ isOnFront }) => !isOnFront);
}

function frontName(name: string, studies: number): string {
  return studies === 1 ? 'on the front' : `${name}, on its front`;
}

function otherName(name: string, studies: number): string {
  return studies === 1 ? 'other trials' : `${name}, others`;
}
