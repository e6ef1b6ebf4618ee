import { expect, test } from 'vitest';
import { createNetwork, createPass, type Dropout, type Shape } from '../../examples/digits/network.ts';
import { createRandom } from '../../examples/digits/random.ts';

const ROWS = 5;
const shape: Shape = { inputs: 6, units: [9, 4, 7, 5], classes: 3, activation: 'relu' };
const random = createRandom(11);
const inputs = Float64Array.from({ length: ROWS * shape.inputs }, (_, i) => (i % 4 === 0 ? 0 : 2 * random() - 1));
const labels = Uint8Array.from({ length: ROWS }, (_, row) => row % shape.classes);

test.each([
  ['relu', 0],
  ['tanh', 0],
  ['relu', 0.4],
  ['tanh', 0.4],
] as const)('its gradient with %s and dropout %s is the slope of its loss', (activation, rate) => {
  const network = createNetwork({ ...shape, activation }, createRandom(2));
  // no bias of exactly 0: a ReLU unit whose inputs are all out would sit on its bend
  network.weights.forEach((weight, i) => (network.weights[i] = weight + 0.1 * (random() - 0.5)));
  // the same units are out in each evaluation
  const dropout = (): Dropout => ({ rate, random: createRandom(4) });
  const loss = (gradient: Float64Array): number => {
    const pass = createPass(network, ROWS);
    pass.forward(inputs, ROWS, dropout());
    return pass.backward(labels, gradient);
  };
  const gradient = new Float64Array(network.weights.length);
  const unused = new Float64Array(network.weights.length);
  loss(gradient);
  expect(gradient.filter((slope) => slope !== 0).length).toBeGreaterThan(network.weights.length / 4);
  const h = 1e-5;
  network.weights.forEach((weight, i) => {
    network.weights[i] = weight + h;
    const above = loss(unused);
    network.weights[i] = weight - h;
    const below = loss(unused);
    network.weights[i] = weight;
    expect(gradient[i], `weight ${i}`).toBeCloseTo((above - below) / (2 * h), 7);
  });
});

test('answers with probabilities, whatever the size of its scores', () => {
  const network = createNetwork(shape, createRandom(2));
  network.weights.forEach((weight, i) => (network.weights[i] = weight * 1e3));
  const probabilities = createPass(network, ROWS).forward(inputs, ROWS);
  for (let row = 0; row < ROWS; row++) {
    const [a, b, c] = probabilities.subarray(row * 3, row * 3 + 3);
    expect(Math.min(a, b, c)).toBeGreaterThanOrEqual(0);
    expect(a + b + c).toBeCloseTo(1, 12);
  }
});

test('answers for each row alone as for all of them together', () => {
  const network = createNetwork(shape, createRandom(2));
  const pass = createPass(network, ROWS);
  const together = [...pass.forward(inputs, ROWS).subarray(0, ROWS * 3)];
  const alone = Array.from({ length: ROWS }, (_, row) => [
    ...pass.forward(inputs.subarray(row * 6, row * 6 + 6), 1).subarray(0, 3),
  ]);
  expect(alone.flat()).toEqual(together);
});

test('begins with weights of variance 2 / inputs and without biases', () => {
  const { layers, weights } = createNetwork({ ...shape, inputs: 100, units: [200] }, createRandom(2));
  const { offset, biases, outputs } = layers[0];
  const first = weights.subarray(offset, biases);
  expect(first.reduce((sum, weight) => sum + weight * weight, 0) / first.length).toBeCloseTo(2 / 100, 3);
  expect(weights.subarray(biases, biases + outputs).every((bias) => bias === 0)).toBe(true);
});
