import { expect, test } from 'vitest';
import { holdOut } from '../../evaluation/splits/index.ts';
import { loadDigits } from '../../examples/digits/data.ts';
import type { OptimizerOptions } from '../../examples/digits/optimizer.ts';
import { accuracy, classify, createTraining, type TrainingOptions } from '../../examples/digits/training.ts';

const digits = loadDigits();
const { train, test: held } = holdOut({ labels: digits.labels }, { size: 0.2, seed: 1 });
const options: TrainingOptions = {
  units: [64, 48, 48, 32],
  activation: 'relu',
  batch: 32,
  dropout: 0,
  weightDecay: 0,
  optimizer: { kind: 'adam', rate: 0.002 },
};

/** Mean losses of the epochs, the weights at the end and the accuracy on held-out rows. */
function run(changes: Partial<TrainingOptions>, epochs: number, seed = 3, rows = train) {
  const training = createTraining(digits, rows, { ...options, ...changes }, seed);
  const losses = Array.from({ length: epochs }, () => training.epoch());
  return { losses, ...training.network, accuracy: accuracy(training.network, digits, held) };
}

test('learns digits it has not seen', () => {
  expect(run({ weightDecay: 0.01 }, 16).accuracy).toBeGreaterThan(0.95);
});

test.each<OptimizerOptions>([
  { kind: 'adam', rate: 0.002 },
  { kind: 'rmsprop', rate: 0.001 },
  { kind: 'sgd', rate: 0.02, momentum: 0.9, nesterov: false },
  { kind: 'sgd', rate: 0.02, momentum: 0.9, nesterov: true },
])('learns with %o', (optimizer) => {
  expect(run({ optimizer, activation: 'tanh' }, 6).accuracy).toBeGreaterThan(0.85);
});

test('the same seed gives the same bits, another seed others', () => {
  const noisy = { dropout: 0.2, weightDecay: 0.01 };
  const once = run(noisy, 2);
  expect(run(noisy, 2)).toEqual(once);
  expect(run(noisy, 2, 4).weights).not.toEqual(once.weights);
});

test('weight decay takes its share of the weights and leaves biases alone', () => {
  // one step from the same start: the only difference is the share taken off before it
  const one = { batch: train.length, optimizer: { kind: 'sgd', rate: 0.1, momentum: 0, nesterov: false } as const };
  const start = run(one, 0).weights;
  const { weights: plain, layers } = run(one, 1);
  const { weights: decayed } = run({ ...one, weightDecay: 0.5 }, 1);
  for (const { offset, biases, outputs } of layers) {
    for (let i = offset; i < biases; i++) expect(plain[i] - decayed[i]).toBeCloseTo(0.05 * start[i], 12);
    for (let i = biases; i < biases + outputs; i++) expect(decayed[i]).toBe(plain[i]);
  }
});

test('dropout makes the training rows harder, and is off when it is asked', () => {
  const few = train.slice(0, 300);
  const [kept, dropped] = [0, 0.5].map((dropout) => run({ dropout }, 12, 3, few));
  expect(dropped.losses.at(-1)).toBeGreaterThan(2 * kept.losses.at(-1)!);
  const { network } = createTraining(digits, few, { ...options, dropout: 0.5 }, 3);
  expect(classify(network, digits, held)).toEqual(classify(network, digits, held));
});

test('says that weights ran away', () => {
  const { losses, accuracy } = run({ optimizer: { kind: 'sgd', rate: 1e200, momentum: 0.99, nesterov: false } }, 3);
  expect(Number.isFinite(losses.at(-1))).toBe(false);
  expect(accuracy).toBeLessThan(0.2);
});

test('says how likely each digit is, and takes a row for the likeliest', () => {
  const { network } = createTraining(digits, train, options, 3);
  const { predicted, scores } = classify(network, digits, held);
  expect([predicted.length, scores.length]).toEqual([held.length, held.length]);
  for (const [row, each] of scores.entries()) {
    expect(each.reduce((sum, score) => sum + score, 0)).toBeCloseTo(1, 12);
    expect(each[predicted[row]]).toBe(Math.max(...each));
  }
  expect(classify(network, digits, held.slice(0, 70)).predicted).toEqual(predicted.slice(0, 70));
});
