/**
 * The next point by a surrogate and an acquisition function: the one place that knows what each of them needs of models,
 * candidates and memos.
 *
 * While nothing feasible is known, all of them look for what is feasible alone.
 */
import { solveLower, solveUpper } from '../numerics/triangular.ts';
import type { Options, Rng } from '../sampler.ts';
import { CANDIDATE_PURPOSES, candidates } from './candidates.ts';
import { worthOf, type Standing } from './choice.ts';
import { perCost } from './cost.ts';
import { quasiNormals } from './deviates.ts';
import { logFeasibility } from './feasibility.ts';
import type { Ground } from './ground.ts';
import { choose, earned, type Hedge } from './hedge.ts';
import { effortFor, maximise, purposesOf, type Effort, type Maximum } from './maximise.ts';
import { createFantasies, logNoisyImprovement, type NoisySlopes } from './noisy-improvement.ts';
import type { Utility, UtilitySlope } from './polish.ts';
import type { Marginals, Model } from './posterior.ts';
import { slopeOf, utilityOf, type Term } from './terms.ts';
import { jointDraw, lowest } from './thompson.ts';

/** A model of something that must not be above `most`, in its own units: a constraint, or failure. */
export interface Limit {
  readonly model: Model;
  readonly most: number;
}

export interface Beliefs {
  readonly objective: Model;
  readonly limits: readonly Limit[];
  /** Of ln cost, with how many of its units are 1 of ln cost, and the cost's power (cost.ts); asked by eipc. */
  readonly cost?: { readonly model: Model; readonly scale: number; readonly exponent: number };
  /** Whether a feasible point is known, or nothing limits. */
  readonly feasible: boolean;
  /** Coordinates of points tried and in flight, the most promising first, by rows; asked by nei. */
  readonly tried: { readonly units: Float64Array; readonly count: number };
  /** Coordinates of the best points, best first. */
  readonly incumbents: readonly Float64Array[];
  /** Length scales by dimension in units of the cube, if there are any. */
  readonly scales?: Float64Array;
}

export interface Proposal {
  readonly maximum: Maximum;
  /** What a memo is to carry (hedge.ts); of hedge alone. */
  readonly hedge?: Hedge;
}

/** What hedge chooses among [Hoffman 2011]. */
const ARMS: readonly string[] = ['logEI', 'pi', 'ucb'];

/** Random purposes of a proposal, from its stream on. */
const SOMEWHERE = 0;
const DRAW = SOMEWHERE + CANDIDATE_PURPOSES;
const SEARCH = DRAW + 16;
/** Points of a joint draw, and of what the minimum's draws are made of, at most: a draw costs their number's cube. */
const JOINT = 512;
export const TRIED = 32;

/**
 * @param last   the hedge of the trial before, with the point it tried; of hedge alone
 * @returns undefined if no candidate may be suggested
 */
export function propose(
  ground: Ground,
  beliefs: Beliefs,
  options: Options,
  standing: Standing,
  rng: Rng,
  stream: number,
  effort: Effort = effortFor(ground.kinds.length),
  last?: { readonly hedge: Hedge; readonly tried: Float64Array },
): Proposal | undefined {
  const name = String(options['acquisition']);
  const search = (utility: Utility, slope?: UtilitySlope, arm = 0, own: Effort = effort): Maximum | undefined => {
    const from = stream + SEARCH + arm * purposesOf(effort);
    return maximise(ground, utility, slope, beliefs.scales, beliefs.incumbents, rng, from, own);
  };
  const byTerms = (terms: readonly Term[], arm = 0): Maximum | undefined =>
    search(utilityOf(terms), slopeOf(terms), arm);
  const limits = limitTerms(beliefs);
  if (!beliefs.feasible && limits.length > 0) return found(byTerms(limits));
  const somewhere = (): Marginals => {
    const { units, count } = candidates(ground, Math.min(JOINT, effort.spread), 0, [], rng, stream + SOMEWHERE);
    const near = beliefs.incumbents.length;
    const all = new Float64Array(units.length + near * ground.kinds.length);
    all.set(units);
    beliefs.incumbents.forEach((unit, i) => all.set(unit, units.length + i * unit.length));
    return beliefs.objective.predict(all, count + near);
  };
  const termsOf = (which: string): Term[] => {
    const worth = worthOf(which, options, standing, somewhere, rng, stream + DRAW);
    return [{ model: beliefs.objective, worth }, ...limits];
  };
  switch (name) {
    case 'thompson':
      return found(drawn(ground, beliefs, Math.min(JOINT, effort.spread), rng, stream));
    case 'nei': {
      const deviates = quasiNormals(Number(options['draws']), Math.min(beliefs.tried.count, TRIED), rng, stream + DRAW);
      const [utility, slope] = noisyUtility(beliefs, limits, deviates);
      return found(search(utility, slope, 0, halved(effort)));
    }
    case 'eipc':
      return found(byTerms([...termsOf('logEI'), ...costTerms(beliefs)]));
    case 'hedge':
      return hedged(beliefs, options, rng, stream, last, (arm) => byTerms(termsOf(ARMS[arm]), arm));
    default:
      return found(byTerms(termsOf(name)));
  }
}

/** Where each candidate is dear. */
function halved({ spread, near, starts }: Effort): Effort {
  return { spread: Math.ceil(spread / 2), near: Math.ceil(near / 2), starts: Math.ceil(starts / 2) };
}

function found(maximum: Maximum | undefined): Proposal | undefined {
  return maximum && { maximum };
}

function limitTerms({ limits }: Beliefs): Term[] {
  return limits.map(({ model, most }) => ({
    model,
    worth: (mean, sd, slopes) => logFeasibility(mean - most, sd, slopes),
  }));
}

function costTerms({ cost }: Beliefs): Term[] {
  if (!cost || cost.exponent === 0) return [];
  const { model, scale, exponent } = cost;
  return [
    {
      model,
      worth(mean, _sd, slopes) {
        if (slopes) [slopes.byMean, slopes.bySd] = [-exponent / scale, 0];
        return perCost(0, mean / scale, exponent);
      },
    },
  ];
}

/**
 * Improvement over the true values of the most promising points tried, and its slope where the model has slopes; the plain
 * one for models without covariances.
 */
function noisyUtility(
  { objective, tried }: Beliefs,
  limits: readonly Term[],
  deviates: Float64Array,
): [Utility, UtilitySlope | undefined] {
  const n = Math.min(tried.count, TRIED);
  const points = tried.units.subarray(0, (tried.units.length / tried.count) * n);
  const { mean, sd } = objective.predict(points, n);
  const covariance = new Float64Array(n * n);
  for (let i = 0; i < n; i++) covariance[i * n + i] = sd[i] * sd[i];
  const withTried = objective.covarianceWith?.(points, n);
  const fantasies = createFantasies({ mean, covariance: withTried?.of(points, n) ?? covariance }, deviates);
  const { factor } = fantasies;
  const weightsOf = (units: Float64Array, count: number): Float64Array => {
    const weights = withTried?.of(units, count) ?? new Float64Array(count * n);
    solveLower(factor, n, weights, count);
    return weights;
  };
  const limited = utilityOf(limits);
  const utility: Utility = (units, count) => {
    const marginals = objective.predict(units, count);
    const weights = weightsOf(units, count);
    return limited(units, count).map((value, i) => {
      const variance = marginals.sd[i] * marginals.sd[i];
      return value + logNoisyImprovement(marginals.mean[i], variance, weights.subarray(i * n, (i + 1) * n), fantasies);
    });
  };
  const limitedSlope = slopeOf(limits);
  if (!limitedSlope || !objective.slopes || (withTried && !withTried.addSlopes)) return [utility, undefined];
  const rates: NoisySlopes = { byMean: 0, byVariance: 0, byWeights: new Float64Array(n) };
  return [
    utility,
    (unit, slope) => {
      const value = limitedSlope(unit, slope);
      const [byMean, bySd] = [new Float64Array(unit.length), new Float64Array(unit.length)];
      const at = objective.slopes!(unit, byMean, bySd);
      const improvement = logNoisyImprovement(at.mean, at.sd * at.sd, weightsOf(unit, 1), fantasies, rates);
      for (let i = 0; i < unit.length; i++)
        slope[i] += rates.byMean * byMean[i] + 2 * at.sd * rates.byVariance * bySd[i];
      solveUpper(factor, n, rates.byWeights);
      withTried?.addSlopes!(unit, rates.byWeights, slope);
      return value + improvement;
    },
  ];
}

/** The candidate that is lowest in one draw of the posterior among those that meet the limits in theirs, else violates least. */
function drawn(ground: Ground, beliefs: Beliefs, size: number, rng: Rng, stream: number): Maximum | undefined {
  const { incumbents, objective, limits } = beliefs;
  const near = incumbents.length > 0 ? Math.floor(size / 2 / incumbents.length) : 0;
  const { units, count } = candidates(
    ground,
    size - near * incumbents.length,
    near,
    incumbents,
    rng,
    stream + SOMEWHERE,
  );
  if (count === 0) return undefined;
  const drawOf = (model: Model, which: number): Float64Array => {
    const { mean, sd } = model.predict(units, count);
    const deviates = Float64Array.from({ length: count }, (_, i) => rng.normal(stream + DRAW, which * count + i));
    const covariance = model.covarianceWith?.(units, count).of(units, count);
    return covariance ? jointDraw({ mean, covariance }, deviates) : mean.map((m, i) => m + sd[i] * deviates[i]);
  };
  const violations = new Float64Array(count);
  for (const [k, { model, most }] of limits.entries())
    for (const [i, value] of drawOf(model, k + 1).entries()) violations[i] += Math.max(0, value - most);
  const values = drawOf(objective, 0);
  const least = violations[lowest(violations)];
  const at = lowest(values.map((value, i) => (violations[i] > least ? Infinity : value)));
  const unit = units.slice(at * ground.kinds.length, (at + 1) * ground.kinds.length);
  return { unit, value: -values[at], x: ground.pointAt(unit) };
}

function hedged(
  { objective }: Beliefs,
  options: Options,
  rng: Rng,
  stream: number,
  last: { readonly hedge: Hedge; readonly tried: Float64Array } | undefined,
  nominate: (arm: number) => Maximum | undefined,
): Proposal | undefined {
  const eta = Number(options['hedgeEta']);
  const reward = (unit: Float64Array): number => -objective.predict(unit, 1).mean[0];
  const gains = earned(last?.hedge, ARMS.length, eta, reward, last?.tried ?? new Float64Array(0));
  const chosen = choose(gains, eta, rng.uniform(stream + DRAW + 8, 0));
  const nominees: Maximum[] = [];
  for (let arm = 0; arm < ARMS.length; arm++) {
    const nominee = nominate(arm);
    if (!nominee) return undefined;
    nominees.push(nominee);
  }
  return {
    maximum: nominees[chosen],
    hedge: { gains, chosen, nominees: nominees.map(({ unit }) => unit) },
  };
}
