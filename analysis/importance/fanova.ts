/**
 * Importance as functional analysis of variance [Hutter 2014]: which share of the variance of an objective over the space one
 * parameter explains by itself, and two of them together beyond that, as a random forest sees it.
 *
 * The space is that of the definition, weighed by its priors on its scales: a decade of a log parameter counts as much as any
 * other, and what a prior makes improbable counts little. All marginals are exact (measure/marginals.ts). A conditional parameter
 * counts where it is active: its importance is P(active) Var(E[f | x_i, active]) / Var(f), so that a choice is not mistaken for
 * the parameters that come with it. Each tree has shares of its own, and importances are their means.
 *
 * [Hutter 2014] Hutter, Hoos and Leyton-Brown, "An Efficient Approach for Assessing Hyperparameter Importance", ICML 2014.
 */
import type { Marginal } from '../measure/marginals.ts';
import { Marginals } from '../measure/marginals.ts';
import type { Grown } from '../measure/leaves.ts';
import { measuredPoints, type StudyTrials } from '../study-trials.ts';
import { surrogateOf } from '../surrogate.ts';
import { ranked, type Importances, type ParameterImportance } from './importance.ts';

export interface FanovaOptions {
  /** Name of the objective; the first. */
  readonly objective?: string;
  /** Whether the interactions of all pairs are computed as well; false. */
  readonly interactions?: boolean;
}

export interface FanovaImportance extends ParameterImportance {
  /** Standard deviation of the importance over the trees. */
  readonly deviation: number;
}

export interface Interaction {
  readonly parameters: readonly [string, string];
  /** Share of the variance that the two explain together beyond what each does by itself, 0 to 1. */
  readonly importance: number;
}

export interface FanovaImportances extends Importances {
  readonly method: 'fanova';
  /** `importance` is the share of the variance that the parameter explains by itself, 0 to 1. */
  readonly parameters: readonly FanovaImportance[];
  /** The most important first; absent unless asked for. */
  readonly interactions?: readonly Interaction[];
}

/**
 * Importances from the measured trials, complete or infeasible, at least two.
 * @throws StudyDefinitionError where there are fewer, or the space has too many combinations of conditions
 */
export function fanova(study: StudyTrials, { objective, interactions = false }: FanovaOptions = {}): FanovaImportances {
  const measured = measuredPoints(study, 2, objective);
  const { layout, trees } = surrogateOf(measured);
  const { dims } = layout.features;
  const marginals = new Marginals(layout);
  const names = dims.map((dim) => layout.space.dimensions[dim].name);
  // a tree without variance says nothing of shares
  const told = trees
    .map((tree) => ({ tree, variance: marginals.whole(tree).variance }))
    .filter(({ variance }) => variance > 0);
  const meanOf = (share: (tree: Grown) => number): Mean =>
    mean(told.map(({ tree, variance }) => share(tree) / variance));
  const singles = names.map((parameter, f): Omit<FanovaImportance, 'share'> => {
    const { value, deviation } = meanOf((tree) => varianceOf(marginals.single(tree, f)));
    return { parameter, importance: value, deviation };
  });
  for (const { name, size } of layout.space.dimensions)
    if (size === 1) singles.push({ parameter: name, importance: 0, deviation: 0 });
  const pairs = interactions
    ? names.flatMap((_, f) => names.slice(f + 1).map((_name, k) => [f, f + 1 + k] as const))
    : [];
  return {
    method: 'fanova',
    objective: measured.objective.name,
    trials: measured.points.length,
    outside: measured.outside,
    parameters: ranked(singles),
    ...(interactions && {
      interactions: pairs
        .map(([f, h]) => ({
          parameters: [names[f], names[h]] as const,
          importance: meanOf((tree) => interactionOf(marginals.pair(tree, f, h), marginals.atoms(tree, h))).value,
        }))
        .sort((a, b) => b.importance - a.importance || (a.parameters.join() < b.parameters.join() ? -1 : 1)),
    }),
  };
}

interface Mean {
  readonly value: number;
  readonly deviation: number;
}

/** Zero of nothing: where no tree has variance, nothing explains any. */
function mean(values: readonly number[]): Mean {
  if (values.length === 0) return { value: 0, deviation: 0 };
  const value = values.reduce((sum, each) => sum + each, 0) / values.length;
  const squares = values.reduce((sum, each) => sum + (each - value) * (each - value), 0);
  return { value, deviation: Math.sqrt(squares / values.length) };
}

/** The sum of weighted squared distances from the mean: the weights sum to the probability of being active. */
function varianceOf({ weights, means }: Marginal): number {
  let [all, sum] = [0, 0];
  for (let i = 0; i < weights.length; i++) {
    all += weights[i];
    sum += weights[i] * means[i];
  }
  const centre = all > 0 ? sum / all : 0;
  let variance = 0;
  for (let i = 0; i < weights.length; i++) variance += weights[i] * (means[i] - centre) * (means[i] - centre);
  return variance;
}

/** What is left of a marginal of two once the effects of each, where both are active, are taken off. */
function interactionOf({ weights, means }: Marginal, columns: number): number {
  const rows = weights.length / columns;
  const [ofRow, ofColumn] = [new Float64Array(rows), new Float64Array(columns)];
  const [rowWeights, columnWeights] = [new Float64Array(rows), new Float64Array(columns)];
  let [all, sum] = [0, 0];
  for (let at = 0; at < weights.length; at++) {
    const weighted = weights[at] * means[at];
    const [i, j] = [Math.floor(at / columns), at % columns];
    rowWeights[i] += weights[at];
    columnWeights[j] += weights[at];
    ofRow[i] += weighted;
    ofColumn[j] += weighted;
    all += weights[at];
    sum += weighted;
  }
  if (all === 0) return 0;
  let variance = 0;
  for (let at = 0; at < weights.length; at++) {
    if (weights[at] === 0) continue;
    const [i, j] = [Math.floor(at / columns), at % columns];
    const rest = means[at] - ofRow[i] / rowWeights[i] - ofColumn[j] / columnWeights[j] + sum / all;
    variance += weights[at] * rest * rest;
  }
  return variance;
}
