/** Metrics of predictions, by name and as functions of columns, tallies and rankings. */
export { accuracy, balancedAccuracy, gMean, kappa, mcc } from './agreement.ts';
export type { Average, AverageOptions } from './averages.ts';
export { BINS, calibrationError, confidenceGaps, type ConfidenceGaps } from './calibration.ts';
export {
  classColumns,
  numberColumns,
  probabilityColumns,
  scoreColumns,
  type ClassColumns,
  type NumberColumns,
} from './columns.ts';
export { confusionMatrix, confusionOf } from './confusion.ts';
export { costsOf, rowCosts } from './costs.ts';
export { weightedMean, weightedMedian } from './mean.ts';
export { fBeta, precision, recall, specificity } from './precision-recall.ts';
export { brierLosses, logLosses, topKHits } from './probability.ts';
export { averagePrecision, rankingOf, type Ranking } from './ranking.ts';
export { METRIC_NAMES, metricNamed, metricsFor, type Metric } from './registry.ts';
export {
  absoluteError,
  lossesOf,
  meanLoss,
  percentageError,
  pinballLoss,
  r2,
  squaredError,
  type Loss,
} from './regression.ts';
export { countsOf, type Compiled } from './resample.ts';
export { averagePrecisionMacro, rocAuc, rocAucOvo, rocAucOvr } from './roc-auc.ts';
export { tallyClasses, type ClassTally } from './tally.ts';
