/**
 * TPE, the tree-structured Parzen estimator [Bergstra 2011], in the joint form [Falkner 2018] and with the choices that
 * [Watanabe 2023] found best: for one objective, any space.
 *
 * The space falls into groups of dimensions that are active together (groups.ts). After `startup` closed trials, whatever
 * became of them, a point is settled group by group, parents first: in each active group the best of `candidates` draws
 * from the density of the good rows is taken (contrast.ts). A candidate in a forbidden region is none; if all are,
 * everything is drawn again, ten times, and then the point is a random one of those allowed. In a finite space a
 * candidate that an earlier trial had is taken only if all of them are such.
 *
 * [Bergstra 2011] Bergstra et al., "Algorithms for Hyper-Parameter Optimization", NeurIPS 2011.
 * [Falkner 2018] Falkner et al., "BOHB: Robust and Efficient Hyperparameter Optimization at Scale", ICML 2018.
 * [Watanabe 2023] Watanabe, "Tree-Structured Parzen Estimator: Understanding Its Algorithm Components and Their Roles
 *   for Better Empirical Performance", arXiv:2304.11127.
 */
import { forbiddenAt, holds } from '../../study/point.ts';
import type { CompiledSpace } from '../../study/dimensions.ts';
import { pinned, type Pinned } from '../fixed-values.ts';
import { advanceSeen, withoutRepeat, type Seen } from '../no-repeats.ts';
import type { Ask, Options, Problem, Rng, Sampler, Suggestion, View } from '../sampler.ts';
import { drawPoint, MAX_ATTEMPTS, unitDraws } from '../unit-cube.ts';
import { groupsOf } from './groups.ts';
import { GroupModel, type Judge } from './group-model.ts';
import { goodCount, isRanked, Ranking } from './split.ts';

/** What the sampler keeps between asks. What it answers from it is a function of the view, however that was reached. */
export interface TpeCache {
  readonly models: readonly GroupModel[];
  readonly ranking: Ranking;
  readonly seen: Seen;
  /** Rows and closings taken in, and rows with results among these. */
  rows: number;
  closed: number;
  ranked: number;
}

const ATTEMPTS = 10;
/** Purpose of the first dimension's numbers, above those of random draws. */
const STREAM = 0x100000;

export const tpe: Sampler<TpeCache> = {
  name: 'tpe',
  version: 1,
  options: {
    startup: {
      type: 'int',
      default: 10,
      low: 0,
      high: 1_000_000,
      doc: 'Trials drawn at random before the model is used',
    },
    candidates: { type: 'int', default: 24, low: 1, high: 10_000, doc: 'Points drawn and compared for a suggestion' },
    multivariate: { type: 'bool', default: true, doc: 'Parameters are modelled together; false: each by itself' },
  },

  // measured: 10 ms at about a hundred thousand numbers
  heavy: (rows, { space }) => rows * space.dimensions.length > 100_000,

  supports({ objectives }: Problem): true | string {
    if (objectives === 1) return true;
    return `tpe is for one objective, and this study has ${objectives}; keep one of them, or use random or quasi-random`;
  },

  advance(cache: TpeCache | undefined, view: View, problem: Problem, options: Options): TpeCache {
    const next = cache ?? createCache(view, problem, options['multivariate'] === true);
    for (const { observations } of next.models) observations.append(view.rows, next.rows);
    next.rows = view.rows.length;
    for (; next.closed < view.closed.length; next.closed++) {
      const row = view.rows[view.closed[next.closed]];
      if (!isRanked(row) || row.x.length !== problem.space.dimensions.length) continue;
      next.ranking.add(row);
      next.ranked++;
    }
    advanceSeen(next.seen, view, problem);
    return next;
  },

  suggest(
    cache: TpeCache,
    view: View,
    ask: Ask,
    rng: Rng,
    problem: Problem,
    options: Options,
  ): Suggestion | 'exhausted' {
    const modelled = cache.closed >= Number(options['startup']);
    const propose = modelled
      ? proposer(cache, view, ask, rng, problem.space, Number(options['candidates']))
      : undefined;
    const draw = (retry: number): Float64Array =>
      propose?.(retry) ?? drawPoint(problem.space, ask, unitDraws(rng, retry * MAX_ATTEMPTS));
    const x = withoutRepeat(cache.seen, view, ask, rng, problem, draw);
    return x === 'exhausted' ? x : { x };
  },
};

function createCache(view: View, problem: Problem, multivariate: boolean): TpeCache {
  const { dimensions } = problem.space;
  const models = groupsOf(problem.space).map((group) => new GroupModel(group, dimensions.length, multivariate));
  const seen = advanceSeen(undefined, view, problem);
  return { models, ranking: new Ranking(), seen, rows: 0, closed: 0, ranked: 0 };
}

/** Points of the model, each retry's from other random numbers; undefined where no candidate was allowed. */
function proposer(
  { models, ranking, ranked }: TpeCache,
  view: View,
  ask: Ask,
  rng: Rng,
  space: CompiledSpace,
  candidates: number,
): (retry: number) => Float64Array | undefined {
  const good = ranking.best.slice(0, goodCount(ranked));
  const { fixed, among } = pinned(space, ask.fixed);
  const judge = judgeOf(space, view, among);
  const fitted = new Set<GroupModel>();

  const propose = (attempt: number): Float64Array | undefined => {
    const x = fixed.slice();
    let settled = 0;
    for (const model of models) {
      settled = settleSingles(space, x, settled, model.group.axes[0].dim);
      if (!holds(model.group.when, x)) continue;
      if (!fitted.has(model)) model.fit(good);
      fitted.add(model);
      if (!model.propose(x, candidates, rng, STREAM, attempt, judge)) return undefined;
    }
    settleSingles(space, x, settled, space.dimensions.length);
    return judge(x) === 'forbidden' ? undefined : x;
  };

  return (retry) => {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const x = propose(retry * ATTEMPTS + attempt);
      if (x) return x;
    }
    return undefined;
  };
}

/** A partial point is forbidden, or a repeat, only if it is whatever its open dimensions become. */
function judgeOf(space: CompiledSpace, { rows }: View, among: Pinned['among']): Judge {
  const isFinite = space.dimensions.every(({ size }) => size !== Infinity);
  return (x) => {
    if (among)
      for (const [dim, values] of among) if (!Number.isNaN(x[dim]) && !values.includes(x[dim])) return 'forbidden';
    if (forbiddenAt(space, x) >= 0) return 'forbidden';
    return isFinite && rows.some((row) => samePoint(row.x, x)) ? 'repeat' : 'fresh';
  };
}

function samePoint(a: Float64Array, b: Float64Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return false;
  return true;
}

/** Sets the active dimensions from..to - 1 that have a single value. @returns to */
function settleSingles({ dimensions }: CompiledSpace, x: Float64Array, from: number, to: number): number {
  for (let i = from; i < to; i++)
    if (dimensions[i].size === 1 && holds(dimensions[i].when, x)) x[i] = dimensions[i].low;
  return to;
}
