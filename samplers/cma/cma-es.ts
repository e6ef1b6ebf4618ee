/**
 * CMA-ES: a normal distribution that moves and takes the shape of where results are good [Hansen 2023], for one objective, with margins
 * for ordered values (margin.ts), categories beside it (categories.ts), variances alone above 100 coordinates (covariance.ts) and
 * restarts (restarts.ts). What has been learned is folded from the event log (search.ts).
 *
 * Coordinates are values' places on their own scales in the unit cube. The search begins at the priors' medians, in the middle without
 * priors, or at the best trial of an earlier space, another sampler or another study. A draw outside the cube or in a forbidden region
 * is drawn again; in the end it is cut to the cube. Inactive parameters are drawn, too: they keep their place in the distribution, which
 * does not move there (gaussian.ts). Infeasible trials rank last, by violation; pruned ones behind complete ones. A trial with values
 * that somebody gave it is not learned from.
 *
 * [Hansen 2023] Hansen, "The CMA Evolution Strategy: A Tutorial", arXiv:1604.00772v2.
 */
import { isWanted, pinned } from '../fixed-values.ts';
import { advanceSeen, withoutRepeat, type Seen } from '../no-repeats.ts';
import { hash } from '../numerics/hash.ts';
import { ordersOf } from '../orders.ts';
import type { Ask, Options, Problem, Rng, Sampler, Suggestion, View } from '../sampler.ts';
import { drawPoint, MAX_ATTEMPTS, unitDraws } from '../unit-cube.ts';
import { pointOf } from '../unit-vectors.ts';
import { MOST_FULL } from './distribution.ts';
import { layoutOf } from './layout.ts';
import { encodeMemo, UNTAGGED } from './memo.ts';
import type { Policy } from './restarts.ts';
import { Search } from './search.ts';

interface CmaCache {
  readonly seen: Seen;
  readonly search: Search;
}

/** Purposes of the keys of draws, above those of random points. */
const STREAM = 0xc0000000;
/** Draws that have to lie in the cube: fewer where each costs more; and those that are cut to it. */
const [LEAST_RESAMPLED, MOST_RESAMPLED, RESAMPLED_COORDINATES] = [10, 100, 3000];
const CUT = 20;

export const cmaEs: Sampler<CmaCache> = {
  name: 'cma-es',
  version: 1,
  options: {
    sigma: {
      type: 'float',
      default: 0.17,
      low: 0.001,
      high: 1,
      doc: 'Standard deviation to begin with, as a share of each parameter’s range on its scale',
    },
    restarts: {
      type: 'enum',
      default: 'ipop',
      values: ['none', 'ipop', 'bipop'],
      doc: 'What follows a search that has ended: ipop one with twice the population, bipop small ones as well, none nothing',
    },
    adaptRates: {
      type: 'bool',
      default: false,
      doc: 'Learn the more slowly, the less of each generation is signal: for noise and many optima, with many trials',
    },
  },

  supports(problem: Problem, { adaptRates }: Options): true | string {
    const { space, objectives } = problem;
    if (objectives !== 1)
      return `cma-es is for one objective, and this study has ${objectives}; keep one of them, or use nsga-ii, tpe or random`;
    const [order] = ordersOf(space);
    if (order)
      return `cma-es has no permutations, and ${space.dimensions[order[0]].name.replace(/\.0$/, '')} is one; use tpe, gp or random`;
    const n = layoutOf(problem).numbers.length;
    if (adaptRates && n > MOST_FULL)
      return `adaptRates is for up to ${MOST_FULL} numbers, and this space has ${n}; leave it out`;
    return true;
  },

  advance(cache: CmaCache | undefined, view: View, problem: Problem, options: Options): CmaCache {
    const search = cache?.search ?? createSearch(problem, options);
    search.advance(view);
    return { seen: advanceSeen(cache?.seen, view, problem), search };
  },

  suggest(
    { seen, search }: CmaCache,
    view: View,
    ask: Ask,
    rng: Rng,
    problem: Problem,
    options: Options,
  ): Suggestion | 'exhausted' {
    const { space } = problem;
    const pins = pinned(space, ask.fixed);
    const keys = new Map<Float64Array, number>();
    const share = Math.floor(RESAMPLED_COORDINATES / (layoutOf(problem).numbers.length + 1));
    const resampled = Math.max(LEAST_RESAMPLED, Math.min(MOST_RESAMPLED, share));
    const draw = (retry: number): Float64Array => {
      for (let attempt = 0; attempt < resampled + CUT; attempt++) {
        const key = keyOf(rng, STREAM + retry * (resampled + CUT) + attempt);
        const { vector, isInside } = search.distribution.draw(key);
        const x = isInside || attempt >= resampled ? pointOf(space, pins, vector) : undefined;
        if (!x) continue;
        keys.set(x, key);
        return x;
      }
      return drawPoint(space, ask, unitDraws(rng, retry * MAX_ATTEMPTS));
    };
    const x = withoutRepeat(seen, view, ask, rng, problem, draw);
    if (x === 'exhausted') return x;
    const key = isWanted(problem, ask) ? undefined : keys.get(x);
    const memo = encodeMemo({
      options: fingerprint(options),
      generation: key === undefined ? UNTAGGED : search.generation,
      lambda: search.population,
      key: key ?? 0,
    });
    return { x, memo };
  },
};

function createSearch(problem: Problem, options: Options): Search {
  return new Search({
    layout: layoutOf(problem),
    sigma: Number(options['sigma']),
    adaptRates: options['adaptRates'] === true,
    policy: options['restarts'] as Policy,
    parallel: problem.parallel,
    options: fingerprint(options),
  });
}

/** 52 random bits. */
function keyOf(rng: Rng, stream: number): number {
  return Math.floor(rng.uniform(stream, 0) * 4503599627370496);
}

/** A word that says which options these are. */
function fingerprint(options: Options): number {
  let word = 0;
  for (const character of JSON.stringify(options)) word = hash(character.codePointAt(0)!, word, 0);
  return word;
}
