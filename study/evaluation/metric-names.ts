/** Metrics that a study file may name: what each needs of the predictions, and which way is better. evaluation/metrics computes them. */

export interface MetricInfo {
  readonly goal: 'minimize' | 'maximize';
  /** `labels`: classes as predicted; `scores`: a score of each class; `numbers`: regression. */
  readonly needs: 'labels' | 'scores' | 'numbers';
}

const label = (goal: MetricInfo['goal']): MetricInfo => ({ goal, needs: 'labels' });
const score = (goal: MetricInfo['goal']): MetricInfo => ({ goal, needs: 'scores' });
const number = (goal: MetricInfo['goal']): MetricInfo => ({ goal, needs: 'numbers' });

/** Of two classes the last one is the positive one: precision, recall, f1, f2, fHalf and specificity are then its own; with more they need an average. */
const AVERAGED = ['precision', 'recall', 'f1', 'f2', 'fHalf', 'specificity'] as const;
const AVERAGES = ['', 'Macro', 'Micro', 'Weighted'] as const;

export const METRIC_INFOS: Readonly<Record<string, MetricInfo>> = {
  accuracy: label('maximize'),
  balancedAccuracy: label('maximize'),
  ...Object.fromEntries(
    AVERAGED.flatMap((name) => AVERAGES.map((average) => [name + average, label('maximize')] as const)),
  ),
  gMean: label('maximize'),
  mcc: label('maximize'),
  kappa: label('maximize'),
  /** Mean cost of a row, by the costs that the study states. */
  expectedCost: label('minimize'),
  top2Accuracy: score('maximize'),
  top3Accuracy: score('maximize'),
  top5Accuracy: score('maximize'),
  rocAuc: score('maximize'),
  rocAucOvr: score('maximize'),
  rocAucOvo: score('maximize'),
  prAuc: score('maximize'),
  prAucMacro: score('maximize'),
  logLoss: score('minimize'),
  brier: score('minimize'),
  calibrationError: score('minimize'),
  mae: number('minimize'),
  medianAe: number('minimize'),
  mape: number('minimize'),
  mse: number('minimize'),
  rmse: number('minimize'),
  r2: number('maximize'),
  pinball10: number('minimize'),
  pinball50: number('minimize'),
  pinball90: number('minimize'),
};
