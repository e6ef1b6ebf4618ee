/**
 * The rules by which a gradient moves weights.
 *
 * [Kingma 2015] Kingma and Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015, arXiv:1412.6980, algorithm 1.
 * [Hinton 2012] Hinton, "Neural Networks for Machine Learning", lecture 6e, 2012 (RMSProp).
 * [Sutskever 2013] Sutskever et al., "On the importance of initialization and momentum in deep learning", ICML 2013.
 */

export type OptimizerOptions =
  | { readonly kind: 'adam' | 'rmsprop'; readonly rate: number }
  /** 0 <= momentum < 1. */
  | { readonly kind: 'sgd'; readonly rate: number; readonly momentum: number; readonly nesterov: boolean };

/** Moves the weights one step down the gradient, in place; at another rate than the options' where it is given one. */
export interface Optimizer {
  (weights: Float64Array, gradient: Float64Array, rate?: number): void;
  /** All that it knows of the steps so far. */
  readonly memory: Float64Array;
}

const EPSILON = 1e-8;

/** @param size number of weights */
export function createOptimizer(options: OptimizerOptions, size: number): Optimizer {
  switch (options.kind) {
    case 'adam':
      return adam(options.rate, size);
    case 'rmsprop':
      return rmsprop(options.rate, size);
    case 'sgd':
      return sgd(options.rate, options.momentum, options.nesterov, size);
  }
}

/** [Kingma 2015] with its defaults: beta1 = 0.9, beta2 = 0.999. */
function adam(usual: number, size: number): Optimizer {
  const memory = new Float64Array(2 * size + 2);
  const mean = memory.subarray(0, size);
  const square = memory.subarray(size, 2 * size);
  const powers = memory.subarray(2 * size).fill(1);
  const move = (weights: Float64Array, gradient: Float64Array, rate = usual): void => {
    const step = rate / (1 - (powers[0]! *= 0.9));
    const scale = 1 / (1 - (powers[1]! *= 0.999));
    for (let i = 0; i < size; i++) {
      const g = gradient[i]!;
      const m = 0.9 * mean[i]! + 0.1 * g;
      const v = 0.999 * square[i]! + 0.001 * g * g;
      mean[i] = m;
      square[i] = v;
      weights[i]! -= (step * m) / (Math.sqrt(v * scale) + EPSILON);
    }
  };
  return Object.assign(move, { memory });
}

/** [Hinton 2012]: a running mean of squares that forgets a tenth a step. */
function rmsprop(usual: number, size: number): Optimizer {
  const square = new Float64Array(size);
  const move = (weights: Float64Array, gradient: Float64Array, rate = usual): void => {
    for (let i = 0; i < size; i++) {
      const g = gradient[i]!;
      const v = 0.9 * square[i]! + 0.1 * g * g;
      square[i] = v;
      weights[i]! -= (rate * g) / (Math.sqrt(v) + EPSILON);
    }
  };
  return Object.assign(move, { memory: square });
}

/** Classical momentum, or Nesterov's in the form that takes the gradient where the weights are ([Sutskever 2013], section 2). */
function sgd(usual: number, momentum: number, nesterov: boolean, size: number): Optimizer {
  const velocity = new Float64Array(size);
  const move = (weights: Float64Array, gradient: Float64Array, rate = usual): void => {
    for (let i = 0; i < size; i++) {
      const v = momentum * velocity[i]! + gradient[i]!;
      velocity[i] = v;
      weights[i]! -= rate * (nesterov ? gradient[i]! + momentum * v : v);
    }
  };
  return Object.assign(move, { memory: velocity });
}
