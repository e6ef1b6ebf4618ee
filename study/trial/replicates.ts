/**
 * Trials that run several times, each with a seed of its own (`replicates`): what their values say of the noise, and which of them to take.
 *
 * [Scheffé 1959] Scheffé, "The Analysis of Variance", Wiley: section 3.1, the variance within groups.
 */
import { chiSquaredBounds } from '../numerics/chi-squared.ts';
import { mean } from '../numerics/mean.ts';
import type { StudyDefinition } from '../study.ts';

/** The scheduler that `replicates` of a study asks for. */
export const REPLICATES = 'replicates';

export function hasReplicates({ scheduler }: Pick<StudyDefinition, 'scheduler'>): boolean {
  return scheduler?.name === REPLICATES;
}

/** The seed of a trial's replicate, from 0: the first has the trial's own. 0 to 2^32 - 1, as trials get it. */
export function replicateSeed(seed: number, replicate: number): number {
  return (seed + Math.imul(replicate, 0x9e3779b9)) >>> 0;
}

/** How much a value differs from one replicate to the next. */
export interface ReplicateNoise {
  /** Of one run's value, in the first objective's unit: pooled over trials with two replicates or more. */
  readonly standardDeviation: number;
  /** It was estimated with, >= 1. */
  readonly degreesOfFreedom: number;
  /** Where it lies in 95 of 100 cases, if the noise is normal and the same everywhere (chi-squared). */
  readonly interval: readonly [low: number, high: number];
}

/** @param groups  values by trial @returns undefined where no trial has two */
export function replicateNoise(groups: readonly (readonly number[])[]): ReplicateNoise | undefined {
  let [squares, degrees] = [0, 0];
  for (const values of groups) {
    if (values.length < 2) continue;
    const middle = mean(values);
    for (const value of values) squares += (value - middle) * (value - middle);
    degrees += values.length - 1;
  }
  if (degrees === 0) return undefined;
  const [low, high] = chiSquaredBounds(degrees);
  return {
    standardDeviation: Math.sqrt(squares / degrees),
    degreesOfFreedom: degrees,
    interval: [Math.sqrt(squares / high), Math.sqrt(squares / low)],
  };
}

/** A trial with what its replicates came to so far. */
export interface Replicated {
  readonly number: number;
  /** Of the first objective, to be minimised: at least one. */
  readonly replicates: readonly number[];
}

/**
 * The trial to take: of those with two replicates or more (of all, where there is none) the one whose mean plus its standard error is
 * lowest. Without the error, which the pooled noise tells, the trial that was lucky most often with the fewest runs would be taken.
 * Equal ones: the lower number.
 *
 * @param trials  in number order
 */
export function bestReplicated<T extends Replicated>(trials: readonly T[]): T | undefined {
  const several = trials.filter(({ replicates }) => replicates.length > 1);
  const deviation = replicateNoise(several.map(({ replicates }) => replicates))?.standardDeviation ?? 0;
  let best: T | undefined;
  let least = Infinity;
  for (const trial of several.length > 0 ? several : trials) {
    const { replicates } = trial;
    const bound = mean(replicates) + deviation / Math.sqrt(replicates.length);
    if (best && bound >= least) continue;
    best = trial;
    least = bound;
  }
  return best;
}
