/**
 * No point of a finite space twice, in studies whose trials are deterministic (law 8 of samplers).
 *
 * A suggestion that repeats any earlier trial, whatever became of that one, is drawn again up to ten times. Then a space of
 * up to a million points is searched for one that is left, from a random place on; of a larger one, a hundred more points
 * are drawn at random. If nothing new is found the sampler is exhausted. A trial that somebody gave values to is wanted as it
 * is: it may repeat another where drawing again does not help.
 */
import { narrowed } from '../study/space/fixed.ts';
import { forbiddenAt } from '../study/space/point.ts';
import { isWanted } from './fixed-values.ts';
import { latticeOf } from './designs/lattice.ts';
import { sameNumbers } from './same-numbers.ts';
import type { Ask, Problem, Rng, Row, View } from './sampler.ts';
import { drawPoint, MAX_ATTEMPTS, unitDraws } from './unit-cube.ts';

/** The points of a study so far, by hash; empty where repeats do not matter. */
export interface Seen {
  rows: number;
  readonly numbers: Map<number, number[]>;
  /** Imported trials are other studies': what they tried is no repeat here. */
  readonly transfer?: boolean;
}

const RETRIES = 10;
const SMALL = 1_000_000;
const RANDOM_RETRIES = 100;
/** Purposes of its own, above those of any sampler's draws. */
const STREAM = 0xf0000000;

/**
 * The points seen, brought up to the view; part of a sampler's cache.
 * @param transfer  whether imported trials are other studies'
 */
export function advanceSeen(seen: Seen | undefined, view: View, problem: Problem, transfer = false): Seen {
  const next = seen ?? { rows: 0, numbers: new Map<number, number[]>(), transfer };
  if (!forbidsRepeats(problem)) return next;
  for (; next.rows < view.rows.length; next.rows++) {
    if (!counts(next, view.rows[next.rows])) continue;
    const key = keyOf(view.rows[next.rows].x);
    const numbers = next.numbers.get(key);
    if (numbers) numbers.push(next.rows);
    else next.numbers.set(key, [next.rows]);
  }
  return next;
}

/**
 * A point that repeats none of the view's, where the problem wants that; else simply `draw(0)`.
 * @param seen  advanced to the view
 * @param draw  the sampler's point at retry 0 to 10, each from other random numbers
 */
export function withoutRepeat(
  seen: Seen,
  view: View,
  ask: Ask,
  rng: Rng,
  problem: Problem,
  draw: (retry: number) => Float64Array,
): Float64Array | 'exhausted' {
  const first = draw(0);
  if (!forbidsRepeats(problem)) return first;
  const repeats = (x: Float64Array): boolean =>
    seen.numbers.get(keyOf(x))?.some((number) => sameNumbers(view.rows[number].x, x)) === true;
  let x = first;
  for (let retry = 1; repeats(x); retry++) {
    if (retry > RETRIES) return isWanted(problem, ask) ? first : another(seen, view, ask, rng, problem, repeats);
    x = draw(retry);
  }
  return x;
}

function another(
  seen: Seen,
  view: View,
  ask: Ask,
  rng: Rng,
  { space, fixed }: Problem,
  repeats: (x: Float64Array) => boolean,
): Float64Array | 'exhausted' {
  const lattice = latticeOf(narrowed(space, fixed), 0);
  if (lattice.size > SMALL) {
    for (let retry = 0; retry < RANDOM_RETRIES; retry++) {
      const x = drawPoint(space, ask, unitDraws(rng, STREAM + retry * MAX_ATTEMPTS));
      if (!repeats(x)) return x;
    }
    return 'exhausted';
  }
  const taken = new Uint8Array(lattice.size);
  for (const row of view.rows) {
    const { x } = row;
    if (!counts(seen, row)) continue;
    const place = x.length === space.dimensions.length ? lattice.placeOf(x) : -1;
    if (place >= 0) taken[place] = 1;
  }
  const start = Math.floor(rng.uniform(STREAM, 0) * lattice.size);
  for (let i = 0; i < lattice.size; i++) {
    const place = (start + i) % lattice.size;
    if (taken[place]) continue;
    const x = lattice.at(place);
    if (forbiddenAt(space, x) < 0) return x;
  }
  return 'exhausted';
}

function counts({ transfer }: Seen, { origin }: Row): boolean {
  return !(transfer && origin === 'imported');
}

function forbidsRepeats({ deterministic, space, fixed }: Problem): boolean {
  return deterministic && narrowed(space, fixed).dimensions.every(({ size }) => size !== Infinity);
}

/** A hash of the numbers: equal for equal points, no more is asked of it. */
function keyOf(x: Float64Array): number {
  let key = 0;
  for (const value of x) key = (Math.imul(key, 31) + Math.imul(value | 0, 0x9e3779b1) + ((value * 65536) | 0)) | 0;
  return key;
}
