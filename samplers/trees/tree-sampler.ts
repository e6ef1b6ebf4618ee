/**
 * Sequential model-based optimisation with a model of trees [Hutter 2011]: a Sobol design first, then the point that the
 * model promises most of, and now and then a random one, so that no model can be wrong for ever.
 *
 * The model is fitted anew for each ask, from random numbers keyed by the trial: it is a function of what the trial saw.
 *
 * [Hutter 2011] Hutter, Hoos and Leyton-Brown, "Sequential Model-Based Optimization for General Algorithm Configuration",
 *   LION 5.
 */
import { pinned } from '../fixed-values.ts';
import { advanceSeen, withoutRepeat, type Seen } from '../no-repeats.ts';
import { isRanked } from '../objectives/rank.ts';
import { SOBOL_DIMENSIONS } from '../numerics/sobol-directions.ts';
import { quasiRandom } from '../designs/quasi-random.ts';
import type { Ask, OptionSpec, Options, Problem, Rng, Row, Sampler, Suggestion, View } from '../sampler.ts';
import { forestLearner, type LearntForest } from '../transfer/forest-learner.ts';
import { TRANSFER, usesTransfer } from '../transfer/option.ts';
import { Transfer } from '../transfer/transfer.ts';
import { drawPoint, MAX_ATTEMPTS, unitDraws } from '../unit-cube.ts';
import { drawsOf } from './draws.ts';
import { featureReader, featuresOf } from './features.ts';
import { meritOf, type Fit } from './merit.ts';
import { Neighbourhood } from './neighbours.ts';
import { searchMaximum } from './search.ts';
import { Table } from './table.ts';

/** What the sampler keeps between asks: points alone, whatever became of their trials. */
export interface TreesCache {
  readonly table: Table;
  /** Row number of each point of the table. */
  readonly numbers: number[];
  readonly seen: Seen;
  /** With the option transfer, of one objective: imported trials are here, and not in the table. */
  readonly transfer: Transfer<LearntForest> | undefined;
  /** Rows and closings taken in, and closings of imported trials among these where they are other studies'. */
  rows: number;
  closed: number;
  others: number;
}

export interface TreeModel {
  readonly name: string;
  readonly version: number;
  /** The model's own options. */
  readonly options: Readonly<Record<string, OptionSpec>>;
  /** Whether it is of use with several objectives. */
  readonly several: boolean;
  readonly fit: (options: Options) => Fit;
}

/** Purposes of the random numbers, above those of random draws. */
const SEARCH = 0x200000;
/** So many numbers have the random points of one suggestion at most. */
const MOST_NUMBERS = 200_000;
/** Best points so far to climb from. */
const INCUMBENTS = 10;

export function treeSampler({ name, version, options: own, several, fit }: TreeModel): Sampler<TreesCache> {
  return {
    name,
    version,
    options: {
      startup: {
        type: 'int',
        default: 10,
        low: 1,
        high: 1_000_000,
        doc: 'Trials of a Sobol sequence before the model is used',
      },
      ...own,
      transfer: TRANSFER,
      acquisition: {
        type: 'enum',
        default: 'logEI',
        values: ['logEI', 'ei', 'lcb'],
        doc: 'What a point promises: the expected improvement with results on a log scale (logEI) or as they are (ei), or the lower confidence bound (lcb)',
      },
      kappa: { type: 'float', default: 1.96, low: 0, high: 100, doc: 'Standard deviations below the mean, for lcb' },
      candidates: {
        type: 'int',
        default: 1000,
        low: 1,
        high: 100_000,
        doc: 'Random points compared for a suggestion, beside those of the local searches',
      },
      interleave: {
        type: 'int',
        default: 10,
        low: 0,
        high: 1_000_000,
        doc: 'Every so many suggestions one is random; 0: none is',
      },
    },

    // measured: some 10 ms an ask from the first model on, however few trials
    heavy: () => true,

    supports({ objectives }: Problem): true | string {
      if (objectives === 1 || several) return true;
      return `${name} is for one objective, and this study has ${objectives}; use tpe, nsga-ii, gp or forest, weigh them into one (scalarize), or keep one of them`;
    },

    advance(cache: TreesCache | undefined, view: View, problem: Problem, options: Options): TreesCache {
      const next = cache ?? createCache(view, problem, options);
      const { transfer } = next;
      const added: Float64Array[] = [];
      for (; next.rows < view.rows.length; next.rows++) {
        const { x, origin } = view.rows[next.rows];
        if (x.length !== problem.space.dimensions.length || (transfer && origin === 'imported')) continue;
        added.push(x);
        next.numbers.push(next.rows);
      }
      next.table.append(added);
      for (; next.closed < view.closed.length; next.closed++) {
        const row = view.rows[view.closed[next.closed]];
        if (!transfer) continue;
        if (row.origin === 'imported') next.others++;
        if (isRanked(row) && row.x.length === problem.space.dimensions.length) transfer.add(row);
      }
      advanceSeen(next.seen, view, problem);
      return next;
    },

    suggest(
      cache: TreesCache,
      view: View,
      ask: Ask,
      rng: Rng,
      problem: Problem,
      options: Options,
    ): Suggestion | 'exhausted' {
      const early = cache.closed - cache.others < Number(options['startup']);
      const from = early ? (cache.transfer?.beginning(view, ask, problem.space, rng) ?? 'design') : 'model';
      if (typeof from !== 'string') return { x: from };
      if (from === 'design') {
        const sequence = problem.space.dimensions.length > SOBOL_DIMENSIONS ? 'halton' : 'sobol';
        return quasiRandom.suggest(cache.seen, view, ask, rng, problem, { sequence });
      }
      const interleave = Number(options['interleave']);
      const modelled = interleave === 0 || ask.number % interleave < interleave - 1;
      const draw = (retry: number): Float64Array =>
        modelled && retry === 0
          ? propose(cache, view, ask, rng, problem, options, fit)
          : drawPoint(problem.space, ask, unitDraws(rng, retry * MAX_ATTEMPTS));
      const x = withoutRepeat(cache.seen, view, ask, rng, problem, draw);
      return x === 'exhausted' ? x : { x };
    },
  };
}

function createCache(view: View, problem: Problem, options: Options): TreesCache {
  const transfer = usesTransfer(problem, options) ? new Transfer(forestLearner(problem.space)) : undefined;
  return {
    table: new Table(featuresOf(problem.space)),
    numbers: [],
    seen: advanceSeen(undefined, view, problem, transfer !== undefined),
    transfer,
    rows: 0,
    closed: 0,
    others: 0,
  };
}

function propose(
  { table, numbers, transfer }: TreesCache,
  { rows }: View,
  ask: Ask,
  rng: Rng,
  problem: Problem,
  options: Options,
  fit: TreeModel['fit'],
): Float64Array {
  const { space } = problem;
  const known = numbers.map((number) => rows[number]);
  // all that closed may be of another space
  if (known.every(({ state }) => state === 'pending')) return drawPoint(space, ask, unitDraws(rng, 0));
  const merit = meritOf(
    table,
    known,
    problem,
    options,
    fit(options),
    fit({ ...options, doubt: 0 }),
    rng,
    transfer?.voices(),
  );
  const draws = drawsOf(rng, SEARCH, 0);
  const size = Math.min(Number(options['candidates']), Math.ceil(MOST_NUMBERS / space.dimensions.length));
  const random = Array.from({ length: size }, () => drawPoint(space, ask, () => draws.unit()));
  const neighbourhood = new Neighbourhood(space, pinned(space, ask.fixed), draws);
  const starts = merit.incumbents.slice(0, INCUMBENTS).flatMap((i) => neighbourhood.settled(known[i].x) ?? []);
  const featuresAt = featureReader(table.features);
  const score = (x: Float64Array): number => merit.at(featuresAt(x));
  return searchMaximum(random, starts, neighbourhood, score, (x) => isTaken(known, x));
}

function isTaken(rows: readonly Row[], x: Float64Array): boolean {
  return rows.some((row) => row.x.every((value, i) => Object.is(value, x[i])));
}
