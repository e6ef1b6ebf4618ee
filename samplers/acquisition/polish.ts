/**
 * A local maximum near a point: numbers, grids as if they were continuous, by L-BFGS in their box (by shrinking random steps
 * where there are no derivatives), places of grids and members of sets by the best single change, in turn until neither gains.
 */
import { minimize } from '../numerics/lbfgsb.ts';
import type { Rng } from '../sampler.ts';
import { neighbour } from './candidates.ts';
import type { Ground } from './ground.ts';
import { nearCount, nearOrder, orderAt, unitsOfOrder, type OrderUnits } from './order-moves.ts';

/** Utilities, to be maximised, of `count` points by rows of coordinates (Ground); NaN counts as -Infinity. */
export type Utility = (units: Float64Array, count: number) => Float64Array;

/** A utility at one point; writes its derivatives by the coordinates of numbers, those of categories are not read. */
export type UtilitySlope = (unit: Float64Array, slope: Float64Array) => number;

export interface Found {
  readonly unit: Float64Array;
  readonly value: number;
}

/** Purposes that polishing takes of the stream it is given. */
export const POLISH_PURPOSES = 4;

const ROUNDS = 4;
/** Enough for the top to be found to a millionth of its worth. */
const CLIMB = { maxIterations: 40, maxEvaluations: 80, gradientTolerance: 1e-5, valueTolerance: 1e-9 };
const BACKTRACKS = 8;
/** Single changes tried together. */
const CHANGES = 64;
const CLIMBS = 20;
const DRAWS = 32;
const SPREADS = [0.1, 0.03, 0.01, 0.003, 0.001];

/** @param scales  length scales by dimension in units of the cube, the steps' own scale; 1 by default */
export function polish(
  ground: Ground,
  utility: Utility,
  slope: UtilitySlope | undefined,
  scales: Float64Array | undefined,
  start: Found,
  rng: Rng,
  stream: number,
): Found {
  let best = start;
  for (let round = 0; round < ROUNDS; round++) {
    const before = best.value;
    best = slope ? ascend(ground, utility, slope, scales, best) : wander(ground, utility, best, rng, stream, round);
    const smooth = best.value;
    best = climb(ground, utility, best, rng, stream, round);
    if (!(best.value > smooth) || !(best.value > before)) break;
  }
  return best;
}

/** The numbers uphill; as much of the way as is allowed and gains. */
function ascend(
  ground: Ground,
  utility: Utility,
  slope: UtilitySlope,
  scales: Float64Array | undefined,
  start: Found,
): Found {
  const dims = [...ground.kinds.keys()].filter(
    (dim) => isSmooth(ground, dim) && ground.isFree(dim) && !Number.isNaN(start.unit[dim]),
  );
  if (dims.length === 0) return start;
  const scale = dims.map((dim) => scales?.[dim] ?? 1);
  const unit = start.unit.slice();
  const slopes = new Float64Array(unit.length);
  const lower = Float64Array.from(dims, (dim, i) => ground.box.low[dim] / scale[i]);
  const upper = Float64Array.from(dims, (dim, i) => ground.box.high[dim] / scale[i]);
  const { x } = minimize(
    (scaled, gradient) => {
      for (const [i, dim] of dims.entries()) unit[dim] = scaled[i] * scale[i];
      slopes.fill(0);
      const value = slope(unit, slopes);
      for (const [i, dim] of dims.entries()) gradient[i] = -slopes[dim] * scale[i];
      return -value;
    },
    Float64Array.from(dims, (dim, i) => start.unit[dim] / scale[i]),
    { lower, upper },
    CLIMB,
  );
  const spare = spareOf(start.unit);
  for (let k = 0, share = 1; k < BACKTRACKS; k++, share *= 0.5) {
    const next = start.unit.slice();
    for (const [i, dim] of dims.entries()) next[dim] = start.unit[dim] + share * (x[i] * scale[i] - start.unit[dim]);
    if (!ground.settle(next, spare)) continue;
    const [value] = utility(next, 1);
    if (value > start.value) return { unit: next, value };
  }
  return start;
}

/** A grid is climbed like a line: the nearest place is taken in the end. */
function isSmooth({ kinds }: Ground, dim: number): boolean {
  return kinds[dim] !== 'set';
}

/** Random steps of all kinds, shorter whenever none gains. */
function wander(ground: Ground, utility: Utility, start: Found, rng: Rng, stream: number, round: number): Found {
  let best = start;
  for (const [k, spread] of SPREADS.entries()) {
    const tries: Float64Array[] = [];
    for (let i = 0; i < DRAWS; i++) {
      const at = ((round * SPREADS.length + k) * DRAWS + i) * (start.unit.length + 1);
      tries.push(neighbour(ground, best.unit, spread, i % 2 === 0, rng, stream, at));
    }
    best = better(ground, utility, best, tries);
  }
  return best;
}

/** The best single change of a grid's place, a set's member or a permutation, as long as one gains. */
function climb(ground: Ground, utility: Utility, start: Found, rng: Rng, stream: number, round: number): Found {
  let best = start;
  for (let k = 0; k < CLIMBS; k++) {
    const { count, change } = changesOf(ground, best.unit);
    if (count === 0) return best;
    // of more than fit, a run from a random place on
    const from = count <= CHANGES ? 0 : Math.floor(rng.uniform(stream, round * CLIMBS + k) * count);
    const tries = Array.from({ length: Math.min(count, CHANGES) }, (_, i) => {
      const { dims, units } = change((from + i) % count);
      const next = best.unit.slice();
      for (const [j, dim] of dims.entries()) next[dim] = units[j];
      return next;
    });
    const next = better(ground, utility, best, tries);
    if (next === best) return best;
    best = next;
  }
  return best;
}

/** All single changes, by their number. */
function changesOf(
  ground: Ground,
  unit: Float64Array,
): { readonly count: number; readonly change: (which: number) => OrderUnits } {
  const singles = singleChanges(ground, unit);
  const orders = ground.orders.filter(([dim]) => !Number.isNaN(unit[dim]));
  const counts = orders.map((dims) => nearCount(dims.length + 1));
  return {
    count: counts.reduce((sum, count) => sum + count, singles.length),
    change: (which) => {
      if (which < singles.length) return { dims: [singles[which][0]], units: [singles[which][1]] };
      let [order, left] = [0, which - singles.length];
      while (left >= counts[order]) left -= counts[order++];
      const dims = orders[order];
      return unitsOfOrder(nearOrder(orderAt(unit, dims), left), dims);
    },
  };
}

function singleChanges(ground: Ground, unit: Float64Array): [dim: number, unit: number][] {
  const changes: [number, number][] = [];
  const inOrder = new Set(ground.orders.flat());
  for (const [dim, kind] of ground.kinds.entries()) {
    if (kind === 'line' || Number.isNaN(unit[dim]) || inOrder.has(dim) || !ground.isFree(dim)) continue;
    const { size } = ground.space.dimensions[dim];
    const place = Math.min(Math.floor(unit[dim] * size), size - 1);
    if (kind === 'set') {
      // a large set is sampled around the member's place: its order means nothing
      for (let i = 1; i < Math.min(size, CHANGES); i++) changes.push([dim, (((place + i) % size) + 0.5) / size]);
      continue;
    }
    for (let stride = 1; stride < size; stride *= 3)
      for (const next of [place - stride, place + stride])
        if (next >= 0 && next < size) changes.push([dim, (next + 0.5) / size]);
  }
  return changes;
}

/** The best of these and of what is known, the first of equal ones. */
function better(ground: Ground, utility: Utility, known: Found, tries: readonly Float64Array[]): Found {
  const spare = spareOf(known.unit);
  const allowed = tries.filter((unit) => ground.settle(unit, spare));
  if (allowed.length === 0) return known;
  const d = known.unit.length;
  const rows = new Float64Array(allowed.length * d);
  for (const [i, unit] of allowed.entries()) rows.set(unit, i * d);
  const values = utility(rows, allowed.length);
  let best = known;
  for (const [i, unit] of allowed.entries()) if (values[i] > best.value) best = { unit, value: values[i] };
  return best;
}

/** Coordinates to take from where a change makes dimensions active: those begin in the middle. */
function spareOf(unit: Float64Array): Float64Array {
  return unit.map((value) => (Number.isNaN(value) ? 0.5 : value));
}
