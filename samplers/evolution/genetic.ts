/** What NSGA-II and NSGA-III have in common: generations, tournaments, breeding. */
import { advanceSeen, withoutRepeat, type Seen } from '../no-repeats.ts';
import type { Ask, Options, OptionSpec, Problem, Rng, Sampler, Suggestion, View } from '../sampler.ts';
import { drawPoint, MAX_ATTEMPTS, unitDraws } from '../unit-cube.ts';
import { offspring, PARENTS } from './breeding.ts';
import type { Crossover } from './crossover.ts';
import { Generations, type Member, type Selection } from './generations.ts';
import { lineage } from './lineage.ts';

export interface GeneticCache {
  readonly seen: Seen;
  readonly generations: Generations;
}

interface Kind {
  readonly name: string;
  readonly options: Sampler['options'];
  readonly supports: (problem: Problem, options: Options) => true | string;
  readonly selection: (problem: Problem, options: Options) => Selection;
}

/** A sampler of generations; kinds differ in who survives. */
export function geneticSampler({ name, options: own, supports, selection }: Kind): Sampler<GeneticCache> {
  return {
    name,
    version: 1,
    options: { ...SHARED, ...own },

    supports,

    advance(cache: GeneticCache | undefined, view: View, problem: Problem, options: Options): GeneticCache {
      const generations =
        cache?.generations ?? new Generations(Number(options['population']), selection(problem, options));
      generations.advance(view, problem.space.dimensions.length);
      return { seen: advanceSeen(cache?.seen, view, problem), generations };
    },

    suggest(
      { seen, generations: { parents, generation } }: GeneticCache,
      view: View,
      ask: Ask,
      rng: Rng,
      problem: Problem,
      options: Options,
    ): Suggestion | 'exhausted' {
      const { space } = problem;
      let bredFrom: readonly number[] = [];
      const draw = (retry: number): Float64Array => {
        const parentsOf = (stream: number): [Float64Array, Float64Array] => {
          const [a, b] = mates(parents, (i) => rng.uniform(stream + PARENTS, i));
          bredFrom = [a.number, b.number];
          return [view.rows[a.number].x, view.rows[b.number].x];
        };
        const child =
          parents.length < 2
            ? undefined
            : offspring(space, ask, parentsOf, options['crossover'] as Crossover, rng, retry);
        if (child) return child;
        bredFrom = [];
        return drawPoint(space, ask, unitDraws(rng, retry * MAX_ATTEMPTS));
      };
      const x = withoutRepeat(seen, view, ask, rng, problem, draw);
      return x === 'exhausted' ? x : { x, memo: lineage(generation, bredFrom) };
    },
  };
}

const SHARED = {
  population: {
    type: 'int',
    default: 20,
    low: 4,
    high: 10_000,
    doc: 'Results of a generation, and how many of them and of their parents go on',
  },
  crossover: {
    type: 'enum',
    default: 'uniform',
    values: ['sbx', 'uniform'],
    doc: 'Numbers of a child: near one of the parents’ (sbx), or one of them (uniform)',
  },
} satisfies Readonly<Record<string, OptionSpec>>;

/** Two different ones, each the better of two [Deb 2002, crowded comparison]. */
function mates(parents: readonly Member[], u: (i: number) => number): readonly [Member, Member] {
  const a = winner(parents, u(0), u(1));
  const b = winner(
    parents.filter((parent) => parent !== a),
    u(2),
    u(3),
  );
  return [a, b];
}

function winner(parents: readonly Member[], u: number, v: number): Member {
  const [a, b] = [u, v].map((each) => parents[Math.floor(each * parents.length)]);
  return b.rank < a.rank || (b.rank === a.rank && b.room > a.room) ? b : a;
}
