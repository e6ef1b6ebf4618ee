/** Charts as SVG elements, drawn by ECharts without a browser. Their colours are the page's. */
import { html, trusted, type Html } from './html.ts';

export type Style = Readonly<Record<string, unknown>>;

/** How a chart is called and described to those who do not see it. */
export interface Caption {
  /** Of the element: one a page. */
  readonly id: string;
  readonly title: string;
  readonly description: string;
}

const WIDTH = 860;
const HEIGHT = 380;
const TEXT: Style = { color: 'var(--ink)', fontSize: 13 };
const LONGEST_NAME = 40;

/** Scales that all charts here have: an axis with numbers, its name beside it. */
export const AXIS: Style & { readonly axisLabel: Style } = {
  type: 'value',
  scale: true,
  nameLocation: 'middle',
  nameTextStyle: TEXT,
  axisLabel: { ...TEXT, hideOverlap: true },
  axisLine: { show: true, lineStyle: { color: 'var(--muted)' } },
  splitLine: { lineStyle: { color: 'var(--line)' } },
};

/** The legend's place above the plot. */
export const LEGEND: Style = {
  top: 6,
  left: 76,
  itemGap: 18,
  itemWidth: 14,
  itemHeight: 10,
  textStyle: TEXT,
  selectedMode: false,
};

/** @param option of ECharts: axes, legend, series */
export async function drawChart(caption: Caption, option: Style): Promise<Html> {
  // the parts of ECharts that these charts need, loaded when one is drawn
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
    chart.setOption({
      animation: false,
      textStyle: { fontFamily: 'system-ui, sans-serif' },
      grid: { left: 84, right: 24, top: 48, bottom: 56, outerBoundsMode: 'none' },
      ...option,
    });
    return named(chart.renderToSVGString(), caption);
  } finally {
    chart.dispose();
  }
}

/** A value that a chart can compute distances with: finite, and without the last bits of large numbers. */
export function drawable(value: number): number {
  return Number(Math.min(1e300, Math.max(-1e300, value)).toPrecision(12));
}

/** Values are drawn as multiples of this: ECharts takes distances below 1e-15 for 0. @param range > 0, of the values */
export function unitOf(range: number): number {
  return 10 ** Math.floor(Math.log10(range));
}

/** A name that has room at an axis or in a legend. */
export function shortName(name: string): string {
  return name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME - 1)}…` : name;
}

/** The element with an accessible name and description, sized by the page. */
function named(svg: string, { id, title, description }: Caption): Html {
  const head = html`<svg id="${id}" role="img" aria-labelledby="${id}-title" aria-describedby="${id}-desc" `;
  const names = html`<title id="${id}-title">${title}</title><desc id="${id}-desc">${description}</desc>`;
  const end = svg.indexOf('>') + 1;
  return trusted(svg.slice(0, end).replace('<svg ', () => head.markup) + names.markup + svg.slice(end));
}
