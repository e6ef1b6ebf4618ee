/** Which comparison the final test allows: by predictions on the test rows, by folds, by runs with several seeds, or none. */
import { StudyDefinitionError, TrialFailedError } from '../../study/errors.ts';
import type { Evaluation, TestRun } from '../../study/evaluation/contract.ts';
import { METRIC_INFOS } from '../../study/evaluation/metric-names.ts';
import type { Objective, StudyDefinition } from '../../study/study.ts';
import { compareFolds, type Comparison, type ComparisonRules } from '../comparison/index.ts';
import { testRatio } from '../splits/index.ts';
import { compareByPredictions } from './compare-by-predictions.ts';
import type { PredictionPair } from './tested-predictions.ts';

/** What decides: the first metric that the study names, or its first objective. */
export function decidingMetric({ evaluate, objectives }: StudyDefinition): Objective {
  const [named] = evaluate!.metrics;
  if (named !== undefined) return { name: named, goal: METRIC_INFOS[named]!.goal };
  const { name, goal } = objectives[0]!;
  return { name, goal };
}

/** @param alpha what this look may spend */
export function compareCandidates(
  definition: StudyDefinition,
  { champion, challenger }: Evaluation,
  pair: PredictionPair,
  alpha: number,
): Comparison {
  const { metrics, minimumEffect } = definition.evaluate!;
  const { name: metric, goal } = decidingMetric(definition);
  const rules: ComparisonRules = { metric, goal, minimumEffect, alpha };
  if (!challenger) return without(rules, 'keep', 'the best trial is the champion itself: tuning found nothing better');
  if (!champion)
    return without(
      rules,
      'inconclusive',
      'there is nothing to beat: name the defaults as evaluate.baseline, or mark an enqueued trial with baseline: true',
    );
  const lost = failureOf(challenger.runs);
  if (lost !== undefined) return without(rules, 'keep', `the challenger failed its test: ${lost}`);
  const untested = failureOf(champion.runs);
  if (untested !== undefined) return without(rules, 'inconclusive', `the champion failed its test: ${untested}`);
  const isMetric = metrics.length > 0 || METRIC_INFOS[metric]?.goal === goal;
  if (isMetric && pair.champion && pair.challenger && pair.fault === undefined) {
    try {
      return compareByPredictions(definition, rules, pair.champion, pair.challenger);
    } catch (error) {
      if (!(error instanceof TrialFailedError || error instanceof StudyDefinitionError)) throw error;
      if (metrics.length > 0) return without(rules, 'inconclusive', error.message);
    }
  }
  if (metrics.length > 0)
    return without(
      rules,
      'inconclusive',
      pair.fault ?? `${metric} is computed from predictions, and there are none: return predictions in phase 'test'`,
    );
  return byValues(definition, rules, champion.runs.filter(isResult), challenger.runs.filter(isResult));
}

type Result = Exclude<TestRun, { readonly failed: string }>;

function isResult(run: TestRun): run is Result {
  return !('failed' in run);
}

function failureOf(runs: readonly TestRun[]): string | undefined {
  const failed = runs.find((run) => 'failed' in run);
  return runs.length === 0 ? 'it was not run' : failed?.failed;
}

/** By folds where all runs have them, else by the runs' values. */
function byValues(
  { evaluate }: StudyDefinition,
  rules: ComparisonRules,
  champion: readonly Result[],
  challenger: readonly Result[],
): Comparison {
  const folds = (runs: readonly Result[]): readonly number[] => runs.flatMap((run) => run.folds ?? []);
  const haveFolds = [...champion, ...challenger].every((run) => run.folds !== undefined);
  const [a, b] = [folds(champion), folds(challenger)];
  const byFolds = haveFolds && a.length === b.length;
  const value = (run: Result): number => run.values[0]!;
  return compareFolds({
    ...rules,
    champion: byFolds ? a : champion.map(value),
    challenger: byFolds ? b : challenger.map(value),
    testRatio: testRatio(evaluate!),
  });
}

function without(rules: ComparisonRules, decision: Comparison['decision'], reason: string): Comparison {
  return { ...rules, decision, reason, method: 'none' };
}
