/** The network of ../digits, trained by one of three optimizers at a learning rate that follows the trial's schedule, epoch by epoch. */
import type { TrialContext } from '../../activities/runners/trial-context.ts';
import { holdOut } from '../../evaluation/splits/index.ts';
import { scheduleValue, type ParameterSchedule } from '../../study/space/parameter-schedule.ts';
import { loadDigits } from '../digits/data.ts';
import { optionsOf, type DigitsParams } from '../digits/train.ts';
import { accuracy, createTraining } from '../digits/training.ts';

export interface ScheduledParams extends Pick<DigitsParams, 'optimizer' | 'momentum' | 'nesterov' | 'epochs'> {
  readonly lr: ParameterSchedule;
  /** Units of each of the two hidden layers. */
  readonly width: number;
}

/** A trial function for durable-tune: accuracy on the validation rows, 0 to 1, after the last epoch. */
export function trial({ params, seed, report, signal }: TrialContext<ScheduledParams>): number {
  const { lr, width, epochs, ...rest } = params;
  const digits = loadDigits();
  const { train, test: validation } = holdOut({ labels: digits.labels }, { size: 0.25, seed: 1998 });
  const options = { ...rest, lr: lr.base, units: [width, width], batch: 32, dropout: 0, weight_decay: 0 };
  const training = createTraining(digits, train, optionsOf({ ...options, activation: 'relu' }), seed);
  let value = 0;
  for (let epoch = 0; epoch < epochs; epoch++) {
    training.epoch(scheduleValue(lr, epoch, epochs));
    value = accuracy(training.network, digits, validation);
    void report(epoch + 1, value);
    signal.throwIfAborted();
  }
  return value;
}
