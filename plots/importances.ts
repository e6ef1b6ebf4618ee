/** How much each parameter matters to the objective. */
import type { CustomSeriesRenderItemAPI } from 'echarts';
import { fanova } from '../analysis/importance/fanova.ts';
import { pedAnova } from '../analysis/importance/ped-anova.ts';
import { objectiveOf } from '../analysis/study-trials.ts';
import { StudyDefinitionError } from '../study/errors.ts';
import { numberText, shortName } from './drawing/numbers.ts';
import { emptyPlot, WIDTH, type Plot, type PlotCell, type PlotSettings, type PlottedStudy } from './plot.ts';
import { axisOf, choiceScale, linearScale } from './drawing/scale.ts';
import { displayNames } from './studies.ts';
import { plural } from './trials.ts';

/** fANOVA over the whole space, or PED-ANOVA among the best trials. */
export const METHODS = ['fanova', 'ped-anova'] as const;
export type ImportanceMethod = (typeof METHODS)[number];

export interface ImportancesSettings extends PlotSettings {
  /** fanova. */
  readonly method?: ImportanceMethod;
}

interface Bar {
  readonly parameter: string;
  readonly share: number;
  readonly importance: number;
  /** Of the share, over the trees of fANOVA. */
  readonly deviation?: number;
}

const BAR = 26;
const LEFT = 200;
/** More are left to the table. */
const MOST = 40;

/** A bar a parameter, the most important at the top; shares add up to 1. */
export function importancesPlot(
  study: PlottedStudy,
  { colors, method = 'fanova', ...settings }: ImportancesSettings,
): Plot {
  const objective = objectiveOf(study.definition, settings.objective);
  const title = `Importance for ${objective.name} (${method === 'fanova' ? 'fANOVA' : 'PED-ANOVA'}): ${displayNames([study])[0]}`;
  const found = barsOf(study, objective.name, method);
  const columns = ['parameter', 'share', 'importance', ...(method === 'fanova' ? ['deviation of the share'] : [])];
  if (typeof found === 'string') return emptyPlot({ title, table: { columns, rows: [] } }, found, colors);
  const { bars, trials, outside } = found;
  const table = {
    columns,
    rows: bars.map(({ parameter, share, importance, deviation }): PlotCell[] => [
      parameter,
      share,
      importance,
      ...(deviation === undefined ? [] : [deviation]),
    ]),
  };
  if (bars.length === 0) return emptyPlot({ title, table }, 'The study has no parameter that varies.', colors);
  const drawn = bars.slice(0, MOST);
  const longest = Math.max(...drawn.map(({ share, deviation = 0 }) => share + deviation), 0.01);
  const x = { ...linearScale({ low: 0, high: longest }, { margin: 0.06 }), min: 0 };
  const y = choiceScale(drawn.map(({ parameter }) => parameter));
  return {
    title,
    description: `From ${plural(trials, 'trial')}: ${drawn
      .slice(0, 5)
      .map(({ parameter, share }) => `${parameter} ${percent(share)}`)
      .join(', ')}.`,
    notes: [
      `From ${plural(trials, 'trial')}, complete or infeasible${outside > 0 ? `; ${outside} more are not of the space as it now stands` : ''}.`,
      ...(method === 'fanova'
        ? ['A thin line is a standard deviation over the trees of the model.']
        : ['What sets the best tenth of the trials apart.']),
      ...(bars.every(({ share }) => share === 0) ? ['No parameter makes a difference.'] : []),
      ...(bars.length > MOST ? [`The ${bars.length - MOST} that matter least are left out.`] : []),
    ],
    option: {
      grid: { left: LEFT, right: 64, top: 16, bottom: 56, outerBoundsMode: 'none' },
      xAxis: axisOf(x, `share of the importance for ${objective.name}`, colors),
      yAxis: {
        ...axisOf(
          { ...y, marks: y.marks.map(({ at }) => ({ at, label: shortName(drawn[at]!.parameter, 25) })) },
          '',
          colors,
        ),
        inverse: true,
      },
      series: {
        type: 'custom',
        silent: true,
        itemStyle: { color: colors.trial },
        encode: { x: [0, 1, 2], y: 3 },
        data: drawn.map(({ share, deviation = 0 }, place) => [
          x.at(share)!,
          x.at(Math.max(0, share - deviation))!,
          x.at(share + deviation)!,
          place,
        ]),
        renderItem: (params, api: CustomSeriesRenderItemAPI) => {
          const { share, deviation = 0 } = drawn[params.dataIndex]!;
          const place = api.value(3);
          const [from, middle] = api.coord([0, place]) as [number, number];
          const [to, low, high] = [0, 1, 2].map((i) => api.coord([api.value(i), place])[0]!) as [
            number,
            number,
            number,
          ];
          const height = BAR * 0.6;
          const stroke = { stroke: colors.ink, lineWidth: 1.5 };
          return {
            type: 'group',
            children: [
              {
                type: 'rect',
                shape: { x: from, y: middle - height / 2, width: Math.max(1, to - from), height },
                style: { fill: colors.trial },
              },
              ...(deviation > 0
                ? [{ type: 'line' as const, shape: { x1: low, x2: high, y1: middle, y2: middle }, style: stroke }]
                : []),
              {
                type: 'text',
                style: {
                  text: percent(share),
                  x: Math.max(to, high) + 6,
                  y: middle,
                  verticalAlign: 'middle',
                  fontSize: 12,
                  fill: colors.ink,
                },
              },
            ],
          };
        },
      },
    },
    table,
    width: WIDTH,
    height: 72 + Math.max(2, drawn.length) * BAR,
  };
}

/** The importances; in words why there are none. */
function barsOf(
  study: PlottedStudy,
  objective: string,
  method: ImportanceMethod,
): { readonly bars: readonly Bar[]; readonly trials: number; readonly outside: number } | string {
  try {
    if (method === 'ped-anova') {
      const { parameters, trials, outside } = pedAnova(study, { objective });
      return { bars: parameters, trials, outside };
    }
    const { parameters, trials, outside } = fanova(study, { objective });
    const bars = parameters.map(({ parameter, share, importance, deviation }) => ({
      parameter,
      share,
      importance,
      // shares are importances over their sum
      deviation: importance > 0 ? (deviation / importance) * share : 0,
    }));
    return { bars, trials, outside };
  } catch (error) {
    // too few trials, or too many conditions: said where the picture would be
    if (error instanceof StudyDefinitionError) return error.message;
    throw error;
  }
}

function percent(share: number): string {
  return `${numberText(share * 100, share < 0.1 ? 2 : 3)} %`;
}
