/**
 * Latin hypercubes [McKay 1979]: of each `points` trials in a row every parameter has one value in each of `points` equally probable
 * strata of its prior, at random within it; which strata meet is random, too. The next `points` trials are another hypercube.
 *
 * Trial n takes point n modulo `points` of hypercube n over `points`, which the study's seed alone decides, so trials with values of
 * their own (enqueued, told) leave their points out. A category has strata by its weight. A parameter that conditions take away leaves
 * its strata of those trials out. Where a point is forbidden (or a repeat, in a deterministic study) an independent random one takes
 * its place.
 *
 * Strata are shuffled by a keyed bijection that is computed for one place at a time [Kensler 2013, section 3].
 *
 * [McKay 1979] McKay, Beckman & Conover, "A Comparison of Three Methods for Selecting Values of Input Variables in the Analysis of
 *   Output from a Computer Code", Technometrics 21(2), 1979.
 * [Kensler 2013] Kensler, "Correlated Multi-Jittered Sampling", Pixar Technical Memo 13-01, 2013.
 */
import { advanceSeen, withoutRepeat, type Seen } from '../no-repeats.ts';
import type { Ask, Options, Problem, Rng, Sampler, Suggestion, View } from '../sampler.ts';
import { drawPoint, MAX_ATTEMPTS, unitDraws } from '../unit-cube.ts';

/** Purpose of the numbers that key a hypercube's shuffles: above those of other samplers' shared numbers, one a hypercube. */
const SHUFFLE = 0xe0000000;
/** Purpose of places within strata. */
const WITHIN = 0x90000000;

export const latinHypercube: Sampler<Seen> = {
  name: 'latin-hypercube',
  version: 1,
  options: {
    points: {
      type: 'int',
      default: 50,
      low: 2,
      high: 1_000_000,
      doc: 'Points of a hypercube: as many as the study has trials, or a part of that',
    },
  },

  supports: () => true,

  advance: (cache: Seen | undefined, view: View, problem: Problem): Seen => advanceSeen(cache, view, problem),

  suggest(cache: Seen, view: View, ask: Ask, rng: Rng, problem: Problem, options: Options): Suggestion | 'exhausted' {
    const points = Number(options['points']);
    const cube = Math.floor(ask.number / points);
    const draw = (retry: number): Float64Array => {
      const again = unitDraws(rng, retry * MAX_ATTEMPTS);
      return drawPoint(problem.space, ask, (dim, attempt) => {
        if (retry + attempt > 0) return again(dim, attempt);
        const key = Math.floor(rng.shared(SHUFFLE + cube, dim) * 4294967296);
        return (shuffled(ask.number % points, points, key) + rng.uniform(WITHIN, dim)) / points;
      });
    };
    const x = withoutRepeat(cache, view, ask, rng, problem, draw);
    return x === 'exhausted' ? x : { x };
  },
};

/**
 * Where a shuffle of `length` items puts the one at `place`: a bijection of 0 to length - 1, another one for each key.
 * @param length  1 to 2^31
 * @param key     32 bits
 */
export function shuffled(place: number, length: number, key: number): number {
  let mask = length - 1;
  for (const shift of [1, 2, 4, 8, 16]) mask |= mask >>> shift;
  let i = place;
  // a bijection of the next power of two: walk on until the item is one of ours
  do i = mixed(i, mask, key);
  while (i >= length);
  return (i + (key >>> 0)) % length;
}

/** Kensler's steps, each a bijection within the mask. */
function mixed(start: number, mask: number, key: number): number {
  let i = start;
  i = Math.imul(i ^ key, 0xe170893d);
  i ^= key >>> 16;
  i ^= (i & mask) >>> 4;
  i ^= key >>> 8;
  i = Math.imul(i, 0x0929eb3f);
  i ^= key >>> 23;
  i ^= (i & mask) >>> 1;
  i = Math.imul(i, 1 | (key >>> 27));
  i = Math.imul(i, 0x6935fa69);
  i ^= (i & mask) >>> 11;
  i = Math.imul(i, 0x74dcb303);
  i ^= (i & mask) >>> 2;
  i = Math.imul(i, 0x9e501cc3);
  i ^= (i & mask) >>> 2;
  i = Math.imul(i, 0xc860a3df);
  i &= mask;
  i ^= i >>> 5;
  return i >>> 0;
}
