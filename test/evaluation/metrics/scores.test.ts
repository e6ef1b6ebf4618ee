import { describe, expect, it } from 'vitest';
import {
  averagePrecision,
  averagePrecisionMacro,
  brierLosses,
  calibrationError,
  confidenceGaps,
  logLosses,
  rankingOf,
  rocAuc,
  rocAucOvo,
  rocAucOvr,
  topKHits,
  weightedMean,
} from '../../../evaluation/metrics/index.ts';
import { expectNear, ORACLE } from './oracle.ts';

/** A column a class. */
function columnsOf(scores: readonly (readonly number[])[]): number[][] {
  return scores[0].map((_, c) => scores.map((row) => row[c]));
}

describe('metrics of scores are those of scikit-learn', () => {
  it.each(ORACLE.scores)('by ranking: $name', ({ truth, scores, ...given }) => {
    const weights = given.weights ?? undefined;
    const rankings = columnsOf(scores).map(rankingOf);
    const classes = rankings.length;
    rankings.forEach((ranking, c) => {
      expectNear(rocAuc(truth, ranking, c, classes, weights), given.rocAuc[c], `ROC-AUC of class ${c}`);
      expectNear(averagePrecision(truth, ranking, c, weights), given.averagePrecision[c], `PR-AUC of class ${c}`);
    });
    expectNear(averagePrecisionMacro(truth, rankings, weights), given.averagePrecisionMacro, 'macro PR-AUC');
    if (given.ovrMacro !== undefined) {
      expectNear(rocAucOvr(truth, rankings, weights), given.ovrMacro, 'one-vs-rest');
      expectNear(rocAucOvr(truth, rankings, weights, 'weighted'), given.ovrWeighted, 'weighted one-vs-rest');
    }
    if (given.ovoMacro !== undefined) {
      expectNear(rocAucOvo(truth, rankings, weights), given.ovoMacro, 'one-vs-one');
      expectNear(rocAucOvo(truth, rankings, weights, 'weighted'), given.ovoWeighted, 'weighted one-vs-one');
    }
  });

  it.each(ORACLE.scores.filter(({ topK }) => topK))('among the k best: $name', ({ truth, scores, weights, topK }) => {
    topK!.forEach((expected, i) => {
      const hits = topKHits(truth, columnsOf(scores), i + 1);
      expectNear(weightedMean(hits, weights ?? undefined), expected, `top ${i + 1}`);
    });
  });

  it.each(ORACLE.scores.filter(({ logLoss }) => logLoss !== undefined))(
    'by probability: $name',
    ({ truth, scores, ...given }) => {
      const weights = given.weights ?? undefined;
      const columns = columnsOf(scores);
      expectNear(weightedMean(logLosses(truth, columns), weights), given.logLoss, 'log loss');
      expectNear(weightedMean(brierLosses(truth, columns), weights), given.brier, 'Brier');
      expectNear(weightedMean(brierLosses(truth, columns, false), weights), given.brierWhole, 'Brier, not halved');
      for (const [bins, expected] of Object.entries(given.calibrationError!))
        expectNear(calibrationError(confidenceGaps(truth, columns, Number(bins)), weights), expected, `${bins} bins`);
    },
  );

  it('tells one class apart from others that are not there: no such area', () => {
    const ranking = rankingOf([0.1, 0.9]);
    expect(rocAuc([1, 1], ranking, 1, 2)).toBeNaN();
    expect(rocAuc([0, 0], ranking, 1, 2)).toBeNaN();
    expect(rocAucOvo([0, 0], [ranking, ranking, ranking])).toBeNaN();
  });
});

describe('worked examples', () => {
  const scores = [0.1, 0.4, 0.35, 0.8];

  it('scikit-learn, roc_auc_score 0.75 and average_precision_score 0.83', () => {
    expect(rocAuc([0, 0, 1, 1], rankingOf(scores), 1, 2)).toBe(0.75);
    expect(averagePrecision([0, 0, 1, 1], rankingOf(scores), 1)).toBeCloseTo(5 / 6, 14);
  });

  it('scikit-learn, average_precision_score of three classes: 0.77…', () => {
    const columns = [
      [0.7, 0.4, 0.1, 0.2, 0.4, 0.1],
      [0.2, 0.3, 0.8, 0.3, 0.4, 0.2],
      [0.1, 0.3, 0.1, 0.5, 0.2, 0.7],
    ];
    expect(averagePrecisionMacro([0, 0, 1, 1, 2, 2], columns.map(rankingOf))).toBeCloseTo(7 / 9, 14);
  });

  it('scikit-learn, top_k_accuracy_score 0.75', () => {
    const columns = [
      [0.5, 0.3, 0.2, 0.7],
      [0.2, 0.4, 0.4, 0.2],
      [0.2, 0.2, 0.3, 0.1],
    ];
    expect(weightedMean(topKHits([0, 1, 2, 2], columns, 2))).toBe(0.75);
  });

  it('scikit-learn, log_loss 0.21616 and brier_score_loss 0.0375', () => {
    const spam = [
      [0.1, 0.9, 0.8, 0.35],
      [0.9, 0.1, 0.2, 0.65],
    ];
    expect(weightedMean(logLosses([1, 0, 0, 1], spam))).toBeCloseTo(0.21616187468057912, 14);
    const rain = [0.1, 0.9, 0.8, 0.3];
    expect(weightedMean(brierLosses([0, 1, 1, 0], [rain.map((p) => 1 - p), rain]))).toBeCloseTo(0.0375, 14);
  });

  it('8 of 10 right at confidence 0.9, and 3 of 10 at 0.6: off by 0.1 and 0.3, 0.2 in the mean', () => {
    const truth = [...Array(8).fill(1), 0, 0, ...Array(3).fill(1), ...Array(7).fill(0)];
    const second = truth.map((_, i) => (i < 10 ? 0.9 : 0.6));
    const gaps = confidenceGaps(truth, [second.map((p) => 1 - p), second]);
    expect(calibrationError(gaps)).toBeCloseTo(0.2, 14);
  });
});
