/**
 * DEHB: differential evolution on each of a halving scheduler's budgets [Awad 2021], for one objective, any space; without such a
 * scheduler it is plain differential evolution.
 *
 * Each budget has a subpopulation (populations.ts) of the size that Hyperband gives it; options `min`, `max` and `eta` are the
 * scheduler's. A trial started for a budget takes the next slot's turn: at random from the parameters' priors while the slot is empty,
 * then rand/1/bin: r1 + mutation * (r2 - r3) of three members of the pool other than the target; a gene outside [0, 1] is drawn anew;
 * each gene is taken with probability `crossover`, and one in any case, the others are the target's. At a bracket's lowest rung the
 * pool are all members of this budget, at the others the best of the next lower budget that has four members at least, as many as
 * there are slots here; one stands in for the other where it has too few, and then chance. Forbidden points are drawn again, ten
 * times, and then at random.
 *
 * Genes are values' places on their own scales; a category is the cell of its gene. An inactive parameter's gene is a random number
 * that stays with the trial. Ours: results are selected as they come. Scheduler `dehb` starts trials as in the paper; with hyperband
 * or asha, which resume the trials themselves, no offspring is made for a bracket's higher rungs.
 *
 * [Awad 2021] Awad, Mallik & Hutter, "DEHB: Evolutionary Hyperband for Scalable, Robust and Efficient Hyperparameter Optimization",
 *   IJCAI 2021, arXiv:2105.09821.
 */
import type { CompiledSpace } from '../../study/space/dimensions.ts';
import { binomial, genesOf, someOf } from '../differential.ts';
import { pinned, type Pinned } from '../fixed-values.ts';
import { advanceSeen, withoutRepeat, type Seen } from '../no-repeats.ts';
import type { Ask, Options, OptionSpec, Problem, Rng, Row, Sampler, Suggestion, View } from '../sampler.ts';
import { drawPoint, MAX_ATTEMPTS, unitDraws } from '../unit-cube.ts';
import { pointOf } from '../unit-vectors.ts';
import { budgetsOf, levelOf, populationSizes } from './ladder.ts';
import { Populations, type Member } from './populations.ts';

interface DehbCache {
  readonly seen: Seen;
  readonly populations: Populations;
}

const ATTEMPTS = 10;
/** Of a mutation besides the target. */
const PARENTS = 3;
/** Purposes: above those of random draws. */
const STREAM = 0x100000;

const budget = (doc: string, fallback: number): OptionSpec => ({
  type: 'float',
  default: fallback,
  low: 1e-6,
  high: 1e9,
  doc,
});

export const dehb: Sampler<DehbCache> = {
  name: 'dehb',
  version: 1,
  options: {
    min: budget('Budget of the lowest rung, as the scheduler has it', 1),
    max: budget('Budget of a complete trial, as the scheduler has it', 81),
    eta: {
      type: 'int',
      default: 3,
      low: 2,
      high: 1000,
      doc: 'How many times as far each rung trains, as the scheduler has it',
    },
    population: {
      type: 'int',
      default: 20,
      low: 4,
      high: 10_000,
      doc: 'Members of the population without a scheduler',
    },
    mutation: { type: 'float', default: 0.5, low: 0.01, high: 2, doc: 'Factor of the difference of two members (F)' },
    crossover: { type: 'float', default: 0.5, low: 0, high: 1, doc: 'Probability of a gene to be the mutant’s (Cr)' },
  },

  supports({ objectives }: Problem, { min, max }: Options): true | string {
    if (objectives !== 1)
      return `dehb is for one objective, and this study has ${objectives}; use tpe, nsga-ii or gp, weigh them into one (scalarize), or keep one of them`;
    if (Number(min) > Number(max))
      return `min is ${min} and max ${max}: give both as the scheduler has them, min at most max`;
    return true;
  },

  advance(cache: DehbCache | undefined, view: View, problem: Problem, options: Options): DehbCache {
    const populations = cache?.populations ?? createPopulations(options);
    populations.advance(view, problem.space.dimensions.length);
    return { seen: advanceSeen(cache?.seen, view, problem), populations };
  },

  suggest(
    { seen, populations }: DehbCache,
    view: View,
    ask: Ask,
    rng: Rng,
    problem: Problem,
    options: Options,
  ): Suggestion | 'exhausted' {
    const { space } = problem;
    const breeder = breederOf(populations, view.rows, ask, rng, space, options);
    const draw = (retry: number): Float64Array =>
      breeder?.(retry) ?? drawPoint(space, ask, unitDraws(rng, retry * MAX_ATTEMPTS));
    const x = withoutRepeat(seen, view, ask, rng, problem, draw);
    return x === 'exhausted' ? x : { x };
  },
};

function createPopulations({ min, max, eta, population }: Options): Populations {
  const budgets = budgetsOf(Number(min), Number(max), Number(eta));
  const sizes = { levels: populationSizes(budgets.length, Number(eta)), plain: Number(population) };
  return new Populations(sizes, (to) => levelOf(budgets, to));
}

/** Offspring of the slot whose turn it is, each retry's from other random numbers; undefined where there is nobody to breed from. */
function breederOf(
  populations: Populations,
  rows: readonly Row[],
  ask: Ask,
  rng: Rng,
  space: CompiledSpace,
  options: Options,
): ((retry: number) => Float64Array | undefined) | undefined {
  const level = populations.levelFor(ask);
  const target = populations.target(level);
  if (!target) return undefined;
  const pool = poolOf(populations, level, ask, target);
  if (pool.length < PARENTS) return undefined;
  const pins = pinned(space, ask.fixed);
  const genes = ({ number }: Member): Float64Array => genesOf(space, rows[number], rng);
  const own = genes(target);
  return (retry) => {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const x = breed(own, pool, genes, space, pins, retry * ATTEMPTS + attempt, rng, options);
      if (x) return x;
    }
    return undefined;
  };
}

/** Whom parents are drawn from: all but the target. */
function poolOf(populations: Populations, level: number, { rung }: Ask, target: Member): Member[] {
  const own = populations.members(level);
  const isLowest = !rung || rung.rung === 0;
  const most = Math.max(populations.sizeOf(level), PARENTS + 1);
  const lower = lowerMembers(populations, level).slice(0, most);
  const pool = isLowest ? (own.length > PARENTS ? own : lower) : lower.length > PARENTS ? lower : own;
  return pool.filter(({ number }) => number !== target.number);
}

/** Of the next lower budget that has enough members, best first; none where no lower one has. */
function lowerMembers(populations: Populations, level: number): Member[] {
  for (let lower = level - 1; lower >= 0; lower--) {
    const members = populations.members(lower);
    if (members.length > PARENTS) return members;
  }
  return [];
}

/** rand/1/bin; undefined where the point is forbidden. */
function breed(
  own: Float64Array,
  pool: readonly Member[],
  genes: (member: Member) => Float64Array,
  space: CompiledSpace,
  pins: Pinned,
  attempt: number,
  rng: Rng,
  options: Options,
): Float64Array | undefined {
  const draw = (i: number): number => rng.uniform(STREAM + attempt, i);
  const [r1, r2, r3] = someOf(pool, PARENTS, draw).map(genes);
  const factor = Number(options['mutation']);
  const child = binomial(
    own,
    (dim) => r1[dim] + factor * (r2[dim] - r3[dim]),
    Number(options['crossover']),
    (_dim, _mutant, u) => u,
    (i) => draw(PARENTS + i),
  );
  return pointOf(space, pins, child);
}
