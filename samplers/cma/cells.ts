/** The cells of the unit interval that a dimension's ordered values own, as unit-vectors.ts has them. */
import type { Dimension } from '../../study/space/dimensions.ts';
import { log } from '../numerics/elementary.ts';
import { fromUnit } from '../unit-cube.ts';

/** With more values than this a step is below anything a search distinguishes. */
const MOST_CELLS = 65_536;

/** Whether its values are few enough, and at least three, that a narrow distribution would see one of them alone. */
export function isStepped({ kind, size }: Dimension): boolean {
  return kind !== 'categorical' && size > 2 && size <= MOST_CELLS;
}

/**
 * Bounds of the cell that u lies in; the outermost ones reach to -Infinity and Infinity.
 * @param dimension  stepped, without prior and weights
 */
export function cellAround(dimension: Dimension, u: number): readonly [lower: number, upper: number] {
  const { low, step, size, log: onLog, high } = dimension;
  const inside = u < 0 ? 0 : u > 1 ? 1 : u;
  if (!onLog) {
    const cell = Math.min(Math.floor(inside * size), size - 1);
    return [cell === 0 ? -Infinity : cell / size, cell === size - 1 ? Infinity : (cell + 1) / size];
  }
  const half = 0.5 * step;
  const value = fromUnit(dimension, inside);
  const cell = Math.round((value - low) / step);
  const bottom = log(low - half);
  const width = log(high + half) - bottom;
  return [
    cell === 0 ? -Infinity : (log(value - half) - bottom) / width,
    cell === size - 1 ? Infinity : (log(value + half) - bottom) / width,
  ];
}
