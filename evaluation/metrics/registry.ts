/** Metrics by name. study/evaluation/metric-names.ts lists them, with the way that is better. */
import { StudyDefinitionError, TrialFailedError } from '../../study/errors.ts';
import { METRIC_INFOS, type MetricInfo } from '../../study/evaluation/metric-names.ts';
import type { Predictions } from '../../study/evaluation/predictions.ts';
import type { CostSpec } from '../../study/evaluation/spec.ts';
import { listed } from '../../study/syntax/field.ts';
import { show } from '../../study/wording/json.ts';
import { nearest } from '../../study/wording/nearest.ts';
import { kindOf } from '../predictions/classes.ts';
import { accuracy, balancedAccuracy, gMean, kappa, mcc } from './agreement.ts';
import type { Average, AverageOptions } from './averages.ts';
import * as compile from './compile.ts';
import { fBeta, precision, recall, specificity } from './precision-recall.ts';
import { brierLosses, logLosses } from './probability.ts';
import { averagePrecision } from './ranking.ts';
import { absoluteError, percentageError, pinballLoss, squaredError } from './regression.ts';
import { countsOf, type Compiled } from './resample.ts';
import { averagePrecisionMacro, rocAuc, rocAucOvo, rocAucOvr } from './roc-auc.ts';
import type { ClassTally } from './tally.ts';

export interface Metric extends MetricInfo {
  readonly name: string;
  /**
   * The metric of all rows, or of these row numbers, which may repeat; NaN where it is not defined.
   * @throws TrialFailedError where it cannot be of such predictions, StudyDefinitionError where the costs do not fit, RangeError
   *   where a row number does not
   */
  compute(predictions: Predictions, rows?: ArrayLike<number>, costs?: CostSpec): number;
  /** The same, ready for many resamples. @throws as `compute` */
  compile(predictions: Predictions, costs?: CostSpec): Compiled;
}

const AVERAGED: Readonly<Record<string, (tally: ClassTally, options?: AverageOptions) => number>> = {
  precision,
  recall,
  f1: (tally, options) => fBeta(tally, 1, options),
  f2: (tally, options) => fBeta(tally, 2, options),
  fHalf: (tally, options) => fBeta(tally, 0.5, options),
  specificity,
};
const AVERAGES: Readonly<Record<string, Average>> = { Macro: 'macro', Micro: 'micro', Weighted: 'weighted' };

const meanSquare = compile.ofLoss(squaredError);

const COMPILES: ReadonlyMap<string, compile.Compile> = new Map(
  Object.entries({
    accuracy: compile.ofTally(accuracy),
    balancedAccuracy: compile.ofTally((tally) => balancedAccuracy(tally)),
    gMean: compile.ofTally((tally) => gMean(tally)),
    mcc: compile.ofTally(mcc),
    kappa: compile.ofTally(kappa),
    ...averagedCompiles(),
    expectedCost: compile.expectedCost,
    top2Accuracy: compile.topK(2),
    top3Accuracy: compile.topK(3),
    top5Accuracy: compile.topK(5),
    rocAuc: compile.ofRanking(rocAuc),
    rocAucOvr: compile.ofRankings(rocAucOvr),
    rocAucOvo: compile.ofRankings(rocAucOvo),
    prAuc: compile.ofRanking((truth, ranking, positive, _, weights) =>
      averagePrecision(truth, ranking, positive, weights),
    ),
    prAucMacro: compile.ofRankings(averagePrecisionMacro),
    logLoss: compile.ofProbabilities(logLosses),
    brier: compile.ofProbabilities((truth, columns) => brierLosses(truth, columns)),
    calibrationError: compile.calibration,
    mae: compile.ofLoss(absoluteError),
    medianAe: compile.medianError,
    mape: compile.ofLoss(percentageError),
    mse: meanSquare,
    rmse: compile.rootMeanSquare(meanSquare),
    r2: compile.explainedVariance,
    pinball10: compile.ofLoss(pinballLoss(0.1)),
    pinball50: compile.ofLoss(pinballLoss(0.5)),
    pinball90: compile.ofLoss(pinballLoss(0.9)),
  }),
);

/** Names of all metrics. */
export const METRIC_NAMES: readonly string[] = [...COMPILES.keys()];

/** @throws StudyDefinitionError where there is none of that name */
export function metricNamed(name: string): Metric {
  const compileIt = COMPILES.get(name);
  const info = METRIC_INFOS[name];
  if (!compileIt || !info) {
    const near = nearest(name, METRIC_NAMES);
    const advice = near === undefined ? `name one of ${listed(METRIC_NAMES)}` : `did you mean '${near}'?`;
    throw new StudyDefinitionError(`there is no metric ${show(name)}; ${advice}`);
  }
  const compiled: compile.Compile = (predictions, costs) => {
    try {
      return compileIt(predictions, costs);
    } catch (error) {
      if (error instanceof TrialFailedError) throw new TrialFailedError(`${name}: ${error.message}`);
      throw error;
    }
  };
  return {
    name,
    ...info,
    compute: (predictions, rows, costs) =>
      compiled(predictions, costs)(rows && countsOf(rows, predictions.truth.length)),
    compile: compiled,
  };
}

/**
 * Names of the metrics that say something about these predictions: of classes, of scores where there are some, of numbers. Whole numbers
 * without `classes` or scores may be either, so they have both.
 */
export function metricsFor(predictions: Predictions, costs?: CostSpec): readonly string[] {
  const kind = kindOf(predictions);
  return METRIC_NAMES.filter((name) => {
    const ofNumbers = METRIC_INFOS[name]!.needs === 'numbers';
    return kind !== (ofNumbers ? 'classes' : 'numbers') && fits(name, predictions, costs);
  });
}

function fits(name: string, predictions: Predictions, costs: CostSpec | undefined): boolean {
  try {
    metricNamed(name).compile(predictions, costs);
    return true;
  } catch (error) {
    if (error instanceof TrialFailedError || error instanceof StudyDefinitionError) return false;
    throw error;
  }
}

function averagedCompiles(): Record<string, compile.Compile> {
  const compiles: Record<string, compile.Compile> = {};
  for (const [name, metric] of Object.entries(AVERAGED)) {
    compiles[name] = compile.ofPositive((tally) => metric(tally));
    for (const [suffix, average] of Object.entries(AVERAGES))
      compiles[name + suffix] = compile.ofTally((tally) => metric(tally, { average }));
  }
  return compiles;
}
