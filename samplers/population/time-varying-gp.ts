/**
 * A Gaussian process over points of the unit cube whose truth drifts with time [Bogunovic 2016, sec. 4]:
 *
 *   k((x, s), (x', t)) = exp(-|x - x'|^2 / (2 l^2)) (1 - epsilon)^(|s - t| / 2), noise on the diagonal, prior variance 1.
 *
 * Length, drift and noise are those of a small grid under which what was seen is likeliest: three numbers need no more, and a grid has
 * the same answer whatever it was asked before.
 *
 * [Bogunovic 2016] Bogunovic, Scarlett and Cevher, "Time-varying Gaussian process bandit optimization", AISTATS 2016, arXiv:1601.06650.
 */
import { appendRows, jitteredCholesky } from '../numerics/cholesky.ts';
import { exp, log1p } from '../numerics/elementary.ts';
import { logDeterminant, solve, solveLower } from '../numerics/triangular.ts';

export interface Point {
  /** In the unit cube. */
  readonly u: Float64Array;
  readonly time: number;
}

interface Kernel {
  /** 1 / (2 l^2). */
  readonly rate: number;
  /** ln(1 - epsilon) / 2, <= 0. */
  readonly drift: number;
  readonly noise: number;
}

const LENGTHS = [0.1, 0.2, 0.4, 0.8];
const DRIFTS = [0.01, 0.05, 0.15, 0.4];
const NOISES = [0.01, 0.1, 0.5];

/** A process that has seen values, and then points whose values are not known yet. */
export class TimeVaryingProcess {
  private readonly points: Point[];
  private readonly kernel: Kernel;
  private readonly weights: Float64Array;
  private readonly seen: number;
  private readonly l: Float64Array;
  private readonly stride: number;

  /**
   * O(n^3) for each kernel of the grid.
   * @param values  of the points, about 0 with a variance about 1
   * @param more    how many points may be added
   */
  constructor(points: readonly Point[], values: Float64Array, more: number) {
    const n = points.length;
    const { kernel } = likeliest(points, values);
    const { l, weights } = factored(points, values, kernel)!;
    this.points = [...points];
    this.kernel = kernel;
    this.weights = weights;
    this.seen = n;
    this.stride = n + more;
    this.l = new Float64Array(this.stride * this.stride);
    for (let i = 0; i < n; i++) this.l.set(l.subarray(i * n, i * n + i + 1), i * this.stride);
  }

  /** Mean and standard deviation at a point; O(n^2). */
  at(point: Point): { readonly mean: number; readonly sd: number } {
    const n = this.points.length;
    const row = covariances(this.points, point, this.kernel);
    let mean = 0;
    for (let i = 0; i < this.seen; i++) mean += row[i] * this.weights[i];
    solveLower(this.l, n, row, 1, this.stride);
    let variance = 1;
    for (const value of row) variance -= value * value;
    return { mean, sd: Math.sqrt(Math.max(variance, 1e-12)) };
  }

  /** Takes in that a point is being evaluated: it makes its surroundings certain, and says nothing of the mean. O(n^2). */
  add(point: Point): void {
    const n = this.points.length;
    if (n === this.stride) throw new RangeError(`a process of ${this.stride} points takes no more`);
    this.l.set(covariances(this.points, point, this.kernel), n * this.stride);
    this.l[n * this.stride + n] = 1 + this.kernel.noise;
    appendRows(this.l, n, n + 1, this.stride);
    this.points.push(point);
  }
}

function likeliest(points: readonly Point[], values: Float64Array): { kernel: Kernel } {
  let best: { kernel: Kernel; likelihood: number } | undefined;
  for (const length of LENGTHS)
    for (const epsilon of DRIFTS)
      for (const noise of NOISES) {
        const kernel = { rate: 0.5 / (length * length), drift: 0.5 * log1p(-epsilon), noise };
        const likelihood = factored(points, values, kernel)?.likelihood ?? -Infinity;
        if (!best || likelihood > best.likelihood) best = { kernel, likelihood };
      }
  return best!;
}

/** The factor of the covariance, its inverse times the values, and twice the log likelihood up to a constant. */
function factored(
  points: readonly Point[],
  values: Float64Array,
  kernel: Kernel,
): { l: Float64Array; weights: Float64Array; likelihood: number } | undefined {
  const n = points.length;
  const k = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    k.set(covariances(points.slice(0, i), points[i], kernel), i * n);
    k[i * n + i] = 1 + kernel.noise;
  }
  const l = new Float64Array(n * n);
  if (Number.isNaN(jitteredCholesky(k, l, n))) return undefined;
  const weights = values.slice();
  solve(l, n, weights);
  const fit = values.reduce((sum, value, i) => sum + value * weights[i], 0);
  return { l, weights, likelihood: -fit - logDeterminant(l, n) };
}

function covariances(points: readonly Point[], { u, time }: Point, { rate, drift }: Kernel): Float64Array {
  return Float64Array.from(points, (other) => {
    let square = 0;
    for (let j = 0; j < u.length; j++) square += (u[j] - other.u[j]) * (u[j] - other.u[j]);
    return exp(drift * Math.abs(time - other.time) - rate * square);
  });
}
