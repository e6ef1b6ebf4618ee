/**
 * Importance for getting good results, PED-ANOVA [Watanabe 2023]: how much the densities of a parameter among the best tenth of
 * the trials and among all of them differ (Pearson's divergence). No model is fitted, so thousands of trials take milliseconds.
 *
 * It is local: where a sampler has already gone, not where it never looked. A conditional parameter is compared among the trials
 * that have it, weighed by how many of the best and of all those are [Ito 2026, theorem 4.2].
 *
 * [Watanabe 2023] Watanabe, Bansal and Hutter, "PED-ANOVA: Efficiently Quantifying Hyperparameter Importance in Arbitrary
 *   Subspaces", IJCAI 2023, arXiv:2304.10255, algorithm 1.
 * [Ito 2026] "Conditional PED-ANOVA: Hyperparameter Importance in Hierarchical & Dynamic Search Spaces", KDD 2026,
 *   arXiv:2601.20800.
 */
import type { Dimension } from '../../study/space/dimensions.ts';
import { measuredPoints, type MeasuredPoints, type StudyTrials } from '../study-trials.ts';
import { countsOf, densityOf } from './grid-density.ts';
import { ranked, type Importances } from './importance.ts';

export interface PedAnovaOptions {
  /** Name of the objective; the first. */
  readonly objective?: string;
  /** Share of the trials that count as good, in (0, 1]; 0.1. At least five of them make it stable. */
  readonly best?: number;
}

export interface PedAnovaImportances extends Importances {
  readonly method: 'ped-anova';
}

/** Fewer trials that have a parameter say nothing of it. */
const LEAST_ACTIVE = 2;
const FLOOR = 1e-12;

/**
 * Importances from the measured trials, complete or infeasible, at least two: the variance of "is a good trial" that a parameter
 * explains, as the share of good trials squared times the divergence.
 * @throws StudyDefinitionError where there are fewer
 */
export function pedAnova(study: StudyTrials, { objective, best = 0.1 }: PedAnovaOptions = {}): PedAnovaImportances {
  const measured = measuredPoints(study, 2, objective);
  const good = bestOf(measured, best);
  const parameters = measured.space.dimensions.map((dimension, dim) => ({
    parameter: dimension.name,
    importance: dimension.size === 1 ? 0 : importanceOf(measured, good, dimension, dim),
  }));
  return {
    method: 'ped-anova',
    objective: measured.objective.name,
    trials: measured.points.length,
    outside: measured.outside,
    parameters: ranked(parameters),
  };
}

/** Whether each trial is as good as the one at the quantile. */
function bestOf({ values, objective }: MeasuredPoints, quantile: number): readonly boolean[] {
  const losses = values.map((value) => (objective.goal === 'maximize' ? 0 - value : value));
  const cutoff = losses.toSorted()[Math.max(0, Math.ceil(quantile * losses.length) - 1)];
  return Array.from(losses, (loss) => loss <= cutoff);
}

function importanceOf({ points }: MeasuredPoints, good: readonly boolean[], dimension: Dimension, dim: number): number {
  const active = [...points.keys()].filter((i) => !Number.isNaN(points[i][dim]));
  const goodActive = active.filter((i) => good[i]);
  if (active.length < LEAST_ACTIVE || goodActive.length === 0) return 0;
  const goodCount = good.filter(Boolean).length;
  const [inGood, inAll] = [goodActive.length / goodCount, active.length / points.length];
  const densityAt = (among: readonly number[]): Float64Array =>
    densityOf(
      countsOf(
        dimension,
        among.map((i) => points[i][dim]),
      ),
      dimension.kind === 'categorical',
    );
  const quantile = goodCount / points.length;
  return quantile * quantile * ((inGood * inGood) / inAll) * divergence(densityAt(goodActive), densityAt(active));
}

/** Pearson's: the mean over q of (p / q - 1)^2. */
function divergence(p: Float64Array, q: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < p.length; k++) {
    const [above, below] = [p[k] + FLOOR, q[k] + FLOOR];
    sum += below * (above / below - 1) * (above / below - 1);
  }
  return sum;
}
