/** Pieces that charts share: legends, marks, room around the axes. */
import type { CustomSeriesOption, LegendComponentOption, LineSeriesOption, ScatterSeriesOption } from 'echarts';
import type { Palette } from './palette.ts';
import { LINES } from './symbols.ts';

/** Of ECharts: what this code draws with. */
export type Series = LineSeriesOption | ScatterSeriesOption | CustomSeriesOption;

/** Around a single pair of axes, pixels. */
export const GRID = { left: 84, right: 24, top: 48, bottom: 56, outerBoundsMode: 'none' as const };

/** More marks of one kind than this: an even choice is drawn. */
const MOST_MARKS = 3000;
/** More trials than this are drawn smaller. */
const CROWD = 300;

export function markSize(count: number): number {
  return count > CROWD ? 5 : 8;
}

/** Those that are drawn of very many. */
export function thinned<One>(all: readonly One[], most: number = MOST_MARKS): One[] {
  const every = Math.ceil(all.length / most);
  return all.filter((_, i) => i % every === 0);
}

export function thinnedNote(count: number, most: number = MOST_MARKS): string[] {
  return count > most ? [`Of ${count} marks an even choice is drawn.`] : [];
}

/** The legend's place above the plot. @param names of series, with their icons where these are not the series' own */
export function legendOf(
  names: readonly (string | { readonly name: string; readonly icon?: string })[],
  colors: Palette,
): LegendComponentOption {
  return {
    top: 6,
    left: GRID.left - 8,
    right: GRID.right,
    itemGap: 24,
    itemWidth: 14,
    itemHeight: 10,
    textStyle: { color: colors.ink, fontSize: 13 },
    selectedMode: false,
    data: names.map((name) => (typeof name === 'string' ? { name } : name)),
  };
}

/** How the i-th of several lines is drawn that are studies, or sides, side by side. */
export function lineLook(
  i: number,
  colors: Palette,
): Pick<LineSeriesOption, 'type' | 'silent' | 'lineStyle' | 'itemStyle'> {
  const color = colors.studies[i % colors.studies.length]!;
  return {
    type: 'line',
    silent: true,
    lineStyle: { color, width: 2.5, type: LINES[i % LINES.length]! },
    itemStyle: { color },
  };
}

interface Marks {
  readonly name: string;
  readonly color: string;
  readonly symbol: string;
  readonly size: number;
  readonly opacity?: number;
  readonly isHollow?: boolean;
}

export function marks(
  { name, color, symbol, size, opacity = 1, isHollow = false }: Marks,
  data: readonly (readonly number[])[],
): ScatterSeriesOption {
  return {
    name,
    type: 'scatter',
    data: thinned(data).map((point) => [...point]),
    symbol,
    symbolSize: size,
    itemStyle: isHollow ? { color: 'transparent', borderColor: color, borderWidth: 1.5, opacity } : { color, opacity },
    silent: true,
  };
}
