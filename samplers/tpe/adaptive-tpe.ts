/**
 * TPE that finds out by itself how to model a space: each suggestion is made in one of several ways, and those whose trials
 * were among the best of late are taken more often (credit.ts). Hyperopt's ATPE chooses TPE's settings by models trained on
 * other studies; here the study's own results do.
 *
 * The ways, where the space has what sets them apart:
 * 0. parameters jointly, as tpe does by default;
 * 1. each parameter by itself, which forgets how values go together and so tries new combinations of good ones (a group
 *    has two parameters or more);
 * 2. jointly, with the finest kernels, for the last digits of an optimum (not where most parameters have conditions; tpe.ts says why).
 *
 * In a space without a continuous parameter there is way 0 alone: on tables of trainings each parameter by itself was worse than
 * jointly (mean normalised regret 0.43 against 0.31 on eleven of them).
 *
 * When it helps: on the benchmark's problems (bench/samplers) it is to tpe within the noise in every class, and a little ahead where
 * parameters are continuous (mean normalised regret after 100 trials 0.02 less in 2 and 5 dimensions, 0.04 in 20). On tables it is tpe;
 * where one choice of many matters most it may lose to it, since its other ways try more of them.
 *
 * A trial's memo is one byte, its way. Trials with fixed parameters, and those drawn at random, earn no credit.
 */
import type { CompiledSpace } from '../../study/space/dimensions.ts';
import type { Ask, Options, Problem, Rng, Sampler, Suggestion, View } from '../sampler.ts';
import { Credit } from './credit.ts';
import { advanceTpe, isOfBranches, mixedFineness, suggestTpe, type Settings, type TpeCache } from './estimator.ts';
import { goodCount } from './split.ts';
import { COMMON } from './tpe.ts';

interface AdaptiveCache {
  readonly tpe: TpeCache;
  readonly credit: Credit;
}

interface Way {
  readonly joint: Settings['joint'];
  readonly isFine: boolean;
}

const WAYS: readonly Way[] = [
  { joint: 'groups', isFine: false },
  { joint: 'none', isFine: false },
  { joint: 'groups', isFine: true },
];
/** Purpose of the number that chooses the way, above those of other draws and below those of no-repeats.ts. */
const CHOICE = 0xe0000000;

export const adaptiveTpe: Sampler<AdaptiveCache> = {
  name: 'adaptive-tpe',
  version: 2,
  options: COMMON,

  supports({ objectives }: Problem): true | string {
    if (objectives === 1) return true;
    return `adaptive-tpe is for one objective, and this study has ${objectives}; use tpe, or keep one of them`;
  },

  advance(cache: AdaptiveCache | undefined, view: View, problem: Problem): AdaptiveCache {
    const credit = cache?.credit ?? new Credit(WAYS.length);
    const next = advanceTpe(cache?.tpe, view, problem, false, ({ origin, memo }, better, ranked) => {
      // a study's sampler can be changed: what another one noted says nothing
      if (origin !== 'sampler' || memo?.length !== 1 || memo[0] >= WAYS.length) return;
      credit.add(memo[0], Math.max(0, 1 - better / goodCount(ranked)));
    });
    return { tpe: next, credit };
  },

  suggest(
    cache: AdaptiveCache,
    view: View,
    ask: Ask,
    rng: Rng,
    problem: Problem,
    options: Options,
  ): Suggestion | 'exhausted' {
    const startup = Number(options['startup']);
    const ways = waysFor(cache.tpe, problem.space);
    const way = cache.credit.pick(rng.uniform(CHOICE, 0), ways);
    const { joint, isFine } = WAYS[way];
    const answer = suggestTpe(cache.tpe, view, ask, rng, problem, {
      joint,
      fineness: isFine ? 2 : mixedFineness(problem.space, rng),
      startup,
      candidates: Number(options['candidates']),
      pending: options['pending'] === 'ignored' ? 'ignored' : 'bad',
      goodShare: 0.1,
      priorWeight: 1,
    });
    return answer === 'exhausted' || cache.tpe.closed < startup ? answer : { ...answer, memo: Uint8Array.of(way) };
  },
};

/** The ways that are worth a try in a space. */
function waysFor({ models }: TpeCache, space: CompiledSpace): number[] {
  const groups = models.map(({ group }) => group.axes);
  if (!groups.some((axes) => axes.some(({ kind }) => kind === 'continuous'))) return [0];
  const ways = groups.some((axes) => axes.length > 1) ? [0, 1] : [0];
  return isOfBranches(space) ? ways : [...ways, 2];
}
