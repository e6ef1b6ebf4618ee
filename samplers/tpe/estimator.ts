/**
 * TPE between its options and its densities: what is kept between asks, which rows are good, bad or left out, and a point
 * settled group by group.
 *
 * | row | side |
 * |---|---|
 * | complete | ranked by value, by fronts of several objectives (fronts-split.ts) |
 * | pruned | ranked after the complete ones: by the step they reached, then by value |
 * | infeasible | ranked after the pruned ones: by total violation |
 * | failed | among the bad ones, and does not count for how many are good: a crashing region is left |
 * | pending | among the bad ones, so that trials in flight together spread out (a constant liar); or ignored |
 * | of another length (a space before an edit) | ignored |
 *
 * The best `goodShare` of the ranked rows are good, all other ranked ones bad. Told, enqueued and fallback rows are rows like any
 * other; so are imported ones, unless they are other studies': imported.ts says what they are.
 */
import type { CompiledSpace } from '../../study/space/dimensions.ts';
import { forbiddenAt, holds } from '../../study/space/point.ts';
import { pinned, type Pinned } from '../fixed-values.ts';
import { advanceSeen, withoutRepeat, type Seen } from '../no-repeats.ts';
import { isRanked } from '../objectives/rank.ts';
import type { Ask, Problem, Rng, Row, Suggestion, View } from '../sampler.ts';
import { drawPoint, MAX_ATTEMPTS, unitDraws } from '../unit-cube.ts';
import { GroupModel, type Judge } from './group-model.ts';
import { groupsOf } from './groups.ts';
import { Imported } from './imported.ts';
import type { KernelSettings } from './mixture.ts';
import { goodOfFronts, type Good } from './fronts-split.ts';
import { goodCount, Ranking, type Split } from './split.ts';

export interface Settings extends KernelSettings {
  /** Closed trials, whatever became of them, before the model is used. */
  readonly startup: number;
  /** Points drawn and compared for a suggestion. */
  readonly candidates: number;
  /** Which groups are modelled jointly; the axes of the others each by themselves. */
  readonly joint: 'groups' | 'root' | 'none';
  readonly goodShare: number;
  readonly pending: 'bad' | 'ignored';
}

/** What the sampler keeps between asks. What it answers from it is a function of the view, however that was reached. */
export interface TpeCache {
  readonly models: readonly GroupModel[];
  readonly ranking: Ranking;
  /** Of several objectives: the ranked rows' numbers in the order they closed, and the good ones once asked for. */
  readonly several:
    | { readonly numbers: number[]; good?: Good & { readonly count: number; readonly of: number } }
    | undefined;
  /** Where imported rows are other studies' (imported.ts). */
  readonly imported: Imported | undefined;
  readonly seen: Seen;
  /** Rows and closings taken in, and rows with results among these. */
  rows: number;
  closed: number;
  ranked: number;
}

const ATTEMPTS = 10;
/** Purpose of the first dimension's numbers, above those of random draws. */
const STREAM = 0x100000;
/** Purpose of the number that says how fine kernels are: above those of other draws, below those of adaptive-tpe.ts. */
const FINENESS = 0xd0000000;
/** Purpose of the number that says whether a trial before `startup` is modelled on imported ones. */
const TRUST = 0xd0000002;
/** Purpose of the number that says whether a trial's parameters are modelled jointly. */
const JOINTLY = 0xd0000001;

/**
 * The cache brought up to the view.
 * @param transfer  whether imported rows are other studies'; else they are rows like any other
 * @param onRanked  told each ranked row as it closed, how many of those before it are better, and how many were ranked
 */
export function advanceTpe(
  cache: TpeCache | undefined,
  view: View,
  problem: Problem,
  transfer: boolean,
  onRanked?: (row: Row, better: number, ranked: number) => void,
): TpeCache {
  const next = cache ?? createCache(view, problem, transfer);
  for (const { observations } of next.models) observations.append(view.rows, next.rows);
  next.rows = view.rows.length;
  for (; next.closed < view.closed.length; next.closed++) {
    const row = view.rows[view.closed[next.closed]];
    if (row.x.length === problem.space.dimensions.length) next.imported?.add(row);
    if (!isRanked(row) || row.x.length !== problem.space.dimensions.length) continue;
    next.several?.numbers.push(row.number);
    const better = next.ranking.add(row);
    next.ranked++;
    onRanked?.(row, better, next.ranked);
  }
  advanceSeen(next.seen, view, problem);
  return next;
}

/** How fine a trial's kernels are where they are so by turns: drawn, from 1 to 2; 1 in a space of branches (tpe.ts). */
export function mixedFineness(space: CompiledSpace, rng: Rng): number {
  return isOfBranches(space) ? 1 : 1 + rng.uniform(FINENESS, 0);
}

/** Whether a trial's parameters are modelled jointly where they are so by turns: drawn, half of the time (tpe.ts). */
export function isJointTurn(rng: Rng): boolean {
  return rng.uniform(JOINTLY, 0) < 0.5;
}

/** Whether most dimensions have conditions. */
export function isOfBranches({ dimensions }: CompiledSpace): boolean {
  return 2 * dimensions.filter(({ when }) => when.length > 0).length > dimensions.length;
}

/** A random point up to `startup` closed trials, then the model's. */
export function suggestTpe(
  cache: TpeCache,
  view: View,
  ask: Ask,
  rng: Rng,
  problem: Problem,
  settings: Settings,
): Suggestion | 'exhausted' {
  const propose = isModelled(cache, rng, settings)
    ? proposer(cache, view, ask, rng, problem.space, settings)
    : undefined;
  const draw = (retry: number): Float64Array =>
    propose?.(retry) ?? drawPoint(problem.space, ask, unitDraws(rng, retry * MAX_ATTEMPTS));
  const x = withoutRepeat(cache.seen, view, ask, rng, problem, draw);
  return x === 'exhausted' ? x : { x };
}

/** Before `startup` own trials have closed, imported ones are a model to be trusted or not: drawn, by how much they are. */
function isModelled({ imported, closed }: TpeCache, rng: Rng, { startup }: Settings): boolean {
  if (!imported || imported.sources.size === 0) return closed >= startup;
  return closed - imported.sources.size >= startup || rng.uniform(TRUST, 0) < imported.trust();
}

/** Which rows are good: by value best first, and by age; or of several objectives, with weights (fronts-split.ts). */
export function splitOf(cache: TpeCache, { rows }: View, { goodShare, pending }: Settings): Split {
  const { several, imported, ranking, ranked } = cache;
  const ignored = pending === 'bad' ? [] : rows.filter(({ state }) => state === 'pending').map(({ number }) => number);
  if (imported && imported.sources.size > 0) return imported.split(goodShare, ignored);
  if (!several) return { good: ranking.best.slice(0, goodCount(ranked, goodShare)), ignored };
  const count = Math.ceil(goodShare * ranked);
  if (several.good?.of !== ranked || several.good.count !== count)
    several.good = {
      ...goodOfFronts(
        several.numbers.map((number) => rows[number]),
        count,
      ),
      count,
      of: ranked,
    };
  return { good: several.good.rows, weights: several.good.weights, ignored };
}

function createCache(view: View, problem: Problem, transfer: boolean): TpeCache {
  const { dimensions } = problem.space;
  const models = groupsOf(problem.space).map((group) => new GroupModel(group, dimensions.length));
  const several = problem.objectives > 1 ? { numbers: [] } : undefined;
  const imported = transfer ? new Imported(problem.space) : undefined;
  const seen = advanceSeen(undefined, view, problem, transfer);
  return { models, ranking: new Ranking(), several, imported, seen, rows: 0, closed: 0, ranked: 0 };
}

/** Points of the model, each retry's from other random numbers; undefined where no candidate was allowed. */
function proposer(
  cache: TpeCache,
  view: View,
  ask: Ask,
  rng: Rng,
  space: CompiledSpace,
  settings: Settings,
): (retry: number) => Float64Array | undefined {
  const split = splitOf(cache, view, settings);
  const { fixed, among } = pinned(space, ask.fixed);
  const judge = judgeOf(space, view, among, cache.imported !== undefined);
  const fitted = new Set<GroupModel>();
  // fine kernels of the few good rows say nothing about fixed values that none of them is close to
  const kernels = { ...settings, fineness: ask.fixed.every(Number.isNaN) ? settings.fineness : 1 };
  const fit = (model: GroupModel): void => {
    if (fitted.has(model)) return;
    const { when } = model.group;
    const jointly = settings.joint === 'groups' || (settings.joint === 'root' && when.length === 0);
    model.fit(split, jointly, when.length === 0 ? kernels : { ...kernels, fineness: 1 });
    fitted.add(model);
  };

  const propose = (attempt: number): Float64Array | undefined => {
    const x = fixed.slice();
    let settled = 0;
    for (const model of cache.models) {
      settled = settleSingles(space, x, settled, model.group.axes[0].dim);
      if (!holds(model.group.when, x)) continue;
      fit(model);
      if (!model.propose(x, settings.candidates, rng, STREAM, attempt, judge)) return undefined;
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

/**
 * A partial point is forbidden, or a repeat, only if it is whatever its open dimensions become.
 * @param transfer  what another study tried is no repeat here
 */
function judgeOf(space: CompiledSpace, { rows }: View, among: Pinned['among'], transfer: boolean): Judge {
  const isFinite = space.dimensions.every(({ size }) => size !== Infinity);
  return (x) => {
    if (among)
      for (const [dim, values] of among) if (!Number.isNaN(x[dim]) && !values.includes(x[dim])) return 'forbidden';
    if (forbiddenAt(space, x) >= 0) return 'forbidden';
    return isFinite && rows.some((row) => !(transfer && row.origin === 'imported') && samePoint(row.x, x))
      ? 'repeat'
      : 'fresh';
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
