/**
 * The point of a space where a function of its columns is largest, as far as a search finds it: many points spread over the
 * space and around the best trials are compared, and the best few improved in turns: all numbers together along the
 * function's slopes (whole numbers as if they were continuous), then steps and categories one at a time.
 */
import { onStep, type CompiledSpace } from '../../study/dimensions.ts';
import { minimize } from '../numerics/lbfgsb.ts';
import type { Ask, Rng } from '../sampler.ts';
import { toUnit } from '../unit-cube.ts';
import { worths, worthAndSlopes, type Term } from './acquisition.ts';
import { Draws, type Draw } from './draws.ts';
import { unitSlope, writeColumns, writeUnit, type Layout } from './layout.ts';

export interface Search {
  readonly space: CompiledSpace;
  readonly layout: Layout;
  readonly terms: readonly Term[];
  readonly ask: Ask;
  readonly rng: Rng;
  /** Points compared at first. */
  readonly candidates: number;
  /** Points of the best trials, the best first. */
  readonly best: readonly Float64Array[];
  /** Points that are not wanted again. */
  readonly isTaken: (x: Float64Array) => boolean;
}

interface Scored extends Draw {
  readonly value: number;
}

const STARTS = 5;
/** Points ranked in the end. */
const RANKED = 12;
const TURNS = 3;
const CLIMB = { maxIterations: 30, maxEvaluations: 60, gradientTolerance: 1e-4, valueTolerance: 1e-6 };
const MOVES = 8;
/** Other categories, and steps to each side, looked at in one move. */
const NEIGHBOURS = 12;
/** Dimensions looked at in one move. */
const AXES = 48;
/** How far from a trial its neighbours are drawn, as standard deviations in the unit cube. */
const DISTANCES = [0.2, 0.05, 0.0125, 0.003];
const STEPS = [-1, 1, -2, 2, -3, 3, -4, 4, -5, 5, -6, 6, -7, 7, -8, 8, -9, 9, -10, 10, -11, 11];
/** Purposes of the draws here. */
const MUTATE = 0x300000;
const MOVE = 0x400000;
const OTHER = 0x500000;

/** @returns points from the best on, none of them equal; those not taken first. At least one. */
export function maximise(search: Search): Float64Array[] {
  const { space, ask, rng, candidates, best } = search;
  const draws = new Draws(space, ask, rng);
  const around = best.length > 0 ? candidates >> 1 : 0;
  const drawn: Draw[] = [];
  for (let i = 0; i < candidates - around; i++) drawn.push(draws.spread(i));
  const bases = best.map((x) => unitsOf(search, x));
  for (let i = 0; i < around; i++) drawn.push(draws.at(mutated(search, bases[i % bases.length], i)));
  const scored = score(search, drawn);
  scored.sort((a, b) => b.value - a.value);
  const starts = distinct(scored, STARTS);
  const improved = starts.map((start, i) => improve(search, draws, start, i));
  const all = [...improved, ...scored].sort((a, b) => b.value - a.value);
  return distinct(all, RANKED).map(({ x }) => x);
}

/** Scores draws: -Infinity where taken. */
function score({ layout, terms, isTaken }: Search, drawn: readonly Draw[]): Scored[] {
  const columns = new Float64Array(drawn.length * layout.columns);
  for (const [i, { x }] of drawn.entries()) writeColumns(layout, x, columns, i * layout.columns);
  const values = worths(terms, columns, drawn.length);
  return drawn.map((draw, i) => ({ ...draw, value: isTaken(draw.x) ? -Infinity : values[i] }));
}

/** A point's places; in the middle where it has none. */
function unitsOf({ space }: Search, x: Float64Array): Float64Array {
  return x.map((value, dim) => (Number.isNaN(value) ? 0.5 : toUnit(space.dimensions[dim], value)));
}

/** Places near these: one dimension in every case, others by chance, about two of all. */
function mutated({ layout: { axes }, rng }: Search, units: Float64Array, which: number): Float64Array {
  const changed = units.slice();
  const stream = MUTATE + which;
  const distance = DISTANCES[which % DISTANCES.length];
  const chance = Math.max(which % 3 === 0 ? 1 / axes.length : 0.5, 0);
  const always = Math.floor(rng.uniform(stream, 0) * axes.length);
  for (const [i, { dim, kind }] of axes.entries()) {
    if (i !== always && rng.uniform(stream, 1 + 2 * i) > chance) continue;
    if (kind === 'category') {
      if (i === always || rng.uniform(stream, 1 + 2 * i) < 0.3 * chance) changed[dim] = rng.uniform(stream, 2 + 2 * i);
    } else changed[dim] = reflected(units[dim] + distance * rng.normal(stream, 2 + 2 * i));
  }
  return changed;
}

/** Back into [0, 1] from where it left. */
function reflected(unit: number): number {
  const turned = Math.abs(unit);
  return turned <= 1 ? turned : Math.max(2 - turned, 0);
}

/** The first `most` of different points. */
function distinct(sorted: readonly Scored[], most: number): Scored[] {
  const found: Scored[] = [];
  for (const scored of sorted) {
    if (found.length === most) break;
    if (!found.some(({ x }) => samePoint(x, scored.x))) found.push(scored);
  }
  return found;
}

function improve(search: Search, draws: Draws, start: Scored, which: number): Scored {
  let current = start;
  for (let turn = 0; turn < TURNS; turn++) {
    const climbed = climb(search, draws, current);
    if (climbed.value > current.value) current = climbed;
    const before = current;
    for (let move = 0; move < MOVES; move++) {
      const neighbours = neighboursOf(search, draws, current, (which * TURNS + turn) * MOVES + move);
      let next = current;
      for (const neighbour of score(search, neighbours)) if (neighbour.value > next.value) next = neighbour;
      if (next === current) break;
      current = next;
    }
    if (current === before) break;
  }
  return current;
}

/** Along the slopes of all active numbers that are not fixed. */
function climb(search: Search, draws: Draws, from: Draw): Scored {
  const { layout, terms, ask } = search;
  const axes = layout.axes.filter(
    ({ dim, kind }) => kind !== 'category' && !Number.isNaN(from.x[dim]) && Number.isNaN(ask.fixed[dim]),
  );
  if (axes.length === 0) return { ...from, value: -Infinity };
  const columns = new Float64Array(layout.columns);
  writeColumns(layout, from.x, columns, 0);
  const byColumn = new Float64Array(layout.numeric);
  const descend = (places: Float64Array, slopes: Float64Array): number => {
    for (const [i, axis] of axes.entries()) writeUnit(axis, places[i], columns, 0);
    const value = worthAndSlopes(terms, columns, byColumn);
    for (const [i, axis] of axes.entries()) slopes[i] = -unitSlope(axis, places[i], byColumn);
    return -value;
  };
  const places = Float64Array.from(axes, ({ dim }) => from.units[dim]);
  const low = new Float64Array(axes.length);
  const high = new Float64Array(axes.length).fill(1);
  const { x } = minimize(descend, places, { lower: low, upper: high }, CLIMB);
  const units = from.units.slice();
  for (const [i, { dim }] of axes.entries()) units[dim] = x[i];
  return score(search, [draws.at(units)])[0];
}

/** Points with one category or step changed. */
function neighboursOf({ layout, ask, rng }: Search, draws: Draws, from: Draw, stream: number): Draw[] {
  const neighbours: Draw[] = [];
  const withUnit = (dim: number, unit: number): void => {
    const units = from.units.slice();
    units[dim] = unit;
    neighbours.push(draws.at(units));
  };
  // of many dimensions some, others at each move
  const share = AXES / layout.axes.length;
  for (const { dim, dimension, kind } of layout.axes) {
    if (share < 1 && rng.uniform(MOVE + stream, dim) > share) continue;
    const value = from.x[dim];
    const { size, step } = dimension;
    if (Number.isNaN(value) || !Number.isNaN(ask.fixed[dim]) || size === Infinity) continue;
    if (kind === 'category') {
      for (let k = 0; k < Math.min(size - 1, NEIGHBOURS); k++) {
        const other =
          size - 1 <= NEIGHBOURS ? k : Math.floor(rng.uniform(OTHER + stream, dim * NEIGHBOURS + k) * (size - 1));
        withUnit(dim, ((other < value ? other : other + 1) + 0.5) / size);
      }
      continue;
    }
    const place = Math.round((value - dimension.low) / step);
    for (const by of size <= NEIGHBOURS ? STEPS : STEPS.slice(0, 4)) {
      const to = place + by;
      if (to >= 0 && to < size) withUnit(dim, toUnit(dimension, onStep(dimension.low, step, to)));
    }
  }
  return neighbours;
}

function samePoint(a: Float64Array, b: Float64Array): boolean {
  return a.every((value, i) => Object.is(value, b[i]));
}
