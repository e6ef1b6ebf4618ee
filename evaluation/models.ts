/** The model classes of one study beside each other: what each had, its best trial, and how far behind the best class it is. */
import { StudyDefinitionError, TrialFailedError } from '../study/errors.ts';
import { METRIC_INFOS } from '../study/evaluation/metric-names.ts';
import type { Predictions } from '../study/evaluation/predictions.ts';
import { scoreOf } from '../study/scalarize.ts';
import type { StudyDefinition } from '../study/study.ts';
import type { TrialRecord } from '../study/trial/trial.ts';
import { bestValuesBootstrap } from './comparison/best-values.ts';
import { compareFolds, type Comparison } from './comparison/compare.ts';
import { compareByPredictions } from './judging/compare-by-predictions.ts';
import { align } from './predictions.ts';
import { testRatio } from './splits/test-ratio.ts';

export interface ModelComparison {
  readonly model: string;
  /** Its trials by how they ended; told and imported ones are not among them. */
  readonly complete: number;
  readonly pruned: number;
  readonly infeasible: number;
  readonly failed: number;
  /** By the first objective, or what the study makes of all of them (`scalarize`); told and imported trials among them; null where none is complete. */
  readonly best: TrialRecord | null;
  /** Of classes other than the best one, where both have a best trial. */
  readonly behind?: Behind;
}

export interface Behind {
  /** How much worse than the best class, in the unit of what trials are compared by, >= 0 where it is worse. */
  readonly effect: number;
  /** At confidence 0.95; absent: there was too little to say. */
  readonly interval?: readonly [low: number, high: number];
  /**
   * What the interval is of: the two best trials on the same folds, by the corrected resampled t; the two best trials on the same rows,
   * by their predictions; or the luck of either side's search (comparison/best-values.ts).
   */
  readonly method: 'folds' | 'predictions' | 'best values';
  /** How predictions were compared. */
  readonly test?: Comparison['method'];
}

const ALPHA = 0.05;

/**
 * The classes in the order of the definition; none where the study has no models.
 * @param predictionsOf  what a trial predicted on held-out rows; undefined where there is nothing
 */
export function compareModels(
  definition: StudyDefinition,
  trials: readonly TrialRecord[],
  predictionsOf: (trial: TrialRecord) => Predictions | undefined = () => undefined,
): ModelComparison[] {
  const classes = (definition.models ?? []).map(({ name }) => summaryOf(definition, name, trials));
  const leader = classes
    .filter(({ best }) => best)
    .reduce<ModelComparison | undefined>(
      (first, each) => (first && lossOf(definition, first.best!) <= lossOf(definition, each.best!) ? first : each),
      undefined,
    );
  return classes.map((each) =>
    each === leader || !leader || !each.best
      ? each
      : { ...each, behind: behindOf(definition, trials, leader.best!, each.best, predictionsOf) },
  );
}

function summaryOf(definition: StudyDefinition, model: string, trials: readonly TrialRecord[]): ModelComparison {
  const all = trials.filter((trial) => trial.model === model);
  const own = all.filter(({ origin }) => origin !== 'told' && origin !== 'imported');
  const count = (wanted: TrialRecord['state']): number => own.filter(({ state }) => state === wanted).length;
  const best = all
    .filter(({ state }) => state === 'complete')
    .reduce<TrialRecord | null>(
      (first, each) => (first && lossOf(definition, first) <= lossOf(definition, each) ? first : each),
      null,
    );
  const [complete, pruned, infeasible, failed] = (['complete', 'pruned', 'infeasible', 'failed'] as const).map(count);
  return { model, complete: complete!, pruned: pruned!, infeasible: infeasible!, failed: failed!, best };
}

/** What trials are compared by: to be minimised. */
function lossOf(definition: StudyDefinition, { values }: TrialRecord): number {
  return scoreOf(
    definition,
    definition.objectives.map(({ name }) => values![name]!),
  );
}

function behindOf(
  definition: StudyDefinition,
  trials: readonly TrialRecord[],
  leader: TrialRecord,
  other: TrialRecord,
  predictionsOf: (trial: TrialRecord) => Predictions | undefined,
): Behind {
  const [ours = [], theirs = []] = [leader.folds, other.folds];
  // folds are of the first objective
  if (ours.length > 1 && ours.length === theirs.length && !definition.scalarize) {
    const { name: metric, goal } = definition.objectives[0]!;
    const ratio = definition.evaluate ? testRatio(definition.evaluate) : 1 / (ours.length - 1);
    const rules = { metric, goal, minimumEffect: 0, alpha: ALPHA, testRatio: ratio };
    const { effect = 0, interval } = compareFolds({ ...rules, champion: theirs, challenger: ours });
    return { effect, ...(interval && { interval }), method: 'folds' };
  }
  const predicted = byPredictions(definition, predictionsOf(leader), predictionsOf(other));
  if (predicted) return predicted;
  const losses = [leader, other].map(({ model }) =>
    trials
      .filter((trial) => trial.model === model && trial.state === 'complete')
      .map((trial) => lossOf(definition, trial)),
  ) as [number[], number[]];
  const effect = lossOf(definition, other) - lossOf(definition, leader);
  if (losses.some(({ length }) => length < 2)) return { effect, method: 'best values' };
  return { effect, interval: bestValuesBootstrap(losses, ALPHA, definition.seed).interval, method: 'best values' };
}

/** Where both predicted the same rows, and the objective is a metric of predictions. */
function byPredictions(
  definition: StudyDefinition,
  ours: Predictions | undefined,
  theirs: Predictions | undefined,
): Behind | undefined {
  const { name: metric, goal } = definition.objectives[0]!;
  if (!ours || !theirs || definition.scalarize || METRIC_INFOS[metric]?.goal !== goal) return undefined;
  try {
    const { a, b } = align(theirs, ours);
    const rules = { metric, goal, minimumEffect: 0, alpha: ALPHA };
    const { effect = 0, interval, method } = compareByPredictions(definition, rules, [a], [b]);
    return { effect, ...(interval && { interval }), method: 'predictions', test: method };
  } catch (error) {
    if (error instanceof TrialFailedError || error instanceof StudyDefinitionError) return undefined;
    throw error;
  }
}
