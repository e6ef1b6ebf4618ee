/** Predictions drawn at random, for laws that hold of all of them. */
import fc from 'fast-check';
import type { Predictions } from '../../../study/evaluation/predictions.ts';

const weight = fc.integer({ min: 1, max: 1000 }).map((n) => n / 100);

/** Of `classes` classes that are all stated, with probabilities and weights; scores are rounded, so that many are equal. */
export function classPredictions(classes: number): fc.Arbitrary<Predictions> {
  const label = fc.integer({ min: 0, max: classes - 1 });
  const scores = fc
    .array(fc.integer({ min: 1, max: 9 }), { minLength: classes, maxLength: classes })
    .map((parts) => parts.map((part) => part / parts.reduce((a, b) => a + b)));
  return fc
    .array(fc.record({ truth: label, predicted: label, scores, weight }), { minLength: 1, maxLength: 30 })
    .map((rows) => ({
      truth: rows.map(({ truth }) => truth),
      predicted: rows.map(({ predicted }) => predicted),
      classes: Array.from({ length: classes }, (_, c) => c),
      scores: rows.map((row) => row.scores),
      weights: rows.map((row) => row.weight),
    }));
}

export function numberPredictions(): fc.Arbitrary<Predictions> {
  const number = fc.integer({ min: -40, max: 40 }).map((n) => n / 8);
  return fc
    .array(fc.record({ truth: number, predicted: number, weight }), { minLength: 1, maxLength: 30 })
    .map((rows) => ({
      truth: rows.map(({ truth }) => truth),
      predicted: rows.map(({ predicted }) => predicted),
      weights: rows.map((row) => row.weight),
    }));
}

/** These rows of them, as often as they are listed. */
export function pickRows(predictions: Predictions, rows: readonly number[]): Predictions {
  const pick = <T>(list: readonly T[]): T[] => rows.map((row) => list[row]);
  const { truth, predicted, classes, scores, weights } = predictions;
  return {
    truth: pick(truth),
    predicted: pick(predicted),
    ...(classes && { classes }),
    ...(scores && { scores: pick(scores) }),
    ...(weights && { weights: pick(weights) }),
  };
}

export function withoutWeights(predictions: Predictions): Predictions {
  const { weights: _, ...rest } = predictions;
  return rest;
}
