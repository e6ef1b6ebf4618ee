/** Charts as SVG elements, drawn by ECharts without a browser. Their colours are the page's. */
import type { EChartsOption } from 'echarts';
import { HEIGHT, WIDTH, type Plot } from '../../plots/plot.ts';
import { GRID } from '../../plots/drawing/series.ts';
import { html, trusted, type Html } from './html.ts';

/** How a chart is called and described to those who do not see it. */
export interface Caption {
  /** Of the element: one a page. */
  readonly id: string;
  readonly title: string;
  readonly description: string;
}

/** @param option of ECharts: axes, legend, series @param size pixels */
export async function drawChart(
  caption: Caption,
  option: EChartsOption,
  { width, height }: Pick<Plot, 'width' | 'height'> = { width: WIDTH, height: HEIGHT },
): Promise<Html> {
  // the parts of ECharts that these charts need, loaded when one is drawn
  const [{ init, use }, charts, components, { SVGRenderer }] = await Promise.all([
    import('echarts/core'),
    import('echarts/charts'),
    import('echarts/components'),
    import('echarts/renderers'),
  ]);
  const { CustomChart, LineChart, ParallelChart, ScatterChart } = charts;
  const { GraphicComponent, GridComponent, LegendComponent, ParallelComponent, VisualMapComponent } = components;
  use([CustomChart, LineChart, ParallelChart, ScatterChart]);
  use([GraphicComponent, GridComponent, LegendComponent, ParallelComponent, VisualMapComponent, SVGRenderer]);
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height });
  try {
    chart.setOption({
      animation: false,
      textStyle: { fontFamily: 'system-ui, sans-serif' },
      grid: GRID,
      ...option,
    });
    return named(chart.renderToSVGString(), caption);
  } finally {
    chart.dispose();
  }
}

/** The element with an accessible name and description, sized by the page. */
function named(svg: string, { id, title, description }: Caption): Html {
  const head = html`<svg id="${id}" role="img" aria-labelledby="${id}-title" aria-describedby="${id}-desc" `;
  const names = html`<title id="${id}-title">${title}</title><desc id="${id}-desc">${description}</desc>`;
  const end = svg.indexOf('>') + 1;
  const body = svg
    .slice(end)
    .replace(/<style[^>]*><!\[CDATA\[[^]*?<\/style>/, '')
    .replace(/<[^>]*>/g, (tag) => still(tag, id));
  return trusted(svg.slice(0, end).replace('<svg ', () => head.markup) + names.markup + body);
}

/**
 * A tag without what only a page with ECharts' own script has a use for. ECharts numbers the charts of a process in their ids: the same
 * chart would never be drawn the same again.
 */
function still(tag: string, id: string): string {
  return tag.replace(/ (?:class="zr\d+-[^"]*"|ecmeta_\w+="[^"]*")/g, '').replace(/(?<=["#])zr\d+-/g, `${id}-`);
}
