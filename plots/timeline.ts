/** When trials ran, side by side, and how each ended. */
import type { CustomSeriesRenderItemAPI, CustomSeriesRenderItemReturn } from 'echarts';
import type { TrialRecord, TrialState } from '../study/trial/trial.ts';
import { numberText, spanOf } from './drawing/numbers.ts';
import type { Palette } from './drawing/palette.ts';
import { emptyPlot, WIDTH, type Plot, type PlotCell, type PlotSettings, type PlottedStudy } from './plot.ts';
import { axisOf, linearScale } from './drawing/scale.ts';
import { GRID, legendOf, thinned, thinnedNote } from './drawing/series.ts';
import { displayNames } from './studies.ts';
import { countsText, plural } from './trials.ts';

interface Run {
  readonly trial: TrialRecord;
  /** Milliseconds since the first start. */
  readonly from: number;
  /** Undefined where it has not ended. */
  readonly to: number | undefined;
  /** From 0; no two runs of a lane overlap. */
  readonly lane: number;
}

/** How the bar of a state is filled, seen without its colour, too. */
const LOOKS: readonly {
  readonly state: TrialState;
  readonly color: keyof Palette & TrialColor;
  readonly look: Look;
}[] = [
  { state: 'complete', color: 'trial', look: 'full' },
  { state: 'pruned', color: 'pruned', look: 'half' },
  { state: 'infeasible', color: 'infeasible', look: 'hollow' },
  { state: 'failed', color: 'failed', look: 'crossed' },
  { state: 'running', color: 'muted', look: 'open' },
  { state: 'paused', color: 'muted', look: 'open' },
];
type Look = 'full' | 'half' | 'hollow' | 'crossed' | 'open';
type TrialColor = 'trial' | 'pruned' | 'infeasible' | 'failed' | 'muted';

/** Legend marks that look like the bars. */
const ICONS: Readonly<Record<Look, string>> = {
  full: 'path://M0,0h14v10h-14z',
  half: 'path://M0,5h14v5h-14zM0,0h0.1v10h-0.1z',
  hollow: 'path://M0,0h14v10h-14zM1.5,1.5v7h11v-7z',
  crossed: 'path://M0,3h9v4h-9zM8,1L9,0L11,4L13,0L14,1L12,5L14,9L13,10L11,6L9,10L8,9L10,5Z',
  open: 'path://M0,0h14v2h-12v6h12v2h-14z',
};
const BAR = 0.7;
const TALLEST_LANE = 26;
const MOST = 640;
/** Units of time, milliseconds, and how many of one an axis spans at the least. */
const UNITS = [
  ['days', 86_400_000, 3],
  ['hours', 3_600_000, 2],
  ['minutes', 60_000, 2],
  ['seconds', 1000, 1],
  ['milliseconds', 1, 0],
] as const;

/** Bars over the time since the first trial started. What waits has none. */
export function timelinePlot(study: PlottedStudy, { colors }: Pick<PlotSettings, 'colors'>): Plot {
  const title = `Timeline: ${displayNames([study])[0]}`;
  const started = study.trials.filter(({ startedAt }) => startedAt !== null);
  const origin = started.reduce((first, { startedAt }) => Math.min(first, Date.parse(startedAt!)), Infinity);
  const runs = lanesOf(started, origin);
  const table = {
    columns: ['trial', 'state', 'started', 'finished', 'seconds', 'lane'],
    rows: runs.map(({ trial, from, to, lane }): PlotCell[] => [
      trial.number,
      trial.state,
      trial.startedAt,
      trial.finishedAt,
      to === undefined ? null : (to - from) / 1000,
      lane,
    ]),
  };
  if (runs.length === 0) return emptyPlot({ title, table }, 'No trial has started yet.', colors);
  const end = spanOf(runs.map(({ from, to = from }) => to)).high;
  const [unit, milliseconds] = UNITS.find(([, size, least]) => end >= size * least)!;
  const lanes = spanOf(runs.map(({ lane }) => lane)).high + 1;
  const x = linearScale({ low: 0, high: (end || 1) / milliseconds }, { margin: 0.02 });
  const y = linearScale({ low: 0.5, high: lanes + 0.5 }, { whole: true, margin: 0 });
  const since = new Date(origin).toISOString().slice(0, 19).replace('T', ' ');
  const drawn = LOOKS.filter(({ state }) => runs.some(({ trial }) => trial.state === state));
  const waiting = study.trials.length - runs.length;
  return {
    title,
    description: `${plural(runs.length, 'trial')} within ${numberText(end / milliseconds, 3)} ${unit}, at most ${lanes} at a time.`,
    notes: [
      `${countsText(study.trials)}.`,
      ...(waiting > 0 ? [`${plural(waiting, 'trial')} ${waiting === 1 ? 'has' : 'have'} not started.`] : []),
      ...thinnedNote(runs.length),
      ...(runs.some(({ to }) => to === undefined) ? ['What has not ended is drawn up to the last event known.'] : []),
    ],
    option: {
      grid: GRID,
      legend: legendOf(
        drawn.map(({ state, look }) => ({ name: state, icon: ICONS[look] })),
        colors,
      ),
      xAxis: axisOf(x, `${unit} since ${since} UTC`, colors),
      yAxis: { ...axisOf(y, 'trials at a time', colors, { gap: 44 }), splitLine: { show: false } },
      series: drawn.map(({ state, color, look }) => ({
        name: state,
        type: 'custom' as const,
        silent: true,
        itemStyle: { color: colors[color] },
        encode: { x: [0, 1], y: [2, 3] },
        data: thinned(runs.filter(({ trial }) => trial.state === state)).map(({ from, to = end, lane }) => [
          x.at(from / milliseconds)!,
          x.at(to / milliseconds)!,
          y.at(lane + 1 + BAR / 2)!,
          y.at(lane + 1 - BAR / 2)!,
        ]),
        renderItem: (_params: unknown, api: CustomSeriesRenderItemAPI) => barOf(api, colors[color], look),
      })),
    },
    table,
    width: WIDTH,
    height: GRID.top + GRID.bottom + Math.max(80, Math.min(MOST, lanes * TALLEST_LANE)),
  };
}

/** Each in the first lane that is free when it starts. */
function lanesOf(started: readonly TrialRecord[], origin: number): Run[] {
  // when each lane is free again, milliseconds since the first start
  const free: number[] = [];
  const order = started
    .map((trial) => ({
      trial,
      from: Date.parse(trial.startedAt!) - origin,
      to: trial.finishedAt === null ? undefined : Date.parse(trial.finishedAt) - origin,
    }))
    .sort((a, b) => a.from - b.from || a.trial.number - b.trial.number);
  return order.map((run) => {
    const found = free.findIndex((at) => at <= run.from);
    const lane = found < 0 ? free.length : found;
    free[lane] = run.to ?? Infinity;
    return { ...run, lane };
  });
}

/** A bar between the corners of a datum, at least a pixel long. */
function barOf(api: CustomSeriesRenderItemAPI, color: string, look: Look): CustomSeriesRenderItemReturn {
  const [x, top] = api.coord([api.value(0), api.value(2)]) as [number, number];
  const [right, bottom] = api.coord([api.value(1), api.value(3)]) as [number, number];
  const [width, height] = [Math.max(1, right - x - 0.5), Math.max(1, bottom - top)];
  const line = { fill: 'none', stroke: color, lineWidth: 1.5 };
  const filled = (shape: { x: number; y: number; width: number; height: number }) =>
    ({ type: 'rect', shape, style: { fill: color } }) as const;
  const outline = { type: 'rect', shape: { x, y: top, width, height }, style: line } as const;
  switch (look) {
    case 'full':
      return filled({ x, y: top, width, height });
    case 'half':
      return {
        type: 'group',
        children: [filled({ x, y: top + height / 2, width, height: height / 2 }), outline],
      };
    case 'hollow':
      return outline;
    case 'crossed': {
      const arm = Math.min(4, height / 2);
      const [end, middle] = [x + width, top + height / 2];
      const cross = [-1, 1].map((way) => ({
        type: 'line' as const,
        shape: { x1: end - arm, y1: middle - way * arm, x2: end + arm, y2: middle + way * arm },
        style: { stroke: color, lineWidth: 2 },
      }));
      return {
        type: 'group',
        children: [filled({ x, y: middle - height / 6, width, height: height / 3 }), ...cross],
      };
    }
    case 'open': {
      const points = [
        [x + width, top],
        [x, top],
        [x, bottom],
        [x + width, bottom],
      ];
      return { type: 'polyline', shape: { points }, style: line };
    }
  }
}
