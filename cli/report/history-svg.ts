/** A study's optimisation history as an SVG element, drawn by ECharts without a browser. Its colours are the page's. */
import type { Objective } from '../../study/study.ts';
import type { TrialRecord, TrialState } from '../../study/trial.ts';
import { historyOf, shownRange, type HistoryPoint } from '../history.ts';
import { shortNumber } from '../progress.ts';
import { html, trusted, type Html } from './html.ts';

type Series = Readonly<Record<string, unknown>>;

const WIDTH = 860;
const HEIGHT = 380;
/** Marks in a chart; of more trials an even choice is drawn. */
const MOST_MARKS = 3000;
/** Share of the complete trials, the worst ones, that may lie outside. */
const HIDDEN = 0.25;
const CROSS = 'path://M1,0L5,4L9,0L10,1L6,5L10,9L9,10L5,6L1,10L0,9L4,5L0,1Z';

/**
 * The chart; undefined where no trial is complete.
 *
 * @param trials by number
 * @param id     of the element, for its accessible name
 */
export async function historySvg(
  trials: readonly TrialRecord[],
  objective: Objective,
  id: string,
): Promise<Html | undefined> {
  const points = historyOf(trials, objective);
  if (points.length === 0) return undefined;
  // the parts of ECharts that this chart needs, loaded when it is drawn
  const [{ init, use }, { LineChart, ScatterChart }, { GridComponent, LegendComponent }, { SVGRenderer }] =
    await Promise.all([
      import('echarts/core'),
      import('echarts/charts'),
      import('echarts/components'),
      import('echarts/renderers'),
    ]);
  use([LineChart, ScatterChart, GridComponent, LegendComponent, SVGRenderer]);
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height: HEIGHT });
  try {
    chart.setOption(optionOf(trials, objective, points));
    return named(chart.renderToSVGString(), id, `History of ${objective.name}`, describe(trials, objective, points));
  } finally {
    chart.dispose();
  }
}

function optionOf(trials: readonly TrialRecord[], { name, goal }: Objective, points: readonly HistoryPoint[]): Series {
  const [low, high] = shownRange(points, goal, HIDDEN);
  const worst = goal === 'maximize' ? low : high;
  const thin = <Item>(items: readonly Item[]): readonly Item[] => {
    const every = Math.ceil(items.length / MOST_MARKS);
    return items.filter((_, i) => i % every === 0);
  };
  const inside = points.filter(({ value }) => value >= low && value <= high);
  const outside = points.filter(({ value }) => value < low || value > high);
  const atEdge = (state: TrialState): number[][] =>
    trials.filter((trial) => trial.state === state).map(({ number }) => [number, worst]);
  const marks = (title: string, data: readonly (readonly number[])[], style: Series): Series => ({
    name: title,
    type: 'scatter',
    data: thin(data),
    symbolSize: 8,
    silent: true,
    clip: false,
    ...style,
  });
  const fill = (color: string): Series => ({ itemStyle: { color: `var(--${color})`, opacity: 1 } });
  const series = [
    marks(
      'complete',
      inside.map(({ number, value }) => [number, value]),
      { ...fill('trial'), symbol: 'circle' },
    ),
    marks(
      'worse than shown',
      outside.map(({ number }) => [number, worst]),
      {
        ...fill('muted'),
        symbol: 'triangle',
        symbolRotate: goal === 'maximize' ? 180 : 0,
      },
    ),
    marks('pruned', atEdge('pruned'), { ...fill('pruned'), symbol: 'diamond', symbolSize: 10 }),
    marks('infeasible', atEdge('infeasible'), { ...fill('infeasible'), symbol: 'rect' }),
    marks('failed', atEdge('failed'), { ...fill('failed'), symbol: CROSS, symbolSize: 9 }),
    {
      name: 'best so far',
      type: 'line',
      step: 'end',
      data: bestLine(points).map(([number, best]) => [number, Math.min(high, Math.max(low, best))]),
      symbol: 'none',
      silent: true,
      lineStyle: { color: 'var(--best)', width: 2.5 },
      itemStyle: { color: 'var(--best)' },
    },
  ].filter(({ data }) => (data as readonly unknown[]).length > 0);
  const text = { color: 'var(--ink)', fontSize: 13 };
  const axis = {
    type: 'value',
    scale: true,
    nameLocation: 'middle',
    nameTextStyle: text,
    axisLabel: text,
    axisLine: { show: true, lineStyle: { color: 'var(--muted)' } },
    splitLine: { lineStyle: { color: 'var(--line)' } },
  };
  return {
    animation: false,
    textStyle: { fontFamily: 'system-ui, sans-serif' },
    grid: { left: 84, right: 24, top: 48, bottom: 56, outerBoundsMode: 'none' },
    legend: {
      top: 4,
      left: 80,
      itemGap: 18,
      textStyle: text,
      selectedMode: false,
      data: series.map((one) => one.name),
    },
    xAxis: { ...axis, name: 'trial', nameGap: 32, minInterval: 1, splitLine: { show: false } },
    yAxis: { ...axis, name: short(name), nameGap: 62 },
    series,
  };
}

/** The points where the best changed, and the last one. */
function bestLine(points: readonly HistoryPoint[]): (readonly [number, number])[] {
  return points
    .filter(({ best }, i) => i === 0 || i === points.length - 1 || best !== points[i - 1]!.best)
    .map(({ number, best }) => [number, best] as const);
}

function describe(trials: readonly TrialRecord[], { goal }: Objective, points: readonly HistoryPoint[]): string {
  const [first, last] = [points[0]!, points.at(-1)!];
  const reached = points.find(({ best }) => best === last.best)!;
  return (
    `The ${goal === 'maximize' ? 'highest' : 'lowest'} value so far goes from ${shortNumber(first.best)} at trial ${first.number} ` +
    `to ${shortNumber(last.best)} at trial ${reached.number}; ${trials.length} trials, ${points.length} of them complete.`
  );
}

/** The element with an accessible name and description, sized by the page. */
function named(svg: string, id: string, title: string, description: string): Html {
  const head = html`<svg id="${id}" role="img" aria-labelledby="${id}-title" aria-describedby="${id}-desc" `;
  const names = html`<title id="${id}-title">${title}</title><desc id="${id}-desc">${description}</desc>`;
  const end = svg.indexOf('>') + 1;
  return trusted(svg.slice(0, end).replace('<svg ', () => head.markup) + names.markup + svg.slice(end));
}

function short(name: string): string {
  return name.length > 40 ? `${name.slice(0, 39)}…` : name;
}
