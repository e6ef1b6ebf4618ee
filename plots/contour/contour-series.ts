/** What a contour is drawn of: rectangles of one colour, lines of equal value, and the legend of colours. */
import type { CustomSeriesOption, CustomSeriesRenderItemAPI, VisualMapComponentOption } from 'echarts';
import { colorAt } from '../drawing/color-scale.ts';
import { contourLines } from './contour-lines.ts';
import { axisLabel, numberText, shortName } from '../drawing/numbers.ts';
import type { ObjectiveScale } from '../drawing/objective-scale.ts';
import type { Palette } from '../drawing/palette.ts';
import { evenly, type Scale } from '../drawing/scale.ts';
import { thinned } from '../drawing/series.ts';
import { surfaceOf } from './surface.ts';

/** Nodes of the surface a side. */
const NODES = 81;
/** Points of a line that has room for its value. */
const LABELLED = 8;
/** Bins of a number beside a choice. */
const BINS = 8;
/** Ranges of values with a colour of their own, about. */
const LEVELS = 5;

interface Cell {
  /** Corners, in coordinates of the axes. */
  readonly from: readonly [x: number, y: number];
  readonly to: readonly [x: number, y: number];
  /** Coordinate of the objective. */
  readonly value: number;
  readonly text: string;
}

interface Line {
  readonly points: readonly (readonly number[])[];
  readonly text: string;
}

/** A trial that has both parameters, and its objective: coordinates. */
export interface Site {
  readonly x: number;
  readonly y: number;
  readonly value: number;
}

/** Coordinates of the objective where one colour ends and the next begins, ascending. */
export function levelsOf({ at, worst, best }: ObjectiveScale): number[] {
  const [low, high] = [Math.min(at(worst), at(best)), Math.max(at(worst), at(best))];
  return low === high ? [] : evenly(low, high, LEVELS).filter((level) => level > low && level < high);
}

/** The surface as rectangles of one colour each, and the lines between them with their values. */
export function surfaceSeries(
  sites: readonly Site[],
  x: Scale,
  y: Scale,
  levels: readonly number[],
  z: ObjectiveScale,
  colors: Palette,
): CustomSeriesOption[] {
  const { unit } = z.scale;
  const range = Math.abs(z.worst - z.best);
  const share = (at: number, { min, max }: Scale): number => (at - min) / (max - min);
  const field = surfaceOf(
    thinned(sites).map((site) => ({ x: share(site.x, x), y: share(site.y, y), value: site.value })),
    NODES,
  );
  const coordinate = (node: number, { min, max }: Scale): number => min + (node / (NODES - 1)) * (max - min);
  const band = (value: number): number => levels.filter((level) => value >= level).length;
  const edge = (node: number, scale: Scale): number => coordinate(Math.min(NODES - 1, Math.max(0, node)), scale);
  const cells = field.flatMap((row, j) => {
    const runs: { from: number; to: number; value: number }[] = [];
    for (const [i, value] of row.entries()) {
      const last = runs.at(-1);
      if (Number.isNaN(value)) continue;
      if (last && last.to === i - 1 && band(last.value) === band(value)) last.to = i;
      else runs.push({ from: i, to: i, value });
    }
    return runs.map(({ from, to, value }): Cell => ({
      from: [edge(from - 0.5, x), edge(j - 0.5, y)],
      to: [edge(to + 0.5, x), edge(j + 0.5, y)],
      value,
      text: '',
    }));
  });
  const lines = levels.flatMap((level): Line[] => {
    const found = contourLines(field, level).map((line) => line.map(([i, j]) => [coordinate(i, x), coordinate(j, y)]));
    const longest = found.reduce((most, line) => Math.max(most, line.length), 0);
    const labelled = found.find((line) => line.length === longest && longest >= LABELLED);
    return found.map((points) => ({ points, text: points === labelled ? axisLabel(level * unit, range) : '' }));
  });
  return [rectangles(cells, colors), polylines(lines, colors)];
}

/** One cell a pair of choices, or of a choice and a range of numbers, with the mean of its trials. */
export function cellSeries(
  sites: readonly Site[],
  x: Scale,
  y: Scale,
  { scale: { unit } }: ObjectiveScale,
  colors: Palette,
): CustomSeriesOption[] {
  const bins = ({ kind, min, max }: Scale): number => (kind === 'choices' ? Math.round(max - min) : BINS);
  const binOf = (at: number, scale: Scale): number => {
    const bin = Math.floor(((at - scale.min) / (scale.max - scale.min)) * bins(scale));
    return Math.min(bins(scale) - 1, Math.max(0, bin));
  };
  const edge = (bin: number, scale: Scale): number => scale.min + (bin / bins(scale)) * (scale.max - scale.min);
  const members = new Map<string, Site[]>();
  for (const site of sites) {
    const key = `${binOf(site.x, x)},${binOf(site.y, y)}`;
    const cell = members.get(key);
    if (cell) cell.push(site);
    else members.set(key, [site]);
  }
  const cells = [...members].map(([key, trials]): Cell => {
    const [i, j] = key.split(',').map(Number) as [number, number];
    const value = trials.reduce((sum, one) => sum + one.value / trials.length, 0);
    return {
      from: [edge(i, x), edge(j, y)],
      to: [edge(i + 1, x), edge(j + 1, y)],
      value,
      text: numberText(value * unit, 3),
    };
  });
  return [rectangles(cells, colors)];
}

function rectangles(cells: readonly Cell[], colors: Palette): CustomSeriesOption {
  return {
    type: 'custom',
    silent: true,
    data: cells.map(({ from, to, value }) => [...from, ...to, value]),
    encode: { x: [0, 2], y: [1, 3] },
    renderItem: (params: { dataIndex: number }, api: CustomSeriesRenderItemAPI) => {
      const [left, bottom] = api.coord([api.value(0), api.value(1)]) as [number, number];
      const [right, top] = api.coord([api.value(2), api.value(3)]) as [number, number];
      const { text } = cells[params.dataIndex]!;
      const fill = api.visual('color') as string;
      // a hair more, so that no seam shows between neighbours
      const shape = { x: left, y: top, width: right - left + 0.8, height: bottom - top + 0.8 };
      const label = { text, fontSize: 12, fill: colors.ink, stroke: colors.paper, lineWidth: 3 };
      return {
        type: 'rect' as const,
        shape,
        style: { fill },
        ...(text !== '' && {
          textContent: { type: 'text' as const, style: label },
          textConfig: { position: 'insideBottomRight' },
        }),
      };
    },
  };
}

function polylines(lines: readonly Line[], colors: Palette): CustomSeriesOption {
  return {
    type: 'custom',
    silent: true,
    data: lines.map(({ points }) => [...points[0]!]),
    encode: { x: 0, y: 1 },
    itemStyle: { color: colors.ink },
    renderItem: (params: { dataIndex: number }, api: CustomSeriesRenderItemAPI) => {
      const { points, text } = lines[params.dataIndex]!;
      const pixels = points.map((point) => api.coord([...point]));
      const [x, y] = pixels[Math.floor(pixels.length / 2)] as [number, number];
      const label = { text, x, y, align: 'center' as const, verticalAlign: 'middle' as const, fontSize: 11 };
      return {
        type: 'group' as const,
        children: [
          {
            type: 'polyline' as const,
            shape: { points: pixels },
            style: { stroke: colors.ink, lineWidth: 1, fill: 'none' },
          },
          ...(text === ''
            ? []
            : [{ type: 'text' as const, style: { ...label, fill: colors.ink, stroke: colors.paper, lineWidth: 3 } }]),
        ],
      };
    },
  };
}

/** Which colour is which range of values, the best at the top. */
export function bandsLegend(
  levels: readonly number[],
  z: ObjectiveScale,
  name: string,
  colors: Palette,
): VisualMapComponentOption {
  const isUp = z.best >= z.worst;
  const range = Math.abs(z.worst - z.best);
  const text = (level: number): string => axisLabel(level * z.scale.unit, range);
  const count = levels.length + 1;
  const pieces = Array.from({ length: count }, (_, band) => {
    const [from, to] = [levels[band - 1], levels[band]];
    const share = count === 1 ? 1 : band / (count - 1);
    return {
      ...(from !== undefined && { gte: from }),
      ...(to !== undefined && { lt: to }),
      label:
        from === undefined
          ? to === undefined
            ? 'all alike'
            : `below ${text(to)}`
          : to === undefined
            ? `from ${text(from)}`
            : `${text(from)} to ${text(to)}`,
      color: colorAt(isUp ? share : 1 - share, colors),
    };
  });
  return {
    type: 'piecewise',
    dimension: 4,
    seriesIndex: 0,
    pieces: isUp ? pieces.toReversed() : pieces,
    text: [shortName(name, 16), ''],
    textStyle: { color: colors.ink, fontSize: 12 },
    orient: 'vertical',
    right: 8,
    top: 44,
    itemWidth: 16,
    itemHeight: 14,
    selectedMode: false,
    showLabel: true,
    outOfRange: { color: colors.muted },
  };
}
