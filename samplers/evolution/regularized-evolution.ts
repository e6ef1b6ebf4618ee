/**
 * Regularized evolution, also called aging evolution [Real 2019], for one objective, any space.
 *
 * The population are the newest `population` results, in the order in which they came: members leave it by age, not by value. The
 * first are drawn from the priors. Each later trial is the best of `tournament` members drawn at random (one may be drawn more than once)
 * with one parameter changed: a number by a normal step of a tenth of its range, a category to any other, two items of a permutation
 * swapped. Results are compared as rank.ts has it; failed trials never become members; told and imported ones do.
 *
 * [Real 2019] Real, Aggarwal, Huang & Le, "Regularized Evolution for Image Classifier Architecture Search", AAAI 2019, arXiv:1802.01548.
 */
import { advanceSeen, withoutRepeat, type Seen } from '../no-repeats.ts';
import { quantile } from '../numerics/unit-normal.ts';
import { isBefore, isRanked, rankOf, type Rank } from '../objectives/rank.ts';
import type { Ask, Options, Problem, Rng, Sampler, Suggestion, View } from '../sampler.ts';
import { drawPoint, MAX_ATTEMPTS, unitDraws } from '../unit-cube.ts';
import { lineage } from './lineage.ts';
import type { Step } from './mutation.ts';
import type { Unit } from './units.ts';
import { variantOf } from './variation.ts';

interface AgingCache {
  readonly seen: Seen;
  /** Oldest first. */
  readonly members: { readonly number: number; readonly rank: Rank }[];
  /** Results so far, and closed rows. */
  results: number;
  closed: number;
}

const STEP = 0.1;
/** Purpose of tournaments. */
const TOURNAMENT = 0x80000;

export const regularizedEvolution: Sampler<AgingCache> = {
  name: 'regularized-evolution',
  version: 1,
  options: {
    population: {
      type: 'int',
      default: 20,
      low: 2,
      high: 10_000,
      doc: 'How many of the newest results may be parents',
    },
    tournament: { type: 'int', default: 5, low: 1, high: 10_000, doc: 'How many of them compete to be one' },
  },

  supports({ objectives }: Problem): true | string {
    if (objectives === 1) return true;
    return `regularized-evolution is for one objective, and this study has ${objectives}; keep one of them, or use nsga-ii`;
  },

  advance(cache: AgingCache | undefined, view: View, problem: Problem, options: Options): AgingCache {
    const next = cache ?? { seen: advanceSeen(undefined, view, problem), members: [], results: 0, closed: 0 };
    advanceSeen(next.seen, view, problem);
    for (; next.closed < view.closed.length; next.closed++) {
      const row = view.rows[view.closed[next.closed]];
      if (row.x.length !== problem.space.dimensions.length || !isRanked(row)) continue;
      next.results++;
      next.members.push({ number: row.number, rank: rankOf(row) });
      if (next.members.length > Number(options['population'])) next.members.shift();
    }
    return next;
  },

  suggest(
    { seen, members, results }: AgingCache,
    view: View,
    ask: Ask,
    rng: Rng,
    problem: Problem,
    options: Options,
  ): Suggestion | 'exhausted' {
    const population = Number(options['population']);
    let bredFrom: readonly number[] = [];
    const draw = (retry: number): Float64Array => {
      bredFrom = [];
      if (members.length === population) {
        const drawn = Array.from(
          { length: Number(options['tournament']) },
          (_, i) => members[Math.floor(rng.uniform(TOURNAMENT + retry, i) * population)],
        );
        const { number } = drawn.reduce((a, b) => (isBefore(b.rank, a.rank) ? b : a));
        const variant = variantOf(view.rows[number].x, problem, ask, one, normalStep, rng, retry);
        if (variant) {
          bredFrom = [number];
          return variant;
        }
      }
      return drawPoint(problem.space, ask, unitDraws(rng, retry * MAX_ATTEMPTS));
    };
    const x = withoutRepeat(seen, view, ask, rng, problem, draw);
    return x === 'exhausted' ? x : { x, memo: lineage(Math.floor(results / population), bredFrom) };
  },
};

const normalStep: Step = (gene, u) => quantile(gene, STEP, u);

function one(units: readonly Unit[], u: (i: number) => number): readonly Unit[] {
  return units.length === 0 ? [] : [units[Math.floor(u(0) * units.length)]];
}
