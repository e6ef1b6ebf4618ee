import { expect, test } from 'vitest';
import { createOptimizer, type OptimizerOptions } from '../../examples/digits/optimizer.ts';

/** Weights after each step from 0, with these gradients. */
function path(options: OptimizerOptions, gradients: readonly number[]): number[] {
  const weights = new Float64Array(1);
  const step = createOptimizer(options, 1);
  return gradients.map((gradient) => {
    step(weights, Float64Array.of(gradient));
    return weights[0];
  });
}

test('sgd goes rate times the gradient, and momentum keeps some of the last step', () => {
  const plain = { kind: 'sgd', rate: 0.1, momentum: 0, nesterov: false } as const;
  expect(path(plain, [1, 2])).toEqual([-0.1, expect.closeTo(-0.3, 12)]);
  // velocities 1, 1 * 0.5 + 2 = 2.5, 2.5 * 0.5 - 1 = 0.25
  expect(path({ ...plain, momentum: 0.5 }, [1, 2, -1])).toEqual(
    [-0.1, -0.35, -0.375].map((w) => expect.closeTo(w, 12)),
  );
});

test("Nesterov's momentum looks one step ahead", () => {
  // steps gradient + 0.5 * velocity: 1 + 0.5, 2 + 1.25
  expect(path({ kind: 'sgd', rate: 0.1, momentum: 0.5, nesterov: true }, [1, 2])).toEqual(
    [-0.15, -0.475].map((w) => expect.closeTo(w, 12)),
  );
});

test('adam goes its rate whatever the size of a constant gradient', () => {
  for (const gradient of [1e-3, 1, 1e3])
    path({ kind: 'adam', rate: 0.01 }, [gradient, gradient, gradient]).forEach((w, i) =>
      expect(w).toBeCloseTo(-0.01 * (i + 1), 6),
    );
});

test('adam follows its algorithm when gradients change', () => {
  // m = 0.1 * 1, then 0.09 + 0.1 * -3 = -0.21; v = 0.001, then 0.000999 + 0.009 = 0.009999
  const second = (0.01 * (-0.21 / (1 - 0.81))) / (Math.sqrt(0.009999 / (1 - 0.998001)) + 1e-8);
  expect(path({ kind: 'adam', rate: 0.01 }, [1, -3])[1]).toBeCloseTo(-0.01 - second, 9);
});

test('rmsprop divides by the root of the running mean of squares', () => {
  const expected = -0.01 / Math.sqrt(0.1) - (0.01 * 2) / Math.sqrt(0.09 + 0.4);
  expect(path({ kind: 'rmsprop', rate: 0.01 }, [1, 2])[1]).toBeCloseTo(expected, 6);
});
