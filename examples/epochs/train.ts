/**
 * The trial of the three studies here: the network of ../digits, trained one epoch after another for as many as it is given, and
 * measured after each on rows that it does not learn from.
 */
import type { TrialContext } from '../../activities/runners/trial-context.ts';
import { holdOut } from '../../evaluation/splits/index.ts';
import { loadDigits } from '../digits/data.ts';
import { optionsOf, type DigitsParams } from '../digits/train.ts';
import { accuracy, createTraining } from '../digits/training.ts';
import { keep, pickUp } from './checkpoint.ts';

export interface EpochsParams extends Omit<DigitsParams, 'units'> {
  /** Units of each of the two hidden layers. */
  readonly width: number;
}

/** A trial function for durable-tune: accuracy on the validation rows, 0 to 1, after its last epoch. */
export async function trial(context: TrialContext<EpochsParams>): Promise<number> {
  const { width, epochs, ...params } = context.params;
  // a scheduler says how far, counted from the very first epoch; without one, or with one that prunes, a trial goes all the way
  const budget = context.budget ?? epochs;
  const digits = loadDigits();
  const { train, test: validation } = holdOut({ labels: digits.labels }, { size: 0.25, seed: 1998 });
  const training = createTraining(digits, train, optionsOf({ ...params, units: [width, width] }), context.seed);

  const curve = await pickUp(context, training);
  // what a lost worker had reported may be lost with it; what is known already is not taken twice
  curve.forEach((value, i) => context.report(i + 1, value));
  while (curve.length < budget) {
    training.epoch();
    const value = accuracy(training.network, digits, validation);
    curve.push(value);
    await keep(context, training, curve);
    // ends here where the study wants no more of it
    await context.report(curve.length, value);
    context.signal.throwIfAborted();
  }
  return curve.at(-1)!;
}
