/** The Gaussian processes of a study together: of its objective, of each constraint, and of failure. */
import type { Layout } from './layout.ts';
import { bent, powersFor, scaleOf, standardised, thresholdOf } from './outputs.ts';
import { scalarised } from '../acquisition/pareto-weights.ts';
import type { Posterior } from './posterior.ts';
import { fittedSize } from './schedule.ts';
import { Surrogate, type MeanOf, type Target } from './surrogate.ts';
import type { Trials } from './trials.ts';

export interface Judgement {
  /** Of the results, to be minimised. */
  readonly objective: Posterior;
  readonly limits: readonly Limit[];
  /** Whether a feasible trial is known, or nothing limits. */
  readonly feasible: boolean;
  /** What a new trial must improve on, in units of the objective's outputs. */
  readonly incumbent: number;
  /** Places of trials, the best first: of feasible ones, where there are any. */
  readonly ranked: readonly number[];
}

/** Of ln cost, `scale` of its units being 1 of ln cost. */
export interface Costs {
  readonly posterior: Posterior;
  readonly scale: number;
}

/** What must be at most `most`, in units of the posterior's outputs. */
export interface Limit {
  readonly posterior: Posterior;
  readonly most: number;
}

export class Models {
  private readonly layout: Layout;
  private readonly leastNoise: number;
  private readonly objective: Surrogate;
  private readonly failure: Surrogate;
  private readonly cost: Surrogate;
  private readonly constraints: readonly Surrogate[];

  constructor(layout: Layout, constraints: number, leastNoise: number) {
    this.layout = layout;
    this.leastNoise = leastNoise;
    this.objective = new Surrogate(layout, OBJECTIVE, leastNoise);
    this.failure = new Surrogate(layout, FAILURE, leastNoise);
    this.cost = new Surrogate(layout, COST, leastNoise);
    this.constraints = Array.from({ length: constraints }, (_, i) => new Surrogate(layout, constraint(i), leastNoise));
  }

  /**
   * @param pending  `count` points of running trials (layout.ts)
   * @param weights  of several objectives, as one of which they are modelled
   * @param meanOf   what the objective is expected to be, by the first `fitted` trials; of one objective
   */
  judge(
    trials: Trials,
    pending: Float64Array,
    count: number,
    weights?: Float64Array,
    meanOf?: (fitted: number) => MeanOf | undefined,
  ): Judgement {
    const fitted = fittedSize(trials.count);
    const { failure } = this;
    const objective = weights ? this.weighed(trials, weights) : this.objective;
    const posterior = objective.advance(trials, fitted, pending, count, meanOf?.(fitted))!;
    const limits: Limit[] = [];
    for (const surrogate of this.constraints) {
      const limit = surrogate.advance(trials, fitted, pending, count);
      if (limit) limits.push({ posterior: limit, most: thresholdOf(surrogate.measured) });
    }
    const failures = trials.failed.filter(Boolean).length;
    if (failures > 0 && failures < trials.count) {
      const limit = failure.advance(trials, fitted, pending, count);
      if (limit) limits.push({ posterior: limit, most: thresholdOf(failure.measured) });
    }
    const { members, means } = objective;
    const places = members.map((_, k) => k);
    const isFeasible = (k: number): boolean => !trials.failed[members[k]] && !trials.infeasible[members[k]];
    const feasible = places.filter(isFeasible);
    const ranked = feasible.length > 0 ? feasible : places;
    ranked.sort((a, b) => means[a] - means[b] || a - b);
    return {
      objective: posterior,
      limits,
      feasible: feasible.length > 0 || limits.length === 0,
      incumbent: Math.min(means[ranked[0]], believed(posterior, limits, pending, count)),
      ranked: ranked.map((k) => members[k]),
    };
  }

  private weighed({ results }: Trials, weights: Float64Array): Surrogate {
    const values = scalarised(results, weights);
    return new Surrogate(this.layout, { ...OBJECTIVE, of: (_trials, i) => values[i] }, this.leastNoise);
  }

  /** What trials are believed to cost; undefined while none says. */
  costs(trials: Trials): Costs | undefined {
    const posterior = this.cost.advance(trials, fittedSize(trials.count), new Float64Array(0), 0);
    return posterior && { posterior, scale: scaleOf(this.cost.measured) };
  }
}

/** The best result that running trials are believed to have, of those believed feasible: no more is to be had there. */
function believed(posterior: Posterior, limits: readonly Limit[], pending: Float64Array, count: number): number {
  const means = meansAt(posterior, pending, count);
  for (const { posterior: limit, most } of limits)
    for (const [i, mean] of meansAt(limit, pending, count).entries()) if (mean > most) means[i] = Infinity;
  return means.reduce((least, mean) => Math.min(least, mean), Infinity);
}

function meansAt(posterior: Posterior, columns: Float64Array, count: number): Float64Array {
  const means = new Float64Array(count);
  posterior.predict(columns, count, means, new Float64Array(count));
  return means;
}

/** Results to be minimised; those of trials that have none are the worst of the others. */
const OBJECTIVE: Target = {
  of: ({ values }, i) => values[i],
  powers: (measured) => powersFor(imputed(measured)),
  outputs: (measured, power) => bent(imputed(measured), power),
};

const COST: Target = {
  of: ({ logCosts }, i) => (Number.isNaN(logCosts[i]) ? undefined : logCosts[i]),
  powers: () => [1],
  outputs: standardised,
};

/** 1 where a trial failed, else -1. */
const FAILURE: Target = {
  of: ({ failed }, i) => (failed[i] ? 1 : -1),
  powers: () => [1],
  outputs: standardised,
};

function constraint(which: number): Target {
  return { of: ({ constraints }, i) => constraints[i]?.[which], powers: () => [1], outputs: standardised };
}

function imputed(measured: Float64Array): Float64Array {
  let worst = -Number.MAX_VALUE;
  for (const value of measured) if (value > worst) worst = value;
  return measured.map((value) => (Number.isNaN(value) ? worst : value));
}
