/** Goes on with a saved training, in a process of its own: rows, options, seed, saved and epochs on stdin; losses and saved on stdout. */
import { readFileSync } from 'node:fs';
import { loadDigits } from '../../examples/digits/data.ts';
import { createTraining, type TrainingOptions } from '../../examples/digits/training.ts';

export interface TrainOn {
  readonly rows: readonly number[];
  readonly options: TrainingOptions;
  readonly seed: number;
  /** Base 64. */
  readonly saved: string;
  readonly epochs: number;
}

const { rows, options, seed, saved, epochs } = JSON.parse(readFileSync(0, 'utf8')) as TrainOn;
const training = createTraining(loadDigits(), Int32Array.from(rows), options, seed);
training.restore(Buffer.from(saved, 'base64'));
const losses = Array.from({ length: epochs }, () => training.epoch());
process.stdout.write(JSON.stringify({ losses, saved: Buffer.from(training.save()).toString('base64') }));
