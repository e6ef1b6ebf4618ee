/** Two candidates by their predictions: exact McNemar for accuracy, DeLong for the area under the curve, else a paired bootstrap. */
import type { Predictions } from '../../study/evaluation/predictions.ts';
import type { StudyDefinition } from '../../study/study.ts';
import { compareFolds, comparePredictions, type Comparison, type ComparisonRules } from '../comparison/index.ts';
import { metricNamed } from '../metrics/index.ts';
import { classesOf } from '../predictions.ts';
import { testRatio } from '../splits/index.ts';
import { onSameRows } from './tested-predictions.ts';

/**
 * One resample of the rows stands for all runs; where each run has rows of its own, each gives one number.
 * @param champion, challenger  by run, each on the same rows in the same order (../predictions/align.ts)
 * @throws TrialFailedError, StudyDefinitionError where the metric cannot be had from these predictions
 */
export function compareByPredictions(
  { evaluate, seed }: Pick<StudyDefinition, 'evaluate' | 'seed'>,
  rules: ComparisonRules,
  champion: readonly Predictions[],
  challenger: readonly Predictions[],
): Comparison {
  const metric = metricNamed(rules.metric);
  const compile = (runs: readonly Predictions[]): ((counts?: Float64Array) => number) => {
    const compiled = runs.map((run) => metric.compile(run, evaluate?.costs));
    return (counts) => compiled.reduce((sum, compute) => sum + compute(counts), 0) / compiled.length;
  };
  if (!onSameRows(champion)) {
    const each = (runs: readonly Predictions[]): number[] =>
      runs.map((run) => metric.compute(run, undefined, evaluate?.costs));
    return compareFolds({
      ...rules,
      champion: each(champion),
      challenger: each(challenger),
      testRatio: evaluate ? testRatio(evaluate) : 1,
    });
  }
  const [rows, ours] = [champion[0]!, challenger[0]!];
  const [theirs, its] = [compile(champion), compile(challenger)];
  const counts = new Float64Array(rows.truth.length);
  const over = (statistic: typeof theirs) => (drawn: Int32Array) => {
    counts.set(drawn);
    return statistic(counts);
  };
  const isSingle = champion.length === 1;
  const isClasses = metric.needs !== 'numbers';
  return comparePredictions({
    ...rules,
    n: rows.truth.length,
    ...(isClasses && { strata: rows.truth }),
    ...(rows.groups && { groups: rows.groups }),
    weighted: rows.weights !== undefined,
    champion: over(theirs),
    challenger: over(its),
    ...(isSingle && isClasses && { correct: [rightOnes(rows), rightOnes(ours)] as const }),
    ...(isSingle && metric.name === 'rocAuc' && { scores: binaryScores(rows, ours) }),
    seed,
  });
}

function rightOnes({ truth, predicted }: Predictions): Uint8Array {
  return Uint8Array.from(truth, (label, row) => (predicted[row] === label ? 1 : 0));
}

function binaryScores(
  champion: Predictions,
  challenger: Predictions,
): Parameters<typeof comparePredictions>[0]['scores'] {
  const positive = classesOf(champion)[1];
  const column = ({ scores }: Predictions): number[] => scores!.map((row) => row.at(-1)!);
  return {
    positive: champion.truth.map((label) => (label === positive ? 1 : 0)),
    champion: column(champion),
    challenger: column(challenger),
  };
}
