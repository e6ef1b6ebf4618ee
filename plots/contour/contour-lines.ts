/**
 * Lines of equal value through a field that is known at the nodes of a grid (marching squares, [Lorensen 1987] in two dimensions).
 *
 * [Lorensen 1987] Lorensen & Cline, "Marching Cubes: A High Resolution 3D Surface Construction Algorithm", SIGGRAPH 1987.
 */

/** Values by row and column; NaN where nothing is known. All rows are equally long. */
export type Field = readonly (readonly number[])[];

/** In units of the grid: [column, row], 0 at the first node. */
export type GridPoint = readonly [column: number, row: number];

/** The lines at `level`, each from end to end or closed; none through cells with an unknown corner. */
export function contourLines(field: Field, level: number): GridPoint[][] {
  const segments = new Map<string, [GridPoint, string][]>();
  const join = (from: string, to: string, point: GridPoint): void => {
    const ends = segments.get(from) ?? [];
    ends.push([point, to]);
    segments.set(from, ends);
  };
  for (let row = 0; row + 1 < field.length; row++)
    for (let column = 0; column + 1 < field[row]!.length; column++)
      for (const [a, b] of cellSegments(field, column, row, level)) {
        join(a.key, b.key, a.point);
        join(b.key, a.key, b.point);
      }
  const starts = [...segments.keys()];
  const isEnd = (key: string): boolean => segments.get(key)!.length === 1;
  const taken = new Set<string>();
  const lines: GridPoint[][] = [];
  // open lines from their ends first, what is left is closed
  for (const key of [...starts.filter(isEnd), ...starts])
    if (!taken.has(key)) lines.push(lineFrom(key, segments, taken));
  return lines;
}

interface Crossing {
  /** Of the edge that it is on: cells that share the edge share the crossing. */
  readonly key: string;
  readonly point: GridPoint;
}

/** Where the level crosses a cell: none, one, or (at a saddle) two segments. */
function cellSegments(field: Field, column: number, row: number, level: number): [Crossing, Crossing][] {
  const corners = [
    field[row]![column]!,
    field[row]![column + 1]!,
    field[row + 1]![column + 1]!,
    field[row + 1]![column]!,
  ];
  if (corners.some(Number.isNaN)) return [];
  const above = corners.map((value) => value >= level);
  // edges 0 to 3: top, right, bottom, left; each between corners i and i + 1
  const crossed = [0, 1, 2, 3].filter((i) => above[i] !== above[(i + 1) % 4]);
  const crossings = crossed.map((i) => crossingOf(i, corners, column, row, level));
  if (crossings.length < 4) return crossings.length === 2 ? [[crossings[0]!, crossings[1]!]] : [];
  // a saddle: its middle says which corners belong together
  const middle = corners.reduce((sum, value) => sum + value / 4, 0) >= level;
  const [top, right, bottom, left] = crossings as [Crossing, Crossing, Crossing, Crossing];
  return middle === above[0]
    ? [
        [top, right],
        [bottom, left],
      ]
    : [
        [top, left],
        [bottom, right],
      ];
}

function crossingOf(edge: number, corners: readonly number[], column: number, row: number, level: number): Crossing {
  const [a, b] = [corners[edge]!, corners[(edge + 1) % 4]!];
  const share = (level - a) / (b - a);
  switch (edge) {
    case 0:
      return { key: `${column},${row},across`, point: [column + share, row] };
    case 1:
      return { key: `${column + 1},${row},down`, point: [column + 1, row + share] };
    case 2:
      return { key: `${column},${row + 1},across`, point: [column + 1 - share, row + 1] };
    default:
      return { key: `${column},${row},down`, point: [column, row + 1 - share] };
  }
}

function lineFrom(
  start: string,
  segments: ReadonlyMap<string, readonly [GridPoint, string][]>,
  taken: Set<string>,
): GridPoint[] {
  const line: GridPoint[] = [];
  let key: string | undefined = start;
  while (key !== undefined && !taken.has(key)) {
    taken.add(key);
    const ends: readonly [GridPoint, string][] = segments.get(key)!;
    line.push(ends[0]![0]);
    const next = ends.find(([, to]) => !taken.has(to));
    // back where it began: a closed line
    if (!next && line.length > 2 && ends.some(([, to]) => to === start)) line.push(line[0]!);
    key = next?.[1];
  }
  return line;
}
