/** Every metric of both candidates, for tables; the verdict rests on one alone. */
import { StudyDefinitionError, TrialFailedError } from '../../study/errors.ts';
import type { ConfusionTable, Evaluation, Judgement, TestedCandidate } from '../../study/evaluation/contract.ts';
import { METRIC_INFOS } from '../../study/evaluation/metric-names.ts';
import type { Predictions } from '../../study/evaluation/predictions.ts';
import type { StudyDefinition } from '../../study/study.ts';
import { confusionOf, metricNamed, metricsFor } from '../metrics/index.ts';
import { kindOf } from '../predictions.ts';
import type { PredictionPair } from './tested-predictions.ts';

/** Classes of a confusion table that is kept. */
const MAX_CLASSES = 50;

/** Means over the runs: of the objectives as the trials gave them, of the metrics that the study names, or else of all that fit. */
export function scoresOf(
  { objectives, evaluate }: StudyDefinition,
  { champion, challenger }: Evaluation,
  pair: PredictionPair,
): Judgement['scores'] {
  const some = pair.champion?.[0] ?? pair.challenger?.[0];
  const names = evaluate!.metrics.length > 0 ? evaluate!.metrics : some ? metricsFor(some, evaluate!.costs) : [];
  const entries = [
    ...objectives.map(({ name }, i) => [name, (who: Who) => valueOf({ champion, challenger }[who], i)] as const),
    ...names.map((name) => [name, (who: Who) => scoreOf(name, pair[who], evaluate!.costs)] as const),
  ];
  return Object.fromEntries(
    entries.flatMap(([name, score]) => {
      const [theirs, ours] = [score('champion'), score('challenger')];
      const both = {
        ...(theirs !== undefined && { champion: theirs }),
        ...(ours !== undefined && { challenger: ours }),
      };
      return Object.keys(both).length > 0 ? [[name, both]] : [];
    }),
  );
}

type Who = 'champion' | 'challenger';

function valueOf(candidate: TestedCandidate | undefined, objective: number): number | undefined {
  return mean(candidate?.runs.map((run) => ('values' in run ? run.values[objective]! : NaN)) ?? []);
}

function scoreOf(
  name: string,
  runs: readonly Predictions[] | undefined,
  costs: NonNullable<StudyDefinition['evaluate']>['costs'],
): number | undefined {
  const metric = metricNamed(name);
  try {
    return mean(runs?.map((run) => metric.compute(run, undefined, costs)) ?? []);
  } catch (error) {
    if (error instanceof TrialFailedError || error instanceof StudyDefinitionError) return undefined;
    throw error;
  }
}

/** Undefined where there are none, or one of them is none. */
function mean(values: readonly number[]): number | undefined {
  const sum = values.reduce((total, value) => total + value, 0);
  return values.length > 0 && Number.isFinite(sum) ? sum / values.length : undefined;
}

/** Of the first run of each; undefined where nothing was classified, or into too many classes. */
export function confusionsOf(
  { evaluate }: StudyDefinition,
  { champion, challenger }: PredictionPair,
): Judgement['confusion'] | undefined {
  const [decides] = evaluate!.metrics;
  if (decides !== undefined && METRIC_INFOS[decides]!.needs === 'numbers') return undefined;
  const [theirs, ours] = [champion?.[0], challenger?.[0]].map((one) => one && tableOf(one));
  if (!theirs && !ours) return undefined;
  return { ...(theirs && { champion: theirs }), ...(ours && { challenger: ours }) };
}

function tableOf(predictions: Predictions): ConfusionTable | undefined {
  if (kindOf(predictions) === 'numbers') return undefined;
  const table = confusionOf(predictions);
  return table.classes.length <= MAX_CLASSES ? table : undefined;
}
