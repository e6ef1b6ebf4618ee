/** What some trials reported while they learnt, as a chart. */
import { drawable, shortName, spanOf } from '../../plots/drawing/numbers.ts';
import { PAGE } from '../../plots/drawing/palette.ts';
import { axisOf, linearScale } from '../../plots/drawing/scale.ts';
import { legendOf } from '../../plots/drawing/series.ts';
import { shortNumber } from '../progress.ts';
import type { Measurement } from '../../study/trial/trial.ts';
import { drawChart } from './chart.ts';
import type { Html } from './html.ts';

export interface LearningCurve {
  /** One a chart. */
  readonly name: string;
  /** A colour of the page's. */
  readonly color: 'best' | 'trial';
  /** Told apart without colours, too. */
  readonly isDashed?: true;
  /** By step. */
  readonly reports: readonly Measurement[];
}

/** More points than this are drawn without marks. */
const CROWD = 40;

/** The chart; undefined where no curve has two points. */
export async function curvesSvg(curves: readonly LearningCurve[], id: string): Promise<Html | undefined> {
  const drawn = curves
    .filter(({ reports }) => reports.length > 1)
    .map((curve) => ({
      ...curve,
      name: shortName(curve.name),
      reports: curve.reports.map(([step, value]) => [drawable(step), drawable(value)] as const),
    }));
  if (drawn.length === 0) return undefined;
  const steps = drawn.flatMap(({ reports }) => reports.map(([step]) => step));
  const x = linearScale(spanOf(steps), { whole: steps.every(Number.isInteger), margin: 0 });
  const y = linearScale(spanOf(drawn.flatMap(({ reports }) => reports.map(([, value]) => value))));
  const description = drawn.map(describe).join(' ');
  return drawChart(
    { id, title: 'Learning curves', description },
    {
      legend: legendOf(
        drawn.map(({ name }) => name),
        PAGE,
      ),
      xAxis: { ...axisOf(x, 'step', PAGE), splitLine: { show: false } },
      yAxis: axisOf(y, 'reported value', PAGE, { gap: 62 }),
      series: drawn.map(({ name, color, isDashed, reports }) => ({
        name,
        type: 'line',
        data: reports.map(([step, value]) => [x.at(step)!, y.at(value)!]),
        symbol: reports.length > CROWD ? 'none' : 'circle',
        symbolSize: 6,
        silent: true,
        lineStyle: { color: PAGE[color], width: 2.5, ...(isDashed && { type: 'dashed' }) },
        itemStyle: { color: PAGE[color], opacity: 1 },
      })),
    },
  );
}

function describe({ name, reports }: LearningCurve): string {
  const [first, last] = [reports[0]!, reports.at(-1)!];
  return `${name}: from ${shortNumber(first[1])} at step ${first[0]} to ${shortNumber(last[1])} at step ${last[0]}.`;
}
