/**
 * Several objectives as one number, by weights that the user gives: what the sampler minimises, and what the best trial is the best in.
 *
 * [Knowles 2006] Knowles, "ParEGO: A Hybrid Algorithm with On-Line Landscape Approximation for Expensive Multiobjective Optimization
 *   Problems", IEEE Transactions on Evolutionary Computation 10(1).
 */
import type { Objective, StudyDefinition } from './study.ts';

export interface Scalarization {
  /**
   * `sum`: the weighted sum. `chebyshev`: the largest weighted distance from the ideal, and a twentieth of their sum, so that of two trials
   * with the same largest distance the one that is better otherwise wins [Knowles 2006, eq. 2]; it also finds those parts of a front
   * that bend inwards, which no sum does.
   */
  readonly how: 'sum' | 'chebyshev';
  /** By objective, each > 0: how much one of its units counts. */
  readonly weights: Readonly<Record<string, number>>;
  /** By objective, of `chebyshev` alone: values that could hardly be better. */
  readonly ideal?: Readonly<Record<string, number>>;
}

const SUM_SHARE = 0.05;

type Scored = Pick<StudyDefinition, 'objectives' | 'scalarize'>;

/** How many objectives samplers and schedulers see. */
export function objectivesSeen({ objectives, scalarize }: Scored): number {
  return scalarize ? 1 : objectives.length;
}

/** A trial's values as samplers and schedulers see them: to be minimised, one number where a study scalarises. */
export function minimised({ objectives, scalarize }: Scored, values: readonly number[]): number[] {
  if (scalarize) return [scalar(objectives, scalarize, values)];
  return values.map((value, i) => (objectives[i]!.goal === 'maximize' ? 0 - value : value));
}

/** What trials are compared by where one of them is the best: the scalar, or the first objective; to be minimised. */
export function scoreOf(definition: Scored, values: readonly number[]): number {
  return minimised(definition, values)[0]!;
}

function scalar(
  objectives: readonly Objective[],
  { how, weights, ideal }: Scalarization,
  values: readonly number[],
): number {
  let most = -Infinity;
  let sum = 0;
  for (const [i, { name, goal }] of objectives.entries()) {
    const distance = weights[name]! * (values[i]! - (ideal?.[name] ?? 0)) * (goal === 'maximize' ? -1 : 1);
    most = Math.max(most, distance);
    sum += distance;
  }
  const found = how === 'sum' ? sum : most + SUM_SHARE * sum;
  // samplers take finite numbers alone; where infinities cancel out nothing is known, and the worst is assumed
  if (Number.isNaN(found)) return Number.MAX_VALUE;
  return Math.min(Math.max(found, -Number.MAX_VALUE), Number.MAX_VALUE) + 0;
}
