/** The metrics by what they are computed from: a tally of classes, a ranking by scores, or a loss a row. */
import { TrialFailedError } from '../../study/errors.ts';
import type { Predictions } from '../../study/evaluation/predictions.ts';
import type { CostSpec } from '../../study/evaluation/spec.ts';
import { show } from '../../study/wording/json.ts';
import { calibrationError, confidenceGaps } from './calibration.ts';
import { classColumns, numberColumns, probabilityColumns, scoreColumns, type ClassColumns } from './columns.ts';
import { costsOf, rowCosts } from './costs.ts';
import { ascending, weightedMean, weightedMedian } from './mean.ts';
import { topKHits } from './probability.ts';
import { rankingOf, type Ranking } from './ranking.ts';
import { absoluteError, lossesOf, r2, type Loss } from './regression.ts';
import { weighing, type Compiled } from './resample.ts';
import { tallyClasses, type ClassTally } from './tally.ts';

export type Compile = (predictions: Predictions, costs?: CostSpec) => Compiled;

export function ofTally(metric: (tally: ClassTally) => number): Compile {
  return (predictions) => {
    const { classes, truth, predicted } = classColumns(predictions);
    const weigh = weighing(predictions);
    return (counts) => metric(tallyClasses(truth, predicted, classes.length, weigh(counts), counts));
  };
}

/** Of the positive class, the last of two. */
export function ofPositive(metric: (tally: ClassTally) => number): Compile {
  return (predictions, costs) => {
    needTwo(classColumns(predictions));
    return ofTally(metric)(predictions, costs);
  };
}

/** Of the scores of the positive class, the last of two. */
export function ofRanking(
  metric: (truth: Int32Array, ranking: Ranking, positive: number, classes: number, weights?: Float64Array) => number,
): Compile {
  return (predictions) => {
    const { classes, truth } = needTwo(classColumns(predictions));
    const ranking = rankingOf(scoreColumns(predictions, classes)[1]);
    const weigh = weighing(predictions);
    return (counts) => metric(truth, ranking, 1, 2, weigh(counts));
  };
}

export function ofRankings(
  metric: (truth: Int32Array, rankings: readonly Ranking[], weights?: Float64Array) => number,
): Compile {
  return (predictions) => {
    const { classes, truth } = classColumns(predictions);
    const columns = scoreColumns(predictions, classes);
    // 1 minus a score would tie the smallest ones
    const falling = predictions.scores![0]!.length === 1 ? [columns[1]!.map((score) => -score), columns[1]!] : columns;
    const rankings = falling.map(rankingOf);
    const weigh = weighing(predictions);
    return (counts) => metric(truth, rankings, weigh(counts));
  };
}

/** Mean of a loss that follows from the true class and the probabilities. */
export function ofProbabilities(
  losses: (truth: Int32Array, columns: readonly Float64Array[]) => Float64Array,
): Compile {
  return (predictions) => {
    const { classes, truth } = classColumns(predictions);
    return meanOf(losses(truth, probabilityColumns(predictions, classes)), predictions);
  };
}

export function topK(k: number): Compile {
  return (predictions) => {
    const { classes, truth } = classColumns(predictions);
    const columns = scoreColumns(predictions, classes);
    if (classes.length <= k)
      throw new TrialFailedError(
        `the ${k} best of ${classes.length} classes hold every class: expected more classes than that`,
      );
    return meanOf(topKHits(truth, columns, k), predictions);
  };
}

export const calibration: Compile = (predictions) => {
  const { classes, truth } = classColumns(predictions);
  const gaps = confidenceGaps(truth, probabilityColumns(predictions, classes));
  const weigh = weighing(predictions);
  return (counts) => calibrationError(gaps, weigh(counts));
};

export const expectedCost: Compile = (predictions, costs) => {
  const { classes, truth, predicted } = classColumns(predictions);
  return meanOf(rowCosts(truth, predicted, costsOf(costs, classes)), predictions);
};

export function ofLoss(loss: Loss): Compile {
  return (predictions) => {
    const { truth, predicted } = numberColumns(predictions);
    return meanOf(lossesOf(loss, truth, predicted), predictions);
  };
}

export const rootMeanSquare =
  (squares: Compile): Compile =>
  (predictions) => {
    const mean = squares(predictions);
    return (counts) => Math.sqrt(mean(counts));
  };

export const medianError: Compile = (predictions) => {
  const { truth, predicted } = numberColumns(predictions);
  const errors = lossesOf(absoluteError, truth, predicted);
  const order = ascending(errors);
  const weigh = weighing(predictions);
  return (counts) => weightedMedian(errors, weigh(counts), order);
};

export const explainedVariance: Compile = (predictions) => {
  const { truth, predicted } = numberColumns(predictions);
  const weigh = weighing(predictions);
  return (counts) => {
    const rows = counts ? counts.reduce((sum, count) => sum + count, 0) : truth.length;
    return r2(truth, predicted, weigh(counts), rows);
  };
};

function meanOf(losses: Float64Array, predictions: Predictions): Compiled {
  const weigh = weighing(predictions);
  return (counts) => weightedMean(losses, weigh(counts));
}

function needTwo(columns: ClassColumns): ClassColumns {
  const { classes } = columns;
  if (classes.length === 2) return columns;
  const advice =
    classes.length < 2 ? 'state both as `classes`' : 'name an average of it, such as f1Macro, rocAucOvr or prAucMacro';
  throw new TrialFailedError(
    `there are ${classes.length} classes ${show(classes)}: expected two, the last one positive; ${advice}`,
  );
}
