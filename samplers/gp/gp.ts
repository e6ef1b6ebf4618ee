/**
 * Bayesian optimisation with Gaussian processes, for one objective or several, with or without constraints, any space.
 *
 * After `startup` closed trials, whatever became of them, points come from a model instead of a quasi-random sequence: a
 * Gaussian process of the results (a failed trial counts as the worst of them), one of each constraint, and one of failure
 * once some failed. The point taken is the one whose improvement times the probability of being feasible is expected to be
 * largest. Running trials count as done with the result that the model expects. Hyperparameters are fitted to the first
 * trials only, by a schedule (schedule.ts), so no ask depends on another. In spaces of many numbers the point is one near the
 * best trial, in a region that grows and shrinks with success; a region that has become too small is given up with its trials,
 * and all begins anew (trust-region.ts). Of several objectives each trial improves another weighing of them (../acquisition/pareto-weights.ts), everywhere. Other acquisition functions and a window that shrinks are options.
 *
 * [Jones 1998] Jones, Schonlau and Welch, "Efficient Global Optimization of Expensive Black-Box Functions", J. Global
 *   Optimization 13, 455-492.
 * [Snoek 2012] Snoek, Larochelle and Adams, "Practical Bayesian Optimization of Machine Learning Algorithms", NIPS 2012.
 */
import { ACQUISITION_OPTIONS } from '../acquisition/choice.ts';
import { advanceBounds, BOUNDS_OPTIONS, type Bounds } from '../acquisition/dynamic-bounds.ts';
import {
  afterRow,
  belongs,
  openRegion,
  TRUST_OPTIONS,
  usesRegion,
  type TrustRegion,
} from '../acquisition/trust-region.ts';
import { advanceSeen, withoutRepeat, type Seen } from '../no-repeats.ts';
import { isRanked } from '../objectives/rank.ts';
import { quasiRandom } from '../designs/quasi-random.ts';
import type { Ask, Options, Problem, Rng, Row, Sampler, Suggestion, View } from '../sampler.ts';
import { SOBOL_DIMENSIONS } from '../numerics/sobol-directions.ts';
import { drawPoint, MAX_ATTEMPTS, unitDraws } from '../unit-cube.ts';
import { TRANSFER, usesTransfer } from '../transfer/option.ts';
import { choose, type Choice, type Known } from './choice.ts';
import { layoutOf, type Layout } from './layout.ts';
import { Models } from './models.ts';
import { PriorMeans } from './prior-mean.ts';
import { Trials } from './trials.ts';

/** What the sampler keeps between asks. What it answers from it is a function of the view, however that was reached. */
export interface GpCache extends Known {
  readonly seen: Seen;
  trials: Trials;
  models: Models;
  bounds: Bounds | undefined;
  region: TrustRegion | undefined;
  spent: number;
  spentAtStart: number;
  /** Rows and closings taken in. */
  rows: number;
  closed: number;
}

/** Purpose of the draws that replace repeats, above those of the search. */
const STREAM = 0xe0000000;

export const gp: Sampler<GpCache> = {
  name: 'gp',
  version: 2,
  options: {
    startup: {
      type: 'int',
      default: 6,
      low: 1,
      high: 1_000_000,
      doc: 'Closed trials before the model is used; until then points are quasi-random',
    },
    noise: {
      type: 'float',
      default: 1e-6,
      low: 1e-9,
      high: 1,
      doc: 'Least variance that a result is taken to have around the function, as a share of the variance of all results',
    },
    warping: {
      type: 'bool',
      default: false,
      doc: 'Bend the scales of numbers as the results ask for: for what changes quickly at one end of a range alone',
    },
    transfer: TRANSFER,
    ...ACQUISITION_OPTIONS,
    ...BOUNDS_OPTIONS,
    ...TRUST_OPTIONS,
  },

  // measured: 10 ms and more from the first fit on
  heavy: () => true,

  supports({ objectives }: Problem, { dynamicBounds, trustRegion, transfer }: Options): true | string {
    if ((objectives === 1 && transfer !== true) || (dynamicBounds !== true && trustRegion !== 'always')) return true;
    const option = dynamicBounds === true ? 'dynamicBounds' : 'trustRegion: always';
    if (objectives === 1)
      return `gp narrows its search around its own best trial with ${option}, and with transfer other studies say where to look; leave one of the two out`;
    return `gp narrows its search around one best trial with ${option}, and this study has ${objectives} objectives; leave the option out, or use tpe`;
  },

  advance(cache: GpCache | undefined, view: View, problem: Problem, options: Options): GpCache {
    const startup = Number(options['startup']);
    const next = cache ?? createCache(view, problem, options);
    const isSource = ({ origin }: Row): boolean => next.sources !== undefined && origin === 'imported';
    for (; next.rows < view.rows.length; next.rows++) {
      if (isSource(view.rows[next.rows])) continue;
      next.pending.add(next.rows);
      next.points?.add(view.rows[next.rows].x.join());
    }
    for (; next.closed < view.closed.length; next.closed++) {
      const row = view.rows[view.closed[next.closed]];
      const fits = row.x.length === problem.space.dimensions.length;
      if (fits && isRanked(row)) next.sources?.transfer.add(row);
      if (isSource(row)) continue;
      next.pending.delete(row.number);
      next.spent += row.cost ?? 0;
      if (next.closed < startup) next.spentAtStart = next.spent;
      if (!fits) continue;
      if (!next.region) next.trials.add(row);
      else if (belongs(next.region, row)) {
        next.trials.add(row);
        if (afterRow(next.region, row, problem, startup)) Object.assign(next, emptyData(next.layout, problem, options));
      }
    }
    advanceSeen(next.seen, view, problem);
    if (options['dynamicBounds'] === true) next.bounds = advanceBounds(next.bounds, view, problem, options, startup);
    return next;
  },

  suggest(
    cache: GpCache,
    view: View,
    ask: Ask,
    rng: Rng,
    problem: Problem,
    options: Options,
  ): Suggestion | 'exhausted' {
    const { space } = problem;
    const early = cache.trials.count < Number(options['startup']);
    const isFlat = cache.layout.columns === 0;
    const from = early && !isFlat ? (cache.sources?.transfer.beginning(view, ask, space, rng) ?? 'design') : 'model';
    if (typeof from !== 'string') return { x: from };
    if (from === 'design' || isFlat) {
      const sequence = space.dimensions.length <= SOBOL_DIMENSIONS ? 'sobol' : 'halton';
      return quasiRandom.suggest(cache.seen, view, ask, rng, problem, { sequence });
    }
    let choice: Choice | undefined;
    const draw = (retry: number): Float64Array => {
      choice ??= choose({ known: cache, view, ask, rng, problem, options });
      const { x: best } = choice;
      return retry === 0 && best ? best : drawPoint(space, ask, unitDraws(rng, STREAM + retry * MAX_ATTEMPTS));
    };
    const x = withoutRepeat(cache.seen, view, ask, rng, problem, draw);
    if (x === 'exhausted') return x;
    return choice?.memo ? { x, memo: choice.memo } : { x };
  },
};

function createCache(view: View, problem: Problem, options: Options): GpCache {
  const layout = layoutOf(problem.space, options['warping'] === true);
  const sources = usesTransfer(problem, options) ? new PriorMeans(layout, Number(options['noise'])) : undefined;
  return {
    layout,
    sources,
    ...emptyData(layout, problem, options),
    seen: advanceSeen(undefined, view, problem, sources !== undefined),
    points: problem.space.dimensions.every(({ size }) => size !== Infinity) ? new Set() : undefined,
    pending: new Set(),
    bounds: undefined,
    region: sources || !usesRegion(problem, options) ? undefined : openRegion(),
    spent: 0,
    spentAtStart: 0,
    rows: 0,
    closed: 0,
  };
}

function emptyData(layout: Layout, { constraints }: Problem, options: Options): Pick<GpCache, 'trials' | 'models'> {
  return { trials: new Trials(layout), models: new Models(layout, constraints, Number(options['noise'])) };
}
