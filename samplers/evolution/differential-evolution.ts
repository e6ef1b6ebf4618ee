/**
 * Differential evolution [Storn 1997], for one objective, any space.
 *
 * Trial n stands for member n modulo the population: at random from the priors while that member has no result, then its offspring,
 * which takes its place unless it is worse. The mutant, with r1 to r3 other members and F drawn from [0.5, 1] for each trial (dither
 * [Das 2005]):
 *
 *     rand             r1 + F (r2 - r3)
 *     best             best + F (r1 - r2)
 *     current-to-best  target + F (best - target) + F (r1 - r2)
 *
 * A gene beyond its range lies half way from the target's to the bound. Then binomial crossover (differential.ts). Results are compared
 * as rank.ts has it, failed trials change nothing; told and imported ones take their members' places as any. Forbidden points, and such
 * that equal the target, are made again, ten times, and then drawn at random.
 *
 * [Storn 1997] Storn & Price, "Differential Evolution - A Simple and Efficient Heuristic for Global Optimization over Continuous
 *   Spaces", Journal of Global Optimization 11, 1997.
 * [Das 2005] Das, Konar & Chakraborty, "Two Improved Differential Evolution Schemes for Faster Global Search", GECCO 2005.
 */
import { pinned } from '../fixed-values.ts';
import { advanceSeen, withoutRepeat, type Seen } from '../no-repeats.ts';
import { compareRanks, isRanked, rankOf, type Rank } from '../objectives/rank.ts';
import type { Ask, Options, Problem, Rng, Sampler, Suggestion, View } from '../sampler.ts';
import { drawPoint, MAX_ATTEMPTS, unitDraws } from '../unit-cube.ts';
import { pointOf } from '../unit-vectors.ts';
import { ATTEMPTS, PARENTS, streamOf } from './breeding.ts';
import { sameNumbers } from '../same-numbers.ts';
import { binomial, genesOf, someOf } from '../differential.ts';
import { lineage } from './lineage.ts';

interface Member {
  readonly number: number;
  readonly rank: Rank;
}

interface DifferentialCache {
  readonly seen: Seen;
  /** By place. */
  readonly members: (Member | undefined)[];
  closed: number;
}

/** Other members that a mutant is made of. */
const OTHERS = 3;

export const differentialEvolution: Sampler<DifferentialCache> = {
  name: 'differential-evolution',
  version: 1,
  options: {
    population: { type: 'int', default: 10, low: 4, high: 10_000, doc: 'Members of the population' },
    strategy: {
      type: 'enum',
      default: 'current-to-best',
      values: ['rand', 'best', 'current-to-best'],
      doc: 'What a mutant starts from: a member at random, the best one, or a point between its target and the best one',
    },
    crossover: { type: 'float', default: 0.9, low: 0, high: 1, doc: 'Probability of a gene to be the mutant’s (Cr)' },
  },

  supports({ objectives }: Problem): true | string {
    if (objectives === 1) return true;
    return `differential-evolution is for one objective, and this study has ${objectives}; keep one of them, or use nsga-ii`;
  },

  advance(cache: DifferentialCache | undefined, view: View, problem: Problem, options: Options): DifferentialCache {
    const { members, closed } = cache ?? { members: [], closed: 0 };
    for (const number of view.closed.slice(closed)) {
      const row = view.rows[number];
      if (row.x.length !== problem.space.dimensions.length || !isRanked(row)) continue;
      const place = number % Number(options['population']);
      const rank = rankOf(row);
      const before = members[place];
      if (!before || compareRanks(rank, before.rank) <= 0) members[place] = { number, rank };
    }
    return { seen: advanceSeen(cache?.seen, view, problem), members, closed: view.closed.length };
  },

  suggest(
    { seen, members }: DifferentialCache,
    view: View,
    ask: Ask,
    rng: Rng,
    problem: Problem,
    options: Options,
  ): Suggestion | 'exhausted' {
    const { space } = problem;
    const population = Number(options['population']);
    const target = members[ask.number % population];
    const others = members.filter((member) => member !== undefined && member !== target) as Member[];
    const canBreed = target !== undefined && others.length >= OTHERS;
    let bredFrom: readonly number[] = [];
    const draw = (retry: number): Float64Array => {
      const best = canBreed ? others.reduce((a, b) => (compareRanks(b.rank, a.rank) < 0 ? b : a), target) : undefined;
      for (let attempt = 0; attempt < ATTEMPTS && best; attempt++) {
        const stream = streamOf(retry, attempt);
        const parents = [target!, best, ...someOf(others, OTHERS, (i) => rng.uniform(stream + PARENTS, i))];
        const genes = parents.map(({ number }) => genesOf(space, view.rows[number], rng));
        const factor = 0.5 + 0.5 * rng.uniform(stream + PARENTS, OTHERS);
        const child = binomial(
          genes[0],
          mutantOf(String(options['strategy']), genes, factor),
          Number(options['crossover']),
          (dim, mutant) => 0.5 * (genes[0][dim] + (mutant < 0 ? 0 : 1)),
          (i) => rng.uniform(stream, i),
        );
        const x = pointOf(space, pinned(space, ask.fixed), child);
        if (!x || sameNumbers(x, view.rows[target!.number].x)) continue;
        bredFrom = parents.map(({ number }) => number);
        return x;
      }
      bredFrom = [];
      return drawPoint(space, ask, unitDraws(rng, retry * MAX_ATTEMPTS));
    };
    const x = withoutRepeat(seen, view, ask, rng, problem, draw);
    return x === 'exhausted' ? x : { x, memo: lineage(Math.floor(ask.number / population), bredFrom) };
  },
};

function mutantOf(
  strategy: string,
  [target, best, r1, r2, r3]: readonly Float64Array[],
  factor: number,
): (dim: number) => number {
  if (strategy === 'rand') return (dim) => r1[dim] + factor * (r2[dim] - r3[dim]);
  if (strategy === 'best') return (dim) => best[dim] + factor * (r1[dim] - r2[dim]);
  return (dim) => target[dim] + factor * (best[dim] - target[dim]) + factor * (r1[dim] - r2[dim]);
}
