/** What some trials reported while they learnt, as a chart. */
import { axisLabel, drawable, shortName, unitOf } from '../../plots/numbers.ts';
import { shortNumber } from '../progress.ts';
import type { Measurement } from '../../study/trial.ts';
import { AXIS, drawChart, LEGEND } from './chart.ts';
import type { Html } from './html.ts';

export interface LearningCurve {
  /** One a chart. */
  readonly name: string;
  /** A colour of the page's, by its name. */
  readonly color: string;
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
  const values = drawn.flatMap(({ reports }) => reports.map(([, value]) => value));
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const range = high - low || Math.abs(high) || 1;
  const unit = unitOf(range);
  const isWhole = drawn.every(({ reports }) => reports.every(([step]) => Number.isInteger(step)));
  const description = drawn.map(describe).join(' ');
  return drawChart(
    { id, title: 'Learning curves', description },
    {
      legend: { ...LEGEND, data: drawn.map(({ name }) => ({ name })) },
      xAxis: {
        ...AXIS,
        name: 'step',
        nameGap: 32,
        min: 'dataMin',
        max: 'dataMax',
        ...(isWhole && { minInterval: 1 }),
        splitLine: { show: false },
      },
      yAxis: {
        ...AXIS,
        name: 'reported value',
        nameGap: 62,
        axisLabel: { ...AXIS.axisLabel, formatter: (y: number) => axisLabel(y * unit, range) },
      },
      series: drawn.map(({ name, color, isDashed, reports }) => ({
        name,
        type: 'line',
        data: reports.map(([step, value]) => [step, value / unit]),
        symbol: reports.length > CROWD ? 'none' : 'circle',
        symbolSize: 6,
        silent: true,
        lineStyle: { color: `var(--${color})`, width: 2.5, ...(isDashed && { type: 'dashed' }) },
        itemStyle: { color: `var(--${color})`, opacity: 1 },
      })),
    },
  );
}

function describe({ name, reports }: LearningCurve): string {
  const [first, last] = [reports[0]!, reports.at(-1)!];
  return `${name}: from ${shortNumber(first[1])} at step ${first[0]} to ${shortNumber(last[1])} at step ${last[0]}.`;
}
