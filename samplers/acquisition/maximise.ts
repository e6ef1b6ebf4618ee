/**
 * The point of a space where a utility is largest, as far as a fixed effort finds it: many points are screened, the best few
 * polished. Deterministic: its random numbers are those of the stream it is given, counted by candidate and dimension.
 *
 * Screening mixes points all over the space with neighbours of the best known ones, as [Hutter 2011] found it best for mixed
 * spaces; polishing goes on from the best that differ.
 *
 * [Hutter 2011] Hutter, Hoos and Leyton-Brown, "Sequential Model-Based Optimization for General Algorithm Configuration",
 *   LION 5.
 */
import type { Rng } from '../sampler.ts';
import { CANDIDATE_PURPOSES, candidates } from './candidates.ts';
import type { Ground } from './ground.ts';
import { polish, POLISH_PURPOSES, type Found, type Utility, type UtilitySlope } from './polish.ts';

export interface Effort {
  /** Points screened all over the space. */
  readonly spread: number;
  /** Neighbours screened of each incumbent. */
  readonly near: number;
  /** Points polished. */
  readonly starts: number;
}

export interface Maximum extends Found {
  readonly x: Float64Array;
}

const EFFORT: Effort = { spread: 1024, near: 96, starts: 6 };
/** Coordinates that are screened all over the space, at most. */
const COORDINATES = 131_072;

/** What is usual, and less where points have many coordinates: a matter of the space alone. */
export function effortFor(dimensions: number): Effort {
  const share = Math.min(1, COORDINATES / (EFFORT.spread * dimensions));
  return {
    spread: Math.max(128, Math.floor(EFFORT.spread * share)),
    near: Math.max(32, Math.floor(EFFORT.near * share)),
    starts: Math.max(2, Math.floor(EFFORT.starts * share)),
  };
}

/** Purposes that a maximisation takes: stream to stream + purposesOf(effort) - 1. */
export function purposesOf({ starts }: Effort): number {
  return CANDIDATE_PURPOSES + starts * POLISH_PURPOSES;
}

/**
 * The best point found; undefined if no candidate may be suggested.
 * @param ground      where to look
 * @param utility     values of many points at once
 * @param slope       value and derivatives at one point, if there are any
 * @param scales      length scales by dimension, in units of the cube
 * @param incumbents  coordinates of the best points known, best first (Ground.unitsOf)
 * @param stream      first of the random purposes that it may use
 */
export function maximise(
  ground: Ground,
  utility: Utility,
  slope: UtilitySlope | undefined,
  scales: Float64Array | undefined,
  incumbents: readonly Float64Array[],
  rng: Rng,
  stream: number,
  effort: Effort = effortFor(ground.kinds.length),
): Maximum | undefined {
  const { count, units } = candidates(ground, effort.spread, effort.near, incumbents, rng, stream);
  if (count === 0) return undefined;
  const d = ground.kinds.length;
  const values = utility(units, count).map((value) => (Number.isNaN(value) ? -Infinity : value));
  let best: Found | undefined;
  for (const [k, i] of startsOf(units, values, d, effort.starts).entries()) {
    const start = { unit: units.slice(i * d, (i + 1) * d), value: values[i] };
    const own = stream + CANDIDATE_PURPOSES + k * POLISH_PURPOSES;
    const end = polish(ground, utility, slope, scales, start, rng, own);
    if (!best || end.value > best.value) best = end;
  }
  return { ...best!, x: ground.pointAt(best!.unit) };
}

/** The best candidates that are not the same point or next to a better one: within a thousandth in every coordinate. */
function startsOf(units: Float64Array, values: Float64Array, d: number, starts: number): number[] {
  const order = Array.from(values.keys()).sort((a, b) =>
    values[a] < values[b] ? 1 : values[a] > values[b] ? -1 : a - b,
  );
  const chosen: number[] = [];
  for (const i of order) {
    if (chosen.length === starts) break;
    if (!chosen.some((other) => isNear(units, i * d, other * d, d))) chosen.push(i);
  }
  return chosen;
}

function isNear(units: Float64Array, a: number, b: number, d: number): boolean {
  for (let i = 0; i < d; i++) {
    const [u, v] = [units[a + i], units[b + i]];
    if (Number.isNaN(u) !== Number.isNaN(v) || Math.abs(u - v) > 1e-3) return false;
  }
  return true;
}
