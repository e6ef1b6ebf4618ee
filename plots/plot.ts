/**
 * A plot as plain data: an option of ECharts, and the numbers that it shows as a table. Who draws it (a page, a file, a dashboard) adds
 * the title and the notes.
 */
import type { EChartsOption } from 'echarts';
import type { StudyTrials } from '../analysis/study-trials.ts';
import type { Palette } from './drawing/palette.ts';

export type PlotCell = string | number | boolean | null;

/** The plot's data without its picture. */
export interface PlotTable {
  readonly columns: readonly string[];
  /** One cell a column. */
  readonly rows: readonly (readonly PlotCell[])[];
}

export interface Plot {
  readonly title: string;
  /** In words, for those who do not see it. */
  readonly description: string;
  /** What it leaves out, and how its marks read: one sentence each. */
  readonly notes: readonly string[];
  /** Without a title. */
  readonly option: EChartsOption;
  readonly table: PlotTable;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
}

/** What is plotted of a study; its trials by number. */
export type PlottedStudy = StudyTrials;

/** What every builder takes. */
export interface PlotSettings {
  readonly colors: Palette;
  /** Name of an objective; the first one. */
  readonly objective?: string;
}

export const WIDTH = 860;
export const HEIGHT = 380;

/** What a plot is where there is nothing to draw: its title, and why it is empty. */
export function emptyPlot(
  { title, table, notes = [] }: Pick<Plot, 'title' | 'table'> & Partial<Pick<Plot, 'notes'>>,
  why: string,
  colors: Palette,
): Plot {
  const style = {
    text: why,
    fill: colors.muted,
    fontSize: 14,
    align: 'center' as const,
    width: WIDTH - 160,
    overflow: 'break' as const,
  };
  return {
    title,
    description: why,
    notes,
    option: { graphic: [{ type: 'text', x: WIDTH / 2, y: 60, style }] },
    table,
    width: WIDTH,
    height: 140,
  };
}
