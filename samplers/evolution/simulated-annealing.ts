/**
 * Simulated annealing [Kirkpatrick 1983], for one objective, any space.
 *
 * The first ten results are drawn from the priors, and the best of them is the current point. From then on trials are neighbours of the
 * current point as of their asking. A result takes its place where it is no worse, and else with probability exp(-d / T), where d is the
 * share of all results so far that lie between the two: so any scale of the objective will do. After k results the temperature is
 * T = 2^(-k / halfLife) / 10, so choose a fifth of the trials that the study will have for half-life.
 *
 * A neighbour's numbers are a normal step away whose deviation falls from 0.3 of the range to 0.01, in the same half-lives; each of its
 * parameters changes with a probability that falls from 1 to that of one of them, one in any case; a category changes to any other, and
 * two items of a permutation are swapped. Results are compared as rank.ts has it; failed trials change nothing; told and imported ones
 * compete as any.
 *
 * [Kirkpatrick 1983] Kirkpatrick, Gelatt & Vecchi, "Optimization by Simulated Annealing", Science 220, 1983.
 */
import { advanceSeen, withoutRepeat, type Seen } from '../no-repeats.ts';
import { exp } from '../numerics/elementary.ts';
import { createRng } from '../numerics/philox.ts';
import { quantile } from '../numerics/unit-normal.ts';
import { compareRanks, isRanked, rankOf, type Rank } from '../objectives/rank.ts';
import type { Ask, Options, Problem, Rng, Row, Sampler, Suggestion, View } from '../sampler.ts';
import { drawPoint, MAX_ATTEMPTS, unitDraws } from '../unit-cube.ts';
import { lineage } from './lineage.ts';
import type { Unit } from './units.ts';
import { variantOf } from './variation.ts';

interface AnnealingCache {
  readonly seen: Seen;
  current: { readonly number: number; readonly rank: Rank } | undefined;
  /** Of all results, best first. */
  readonly ranks: Rank[];
  closed: number;
}

const STARTUP = 10;
const TEMPERATURE = 0.1;
const [WIDEST, NARROWEST] = [0.3, 0.01];
const LOG_TWO = 0.6931471805599453;

export const simulatedAnnealing: Sampler<AnnealingCache> = {
  name: 'simulated-annealing',
  version: 1,
  options: {
    halfLife: {
      type: 'float',
      default: 20,
      low: 1,
      high: 1e6,
      doc: 'After how many results temperature and steps are half as large',
    },
  },

  supports({ objectives }: Problem): true | string {
    if (objectives === 1) return true;
    return `simulated-annealing is for one objective, and this study has ${objectives}; keep one of them, or use nsga-ii`;
  },

  advance(cache: AnnealingCache | undefined, view: View, problem: Problem, options: Options): AnnealingCache {
    const next = cache ?? { seen: advanceSeen(undefined, view, problem), current: undefined, ranks: [], closed: 0 };
    advanceSeen(next.seen, view, problem);
    for (; next.closed < view.closed.length; next.closed++) {
      const row = view.rows[view.closed[next.closed]];
      if (row.x.length === problem.space.dimensions.length && isRanked(row))
        take(next, row, cooled(next.ranks.length, options));
    }
    return next;
  },

  suggest(
    { seen, current, ranks }: AnnealingCache,
    view: View,
    ask: Ask,
    rng: Rng,
    problem: Problem,
    options: Options,
  ): Suggestion | 'exhausted' {
    const cold = cooled(ranks.length, options);
    const deviation = Math.max(WIDEST * cold, NARROWEST);
    const some = (units: readonly Unit[], u: (i: number) => number): readonly Unit[] => {
      const sure = Math.floor(u(0) * units.length);
      return units.filter((_, i) => i === sure || u(1 + i) < cold);
    };
    let from: readonly number[] = [];
    const draw = (retry: number): Float64Array => {
      from = [];
      if (current && ranks.length >= STARTUP) {
        const step = (gene: number, u: number): number => quantile(gene, deviation, u);
        const variant = variantOf(view.rows[current.number].x, problem, ask, some, step, rng, retry);
        if (variant) {
          from = [current.number];
          return variant;
        }
      }
      return drawPoint(problem.space, ask, unitDraws(rng, retry * MAX_ATTEMPTS));
    };
    const x = withoutRepeat(seen, view, ask, rng, problem, draw);
    return x === 'exhausted' ? x : { x, memo: lineage(ranks.length, from) };
  },
};

/** What is left of temperature and steps after so many results, from 1 down. */
function cooled(results: number, { halfLife }: Options): number {
  return exp((-LOG_TWO * Math.max(results - STARTUP, 0)) / Number(halfLife));
}

function take(cache: AnnealingCache, row: Row, cold: number): void {
  const { ranks, current } = cache;
  const rank = rankOf(row);
  const place = placeOf(ranks, rank);
  const worse = current ? (place - placeOf(ranks, current.rank)) / ranks.length : 0;
  ranks.splice(place, 0, rank);
  const hot = ranks.length > STARTUP ? TEMPERATURE * cold : 0;
  // the trial's own seed decides, so that the fold is one of the log alone
  if (worse <= 0 || (hot > 0 && createRng(row.seed, row.number).uniform(0, 0) < exp(-worse / hot)))
    cache.current = { number: row.number, rank };
}

/** How many are better. */
function placeOf(ranks: readonly Rank[], rank: Rank): number {
  let low = 0;
  let high = ranks.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareRanks(ranks[middle], rank) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
