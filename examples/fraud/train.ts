/** A logistic regression that looks for fraud among payments, 1 in 100 of them a fraud. Data and model are drawn from seeds. */
import type { TrialContext } from '../../activities/runners/trial-context.ts';
import type { Predictions } from '../../study/evaluation/predictions.ts';
import { createRandom } from '../digits/random.ts';

interface FraudParams {
  readonly threshold: number;
  readonly steps: number;
}

interface Payments {
  /** Of each payment two measurements, and 1 for the intercept. */
  readonly inputs: readonly (readonly number[])[];
  readonly labels: readonly ('fine' | 'fraud')[];
}

export function trial({ params, split, phase }: TrialContext<FraudParams>): object {
  const { inputs, labels } = payments(3000);
  const truth: ('fine' | 'fraud')[] = [];
  const predicted: ('fine' | 'fraud')[] = [];
  const folds: number[] = [];
  const ids: number[] = [];
  for (const { train, test } of split({ labels })) {
    const weights = fit(inputs, labels, train, params.steps);
    const answers = Array.from(test, (row) => (score(weights, inputs[row]!) >= params.threshold ? 'fraud' : 'fine'));
    folds.push(answers.filter((answer, i) => answer === labels[test[i]!]).length / test.length);
    truth.push(...Array.from(test, (row) => labels[row]!));
    predicted.push(...answers);
    ids.push(...test);
  }
  const predictions: Predictions = { truth, predicted, classes: ['fine', 'fraud'], ids };
  return { folds, ...(phase === 'test' && { predictions }) };
}

/** Frauds lie apart, but not far. */
function payments(rows: number): Payments {
  const random = createRandom(2026);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const labels = Array.from({ length: rows }, () => (random() < 0.01 ? 'fraud' : 'fine'));
  const inputs = labels.map((label) => {
    const off = label === 'fraud' ? 1.6 : 0;
    return [off + normal(), off + normal(), 1];
  });
  return { inputs, labels };
}

function fit(
  inputs: Payments['inputs'],
  labels: Payments['labels'],
  rows: Int32Array,
  steps: number,
): readonly number[] {
  const weights = [0, 0, -4];
  for (let step = 0; step < steps; step++) {
    const gradient = [0, 0, 0];
    for (const row of rows) {
      const error = score(weights, inputs[row]!) - (labels[row] === 'fraud' ? 1 : 0);
      inputs[row]!.forEach((input, i) => (gradient[i]! += (error * input) / rows.length));
    }
    gradient.forEach((slope, i) => (weights[i]! -= 2 * slope));
  }
  return weights;
}

/** How likely a fraud is. */
function score(weights: readonly number[], input: readonly number[]): number {
  return 1 / (1 + Math.exp(-input.reduce((sum, value, i) => sum + value * weights[i]!, 0)));
}
