/** The point to try next: what is known of a study, as propose (acquisition/propose.ts) needs it. */
import { cooling } from '../acquisition/cost.ts';
import type { Bounds } from '../acquisition/dynamic-bounds.ts';
import { Ground } from '../acquisition/ground.ts';
import { decodeHedge, encodeHedge, type Hedge } from '../acquisition/hedge.ts';
import { effortFor, type Effort } from '../acquisition/maximise.ts';
import { propose, TRIED, type Beliefs, type Proposal } from '../acquisition/propose.ts';
import { boxAround, type TrustRegion } from '../acquisition/trust-region.ts';
import type { CompiledSpace } from '../../study/space/dimensions.ts';
import type { Ask, Options, Problem, Rng, View } from '../sampler.ts';
import type { Layout } from './layout.ts';
import { modelOf, scalesOf } from './model.ts';
import type { Models } from './models.ts';
import { drawnWeights } from '../acquisition/pareto-weights.ts';
import type { PriorMeans } from './prior-mean.ts';
import { withRow, type Trials } from './trials.ts';

/** What is known of a study. */
export interface Known {
  readonly layout: Layout;
  readonly trials: Trials;
  readonly models: Models;
  /** With the option transfer, of one objective: imported trials are here, and not among the trials. */
  readonly sources: PriorMeans | undefined;
  /** Points of all rows, of a finite space. */
  readonly points: Set<string> | undefined;
  /** Numbers of the rows that still run, ascending. */
  readonly pending: Set<number>;
  /** With the option dynamicBounds. */
  readonly bounds: Bounds | undefined;
  /** With the option trustRegion: trials and models are those of the present region. */
  readonly region: TrustRegion | undefined;
  /** Sum of what the closed trials cost, and of those before the model was used. */
  readonly spent: number;
  readonly spentAtStart: number;
}

export interface Choice {
  /** Absent where no candidate was allowed. */
  readonly x?: Float64Array;
  readonly memo?: Uint8Array;
}

interface Question {
  readonly known: Known;
  readonly view: View;
  readonly ask: Ask;
  readonly rng: Rng;
  readonly problem: Problem;
  readonly options: Options;
}

/** The newest so many running trials are minded. */
const MOST_PENDING = 256;
/** Operations that comparing the first candidates may cost, and how many of these there are at least. */
const OPERATIONS = 2e7;
const LEAST_SPREAD = 128;
/** Best trials whose neighbourhoods are searched. */
const BEST = 5;
/** First purpose of the draws of propose. */
const STREAM = 0x100000;

/** At most one point: inside the bounds or the region, if there is one, and none that was tried, as long as there is such a one. */
export function choose({ known, view, ask, rng, problem, options }: Question): Choice {
  const { layout, trials, models, bounds, region, pending } = known;
  const { space } = problem;
  const dimensions = space.dimensions.length;
  let columns: Float64Array = new Float64Array(0);
  const running: number[] = [];
  for (const number of [...pending].slice(-MOST_PENDING)) {
    const { x } = view.rows[number];
    if (x.length !== dimensions) continue;
    columns = withRow(columns, layout, running.length, x);
    running.push(number);
  }
  const judgement = models.judge(
    trials,
    columns,
    running.length,
    problem.objectives > 1 ? drawnWeights(problem.objectives, rng) : undefined,
    known.sources && ((fitted) => known.sources!.of(trials.failed.slice(0, fitted).filter((failed) => !failed).length)),
  );
  const { objective, limits, feasible, ranked, incumbent } = judgement;
  const everywhere = new Ground(space, ask.fixed);
  const unitsOf = (number: number): Float64Array => everywhere.unitsOf(view.rows[number].x);
  const places = ranked.map((i) => trials.numbers[i]);
  const tried = [...running, ...places].slice(0, TRIED).map(unitsOf);
  const scales = scalesOf(objective, dimensions);
  const beliefs: Beliefs = {
    objective: modelOf(objective, dimensions),
    limits: limits.map(({ posterior, most }) => ({ model: modelOf(posterior, dimensions), most })),
    ...costBeliefs(known, problem, options),
    feasible,
    tried: { units: Float64Array.from(tried.flatMap((units) => [...units])), count: tried.length },
    incumbents: places.slice(0, BEST).map(unitsOf),
    scales: scales.map((scale) => Math.min(scale, 1)),
  };
  const box =
    bounds?.window.box ??
    (region && feasible ? boxAround(unitsOf(places[0]), region.length, scales, space) : undefined);
  const size = space.dimensions.reduce((product, dimension) => product * dimension.size, 1);
  const step = Math.max(0, ask.number - Number(options['startup']));
  const standing = { best: incumbent, step, dimensions, size };
  const terms = limits.length + (feasible ? 1 : 0);
  const effort = effortOf(space, layout.columns, terms, trials.count + running.length);
  const isNew = (x: Float64Array): boolean => known.points?.has(x.join()) !== true;
  const last = options['acquisition'] === 'hedge' ? lastHedge(view, ask, everywhere) : undefined;
  const within = (ground: Ground): Proposal | undefined =>
    propose(ground, beliefs, options, standing, rng, STREAM, effort, last);
  const proposal =
    (box && within(new Ground(space, ask.fixed, box, isNew))) ??
    within(new Ground(space, ask.fixed, undefined, isNew)) ??
    within(everywhere);
  if (!proposal) return {};
  return {
    x: proposal.maximum.x,
    ...(proposal.hedge && { memo: encodeHedge(proposal.hedge, MEMO) }),
  };
}

/** Bytes of a memo. */
const MEMO = 512;

/** The newest hedge before an ask, with the point that was tried: trials that were told or enqueued have none. */
function lastHedge(
  { rows }: View,
  { number }: Ask,
  ground: Ground,
): { readonly hedge: Hedge; readonly tried: Float64Array } | undefined {
  const dimensions = ground.kinds.length;
  for (let i = number - 1; i >= 0; i--) {
    const { memo, x } = rows[i];
    const hedge = memo && x.length === dimensions ? decodeHedge(memo, dimensions) : undefined;
    if (hedge) return { hedge, tried: ground.unitsOf(x) };
  }
  return undefined;
}

/** The usual effort, or a share of it where comparing one candidate costs much. */
function effortOf({ dimensions }: CompiledSpace, columns: number, terms: number, n: number): Effort {
  const usual = effortFor(dimensions.length);
  const each = terms * n * (0.5 * n + 2 * columns + 10) + 20 * dimensions.length;
  const share = Math.min(1, OPERATIONS / each / usual.spread);
  return {
    spread: Math.max(LEAST_SPREAD, Math.floor(usual.spread * share)),
    near: Math.max(16, Math.floor(usual.near * share)),
    starts: Math.max(2, Math.floor(usual.starts * share)),
  };
}

/** With eipc, once a cost was measured; the power cools as a budget is spent. */
function costBeliefs(known: Known, { space }: Problem, options: Options): Pick<Beliefs, 'cost'> {
  if (options['acquisition'] !== 'eipc') return {};
  const budget = Number(options['costBudget']) || Infinity;
  const exponent = Number(options['costExponent']) * cooling(known.spent, budget, known.spentAtStart);
  const costs = exponent > 0 ? known.models.costs(known.trials) : undefined;
  if (!costs) return {};
  return { cost: { model: modelOf(costs.posterior, space.dimensions.length), scale: costs.scale, exponent } };
}
