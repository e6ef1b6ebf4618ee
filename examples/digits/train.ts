/**
 * The trial of the digits study: how accurate is the network with these parameters?
 *
 * The study says how the rows are divided. While tuning, the answer comes from cross-validation, and the test rows are never looked at.
 * In the phase `test` the network learns from all other rows and answers for the test rows; the study judges what it says.
 */
import { setImmediate } from 'node:timers/promises';
import type { TrialContext } from '../../activities/runners/trial-context.ts';
import type { Fold } from '../../evaluation/splits/index.ts';
import type { Predictions } from '../../study/evaluation/predictions.ts';
import { loadDigits, type Digits } from './data.ts';
import type { Network } from './network.ts';
import { accuracy, classify, createTraining, type TrainingOptions } from './training.ts';

export interface DigitsParams {
  readonly lr: number;
  readonly optimizer: 'adam' | 'rmsprop' | 'sgd';
  /** With sgd alone. */
  readonly momentum?: number;
  readonly nesterov?: boolean;
  readonly batch: number;
  readonly dropout: number;
  readonly weight_decay: number;
  readonly activation: 'relu' | 'tanh';
  readonly units: readonly number[];
  readonly epochs: number;
}

export interface DigitsResult {
  readonly value: number;
  /** Accuracy on the rows that were learnt from. */
  readonly train: number;
  readonly folds?: readonly number[];
  readonly predictions?: Predictions;
}

/** A trial function for durable-tune: accuracy, 0 to 1. After each fold it leaves a checkpoint, and goes on from it. */
export async function trial(context: TrialContext<DigitsParams>): Promise<DigitsResult> {
  const digits = loadDigits();
  const folds = context.split({ labels: digits.labels });
  return context.phase === 'test' ? testOnce(context, digits, folds[0]!) : crossValidate(context, digits, folds);
}

async function testOnce(
  context: TrialContext<DigitsParams>,
  digits: Digits,
  { train, test }: Fold,
): Promise<DigitsResult> {
  const network = await learn(context, digits, train, context.seed);
  const truth = Array.from(test, (row) => digits.labels[row]!);
  const { predicted, scores } = classify(network, digits, test);
  const classes = Array.from({ length: 10 }, (_, digit) => digit);
  return {
    value: predicted.filter((digit, i) => digit === truth[i]).length / truth.length,
    train: accuracy(network, digits, train),
    predictions: { truth, predicted, classes, scores, ids: [...test] },
  };
}

/** Accuracies of a fold: on the rows held out, and on those learnt from. */
type Scores = readonly [test: number, train: number];

async function crossValidate(
  context: TrialContext<DigitsParams>,
  digits: Digits,
  folds: readonly Fold[],
): Promise<DigitsResult> {
  const scores = context.checkpoint === undefined ? [] : (JSON.parse(context.checkpoint) as Scores[]);
  for (const { train, test } of folds.slice(scores.length)) {
    const network = await learn(context, digits, train, context.seed + scores.length);
    scores.push([accuracy(network, digits, test), accuracy(network, digits, train)]);
    context.report(scores.length, mean(scores.map(([score]) => score)));
    context.saveCheckpoint(JSON.stringify(scores));
  }
  const tests = scores.map(([score]) => score);
  return { value: mean(tests), train: mean(scores.map(([, score]) => score)), folds: tests };
}

async function learn(
  { params, signal }: TrialContext<DigitsParams>,
  digits: Digits,
  rows: Int32Array,
  seed: number,
): Promise<Network> {
  const training = createTraining(digits, rows, optionsOf(params), seed);
  for (let epoch = 0; epoch < params.epochs; epoch++) {
    // weights that ran away do not come back: what they answer now is their result
    if (!Number.isFinite(training.epoch())) break;
    await setImmediate();
    signal.throwIfAborted();
  }
  return training.network;
}

/** How the network learns, as `training.ts` says it. */
export function optionsOf({
  lr,
  optimizer,
  momentum = 0,
  nesterov = false,
  weight_decay,
  ...rest
}: Omit<DigitsParams, 'epochs'>): TrainingOptions {
  return {
    ...rest,
    weightDecay: weight_decay,
    optimizer: optimizer === 'sgd' ? { kind: optimizer, rate: lr, momentum, nesterov } : { kind: optimizer, rate: lr },
  };
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}
