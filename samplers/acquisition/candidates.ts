/**
 * Points to screen: a shifted Sobol sequence over the whole ground, and the neighbourhoods of the best points known.
 *
 * A neighbour differs in about half of the dimensions, at most in about twenty of them [Regis 2013]: with all of them moved,
 * hardly one would be close in many dimensions. One in three differs in hardly more than one.
 *
 * [Cranley 1976] Cranley and Patterson, "Randomization of number theoretic methods for multiple integration", SIAM J.
 *   Numerical Analysis 13(6), 904-914.
 * [Regis 2013] Regis and Shoemaker, "Combining radial basis function surrogates and dynamic coordinate search in
 *   high-dimensional expensive black-box optimization", Engineering Optimization 45(5), 529-555.
 */
import { SOBOL_DIMENSIONS } from '../numerics/sobol-directions.ts';
import { sobol } from '../numerics/sobol.ts';
import { truncatedNormalQuantile } from '../numerics/truncated-normal.ts';
import type { Rng } from '../sampler.ts';
import { fromUnit, toUnit } from '../unit-cube.ts';
import type { Ground } from './ground.ts';
import { moved, orderAt, swapped, unitsOfOrder } from './order-moves.ts';

/** Purposes that candidates take, from the stream they are given. */
export const CANDIDATE_PURPOSES = 4;
const SHIFT = 0;
const BEYOND = 1;
const WHICH = 2;
const WHERE = 3;

/** Deviations of a neighbour's coordinates, in turn. */
const SPREADS = [0.2, 0.05, 0.01, 0.002];
const MOVED = 20;

/** Coordinates of points, by rows; `spares` has a full row for each, without NaN. */
export interface Candidates {
  readonly count: number;
  readonly units: Float64Array;
}

/**
 * Candidates that may be suggested, in an order that never changes.
 * @param spread     how many points of the sequence
 * @param near       how many neighbours of each incumbent
 * @param incumbents coordinates of good points
 */
export function candidates(
  ground: Ground,
  spread: number,
  near: number,
  incumbents: readonly Float64Array[],
  rng: Rng,
  stream: number,
): Candidates {
  const d = ground.kinds.length;
  const units = new Float64Array((spread + near * incumbents.length) * d);
  let count = 0;
  const keep = (u: Float64Array, spare: Float64Array): void => {
    if (!ground.settle(u, spare)) return;
    units.set(u, count * d);
    count++;
  };
  const spare = new Float64Array(d);
  const shifts = Float64Array.from({ length: d }, (_, dim) => rng.uniform(stream + SHIFT, dim));
  for (let i = 0; i < spread; i++) keep(spreadPoint(ground, i, shifts, rng, stream), spare);
  for (const [k, incumbent] of incumbents.entries()) {
    for (let i = 0; i < near; i++) {
      const at = (k * near + i) * (d + 1);
      for (let dim = 0; dim < d; dim++) spare[dim] = rng.uniform(stream + WHERE, at + dim);
      keep(neighbour(ground, incumbent, SPREADS[i % SPREADS.length], i % 3 === 0, rng, stream, at), spare);
    }
  }
  return { count, units: units.subarray(0, count * d) };
}

/** Point i of the sequence, carried through the priors where there is no box. */
function spreadPoint(ground: Ground, i: number, shifts: Float64Array, rng: Rng, stream: number): Float64Array {
  const { dimensions } = ground.space;
  const { low, high } = ground.box;
  return shifts.map((shift, dim) => {
    const { prior, weights, size } = dimensions[dim];
    if (size === 1) return 0.5;
    let u =
      dim < SOBOL_DIMENSIONS
        ? sobol(i, dim) / 4294967296 + shift
        : rng.uniform(stream + BEYOND, i * shifts.length + dim);
    if (u >= 1) u -= 1;
    if (ground.kinds[dim] !== 'set' && (low[dim] > 0 || high[dim] < 1)) return low[dim] + u * (high[dim] - low[dim]);
    return prior || weights ? toUnit(dimensions[dim], fromUnit(dimensions[dim], Math.max(u, 1e-12))) : u;
  });
}

/**
 * Some coordinates of a point moved: a set's to another member, a number's by a normal step that stays in the box, a
 * permutation's by some swaps and moves.
 */
export function neighbour(
  ground: Ground,
  from: Float64Array,
  spread: number,
  isSingle: boolean,
  rng: Rng,
  stream: number,
  at: number,
): Float64Array {
  const d = from.length;
  const inOrder = new Set(ground.orders.flat());
  const free: number[] = [];
  for (let dim = 0; dim < d; dim++)
    if (!Number.isNaN(from[dim]) && !inOrder.has(dim) && ground.isFree(dim)) free.push(dim);
  const orders = ground.orders.filter(([dim]) => !Number.isNaN(from[dim]));
  for (const [dim] of orders) free.push(dim);
  const share = isSingle ? 1 / free.length : Math.min(0.5, MOVED / free.length);
  const always = free[Math.floor(rng.uniform(stream + WHICH, at + d) * free.length)];
  const u = from.slice();
  for (const dim of free) {
    const die = rng.uniform(stream + WHICH, at + dim);
    const { size } = ground.space.dimensions[dim];
    const kind = ground.kinds[dim];
    // another member of a set is far away
    if (dim !== always && die >= (kind === 'set' ? 0.5 * share : share)) continue;
    const v = rng.uniform(stream + WHERE, at + dim);
    if (inOrder.has(dim)) {
      shuffle(
        u,
        orders.find(([first]) => first === dim)!,
        spread,
        rng,
        stream,
        at,
      );
      continue;
    }
    if (kind === 'set') {
      const other = Math.min(Math.floor(v * (size - 1)), size - 2);
      const own = Math.floor(from[dim] * size);
      u[dim] = (other + (other >= own ? 1 : 0) + 0.5) / size;
      continue;
    }
    const sd = kind === 'grid' ? Math.max(spread, 1 / size) : spread;
    const { low, high } = ground.box;
    u[dim] = from[dim] + sd * truncatedNormalQuantile(v, (low[dim] - from[dim]) / sd, (high[dim] - from[dim]) / sd);
  }
  return u;
}

/** Makes swaps and moves of a permutation's items, one and for each `1 / n` of the spread another. */
function shuffle(u: Float64Array, dims: readonly number[], spread: number, rng: Rng, stream: number, at: number): void {
  const n = dims.length + 1;
  let items = orderAt(u, dims);
  const times = Math.min(1 + Math.floor(spread * n), dims.length >> 1);
  for (let k = 0; k < times; k++) {
    const a = Math.floor(n * rng.uniform(stream + WHERE, at + dims[2 * k]));
    const other = Math.floor((n - 1) * rng.uniform(stream + WHERE, at + dims[2 * k + 1]));
    const b = other + (other >= a ? 1 : 0);
    items = rng.uniform(stream + WHICH, at + dims[2 * k + 1]) < 0.5 ? swapped(items, a, b) : moved(items, a, b);
  }
  const { units } = unitsOfOrder(items, dims);
  for (const [i, dim] of dims.entries()) u[dim] = units[i];
}
