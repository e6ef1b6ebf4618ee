/**
 * What the models of a study's results promise of a point: the acquisition of its objective, times the probability that
 * each constraint holds [Gardner 2014] and that the trial does not fail (survival.ts); while no feasible result is known,
 * these probabilities alone. Several objectives are weighed into one, anew for each trial (../acquisition/pareto-weights.ts).
 *
 * A pending row is believed to get the mean of the model of the others [Ginsbourger 2010]: the model is then sure of that
 * point, and the next suggestion goes elsewhere.
 *
 * [Gardner 2014] Gardner et al., "Bayesian optimization with inequality constraints", ICML 2014.
 * [Ginsbourger 2010] Ginsbourger, Le Riche and Carraro, "Kriging is well-suited to parallelize optimization",
 *   Computational Intelligence in Expensive Optimization Problems, Springer.
 */
import { confidenceBound } from '../acquisition/confidence-bound.ts';
import { logExpectedImprovement } from '../acquisition/expected-improvement.ts';
import { drawnWeights } from '../acquisition/pareto-weights.ts';
import { logFeasibility } from '../acquisition/feasibility.ts';
import { runsOf, type Options, type Problem, type Rng, type Row } from '../sampler.ts';
import type { LearntForest } from '../transfer/forest-learner.ts';
import type { Voice } from '../transfer/transfer.ts';
import { drawsOf, type Draws } from './draws.ts';
import type { Prediction } from './forest.ts';
import { logLognormalImprovement } from './lognormal-improvement.ts';
import { constraintOf, objectiveOf } from './results.ts';
import { survivalOf } from './survival.ts';
import { priorOf } from './prior.ts';
import { pointOf, type Table } from './table.ts';

/** A model's prediction at a point whose features stand in `points` from index `at` on. */
export type Model = (points: Float64Array, at: number) => Prediction;

/**
 * Fits a model to the points whose targets are not NaN, at least one of them.
 * @param draws    the random numbers of the model's tree i
 * @param weights  of the points: how many runs their results are the mean of
 */
export type Fit = (
  table: Table,
  targets: Float64Array,
  draws: (i: number) => Draws,
  weights: ArrayLike<number>,
) => Model;

export interface Merit {
  /** The larger the better; of a point by its features. */
  at(point: Float64Array): number;
  /** Points of the table with results, the best first. */
  readonly incumbents: readonly number[];
}

/** Purposes of the models' random numbers, one a model. */
const MODELS = 0x100000;
const SURVIVAL = 0x180000;
/** Below this a standard deviation says nothing: results span about 1. */
const LEAST_DEVIATION = 1e-9;

/**
 * @param rows    the rows of the table's points, at least one of them closed
 * @param voices  what other studies expect of the objective: its model is then one of what is left
 */
export function meritOf(
  table: Table,
  rows: readonly Row[],
  { objectives, constraints }: Pick<Problem, 'objectives' | 'constraints'>,
  options: Options,
  fit: Fit,
  fitConstraint: Fit,
  rng: Rng,
  voices: readonly Voice<LearntForest>[] = [],
): Merit {
  const kind = options['acquisition'];
  const runs = rows.map(runsOf);
  const model = (targets: Float64Array, purpose: number, by: Fit): Model =>
    believing(table, targets, (filled) => by(table, filled, (i) => drawsOf(rng, MODELS + purpose, i), runs));
  const weights = objectives > 1 ? drawnWeights(objectives, rng) : undefined;
  const results = objectiveOf(rows, kind === 'logEI', weights);
  const prior = voices.length > 0 ? priorOf(table, results, voices) : undefined;
  const rest = prior ? results.map((result, i) => result - prior(pointOf(table, i))) : results;
  const ofRest = model(rest, 0, fit);
  const objective = (point: Float64Array): Prediction => {
    const { mean, variance } = ofRest(point, 0);
    return { mean: prior ? prior(point) + mean : mean, variance };
  };
  const means = Float64Array.from(rows, (_, i) => objective(pointOf(table, i)).mean);
  const ranked = rows.flatMap(({ state, y }, i) => (y && state !== 'infeasible' ? [i] : []));
  ranked.sort((a, b) => means[a] - means[b] || a - b);
  const best = ranked.length === 0 ? undefined : means[ranked[0]];
  const limits: Model[] = [];
  for (let k = 0; k < constraints; k++) {
    const targets = constraintOf(rows, k);
    if (targets.some((target) => !Number.isNaN(target))) limits.push(model(targets, 1 + k, fitConstraint));
  }
  const survival = survivalOf(table, rows, (i) => drawsOf(rng, SURVIVAL, i));
  return {
    incumbents: ranked,
    at(point) {
      let promised = survival ? survival(point) : 0;
      if (best !== undefined) {
        const { mean, variance } = objective(point);
        promised += acquired(kind, mean, deviationOf(variance), best, Number(options['kappa']));
      }
      for (const limit of limits) {
        const { mean, variance } = limit(point, 0);
        promised += logFeasibility(mean, deviationOf(variance));
      }
      return promised;
    },
  };
}

function believing(table: Table, targets: Float64Array, fit: (targets: Float64Array) => Model): Model {
  const first = fit(targets);
  if (!targets.some(Number.isNaN)) return first;
  return fit(targets.map((target, i) => (Number.isNaN(target) ? first(pointOf(table, i), 0).mean : target)));
}

function acquired(kind: Options[string], mean: number, sd: number, best: number, kappa: number): number {
  if (kind === 'lcb') return confidenceBound(mean, sd, kappa);
  return kind === 'ei' ? logExpectedImprovement(mean, sd, best) : logLognormalImprovement(mean, sd, best);
}

function deviationOf(variance: number): number {
  return Math.max(LEAST_DEVIATION, Math.sqrt(variance));
}
