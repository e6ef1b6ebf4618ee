/** Independent draws from the parameters' priors. */
import { parameterAlone } from '../parameter-alone.ts';
import { advanceSeen, withoutRepeat, type Seen } from '../no-repeats.ts';
import type { Ask, Options, Problem, Rng, Sampler, Suggestion, View } from '../sampler.ts';
import { drawPoint, MAX_ATTEMPTS, unitDraws } from '../unit-cube.ts';

export const random: Sampler<Seen> = {
  name: 'random',
  version: 1,
  options: {},

  supports: () => true,

  advance: (cache: Seen | undefined, view: View, problem: Problem): Seen => advanceSeen(cache, view, problem),

  suggest(cache: Seen, view: View, ask: Ask, rng: Rng, problem: Problem, _options: Options): Suggestion | 'exhausted' {
    const draw = (retry: number): Float64Array => drawPoint(problem.space, ask, unitDraws(rng, retry * MAX_ATTEMPTS));
    const x = withoutRepeat(cache, view, ask, rng, problem, draw);
    return x === 'exhausted' ? x : { x };
  },

  parameter: (ask, ...rest) => parameterAlone(random, ask, ...rest),
};
