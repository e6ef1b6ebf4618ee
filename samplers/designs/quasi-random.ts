/**
 * Points that fill the space more evenly than chance: trial n takes point n of a scrambled Sobol or Halton sequence,
 * carried to the parameters' priors. The study's seed alone scrambles it, so the trials of a study belong to one sequence.
 * Where a point is forbidden (or a repeat, in a deterministic study) an independent random one takes its place.
 */
import { scrambledHalton } from '../numerics/halton.ts';
import { SOBOL_DIMENSIONS } from '../numerics/sobol-directions.ts';
import { scrambledSobol } from '../numerics/sobol.ts';
import { advanceSeen, withoutRepeat, type Seen } from '../no-repeats.ts';
import type { Ask, Options, Problem, Rng, Sampler, Suggestion, View } from '../sampler.ts';
import { drawPoint, MAX_ATTEMPTS, unitDraws } from '../unit-cube.ts';

/** Purpose of the numbers that key a study's scrambling. */
const SCRAMBLE = 0x5000;

export const quasiRandom: Sampler<Seen> = {
  name: 'quasi-random',
  version: 1,
  options: {
    sequence: {
      type: 'enum',
      default: 'sobol',
      values: ['sobol', 'halton'],
      doc: `Which sequence: sobol for up to ${SOBOL_DIMENSIONS} dimensions, halton for any number of them`,
    },
  },

  supports({ space }: Problem, options: Options): true | string {
    const { length } = space.dimensions;
    if (options['sequence'] === 'halton' || length <= SOBOL_DIMENSIONS) return true;
    return `the Sobol sequence has ${SOBOL_DIMENSIONS} dimensions, and this space ${length}; set its option sequence to halton`;
  },

  advance: (cache: Seen | undefined, view: View, problem: Problem): Seen => advanceSeen(cache, view, problem),

  suggest(cache: Seen, view: View, ask: Ask, rng: Rng, problem: Problem, options: Options): Suggestion | 'exhausted' {
    const scrambled = options['sequence'] === 'halton' ? scrambledHalton : scrambledSobol;
    const draw = (retry: number): Float64Array => {
      const again = unitDraws(rng, retry * MAX_ATTEMPTS);
      return drawPoint(problem.space, ask, (dim, attempt) => {
        if (retry + attempt > 0) return again(dim, attempt);
        const [key0, key1] = [rng.shared(SCRAMBLE, 2 * dim), rng.shared(SCRAMBLE, 2 * dim + 1)];
        return scrambled(ask.number, dim, Math.floor(key0 * 4294967296), Math.floor(key1 * 4294967296));
      });
    };
    const x = withoutRepeat(cache, view, ask, rng, problem, draw);
    return x === 'exhausted' ? x : { x };
  },
};
