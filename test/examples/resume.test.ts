/** A training that was saved goes on as if it had never been interrupted, bit for bit. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, test } from 'vitest';
import { holdOut } from '../../evaluation/splits/index.ts';
import { loadDigits } from '../../examples/digits/data.ts';
import type { OptimizerOptions } from '../../examples/digits/optimizer.ts';
import { toBytes } from '../../examples/digits/state.ts';
import { createTraining, type Training, type TrainingOptions } from '../../examples/digits/training.ts';
import type { TrainOn } from './train-on.ts';

const digits = loadDigits();
const { test: rows } = holdOut({ labels: digits.labels }, { size: 0.2, seed: 1 });
const options: TrainingOptions = {
  units: [16, 12],
  activation: 'relu',
  batch: 25,
  dropout: 0.25,
  weightDecay: 0.01,
  optimizer: { kind: 'adam', rate: 0.002 },
};
const seed = 5;
const begin = (changes: Partial<TrainingOptions> = {}): Training =>
  createTraining(digits, rows, { ...options, ...changes }, seed);

interface Later {
  readonly losses: number[];
  readonly saved: Buffer;
}

function trainOn(training: Training, epochs: number): Later {
  const losses = Array.from({ length: epochs }, () => training.epoch());
  return { losses, saved: Buffer.from(training.save()) };
}

function trainOnElsewhere(changes: Partial<TrainingOptions>, from: Buffer, epochs: number): Later {
  const program = fileURLToPath(new URL('train-on.ts', import.meta.url));
  const input: TrainOn = {
    rows: [...rows],
    options: { ...options, ...changes },
    seed,
    saved: from.toString('base64'),
    epochs,
  };
  const answer = execFileSync(process.execPath, ['--import', 'tsx', program], {
    input: JSON.stringify(input),
    encoding: 'utf8',
  });
  const { losses, saved } = JSON.parse(answer) as { losses: number[]; saved: string };
  return { losses, saved: Buffer.from(saved, 'base64') };
}

describe.each<OptimizerOptions>([
  { kind: 'adam', rate: 0.002 },
  { kind: 'rmsprop', rate: 0.001 },
  { kind: 'sgd', rate: 0.02, momentum: 0.9, nesterov: false },
  { kind: 'sgd', rate: 0.02, momentum: 0.9, nesterov: true },
])('with %o', (optimizer) => {
  it('nine epochs are three, and six more in another process', () => {
    const whole = trainOn(begin({ optimizer }), 9);
    const first = trainOn(begin({ optimizer }), 3);
    const rest = trainOnElsewhere({ optimizer }, first.saved, 6);
    expect([...first.losses, ...rest.losses]).toEqual(whole.losses);
    expect(rest.saved.equals(whole.saved)).toBe(true);
  });
});

test('goes back to where it was saved', () => {
  const training = begin();
  const { saved } = trainOn(training, 2);
  const first = trainOn(training, 2);
  training.restore(saved);
  expect(trainOn(training, 2)).toEqual(first);
});

test('what is not a number is saved as the same bytes, whatever bits it had', () => {
  const bytes = ['7ff8000000000000', 'fff8000000000000', '7ff8000000000abc'].map((bits) => {
    const number = new Float64Array(1);
    new BigUint64Array(number.buffer)[0] = BigInt(`0x${bits}`);
    return toBytes([number, Int32Array.of(-1)]);
  });
  expect(bytes[1]).toEqual(bytes[0]);
  expect(bytes[2]).toEqual(bytes[0]);
});

test('bytes that are damaged or of another training are refused, and nothing changes', () => {
  const training = begin();
  const before = training.save();
  const damaged = trainOn(begin(), 1).saved;
  damaged[40] ^= 1;
  expect(() => training.restore(damaged)).toThrow('is damaged');
  expect(() => training.restore(damaged.subarray(0, 20))).toThrow('is damaged');
  expect(() => training.restore(begin({ units: [16, 13] }).save())).toThrow(
    /has \d+ bytes of numbers, this one has \d+/,
  );
  expect(training.save()).toEqual(before);
});
