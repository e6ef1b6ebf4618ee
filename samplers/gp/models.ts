/** The Gaussian processes of a study together: of its objective, of each constraint, and of failure. */
import { atMost, improvementOn, type Term } from './acquisition.ts';
import type { Layout } from './layout.ts';
import { bent, powersFor, standardised, thresholdOf } from './outputs.ts';
import type { Posterior } from './posterior.ts';
import { fittedSize } from './schedule.ts';
import { Surrogate, type Target } from './surrogate.ts';
import type { Trials } from './trials.ts';

export interface Judgement {
  /** What a point's worth is the sum of. */
  readonly terms: readonly Term[];
  /** Places of the best trials, the best first. */
  readonly best: readonly number[];
}

/** What must be at most `most`, in units of the posterior's outputs. */
interface Limit {
  readonly posterior: Posterior;
  readonly most: number;
}

const BEST = 5;

export class Models {
  private readonly objective: Surrogate;
  private readonly failure: Surrogate;
  private readonly constraints: readonly Surrogate[];

  constructor(layout: Layout, constraints: number, leastNoise: number) {
    this.objective = new Surrogate(layout, OBJECTIVE, leastNoise);
    this.failure = new Surrogate(layout, FAILURE, leastNoise);
    this.constraints = Array.from({ length: constraints }, (_, i) => new Surrogate(layout, constraint(i), leastNoise));
  }

  /** @param pending  `count` points of running trials (layout.ts) */
  judge(trials: Trials, pending: Float64Array, count: number): Judgement {
    const fitted = fittedSize(trials.count);
    const { objective, failure } = this;
    const posterior = objective.advance(trials, fitted, pending, count)!;
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
    const best = ranked.slice(0, BEST).map((k) => members[k]);
    const terms = limits.map(({ posterior: limit, most }) => atMost(limit, most));
    if (feasible.length === 0 && limits.length > 0) return { terms, best };
    const incumbent = Math.min(means[ranked[0]], believed(posterior, limits, pending, count));
    return { terms: [improvementOn(posterior, incumbent), ...terms], best };
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
