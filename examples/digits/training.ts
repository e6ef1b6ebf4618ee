/**
 * Training a network on rows of the digits in mini-batches, and asking it.
 *
 * [Loshchilov 2019] Loshchilov and Hutter, "Decoupled Weight Decay Regularization", ICLR 2019, arXiv:1711.05101.
 */
import { CLASSES, PIXELS, type Digits } from './data.ts';
import { createNetwork, createPass, type Network, type Shape } from './network.ts';
import { createOptimizer, type OptimizerOptions } from './optimizer.ts';
import { createRandom, shuffle } from './random.ts';
import { fromBytes, toBytes } from './state.ts';

export interface TrainingOptions extends Pick<Shape, 'units' | 'activation'> {
  readonly optimizer: OptimizerOptions;
  /** Rows a step, >= 1. */
  readonly batch: number;
  /** 0 <= dropout < 1. */
  readonly dropout: number;
  /** Share of each weight (not of biases) that a step takes off, times the learning rate; 0: none [Loshchilov 2019]. */
  readonly weightDecay: number;
}

export interface Training {
  readonly network: Network;
  /**
   * Goes through all rows once, in a new order, at the optimizer's learning rate or another one. Returns the mean loss, which is not
   * finite once the weights have run away.
   */
  epoch(rate?: number): number;
  /** Everything that later epochs follow from, as bytes. */
  save(): Uint8Array;
  /**
   * Goes back, or on, to where a training of the same digits, rows and options was when it was saved: from there all epochs are the
   * same, bit for bit. @throws Error if the bytes are of another training
   */
  restore(saved: Uint8Array): void;
}

/** A new network and its training on these rows; everything random in it follows from the seed. */
export function createTraining(digits: Digits, rows: Int32Array, options: TrainingOptions, seed: number): Training {
  const random = createRandom(seed);
  const { units, activation, batch: size, dropout, weightDecay, optimizer } = options;
  const network = createNetwork({ inputs: PIXELS, units, classes: CLASSES, activation }, random);
  const { weights, layers } = network;
  const pass = createPass(network, size);
  const step = createOptimizer(optimizer, weights.length);
  const gradient = new Float64Array(weights.length);
  const batch = createBatch(digits, size);
  const order = rows.slice();
  const state = [weights, step.memory, order, random.state];

  return {
    network,
    save: () => toBytes(state),
    restore: (saved) => fromBytes(saved, state),
    epoch(rate = optimizer.rate) {
      shuffle(order, random);
      let loss = 0;
      for (let start = 0; start < order.length; start += size) {
        const count = batch.fill(order.subarray(start, start + size));
        pass.forward(batch.images, count, { rate: dropout, random });
        loss += count * pass.backward(batch.labels, gradient);
        if (weightDecay > 0)
          for (const { offset, biases } of layers)
            for (let i = offset; i < biases; i++) weights[i]! *= 1 - rate * weightDecay;
        step(weights, gradient, rate);
      }
      return loss / order.length;
    },
  };
}

export interface Answers {
  /** The digit that each row is taken for. */
  readonly predicted: number[];
  /** How likely it is each digit: rows x CLASSES. */
  readonly scores: number[][];
}

/** What the network says of these rows. One whose weights ran away says nothing: all digits are alike to it. */
export function classify(network: Network, digits: Digits, rows: Int32Array): Answers {
  const size = 64;
  const pass = createPass(network, size);
  const batch = createBatch(digits, size);
  const answers: Answers = { predicted: [], scores: [] };
  for (let start = 0; start < rows.length; start += size) {
    const count = batch.fill(rows.subarray(start, start + size));
    const probabilities = pass.forward(batch.images, count);
    for (let row = 0; row < count; row++) {
      const scores = [...probabilities.subarray(row * CLASSES, (row + 1) * CLASSES)];
      answers.scores.push(scores.every(Number.isFinite) ? scores : scores.map(() => 1 / CLASSES));
      answers.predicted.push(likeliest(scores));
    }
  }
  return answers;
}

/** The share of these rows that the network takes for the right digit. */
export function accuracy(network: Network, digits: Digits, rows: Int32Array): number {
  const { predicted } = classify(network, digits, rows);
  return predicted.filter((digit, i) => digit === digits.labels[rows[i]!]).length / rows.length;
}

interface Batch {
  readonly images: Float64Array;
  readonly labels: Uint8Array;
  /** Copies the rows in; returns how many they are. */
  fill(rows: Int32Array): number;
}

function createBatch(digits: Digits, size: number): Batch {
  const images = new Float64Array(size * PIXELS);
  const labels = new Uint8Array(size);
  return {
    images,
    labels,
    fill(rows) {
      rows.forEach((row, i) => {
        images.set(digits.images.subarray(row * PIXELS, (row + 1) * PIXELS), i * PIXELS);
        labels[i] = digits.labels[row]!;
      });
      return rows.length;
    },
  };
}

/** The class with the largest probability, the first where several are; 0 where they are not numbers. */
function likeliest(probabilities: readonly number[]): number {
  let best = 0;
  for (let c = 1; c < CLASSES; c++) if (probabilities[c]! > probabilities[best]!) best = c;
  return best;
}
