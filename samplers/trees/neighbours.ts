/**
 * One-exchange neighbours: points that differ from another in one dimension, and in those whose conditions depend on it
 * [Hutter 2011]. A number takes a normal step on its scale, a category any other value.
 *
 * [Hutter 2011] Hutter, Hoos and Leyton-Brown, "Sequential Model-Based Optimization for General Algorithm Configuration",
 *   LION 5, sec. 4.3.
 */
import { onStep, type CompiledSpace, type Dimension } from '../../study/space/dimensions.ts';
import { forbiddenAt, holds } from '../../study/space/point.ts';
import type { Pinned } from '../fixed-values.ts';
import { normalQuantile } from '../numerics/normal.ts';
import { fromUnit, toUnit } from '../unit-cube.ts';
import type { Draws } from './draws.ts';

/** Steps of a number, and other values of a category, in one neighbourhood. */
const STEPS = 4;
const MOST_CLASSES = 16;
/** Neighbours of one point at most. */
const MOST = 256;
/** Standard deviations of a number's steps, on its scale. */
const DEVIATIONS = [0.2, 0.2, 0.05, 0.0125];

export class Neighbourhood {
  private readonly space: CompiledSpace;
  private readonly pins: Pinned;
  private readonly draws: Draws;
  /** Dimensions without their priors: a step is one of the scale. */
  private readonly scales: readonly Dimension[];

  constructor(space: CompiledSpace, pins: Pinned, draws: Draws) {
    this.space = space;
    this.pins = pins;
    this.draws = draws;
    this.scales = space.dimensions.map((dimension) => {
      const { prior, ...scale } = dimension;
      return prior ? scale : dimension;
    });
  }

  /** The neighbours of x in random order, those in forbidden regions left out. */
  *around(x: Float64Array): Generator<Float64Array> {
    // dimension and step in one number: a wide space has thousands
    const moves: number[] = [];
    for (const [dim, { size, kind }] of this.scales.entries()) {
      if (size === 1 || Number.isNaN(x[dim]) || !Number.isNaN(this.pins.fixed[dim])) continue;
      const steps = kind === 'categorical' ? Math.min(size - 1, MOST_CLASSES) : STEPS;
      for (let step = 0; step < steps; step++) moves.push(dim * MOST_CLASSES + step);
    }
    for (let i = 0; i < moves.length && i < MOST; i++) {
      const j = i + this.draws.index(moves.length - i);
      const move = moves[j];
      moves[j] = moves[i];
      moves[i] = move;
      const dim = Math.floor(move / MOST_CLASSES);
      const value = this.moved(this.scales[dim], x[dim], move % MOST_CLASSES);
      if (value === x[dim] || this.pins.among?.get(dim)?.includes(value) === false) continue;
      const neighbour = x.slice();
      neighbour[dim] = value;
      const settled = this.settled(neighbour);
      if (settled) yield settled;
    }
  }

  /**
   * The point nearest to x that has the fixed values and keeps the conditions: what is inactive is dropped, what became
   * active is drawn. Undefined where that is forbidden.
   */
  settled(x: Float64Array): Float64Array | undefined {
    const { dimensions } = this.space;
    const { fixed, among } = this.pins;
    const point = new Float64Array(x.length).fill(NaN);
    for (let i = 0; i < dimensions.length; i++) {
      const dimension = dimensions[i];
      if (!holds(dimension.when, point)) continue;
      const values = among?.get(i);
      if (!Number.isNaN(fixed[i])) point[i] = fixed[i];
      else if (!Number.isNaN(x[i]) && values?.includes(x[i]) !== false) point[i] = x[i];
      else if (values) point[i] = values[this.draws.index(values.length)];
      else point[i] = dimension.size === 1 ? dimension.low : fromUnit(dimension, this.draws.unit());
    }
    return forbiddenAt(this.space, point) < 0 ? point : undefined;
  }

  private moved(scale: Dimension, value: number, step: number): number {
    const { kind, low, high, size } = scale;
    if (kind === 'categorical') {
      const other = size - 1 <= MOST_CLASSES ? step : this.draws.index(size - 1);
      return other < value ? other : other + 1;
    }
    const shift = DEVIATIONS[step] * normalQuantile(this.draws.unit());
    const next = fromUnit(scale, reflected(toUnit(scale, value) + shift));
    if (next !== value || scale.step === 0) return next;
    // too short a step for the grid: the next value
    const place = Math.round((value - low) / scale.step) + (shift < 0 ? -1 : 1);
    const inside = place < 0 ? 1 : place > size - 1 ? size - 2 : place;
    return Math.min(high, onStep(low, scale.step, inside)) + 0;
  }
}

/** Back into [0, 1] where a step left it. */
function reflected(u: number): number {
  const inside = u < 0 ? -u : u > 1 ? 2 - u : u;
  return inside < 0 ? 0 : inside > 1 ? 1 : inside;
}
