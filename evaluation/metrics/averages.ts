/** Ratios of a class, such as precision, and their averages over classes, as in scikit-learn's precision_recall_fscore_support. */
import type { ClassTally } from './tally.ts';

/**
 * `binary`: of the positive class alone; `macro`: mean over classes; `weighted`: mean weighted by what is truly of a class;
 * `micro`: of the sums over all classes.
 */
export type Average = 'binary' | 'macro' | 'micro' | 'weighted';

export interface AverageOptions {
  /** Default `binary`. */
  readonly average?: Average;
  /** Index of the positive class; default the last. */
  readonly positive?: number;
  /** What x/0 is: 0 (the default), 1, or NaN, which leaves the class out of means. */
  readonly zeroDivision?: number;
  /** Which classes are averaged: those in the truth or among the predictions (the default), or all that there are. */
  readonly over?: 'occurring' | 'all';
}

/** What a ratio is made of, in weight. */
export interface Sums {
  readonly correct: number;
  readonly truth: number;
  readonly predicted: number;
  readonly total: number;
}

export type Ratio = (sums: Sums) => readonly [numerator: number, denominator: number];

/** The ratio, averaged; NaN where there is nothing to average. */
export function averaged(tally: ClassTally, ratio: Ratio, options: AverageOptions = {}): number {
  const { average = 'binary', positive = tally.truth.length - 1, zeroDivision = 0, over = 'occurring' } = options;
  const value = (sums: Sums): number => {
    const [numerator, denominator] = ratio(sums);
    return denominator === 0 ? zeroDivision : numerator / denominator;
  };
  if (average === 'binary') return value(sumsOf(tally, positive));
  const classes = Array.from(tally.truth, (_, c) => c)
    .filter((c) => over === 'all' || tally.occurs[c])
    .map((c) => sumsOf(tally, c));
  if (average === 'micro') return value(classes.reduce(add, { correct: 0, truth: 0, predicted: 0, total: 0 }));
  return mean(classes.map((sums) => [value(sums), average === 'weighted' ? sums.truth : 1] as const));
}

function sumsOf({ correct, truth, predicted, total }: ClassTally, c: number): Sums {
  return { correct: correct[c], truth: truth[c], predicted: predicted[c], total };
}

function add(a: Sums, b: Sums): Sums {
  return {
    correct: a.correct + b.correct,
    truth: a.truth + b.truth,
    predicted: a.predicted + b.predicted,
    total: a.total + b.total,
  };
}

/** Of those that are numbers; unweighted where these have no weight. */
function mean(pairs: readonly (readonly [value: number, weight: number])[]): number {
  const defined = pairs.filter(([value]) => !Number.isNaN(value));
  const weight = defined.reduce((sum, [, w]) => sum + w, 0);
  if (weight === 0) return defined.reduce((sum, [value]) => sum + value, 0) / defined.length;
  return defined.reduce((sum, [value, w]) => sum + value * w, 0) / weight;
}
