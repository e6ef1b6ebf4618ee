/** The functions of fixtures/lbfgsb.py, by operations that are the same on every engine. */
import { exp } from '../../../samplers/numerics/elementary.ts';

/** The value at x, with the gradient written. */
export type Objective = (x: Float64Array, gradient: Float64Array) => number;

export const objectives: Record<string, Objective> = {
  rosenbrock(x, g) {
    g.fill(0);
    let sum = 0;
    for (let i = 0; i + 1 < x.length; i++) {
      const [bend, short] = [x[i + 1] - x[i] * x[i], 1 - x[i]];
      sum += 100 * bend * bend + short * short;
      g[i] += -400 * x[i] * bend - 2 * short;
      g[i + 1] += 200 * bend;
    }
    return sum;
  },

  quadratic(x, g) {
    let sum = 0;
    for (const [i, value] of x.entries()) {
      const d = value - (i % 2 ? -1 : 1);
      const t = i / (x.length - 1);
      g[i] = (1 + 9999 * t * t) * d;
      sum += 0.5 * g[i] * d;
    }
    return sum;
  },

  coupled(x, g) {
    let sum = 0;
    for (const [i, value] of x.entries()) {
      g[i] = 3 * value + 1 - (x[i - 1] ?? 0) - (x[i + 1] ?? 0);
      sum += 0.5 * value * (g[i] + 1);
    }
    return sum;
  },

  beale([a, b], g) {
    const powers = [b, b * b, b * b * b];
    const slopes = [1, 2 * b, 3 * b * b];
    let sum = 0;
    g.fill(0);
    for (const [i, c] of [1.5, 2.25, 2.625].entries()) {
      const t = c - a + a * powers[i];
      sum += t * t;
      g[0] += 2 * t * (powers[i] - 1);
      g[1] += 2 * t * a * slopes[i];
    }
    return sum;
  },

  himmelblau([a, b], g) {
    const [p, q] = [a * a + b - 11, a + b * b - 7];
    g.set([4 * a * p + 2 * q, 2 * p + 4 * b * q]);
    return p * p + q * q;
  },

  powell([a, b, c, d], g) {
    const [p, q, r, s] = [a + 10 * b, c - d, b - 2 * c, a - d];
    g.set([2 * p + 40 * s * s * s, 20 * p + 4 * r * r * r, 10 * q - 8 * r * r * r, -10 * q - 40 * s * s * s]);
    return p * p + 5 * q * q + r * r * r * r + 10 * s * s * s * s;
  },

  likelihood(x, g) {
    let sum = 0;
    for (const [i, value] of x.entries()) {
      const e = (1 + i) * exp(-value);
      g[i] = 10 - e + 0.04 * value * value * value;
      sum += 10 * value + e + 0.01 * value * value * value * value;
    }
    return sum;
  },
};
