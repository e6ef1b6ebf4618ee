/**
 * The points of a finite space by their place in one fixed order, without a list of them.
 *
 * Dimensions tied by conditions form a component; components are independent, so a place is a number in mixed radix with
 * a digit a component, the first one most significant. Within a component the points are in lexicographic order, and how
 * many lie below a prefix depends on those parents alone that a later dimension still asks for, and of these only on which
 * conditions their value meets: counts are kept by that. Forbidden points have places too.
 */
import { onStep, type CompiledSpace, type Dimension } from '../../study/space/dimensions.ts';
import { holds } from '../../study/space/point.ts';
import { fromUnit, toUnit } from '../unit-cube.ts';

export interface Lattice {
  /** How many points there are, forbidden ones included; Infinity for a continuous dimension or past all counting. */
  readonly size: number;
  /** The point at a place from 0 to size - 1; size must be below 2^53. */
  at(place: number): Float64Array;
  /** The place of a point, or -1 if it is none of the lattice. */
  placeOf(x: Float64Array): number;
}

/** One dimension's values, by rank. */
interface Axis {
  readonly size: number;
  value(rank: number): number;
  /** -1 for a value that is not on the axis. */
  rank(value: number): number;
}

interface Component {
  readonly size: number;
  fill(x: Float64Array, place: number): void;
  /** -1 for a point that is not of the lattice. */
  placeOf(x: Float64Array): number;
}

/** Neighbouring ranks of a parent whose values meet the same conditions. */
interface Run {
  readonly first: number;
  readonly count: number;
  /** Values with the same name meet the same conditions. */
  readonly name: string;
}

/** Counts kept of a component, and dimensions in one: past them it counts as infinite. */
const MAX_COUNTS = 100_000;
const MAX_TIED = 1500;

const lattices = new WeakMap<CompiledSpace, Map<number, Lattice>>();

/**
 * The lattice of a space.
 * @param points  how many values a continuous dimension gets, ends included, even on its scale; 0: none, then such a
 *                dimension makes the lattice infinite
 */
export function latticeOf(space: CompiledSpace, points: number): Lattice {
  let known = lattices.get(space);
  if (!known) lattices.set(space, (known = new Map()));
  let lattice = known.get(points);
  if (!lattice) known.set(points, (lattice = createLattice(space, points)));
  return lattice;
}

function createLattice({ dimensions }: CompiledSpace, points: number): Lattice {
  const axes = dimensions.map((dimension) => axisOf(dimension, points));
  const components = tied(dimensions).map((dims) => createComponent(dimensions, axes, dims));
  return {
    size: components.reduce((product, { size }) => product * size, 1),
    at(place) {
      const x = new Float64Array(dimensions.length).fill(NaN);
      for (let i = components.length - 1; i >= 0; i--) {
        const { size } = components[i];
        components[i].fill(x, place % size);
        place = Math.floor(place / size);
      }
      return x;
    },
    placeOf(x) {
      let place = 0;
      for (const component of components) {
        const digit = component.placeOf(x);
        if (digit < 0) return -1;
        place = place * component.size + digit;
      }
      return place;
    },
  };
}

function axisOf(dimension: Dimension, points: number): Axis {
  const { low, high, step, size } = dimension;
  if (size !== Infinity) {
    return {
      size,
      value: (rank) => (rank === size - 1 ? high : onStep(low, step, rank)),
      rank(value) {
        const rank = size === 1 ? 0 : Math.round((value - low) / step);
        return rank >= 0 && rank < size && this.value(rank) === value ? rank : -1;
      },
    };
  }
  if (points === 0) return { size: Infinity, value: () => NaN, rank: () => -1 };
  const values = evenly(dimension, points);
  return {
    size: values.length,
    value: (rank) => values[rank],
    rank(value) {
      const near = Math.round(toUnit(dimension, value) * (values.length - 1));
      return [near, near - 1, near + 1].find((rank) => values[rank] === value) ?? -1;
    },
  };
}

/** Values from low to high, even on the dimension's scale, without the tail of rounding: 0.001, not 0.00099999999999999. */
function evenly(dimension: Dimension, points: number): number[] {
  const { prior: _, ...flat } = dimension;
  const exact = Array.from({ length: points }, (_unused, i) => fromUnit(flat, i / (points - 1)));
  exact[0] = dimension.low;
  exact[points - 1] = dimension.high;
  const short = exact.map((value, i) => {
    const gap = (exact[i + 1] ?? value) - (exact[i - 1] ?? value);
    const rounded = Math.abs(value) < 1e-9 * gap ? 0 : Number(value.toPrecision(12));
    const near = Math.abs(rounded - value) < 1e-6 * gap;
    return near && rounded > dimension.low && rounded < dimension.high ? rounded : value;
  });
  return [...new Set(short)];
}

/** Dimensions in groups: those that share a condition, directly or through others, are together. */
function tied(dimensions: readonly Dimension[]): number[][] {
  const root = dimensions.map((_, i) => i);
  const find = (i: number): number => {
    while (root[i] !== i) i = root[i] = root[root[i]];
    return i;
  };
  for (const [i, { when }] of dimensions.entries()) for (const { dim } of when) root[find(i)] = find(dim);
  const groups = new Map<number, number[]>();
  for (let i = 0; i < dimensions.length; i++) {
    const group = groups.get(find(i));
    if (group) group.push(i);
    else groups.set(find(i), [i]);
  }
  return [...groups.values()];
}

function createComponent(dimensions: readonly Dimension[], axes: readonly Axis[], dims: readonly number[]): Component {
  const runs = runsOfParents(dimensions, axes, dims);
  const live = liveParents(dimensions, dims);
  const counts = new Map<string, number>();
  const x = new Float64Array(dimensions.length).fill(NaN);
  const names: string[] = [];

  /** Points below the prefix that x and names hold, from a position of dims on. */
  const below = (position: number): number => {
    if (position === dims.length) return 1;
    const key = `${position}:${live[position].map((dim) => names[dim]).join()}`;
    const known = counts.get(key);
    if (known !== undefined) return known;
    if (counts.size >= MAX_COUNTS) return Infinity;
    let count = 0;
    eachRun(position, (run) => {
      count += run.count * below(position + 1);
      return count === Infinity;
    });
    counts.set(key, count);
    return count;
  };

  /** Sets x and names to each run of the dimension at a position in turn, until `stop` holds. */
  const eachRun = (position: number, stop: (run: Run) => boolean): void => {
    const dim = dims[position];
    for (const run of holds(dimensions[dim].when, x) ? runs[position] : INACTIVE) {
      x[dim] = run === INACTIVE[0] ? NaN : axes[dim].value(run.first);
      names[dim] = run.name;
      if (stop(run)) return;
    }
  };

  return {
    size: dims.length > MAX_TIED ? Infinity : below(0),
    fill(point, place) {
      for (let position = 0; position < dims.length; position++) {
        const dim = dims[position];
        eachRun(position, (run) => {
          const each = below(position + 1);
          if (place >= run.count * each) {
            place -= run.count * each;
            return false;
          }
          if (run !== INACTIVE[0]) x[dim] = axes[dim].value(run.first + Math.floor(place / each));
          place %= each;
          return true;
        });
        point[dim] = x[dim];
      }
    },
    placeOf(point) {
      let place = 0;
      for (let position = 0; position < dims.length; position++) {
        const dim = dims[position];
        const rank = Number.isNaN(point[dim]) ? 0 : axes[dim].rank(point[dim]);
        let found = false;
        eachRun(position, (run) => {
          const each = below(position + 1);
          found =
            Number.isNaN(point[dim]) === (run === INACTIVE[0]) && rank >= run.first && rank < run.first + run.count;
          place += (found ? rank - run.first : run.count) * each;
          return found;
        });
        if (!found) return -1;
        x[dim] = point[dim];
      }
      return place;
    },
  };
}

/** The one run of a dimension whose condition does not hold. */
const INACTIVE: readonly [Run] = [{ first: 0, count: 1, name: '-' }];

/** Each dimension's ranks in runs: one run, or several where it is a parent and its values meet different conditions. */
function runsOfParents(dimensions: readonly Dimension[], axes: readonly Axis[], dims: readonly number[]): Run[][] {
  const meets = new Map<number, Map<number, string>>();
  let clause = 0;
  for (const dim of dims) {
    for (const { dim: parent, in: values } of dimensions[dim].when) {
      clause++;
      let names = meets.get(parent);
      if (!names) meets.set(parent, (names = new Map()));
      for (const value of new Set(values)) {
        const rank = axes[parent].rank(value);
        if (rank >= 0) names.set(rank, `${names.get(rank) ?? ''},${clause}`);
      }
    }
  }
  return dims.map((dim) => inRuns(axes[dim].size, meets.get(dim) ?? new Map<number, string>()));
}

function inRuns(size: number, names: ReadonlyMap<number, string>): Run[] {
  const runs: Run[] = [];
  let next = 0;
  const add = (count: number, name: string): void => {
    const last = runs.at(-1);
    if (last?.name === name) runs[runs.length - 1] = { ...last, count: last.count + count };
    else if (count > 0) runs.push({ first: next, count, name });
    next += count;
  };
  const short = new Map<string, string>();
  for (const [rank, name] of [...names].sort(([a], [b]) => a - b)) {
    add(rank - next, '');
    if (!short.has(name)) short.set(name, `${short.size}`);
    add(1, short.get(name)!);
  }
  add(size - next, '');
  return runs;
}

/** For each position the dimensions before it that a condition from there on asks for. */
function liveParents(dimensions: readonly Dimension[], dims: readonly number[]): number[][] {
  const last = new Map<number, number>();
  for (const [position, dim] of dims.entries())
    for (const { dim: parent } of dimensions[dim].when) last.set(parent, position);
  const live: number[][] = [[]];
  for (const [position, dim] of dims.entries())
    live.push([...live[position], dim].filter((parent) => (last.get(parent) ?? -1) > position));
  return live;
}
