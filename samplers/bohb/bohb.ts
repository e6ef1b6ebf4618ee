/**
 * BOHB's model of where good points are [Falkner 2018], for one objective, any space: made for the schedulers that train trials in
 * segments (hyperband, asha), whose cheap early results it learns from; it works with any other scheduler and without one, too.
 *
 * The model is of the largest budget with enough results (budgets.ts says whose): a density of the best ones, and one of the others
 * and of all trials that have not come so far (density.ts). Of `candidates` points drawn around the good ones, with kernels
 * `bandwidthFactor` times as wide, the one is taken that is likeliest good rather than bad. A `randomShare` of the trials, and all
 * while there is no model, are drawn at random from the parameters' priors. Trials in flight are not seen: what keeps them apart is
 * chance.
 *
 * Values of inactive parameters are made up, from a point of the same side that has them, or else at random. In words of HpBandSter,
 * the reference: min_points_in_model, top_n_percent / 100, num_samples, random_fraction, bandwidth_factor, min_bandwidth, with its
 * defaults. Ours differs where density.ts says so; in that candidates are compared as they would run (steps, fixed values), the
 * bad density alone has its floor of 1e-32, and all but the good ones are bad, failed ones always; in that parameters with one value
 * do not count as dimensions; and in two things that halving asks for. Who was left behind below a budget is bad there: without them
 * a larger budget's model forgets what halving has found out, and comes late. And the lowest budget has no model: halving goes by
 * those very results, so that points made to look best there crowd out, near one another, the late starters among random ones.
 *
 * [Falkner 2018] Falkner et al., "BOHB: Robust and Efficient Hyperparameter Optimization at Scale", ICML 2018.
 */
import type { CompiledSpace } from '../../study/space/dimensions.ts';
import { pinned, type Pinned } from '../fixed-values.ts';
import { advanceSeen, withoutRepeat, type Seen } from '../no-repeats.ts';
import type { Ask, Options, Problem, Rng, Row, Sampler, Suggestion, View } from '../sampler.ts';
import { drawPoint, MAX_ATTEMPTS, unitDraws } from '../unit-cube.ts';
import { pointOf, vectorOf } from '../unit-vectors.ts';
import { Budgets, hasFailed, type Observation } from './budgets.ts';
import { Density, type Kind } from './density.ts';
import { withoutGaps } from './imputation.ts';

interface BohbCache {
  readonly seen: Seen;
  readonly budgets: Budgets;
}

interface Model {
  readonly good: Density;
  readonly bad: Density;
}

/** Purposes: candidates' first, above those of random draws; the choice between model and chance; made-up values'. */
const STREAM = 0x100000;
const CHOICE = 0xe0000000;
/** Of 1e-32. */
const LOG_FLOOR = -73.68272297580947;

export const bohb: Sampler<BohbCache> = {
  name: 'bohb',
  version: 2,
  options: {
    minPoints: {
      type: 'int',
      default: 0,
      low: 0,
      high: 1_000_000,
      doc: 'Results of one budget before there is a model of it; 0, and all below: dimensions + 1. As many are good at least',
    },
    goodShare: {
      type: 'float',
      default: 0.15,
      low: 0.01,
      high: 0.5,
      doc: 'Share of the results of a budget that count as good, rounded down',
    },
    candidates: { type: 'int', default: 64, low: 1, high: 10_000, doc: 'Points drawn and compared for a suggestion' },
    randomShare: {
      type: 'float',
      default: 1 / 3,
      low: 0,
      high: 1,
      doc: 'Share of the trials that are drawn at random',
    },
    bandwidthFactor: {
      type: 'float',
      default: 3,
      low: 0.01,
      high: 100,
      doc: 'How much wider than the model’s the kernels are that candidates are drawn from',
    },
    minBandwidth: {
      type: 'float',
      default: 0.001,
      low: 1e-9,
      high: 1,
      doc: 'No kernel is narrower than this share of its range',
    },
  },

  // measured: 10 ms at about a thousand numbers
  heavy: (rows, { space }) => rows * space.dimensions.length > 1000,

  supports({ objectives }: Problem): true | string {
    if (objectives === 1) return true;
    return `bohb is for one objective, and this study has ${objectives}; use tpe, nsga-ii or gp, weigh them into one (scalarize), or keep one of them`;
  },

  advance(cache: BohbCache | undefined, view: View, problem: Problem): BohbCache {
    const budgets = cache?.budgets ?? new Budgets();
    budgets.advance(view, problem.space.dimensions.length);
    return { seen: advanceSeen(cache?.seen, view, problem), budgets };
  },

  suggest(
    { seen, budgets }: BohbCache,
    view: View,
    ask: Ask,
    rng: Rng,
    problem: Problem,
    options: Options,
  ): Suggestion | 'exhausted' {
    const { space } = problem;
    const isModelled = rng.uniform(CHOICE, 0) >= Number(options['randomShare']);
    const model = isModelled ? modelOf(budgets, view.rows, ask, space, rng, options) : undefined;
    const pins = model && pinned(space, ask.fixed);
    const draw = (retry: number): Float64Array =>
      (model && pins && likeliestGood(model, space, pins, rng, retry, options)) ??
      drawPoint(space, ask, unitDraws(rng, retry * MAX_ATTEMPTS));
    const x = withoutRepeat(seen, view, ask, rng, problem, draw);
    return x === 'exhausted' ? x : { x };
  },
};

/** Of the largest budget that has enough results on both sides, but for halving's lowest; undefined if none has. */
function modelOf(
  budgets: Budgets,
  rows: readonly Row[],
  { rung }: Ask,
  space: CompiledSpace,
  rng: Rng,
  options: Options,
): Model | undefined {
  const varied = variedOf(space);
  const enough = varied.length + 1;
  if (varied.length === 0) return undefined;
  const descending = budgets.budgets();
  const lowest = rung ? Math.min(rung.to, ...descending.slice(-1)) : -Infinity;
  for (const budget of descending) {
    if (budget <= lowest) break;
    const observations = budgets.at(budget);
    const least = Math.max(enough, Number(options['minPoints']));
    if (observations.length < least) continue;
    const share = Math.floor(Number(options['goodShare']) * observations.length);
    const usable = observations.findIndex(hasFailed);
    const count = Math.min(Math.max(least, share), usable < 0 ? Infinity : usable);
    const sides = [observations.slice(0, count), [...observations.slice(count), ...budgets.leftBelow(budget)]];
    if (sides.some((side) => side.length < enough)) continue;
    const [good, bad] = sides.map((side) => densityOf(side, rows, space, varied, rng, Number(options['minBandwidth'])));
    return { good, bad };
  }
  return undefined;
}

function densityOf(
  side: readonly Observation[],
  rows: readonly Row[],
  space: CompiledSpace,
  varied: readonly number[],
  rng: Rng,
  minBandwidth: number,
): Density {
  const kinds = varied.map((dim): Kind => kindOf(space, dim));
  const vectors = side.map(({ number }) => {
    const vector = vectorOf(space, rows[number].x);
    return Float64Array.from(varied, (dim) => vector[dim]);
  });
  const full = withoutGaps(
    vectors,
    side.map(({ number }) => number),
    kinds,
    rng,
  );
  return new Density(full, kinds, minBandwidth);
}

/** Undefined where all candidates are forbidden. */
function likeliestGood(
  { good, bad }: Model,
  space: CompiledSpace,
  pins: Pinned,
  rng: Rng,
  retry: number,
  options: Options,
): Float64Array | undefined {
  const varied = variedOf(space);
  const candidates = Number(options['candidates']);
  const factor = Number(options['bandwidthFactor']);
  let best: Float64Array | undefined;
  let most = -Infinity;
  for (let c = 0; c < candidates; c++) {
    const stream = STREAM + retry * candidates + c;
    const drawn = good.draw(factor, (i) => rng.uniform(stream, i));
    const vector = new Float64Array(space.dimensions.length).fill(0.5);
    for (const [j, dim] of varied.entries()) vector[dim] = drawn[j];
    const x = pointOf(space, pins, vector);
    if (!x) continue;
    const run = vectorOf(space, x);
    const scored = drawn.map((at, j) => (Number.isNaN(run[varied[j]]) ? at : run[varied[j]]));
    const score = good.logAt(scored) - Math.max(bad.logAt(scored), LOG_FLOOR);
    if (best && score <= most) continue;
    best = x;
    most = score;
  }
  return best;
}

/** Dimensions with more than one value. */
function variedOf({ dimensions }: CompiledSpace): number[] {
  return dimensions.flatMap(({ size }, dim) => (size === 1 ? [] : [dim]));
}

function kindOf({ dimensions }: CompiledSpace, dim: number): Kind {
  return dimensions[dim].kind === 'categorical' ? dimensions[dim].size : 0;
}
