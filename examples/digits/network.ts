/**
 * A feed-forward network for classification: layers of weights, a softmax at the end, and its gradient.
 *
 * All weights are one vector, layer after layer: `inputs` rows of `outputs` weights, then `outputs` biases.
 *
 * [He 2015] He et al., "Delving Deep into Rectifiers", ICCV 2015, arXiv:1502.01852.
 * [Srivastava 2014] Srivastava et al., "Dropout: A Simple Way to Prevent Neural Networks from Overfitting", JMLR 15, 2014.
 */
import { addProduct, copy, matrix, turn, type Matrix } from './matrix.ts';
import type { Random } from './random.ts';

export interface Shape {
  readonly inputs: number;
  /** Width of each hidden layer. */
  readonly units: readonly number[];
  readonly classes: number;
  readonly activation: 'relu' | 'tanh';
}

export interface Layer {
  readonly inputs: number;
  readonly outputs: number;
  /** Where its weights begin in the vector, and where its biases do. */
  readonly offset: number;
  readonly biases: number;
}

export interface Network {
  readonly activation: Shape['activation'];
  readonly layers: readonly Layer[];
  readonly weights: Float64Array;
}

/** Takes units out at random while training; what stays is scaled up, so that nothing changes on average [Srivastava 2014]. */
export interface Dropout {
  /** Probability of each hidden unit, 0 <= rate < 1. */
  readonly rate: number;
  readonly random: Random;
}

/** Computes on up to `capacity` rows together, in buffers of its own. */
export interface Pass {
  /** Probabilities, rows x classes, of the input rows given; valid until the next call. */
  forward(inputs: Float64Array, rows: number, dropout?: Dropout): Float64Array;
  /**
   * Mean cross-entropy (nats) of the last forward's rows against these labels; `gradient` becomes its derivative by each weight.
   */
  backward(labels: Uint8Array, gradient: Float64Array): number;
}

/** A network with uniform random weights of variance 2 / inputs (ReLU [He 2015, eq. 10]; tanh: half of it), biases 0. */
export function createNetwork({ inputs, units, classes, activation }: Shape, random: Random): Network {
  const widths = [inputs, ...units, classes];
  let size = 0;
  const layers = widths.slice(1).map((outputs, i): Layer => {
    const offset = size;
    const biases = offset + widths[i]! * outputs;
    size = biases + outputs;
    return { inputs: widths[i]!, outputs, offset, biases };
  });
  const weights = new Float64Array(size);
  for (const layer of layers) {
    const bound = Math.sqrt((activation === 'relu' ? 6 : 3) / layer.inputs);
    for (let i = layer.offset; i < layer.biases; i++) weights[i] = bound * (2 * random() - 1);
  }
  return { activation, layers, weights };
}

/** @param capacity most rows of one forward */
export function createPass({ activation, layers, weights }: Network, capacity: number): Pass {
  const last = layers.length - 1;
  const perUnit = (): Float64Array[] => layers.map((layer) => new Float64Array(capacity * layer.outputs));
  // by layer: what comes out, d(out)/d(in) of its activation, d(loss)/d(in)
  const [outputs, slopes, deltas] = [perUnit(), perUnit(), perUnit()];
  const turned = new Float64Array(Math.max(...layers.map((layer) => layer.inputs * layer.outputs)));
  const ones = new Float64Array(capacity).fill(1);
  let batch: Float64Array = ones;
  let rows = 0;

  return {
    forward(inputs, count, dropout) {
      [batch, rows] = [inputs, count];
      for (const [i, layer] of layers.entries()) {
        const out = outputs[i]!;
        const biases = weights.subarray(layer.biases, layer.biases + layer.outputs);
        for (let row = 0; row < rows; row++) out.set(biases, row * layer.outputs);
        const from = matrix(i > 0 ? outputs[i - 1]! : batch, 0, rows, layer.inputs);
        addProduct(
          from,
          matrix(weights, layer.offset, layer.inputs, layer.outputs),
          matrix(out, 0, rows, layer.outputs),
        );
        if (i === last) softmax(out, rows, layer.outputs);
        else activate(activation, out, slopes[i]!, rows * layer.outputs, dropout);
      }
      return outputs[last]!;
    },
    backward(labels, gradient) {
      const loss = crossEntropy(outputs[last]!, labels, rows, layers[last]!.outputs, deltas[last]!);
      gradient.fill(0);
      for (let i = last; i >= 0; i--) {
        const { inputs, outputs: width, offset, biases } = layers[i]!;
        const delta = matrix(deltas[i]!, 0, rows, width);
        const from = matrix(i > 0 ? outputs[i - 1]! : batch, 0, rows, inputs);
        addProduct(turn(from), delta, matrix(gradient, offset, inputs, width));
        addProduct(matrix(ones, 0, 1, rows), delta, matrix(gradient, biases, 1, width));
        if (i > 0)
          propagate(delta, copy(turn(matrix(weights, offset, inputs, width)), turned), slopes[i - 1]!, deltas[i - 1]!);
      }
      return loss;
    },
  };
}

/** to = (delta * turned weights) . slopes: how the loss depends on what enters the layer below. */
function propagate(delta: Matrix, weights: Matrix, slopes: Float64Array, to: Float64Array): void {
  const n = delta.rows * weights.columns;
  to.fill(0, 0, n);
  addProduct(delta, weights, matrix(to, 0, delta.rows, weights.columns));
  for (let i = 0; i < n; i++) to[i]! *= slopes[i]!;
}

/** values = activation(values), with its slopes; dropout scales both, by 0 or 1 / (1 - rate). */
function activate(
  kind: Shape['activation'],
  values: Float64Array,
  slopes: Float64Array,
  n: number,
  dropout?: Dropout,
): void {
  if (kind === 'relu')
    for (let i = 0; i < n; i++) {
      const on = values[i]! > 0;
      slopes[i] = on ? 1 : 0;
      if (!on) values[i] = 0;
    }
  else
    for (let i = 0; i < n; i++) {
      const y = Math.tanh(values[i]!);
      values[i] = y;
      slopes[i] = 1 - y * y;
    }
  if (!dropout || dropout.rate === 0) return;
  const scale = 1 / (1 - dropout.rate);
  for (let i = 0; i < n; i++) {
    const kept = dropout.random() >= dropout.rate ? scale : 0;
    values[i]! *= kept;
    slopes[i]! *= kept;
  }
}

/** Scores to probabilities, a row at a time; the largest score is taken off first, so that nothing overflows. */
function softmax(scores: Float64Array, rows: number, classes: number): void {
  for (let base = 0; base < rows * classes; base += classes) {
    let top = -Infinity;
    for (let c = 0; c < classes; c++) top = Math.max(top, scores[base + c]!);
    let sum = 0;
    for (let c = 0; c < classes; c++) sum += scores[base + c] = Math.exp(scores[base + c]! - top);
    for (let c = 0; c < classes; c++) scores[base + c]! /= sum;
  }
}

/** Mean of -ln(probability of the label); its derivative by the scores, probability - (1 at the label), goes to `delta`. */
function crossEntropy(
  probabilities: Float64Array,
  labels: Uint8Array,
  rows: number,
  classes: number,
  delta: Float64Array,
): number {
  let loss = 0;
  for (let i = 0; i < rows * classes; i++) delta[i] = probabilities[i]! / rows;
  for (let row = 0; row < rows; row++) {
    const at = row * classes + labels[row]!;
    delta[at]! -= 1 / rows;
    // a probability below the smallest number is counted as that number
    loss -= Math.log(Math.max(probabilities[at]!, Number.MIN_VALUE));
  }
  return loss / rows;
}
