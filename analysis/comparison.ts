/** Two ways to tune, each by several studies (seeds): how much better the best is that one of them finds with as many trials. */
import { pairedBootstrap } from '../evaluation/comparison/index.ts';
import { StudyDefinitionError } from '../study/errors.ts';
import { bestSoFar } from './best-so-far.ts';
import type { StudyTrials } from './study-trials.ts';

export interface ComparisonOptions {
  /** Name of the objective; the first. */
  readonly objective?: string;
  /** After so many trials of each; as many as the shortest of all has. */
  readonly trials?: number;
  /** The interval has the confidence 1 - alpha; 0.05. */
  readonly alpha?: number;
}

export interface StudiesComparison {
  readonly objective: string;
  readonly trials: number;
  /** The best value of each study by then, in their order. */
  readonly first: readonly number[];
  readonly second: readonly number[];
  /** Mean best of the second less that of the first, turned so that above 0 the second is better. */
  readonly gain: number;
  /** By bootstrap over the studies of each side (BCa); absent where `lacks` says why. */
  readonly interval?: readonly [number, number];
  readonly lacks?: string;
}

const SEED = 1;

/**
 * @throws StudyDefinitionError where a side has no study, or one of them no complete trial by then
 */
export function compareBest(
  first: readonly StudyTrials[],
  second: readonly StudyTrials[],
  { objective, trials, alpha = 0.05 }: ComparisonOptions = {},
): StudiesComparison {
  const sides = [first, second].map((studies) => studies.map((study) => bestSoFar(study, objective)));
  if (sides.some((side) => side.length === 0))
    throw new StudyDefinitionError('a comparison needs at least one study on each side, got none on one of them');
  const all = sides.flat();
  const count = trials ?? Math.min(...all.map(({ best }) => best.length));
  const bests = sides.map((side) =>
    side.map(({ study, best }) => {
      const value = best[count - 1];
      if (value === null || value === undefined)
        throw new StudyDefinitionError(
          `study '${study}' has no best value after ${count} trials: it has ${best.length}; compare after fewer trials or others`,
        );
      return value;
    }),
  );
  const [{ objective: name, goal }] = all;
  const values = bests.flat();
  const sign = goal === 'maximize' ? 1 : -1;
  const border = bests[0].length;
  const meanOf = (counts: Int32Array, from: number, to: number): number => {
    let [sum, weight] = [0, 0];
    for (let i = from; i < to; i++) {
      sum += counts[i] * values[i];
      weight += counts[i];
    }
    return sum / weight;
  };
  const { effect, interval, lacks } = pairedBootstrap(
    {
      n: values.length,
      statistic: (counts) => sign * (meanOf(counts, border, values.length) - meanOf(counts, 0, border)),
      // each side is drawn from itself
      strata: values.map((_, i) => Number(i >= border)),
      seed: SEED,
    },
    alpha,
  );
  const few =
    Math.min(border, values.length - border) < 2
      ? 'there is one study alone on a side, expected two or more'
      : undefined;
  return {
    objective: name,
    trials: count,
    first: bests[0],
    second: bests[1],
    gain: effect,
    ...(interval && few === undefined && { interval }),
    ...((few ?? lacks) !== undefined && { lacks: few ?? lacks! }),
  };
}
