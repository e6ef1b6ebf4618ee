/**
 * A trust region: in many dimensions a model is right near the best point only, so that is where to look [Eriksson 2019,
 * TuRBO-1]. The region grows with successes in a row, shrinks with failures in a row, and when it has become too small a new
 * one begins elsewhere, from new random points and without the results of the old one.
 *
 * It is a fold over closed rows in commit order. A row belongs to the region that its suggestion saw: those still in flight
 * when a region ended count for no other (`asOf`).
 *
 * [Eriksson 2019] Eriksson et al., "Scalable Global Optimization via Local Bayesian Optimization", NeurIPS 2019,
 *   arXiv:1910.01739.
 */
import { exp, log } from '../numerics/elementary.ts';
import type { Row, Seq, View } from '../sampler.ts';
import type { Box } from './ground.ts';

export interface TrustRegion {
  /** Closed rows taken in. */
  readonly closed: number;
  /** Side of the region, in units of the cube, before it is shaped. */
  readonly length: number;
  readonly successes: number;
  readonly failures: number;
  /** How many regions have ended. */
  readonly restarts: number;
  /** Log position from which on a suggestion belongs to this region. */
  readonly since: Seq;
  /** Numbers of its closed rows, in commit order: the data of its model. */
  readonly members: readonly number[];
  /** The best of these; undefined without a result. */
  readonly best: Row | undefined;
}

/** Constants of [Eriksson 2019, appendix D] and its code, in sides of the cube. */
export const SHORTEST = 0.0078125;
const FIRST = 0.8;
const LONGEST = 1.6;
const SUCCESSES = 3;
/** From so many dimensions on a trust region is of use. */
export const TRUST_DIMENSIONS = 20;

export interface Trust {
  /** Of the space, >= 1. */
  readonly dimensions: number;
  /** Trials in flight together. */
  readonly parallel: number;
  /** Closed rows that a new region begins with, drawn without a model. */
  readonly startup: number;
}

/** Failures in a row, of batches, that shrink a region: max(4, d) / parallel. */
export function failuresAllowed({ dimensions, parallel }: Trust): number {
  return Math.ceil(Math.max(4, dimensions) / parallel);
}

/** The region of a study without results. */
export function openRegion(): TrustRegion {
  return region(0, 0, 0);
}

/** The region after the rows that closed since. */
export function advanceRegion(last: TrustRegion, view: View, trust: Trust): TrustRegion {
  let state = last;
  for (let i = last.closed; i < view.closed.length; i++) {
    const row = view.rows[view.closed[i]];
    state = { ...afterRow(state, row, trust), closed: i + 1 };
    if (state.length < SHORTEST) state = region(i + 1, state.restarts + 1, row.closed!);
  }
  return state;
}

function region(closed: number, restarts: number, since: Seq): TrustRegion {
  return { closed, length: FIRST, successes: 0, failures: 0, restarts, since, members: [], best: undefined };
}

/**
 * A batch of `parallel` rows without a better one is one failure: rows are counted one by one, against so many times the
 * failures allowed. The first `startup` rows of a region only make its data.
 */
function afterRow(state: TrustRegion, row: Row, trust: Trust): TrustRegion {
  if (row.asOf < state.since || row.x.length !== trust.dimensions) return state;
  const members = [...state.members, row.number];
  const isBetter = row.state === 'complete' && row.y !== undefined && improves(row.y[0], state.best?.y?.[0]);
  const isBest = row.state === 'complete' && row.y !== undefined && !(row.y[0] >= (state.best?.y?.[0] ?? Infinity));
  const best = isBest ? row : state.best;
  if (members.length <= trust.startup) return { ...state, members, best };
  let { length } = state;
  let successes = isBetter ? state.successes + 1 : 0;
  let failures = isBetter ? 0 : state.failures + 1;
  if (successes === SUCCESSES) [length, successes] = [Math.min(2 * length, LONGEST), 0];
  if (failures >= failuresAllowed(trust) * trust.parallel) [length, failures] = [length / 2, 0];
  return { ...state, members, best, length, successes, failures };
}

/** Better by a thousandth of the best value at least, as in the authors' code. */
function improves(value: number, best: number | undefined): boolean {
  return best === undefined || value < best - 1e-3 * Math.abs(best);
}

/**
 * The region as a box around its best point: sides in proportion to the length scales, of the volume of a cube of its length
 * [Eriksson 2019, section 2]. The whole cube while there is no result.
 * @param centre  coordinates of the best point, NaN where inactive: the whole range there
 * @param scales  length scales, > 0, in units of the cube
 */
export function boxOf({ length, best }: TrustRegion, centre: Float64Array, scales: Float64Array): Box {
  let logs = 0;
  for (const scale of scales) logs += log(scale) / scales.length;
  const mean = exp(logs);
  const side = (i: number): number => (best && !Number.isNaN(centre[i]) ? (0.5 * length * scales[i]) / mean : Infinity);
  return {
    low: centre.map((at, i) => (side(i) === Infinity ? 0 : Math.max(0, at - side(i)))),
    high: centre.map((at, i) => (side(i) === Infinity ? 1 : Math.min(1, at + side(i)))),
  };
}
