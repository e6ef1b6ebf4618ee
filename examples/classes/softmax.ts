/** Multinomial logistic regression by gradient descent. */
import { CLASSES, PIXELS, type Digits } from '../digits/data.ts';

export interface SoftmaxParams {
  readonly lr: number;
  /** Weight of the squared weights in the loss. */
  readonly l2: number;
  readonly steps: number;
}

/** What tells the digit of a row. */
export function softmax(
  { images, labels }: Digits,
  train: Int32Array,
  { lr, l2, steps }: SoftmaxParams,
): (row: number) => number {
  const weights = Array.from({ length: CLASSES }, () => new Float64Array(PIXELS + 1));
  const scores = (row: number): number[] =>
    weights.map((each) => {
      let sum = each[PIXELS]!;
      for (let pixel = 0; pixel < PIXELS; pixel++) sum += each[pixel]! * images[row * PIXELS + pixel]!;
      return sum;
    });
  for (let step = 0; step < steps; step++) {
    const slopes = weights.map((each) => each.map((weight) => l2 * weight));
    for (const row of train) {
      const shares = normalised(scores(row));
      for (let digit = 0; digit < CLASSES; digit++) {
        const error = (shares[digit]! - Number(digit === labels[row])) / train.length;
        const slope = slopes[digit]!;
        for (let pixel = 0; pixel < PIXELS; pixel++) slope[pixel]! += error * images[row * PIXELS + pixel]!;
        slope[PIXELS]! += error;
      }
    }
    for (const [digit, each] of weights.entries())
      for (let i = 0; i <= PIXELS; i++) each[i]! -= lr * slopes[digit]![i]!;
  }
  return (row) => {
    const all = scores(row);
    return all.indexOf(Math.max(...all));
  };
}

function normalised(scores: readonly number[]): number[] {
  const most = Math.max(...scores);
  const raised = scores.map((score) => Math.exp(score - most));
  const sum = raised.reduce((a, b) => a + b, 0);
  return raised.map((value) => value / sum);
}
