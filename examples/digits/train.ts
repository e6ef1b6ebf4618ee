/**
 * The trial of the digits study: how accurate is the network with these parameters?
 *
 * While tuning, the answer comes from three-fold cross-validation, and the test rows are never looked at. In the phase `test` the
 * network learns from all other rows and answers for the test rows, once.
 */
import { setImmediate } from 'node:timers/promises';
import type { TrialContext } from '../../activities/runners/trial-context.ts';
import { holdOut, kFold, loadDigits, type Digits, type Split } from './data.ts';
import { createTraining, mistakes, type TrainingOptions } from './training.ts';

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
  readonly values: { readonly accuracy: number };
  readonly attributes:
    | { readonly folds: readonly number[] }
    /** Numbers of the test rows taken for another digit, of `rows`. */
    | { readonly mistakes: readonly number[]; readonly rows: number };
}

const FOLDS = 3;
const TEST_SHARE = 0.2;
/** Who is a test row, and which fold a row is in, is the same for every trial. */
const SPLIT_SEED = 1998;

/** A trial function for durable-tune: accuracy, 0 to 1. After each fold it leaves a checkpoint, and goes on from it. */
export async function trial(context: TrialContext<DigitsParams>): Promise<DigitsResult> {
  const digits = loadDigits();
  const test = holdOut(digits, TEST_SHARE, SPLIT_SEED);
  return context.phase === 'test' ? testOnce(context, digits, test) : crossValidate(context, digits, test.train);
}

async function testOnce(context: TrialContext<DigitsParams>, digits: Digits, test: Split): Promise<DigitsResult> {
  const wrong = await wrongRows(context, digits, test, context.seed);
  const rows = test.held.length;
  return { values: { accuracy: 1 - wrong.length / rows }, attributes: { mistakes: wrong, rows } };
}

async function crossValidate(
  context: TrialContext<DigitsParams>,
  digits: Digits,
  rows: Int32Array,
): Promise<DigitsResult> {
  const folds = context.checkpoint === undefined ? [] : (JSON.parse(context.checkpoint) as number[]);
  for (const split of kFold(digits, rows, FOLDS, SPLIT_SEED).slice(folds.length)) {
    const wrong = await wrongRows(context, digits, split, context.seed + folds.length);
    folds.push(1 - wrong.length / split.held.length);
    context.report(folds.length, mean(folds));
    context.saveCheckpoint(JSON.stringify(folds));
  }
  return { values: { accuracy: mean(folds) }, attributes: { folds } };
}

async function wrongRows(
  { params, signal }: TrialContext<DigitsParams>,
  digits: Digits,
  { train, held }: Split,
  seed: number,
): Promise<number[]> {
  const training = createTraining(digits, train, optionsOf(params), seed);
  for (let epoch = 0; epoch < params.epochs; epoch++) {
    // weights that ran away do not come back: what they answer now is their result
    if (!Number.isFinite(training.epoch())) break;
    await setImmediate();
    signal.throwIfAborted();
  }
  return mistakes(training.network, digits, held);
}

function optionsOf({
  lr,
  optimizer,
  momentum = 0,
  nesterov = false,
  weight_decay,
  ...rest
}: DigitsParams): TrainingOptions {
  return {
    ...rest,
    weightDecay: weight_decay,
    optimizer: optimizer === 'sgd' ? { kind: optimizer, rate: lr, momentum, nesterov } : { kind: optimizer, rate: lr },
  };
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}
