/** Several small charts side by side in one picture. */
import type { GridComponentOption } from 'echarts';
import { WIDTH } from '../plot.ts';

export interface PanelLayout {
  readonly grids: readonly GridComponentOption[];
  /** Pixels: of one panel's plot, and of them all. */
  readonly width: number;
  readonly height: number;
  /** Whether a panel is the first of its row: it alone names the axis that all of the row share. */
  readonly isFirst: (panel: number) => boolean;
}

interface PanelOptions {
  /** At the most, in a row. */
  readonly columns: number;
  /** Pixels of one, with its axes. */
  readonly height: number;
  /** Above them all, for a legend. */
  readonly top?: number;
  /** To the left of each row, for the axis and its name. */
  readonly left?: number;
  /** Between one's own axis and its left neighbour. */
  readonly gap?: number;
}

const RIGHT = 24;
const FOOT = 56;

/** Rows of equally large panels. */
export function panelLayout(
  count: number,
  { columns: most, height, top = 24, left = 76, gap = 64 }: PanelOptions,
): PanelLayout {
  const columns = Math.max(1, Math.min(most, count));
  const width = (WIDTH - left - RIGHT - (columns - 1) * gap) / columns;
  const grids = Array.from({ length: count }, (_, i) => ({
    left: left + (i % columns) * (width + gap),
    top: top + Math.floor(i / columns) * height,
    width,
    height: height - FOOT - 8,
    outerBoundsMode: 'none' as const,
  }));
  return { grids, width, height: top + Math.ceil(count / columns) * height, isFirst: (panel) => panel % columns === 0 };
}
