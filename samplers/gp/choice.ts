/**
 * The points to try next, by the option `acquisition`. Expected improvement has a search of its own (maximise.ts), made for
 * it; all else, and whatever is to stay within dynamic bounds, goes through acquisition/propose.ts.
 */
import { marginOf } from '../acquisition/choice.ts';
import { cooling } from '../acquisition/cost.ts';
import type { Bounds } from '../acquisition/dynamic-bounds.ts';
import { Ground } from '../acquisition/ground.ts';
import { decodeHedge, encodeHedge, type Hedge } from '../acquisition/hedge.ts';
import { effortFor, type Effort } from '../acquisition/maximise.ts';
import { propose, type Beliefs } from '../acquisition/propose.ts';
import type { Ask, Options, Problem, Rng, View } from '../sampler.ts';
import { improvement } from './acquisition.ts';
import type { Layout } from './layout.ts';
import { maximise } from './maximise.ts';
import { modelOf, scalesOf } from './model.ts';
import type { Judgement, Models } from './models.ts';
import { withRow, type Trials } from './trials.ts';

/** What is known of a study. */
export interface Known {
  readonly layout: Layout;
  readonly trials: Trials;
  readonly models: Models;
  /** Points of all rows, of a finite space. */
  readonly points: Set<string> | undefined;
  /** Numbers of the rows that still run, ascending. */
  readonly pending: Set<number>;
  /** With the option dynamicBounds. */
  readonly bounds: Bounds | undefined;
  /** Sum of what the closed trials cost, and of those before the model was used. */
  readonly spent: number;
  readonly spentAtStart: number;
}

export interface Choice {
  /** From the best on, none of them equal. */
  readonly points: readonly Float64Array[];
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
/** Operations that comparing the first candidates may cost, and how many these are at least and at most. */
const OPERATIONS = 2e7;
const CANDIDATES = [128, 1024] as const;
/** Best trials whose neighbourhoods are searched, and trials whose true values nei considers. */
const BEST = 5;
const MOST_TRIED = 64;
/** First purpose of the draws of propose. */
const STREAM = 0x100000;

export function choose(question: Question): Choice {
  const { known, view, ask, rng, problem, options } = question;
  const { layout, trials, models, points, pending, bounds } = known;
  const { space } = problem;
  let columns: Float64Array = new Float64Array(0);
  const running: number[] = [];
  for (const number of [...pending].slice(-MOST_PENDING)) {
    const { x } = view.rows[number];
    if (x.length !== space.dimensions.length) continue;
    columns = withRow(columns, layout, running.length, x);
    running.push(number);
  }
  const judgement = models.judge(trials, columns, running.length);
  const { limits, feasible, ranked } = judgement;
  const n = trials.count + running.length;
  const terms = limits.length + (feasible ? 1 : 0);
  const each = terms * n * (0.5 * n + 2 * layout.columns + 10) + 20 * space.dimensions.length;
  const most = Math.min(Math.max(Math.floor(OPERATIONS / each), CANDIDATES[0]), CANDIDATES[1]);
  if (options['acquisition'] !== 'logEI' || bounds) return proposed(question, judgement, running, most);
  const best = ranked.slice(0, BEST).map((i) => view.rows[trials.numbers[i]].x);
  const isTaken = (x: Float64Array): boolean => points?.has(x.join()) === true;
  const margin = marginOf(options, stepOf(ask, options));
  return {
    points: maximise({
      space,
      layout,
      terms: improvement(judgement, margin),
      ask,
      rng,
      candidates: most,
      best,
      isTaken,
    }),
  };
}

/** Suggestions made with a model before this one. */
function stepOf({ number }: Ask, options: Options): number {
  return Math.max(0, number - Number(options['startup']));
}

/** At most one point: none that was tried, inside the bounds, where there is such a one; else any. */
function proposed(question: Question, judgement: Judgement, running: readonly number[], most: number): Choice {
  const { known, view, ask, rng, problem, options } = question;
  const { space } = problem;
  const dimensions = space.dimensions.length;
  const inside = new Ground(space, ask.fixed, known.bounds?.window.box, (x) => known.points?.has(x.join()) !== true);
  const unitsOf = (number: number): Float64Array => inside.unitsOf(view.rows[number].x);
  const { ranked, incumbent } = judgement;
  const places = ranked.map((i) => known.trials.numbers[i]);
  const tried = [...running, ...places].slice(0, MOST_TRIED).map(unitsOf);
  const beliefs: Beliefs = {
    objective: modelOf(judgement.objective, dimensions),
    limits: judgement.limits.map(({ posterior, most: limit }) => ({
      model: modelOf(posterior, dimensions),
      most: limit,
    })),
    ...costBeliefs(question),
    feasible: judgement.feasible,
    tried: { units: Float64Array.from(tried.flatMap((units) => [...units])), count: tried.length },
    incumbents: places.slice(0, BEST).map(unitsOf),
    scales: scalesOf(judgement.objective, dimensions),
  };
  const size = space.dimensions.reduce((product, dimension) => product * dimension.size, 1);
  const standing = { best: incumbent, step: stepOf(ask, options), dimensions, size };
  const last = options['acquisition'] === 'hedge' ? lastHedge(view, ask, inside) : undefined;
  const effort = effortOf(dimensions, most);
  const proposal =
    propose(inside, beliefs, options, standing, rng, STREAM, effort, last) ??
    propose(new Ground(space, ask.fixed), beliefs, options, standing, rng, STREAM, effort, last);
  if (!proposal) return { points: [] };
  return {
    points: [proposal.maximum.x],
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

/** The usual effort, as a share of which few candidates are compared where each costs much. */
function effortOf(dimensions: number, most: number): Effort {
  const usual = effortFor(dimensions);
  const share = Math.min(1, most / CANDIDATES[1]);
  return {
    spread: Math.max(CANDIDATES[0], Math.floor(usual.spread * share)),
    near: Math.max(16, Math.floor(usual.near * share)),
    starts: Math.max(2, Math.floor(usual.starts * share)),
  };
}

/** With eipc, once a cost was measured; the power cools as a budget is spent. */
function costBeliefs({ known, problem, options }: Question): Pick<Beliefs, 'cost'> {
  if (options['acquisition'] !== 'eipc') return {};
  const budget = Number(options['costBudget']) || Infinity;
  const exponent = Number(options['costExponent']) * cooling(known.spent, budget, known.spentAtStart);
  const costs = exponent > 0 ? known.models.costs(known.trials) : undefined;
  if (!costs) return {};
  return { cost: { model: modelOf(costs.posterior, problem.space.dimensions.length), scale: costs.scale, exponent } };
}
