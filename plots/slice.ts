/**
 * The objective over each parameter by itself.
 *
 * [Roberts 2018] "The Unreasonable Effectiveness of Quasirandom Sequences", sequence R2, https://extremelearning.com.au.
 */
import type { Scalar } from '../study/space/space.ts';
import { numberText } from './drawing/numbers.ts';
import { panelLayout } from './drawing/panels.ts';
import { parameterAxes, parameterTrials, type ParametersSettings } from './parameter-trials.ts';
import { isConstant, type PlotParameter } from './parameters.ts';
import { WIDTH, type Plot, type PlottedStudy } from './plot.ts';
import { axisOf, type Scale } from './drawing/scale.ts';
import { legendOf, marks, markSize, thinnedNote, type Series } from './drawing/series.ts';
import { DOWN, UP } from './drawing/symbols.ts';
import { objectiveLabel, plural, type Scored } from './trials.ts';

/** Panels in a row, and pixels of one. */
const COLUMNS = 3;
const HEIGHT = 230;

/** One panel a parameter, of trials that had it. @throws StudyDefinitionError for an unknown parameter or objective */
export function slicePlot(study: PlottedStudy, settings: ParametersSettings): Plot {
  const { colors } = settings;
  const known = parameterTrials(study, settings);
  const { objective, parameters, all } = known;
  const table = {
    columns: ['parameter', 'value', 'trial', objective.name],
    rows: parameters.flatMap((parameter) =>
      all.flatMap(({ trial, value }) => {
        const x = parameter.valueIn(trial.params);
        return x === undefined ? [] : [[parameter.name, x, trial.number, value]];
      }),
    ),
  };
  const axes = parameterAxes(study, 'Slices', known, table, settings);
  if ('empty' in axes) return axes.empty;
  const { title, counts, best, y, scales } = axes;
  const layout = panelLayout(parameters.length, { columns: COLUMNS, height: HEIGHT, top: 48 });
  const size = markSize(all.length);
  const worse = all.filter(({ value }) => y.isBeyond(value));
  const kinds = [
    {
      name: 'complete',
      color: colors.trial,
      symbol: 'circle',
      size,
      of: all.filter(({ value }) => !y.isBeyond(value)),
    },
    {
      name: 'worse than shown',
      color: colors.muted,
      symbol: objective.goal === 'maximize' ? DOWN : UP,
      size,
      of: worse,
    },
    { name: `best (trial ${best.trial.number})`, color: colors.best, symbol: 'diamond', size: size + 6, of: [best] },
  ].filter(({ of }) => of.length > 0);
  return {
    title,
    description:
      `${objective.name} over ${plural(parameters.length, 'parameter')}, ${plural(all.length, 'trial')}. The best is ` +
      `${numberText(best.value)} at ${parameters.flatMap((parameter) => saysValue(parameter, best)).join(', ')}.`,
    notes: [counts, ...parameterNotes(parameters, scales, all), ...thinnedNote(all.length)],
    option: {
      grid: [...layout.grids],
      legend: legendOf(
        kinds.map(({ name }) => name),
        colors,
      ),
      xAxis: parameters.map(({ name }, i) => ({
        ...axisOf(scales[i]!, name, colors, { room: layout.width / scales[i]!.marks.length }),
        gridIndex: i,
      })),
      yAxis: parameters.map((_, i) => ({
        ...axisOf(y.scale, layout.isFirst(i) ? objectiveLabel(objective) : '', colors, { gap: 52 }),
        gridIndex: i,
      })),
      series: parameters.flatMap((parameter, i): Series[] =>
        kinds.map(({ of, ...kind }) => ({
          ...marks(
            kind,
            of.flatMap((one) => {
              const x = placeOf(parameter, scales[i]!, one);
              return x === undefined ? [] : [[x, y.at(one.value)]];
            }),
          ),
          xAxisIndex: i,
          yAxisIndex: i,
        })),
      ),
    },
    table,
    width: WIDTH,
    height: layout.height,
  };
}

/** Where a trial lies on a parameter's axis. Among choices side by side, so that equal ones do not cover each other. */
export function placeOf(
  { valueIn }: PlotParameter,
  scale: Scale,
  { trial: { params, number } }: Pick<Scored, 'trial'>,
  axis: 'x' | 'y' = 'x',
): number | undefined {
  const value = valueIn(params);
  const at = value === undefined ? undefined : scale.at(value);
  if (at === undefined || scale.kind !== 'choices') return at;
  // multiples of these spread evenly, in both directions together, however many there are [Roberts 2018]
  const share = (number * (axis === 'x' ? 0.7548776662466927 : 0.5698402909980532)) % 1;
  return at + (share - 0.5) * 0.5;
}

/** What of the parameters cannot be seen: constant ones, those some trials had not, values that are no longer offered. */
export function parameterNotes(
  parameters: readonly PlotParameter[],
  scales: readonly Scale[],
  all: readonly Pick<Scored, 'trial'>[],
): string[] {
  return parameters.flatMap(({ name, domain, valueIn }, i) => {
    const values = all.map(({ trial }) => valueIn(trial.params));
    const present = values.filter((value): value is Scalar => value !== undefined);
    const absent = values.length - present.length;
    const gone = present.filter((value) => scales[i]!.at(value) === undefined).length;
    return [
      ...(isConstant(domain) ? [`${name} can have one value only.`] : []),
      ...(absent > 0 ? [`${plural(absent, 'trial')} had no ${name}.`] : []),
      ...(gone > 0 ? [`${plural(gone, 'value')} of ${name} ${gone === 1 ? 'has' : 'have'} no place on its axis.`] : []),
    ];
  });
}

function saysValue({ name, valueIn }: PlotParameter, { trial }: Scored): string[] {
  const value = valueIn(trial.params);
  return value === undefined ? [] : [`${name} ${typeof value === 'number' ? numberText(value, 4) : String(value)}`];
}
