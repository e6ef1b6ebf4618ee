/**
 * A Gaussian process of mean 0, or of a given mean, with fixed hyperparameters, given points and what was observed there
 * [Rasmussen 2006, algorithm 2.1]. Points are appended to the Cholesky factor, with the bits of a factor made at once.
 *
 * Points without an observation (trials that still run) stand for observations of just the posterior mean: they leave the
 * mean as it is and take away the variance around them [Ginsbourger 2010, the kriging believer].
 *
 * [Ginsbourger 2010] Ginsbourger, Le Riche and Carraro, "Kriging Is Well-Suited to Parallelize Optimization", in
 *   Computational Intelligence in Expensive Optimization Problems.
 */
import { appendRows } from '../numerics/cholesky.ts';
import { solveLower, solveUpper } from '../numerics/triangular.ts';
import { SamplerFallbackError } from '../../study/errors.ts';
import { matern, maternSlope, ScaledPoints, type Hyperparameters } from './kernel.ts';
import type { Layout } from './layout.ts';

/** What a posterior says of one point. */
export interface Prediction {
  mean: number;
  /** Of the function, without noise; > 0. */
  variance: number;
}

/** What a process expects before there are observations. */
export interface MeanFunction {
  /** At `count` points by rows (layout.ts). */
  at(columns: Float64Array, count: number): Float64Array;
  /** Adds the derivatives by a point's numeric columns. */
  addSlopes(point: Float64Array, slopes: Float64Array): void;
}

/** Points, and L^-1 of their covariances with the posterior's, by rows. */
export interface Solved {
  readonly points: ScaledPoints;
  readonly k: Float64Array;
}

/** A variance below this share of the amplitude is rounding error. */
const LEAST = 1e-10;

export class Posterior {
  readonly layout: Layout;
  readonly hyperparameters: Hyperparameters;
  private readonly mean: MeanFunction | undefined;
  /** At the points, where there is a mean function. */
  private readonly expected: number[] = [];
  private readonly scaled: ScaledPoints;
  /** Of the noise, by point. */
  private readonly shares: number[] = [];
  /** Factor by rows of `stride`. */
  private factor: Float64Array = new Float64Array(0);
  private stride = 0;
  /** K^-1 y of the points observed. */
  private coefficients: Float64Array = new Float64Array(0);
  private scratch: Float64Array = new Float64Array(0);

  /** @param mean  absent: 0 everywhere */
  constructor(layout: Layout, hyperparameters: Hyperparameters, mean?: MeanFunction) {
    this.layout = layout;
    this.hyperparameters = hyperparameters;
    this.mean = mean;
    this.scaled = new ScaledPoints(layout, hyperparameters);
  }

  get count(): number {
    return this.scaled.count;
  }

  /**
   * Adds the points of `columns` (layout.ts) in rows first..end - 1.
   * @param shares  of the noise that each of them has; absent: all of it
   * @throws SamplerFallbackError where rounding wins
   */
  append(columns: Float64Array, first: number, end: number, shares?: ArrayLike<number>): void {
    const from = this.count;
    this.shares.length = from;
    for (let i = 0; i < end - first; i++) this.shares.push(shares?.[i] ?? 1);
    this.scaled.append(columns, first, end);
    if (this.mean) {
      const { columns: width } = this.layout;
      this.expected.length = from;
      this.expected.push(...this.mean.at(columns.subarray(first * width, end * width), end - first));
    }
    this.grow(this.count);
    const { factor, stride } = this;
    const { amplitude, noise } = this.hyperparameters;
    for (let i = from; i < this.count; i++) {
      this.covariances(this.scaled.points, i * this.layout.columns, factor, i * stride, i);
      factor[i * stride + i] = amplitude + noise * this.shares[i];
    }
    if (!appendRows(factor, from, this.count, stride))
      throw new SamplerFallbackError('the covariance of the trials so far is singular to working precision');
  }

  /** Forgets the points from number `count` on. */
  truncate(count: number): void {
    this.scaled.count = count;
  }

  /** Observations of the first y.length points. @returns the posterior mean there */
  observe(y: Float64Array): Float64Array {
    this.coefficients = y.map((value, i) => value - (this.expected[i] ?? 0));
    solveLower(this.factor, y.length, this.coefficients, 1, this.stride);
    solveUpper(this.factor, y.length, this.coefficients, 1, this.stride);
    const { noise } = this.hyperparameters;
    return y.map((value, i) => value - noise * this.shares[i] * this.coefficients[i]);
  }

  /** Means and variances at `count` points. */
  predict(columns: Float64Array, count: number, means: Float64Array, variances: Float64Array): void {
    const n = this.count;
    const { amplitude } = this.hyperparameters;
    const at = new Float64Array(count * this.layout.columns);
    this.scaled.scale(columns, 0, count, at, 0);
    const k = new Float64Array(count * n);
    const expected = this.mean?.at(columns, count);
    for (let j = 0; j < count; j++) {
      this.covariances(at, j * this.layout.columns, k, j * n, n);
      means[j] = (expected?.[j] ?? 0) + dot(k, j * n, this.coefficients);
    }
    solveLower(this.factor, n, k, count, this.stride);
    for (let j = 0; j < count; j++) variances[j] = this.left(amplitude, k, j * n);
  }

  /** Means at `count` points. */
  means(columns: Float64Array, count: number): Float64Array {
    const n = this.coefficients.length;
    const { columns: width } = this.layout;
    const at = new Float64Array(count * width);
    this.scaled.scale(columns, 0, count, at, 0);
    const k = new Float64Array(n);
    const means = this.mean?.at(columns, count) ?? new Float64Array(count);
    for (let j = 0; j < count; j++) {
      this.covariances(at, j * width, k, 0, n);
      means[j] += dot(k, 0, this.coefficients);
    }
    return means;
  }

  /** Adds `rate` times the derivatives of the mean by a point's numeric columns. */
  addMeanSlopes(point: Float64Array, rate: number, slopes: Float64Array): void {
    const own = new Float64Array(this.layout.columns);
    const at = new Float64Array(this.layout.columns);
    this.scaled.scale(point, 0, 1, at, 0);
    this.addKernelSlopes(this.scaled, this.coefficients, at, own);
    this.scaled.unwarp(point, own);
    this.mean?.addSlopes(point, own);
    for (let c = 0; c < own.length; c++) slopes[c] += rate * own[c];
  }

  /** Covariances, without noise, of `count` points with those of `others`, by rows of the former. */
  covariance(columns: Float64Array, count: number, others: Solved): Float64Array {
    const n = this.count;
    const { amplitude } = this.hyperparameters;
    const { points, k } = this.solved(columns, count);
    const size = others.points.count;
    const out = new Float64Array(count * size);
    for (let i = 0; i < count; i++)
      for (let j = 0; j < size; j++) {
        let sum = amplitude * matern(points.squaredDistance(i, others.points.points, j * this.layout.columns));
        for (let m = 0; m < n; m++) sum -= k[i * n + m] * others.k[j * n + m];
        out[i * size + j] = sum;
      }
    return out;
  }

  /** Points with what `covariance` needs of them. */
  solved(columns: Float64Array, count: number): Solved {
    const n = this.count;
    const points = new ScaledPoints(this.layout, this.hyperparameters);
    points.append(columns, 0, count);
    const k = new Float64Array(count * n);
    for (let j = 0; j < count; j++) this.covariances(points.points, j * this.layout.columns, k, j * n, n);
    solveLower(this.factor, n, k, count, this.stride);
    return { points, k };
  }

  /** The derivatives, by a point's numeric columns, of the sum over `others` of rate times covariance. */
  covarianceSlopes(point: Float64Array, others: Solved, rates: Float64Array, slopes: Float64Array): void {
    const n = this.count;
    // K^-1 of the sum of the others' covariances with the points here
    const shares = new Float64Array(n);
    for (const [j, rate] of rates.entries()) for (let m = 0; m < n; m++) shares[m] -= rate * others.k[j * n + m];
    solveUpper(this.factor, n, shares, 1, this.stride);
    const at = new Float64Array(this.layout.columns);
    this.scaled.scale(point, 0, 1, at, 0);
    slopes.fill(0);
    this.addKernelSlopes(this.scaled, shares, at, slopes);
    this.addKernelSlopes(others.points, rates, at, slopes);
    this.scaled.unwarp(point, slopes);
  }

  /** Adds the derivatives of the sum over points of share times kernel by the numeric columns of a scaled point. */
  private addKernelSlopes(points: ScaledPoints, shares: Float64Array, at: Float64Array, slopes: Float64Array): void {
    const { amplitude } = this.hyperparameters;
    const { numeric } = this.layout;
    for (let i = 0; i < shares.length; i++) {
      const rate = 2 * amplitude * shares[i] * maternSlope(points.squaredDistance(i, at, 0));
      for (let c = 0; c < numeric; c++) slopes[c] += rate * points.halfSlope(i, c, at[c]);
    }
  }

  /** The prediction at a point, and its derivatives by the numeric columns. */
  slopes(point: Float64Array, byMean: Float64Array, byVariance: Float64Array): Prediction {
    const n = this.count;
    const { amplitude } = this.hyperparameters;
    const { columns: width, numeric } = this.layout;
    if (this.scratch.length < 2 * n + width) this.scratch = new Float64Array(4 * n + width);
    const at = this.scratch.subarray(0, width);
    const k = this.scratch.subarray(width, width + n);
    const slopes = this.scratch.subarray(width + n, width + 2 * n);
    this.scaled.scale(point, 0, 1, at, 0);
    for (let i = 0; i < n; i++) {
      const r2 = this.scaled.squaredDistance(i, at, 0);
      k[i] = amplitude * matern(r2);
      slopes[i] = amplitude * maternSlope(r2);
    }
    const mean = (this.mean?.at(point, 1)[0] ?? 0) + dot(k, 0, this.coefficients);
    solveLower(this.factor, n, k, 1, this.stride);
    const variance = this.left(amplitude, k, 0);
    solveUpper(this.factor, n, k, 1, this.stride);
    byMean.fill(0);
    byVariance.fill(0);
    for (let i = 0; i < n; i++) {
      const forMean = i < this.coefficients.length ? 2 * slopes[i] * this.coefficients[i] : 0;
      const forVariance = -4 * slopes[i] * k[i];
      for (let c = 0; c < numeric; c++) {
        const half = this.scaled.halfSlope(i, c, at[c]);
        byMean[c] += forMean * half;
        byVariance[c] += forVariance * half;
      }
    }
    this.scaled.unwarp(point, byMean);
    this.scaled.unwarp(point, byVariance);
    this.mean?.addSlopes(point, byMean);
    return { mean, variance };
  }

  /** Covariances of the first `count` points with the scaled one in `other` from `at` on. */
  private covariances(other: Float64Array, at: number, out: Float64Array, to: number, count: number): void {
    const { amplitude } = this.hyperparameters;
    for (let i = 0; i < count; i++) out[to + i] = amplitude * matern(this.scaled.squaredDistance(i, other, at));
  }

  /** The variance left of `amplitude`, v = L^-1 k in `k` from `at` on. */
  private left(amplitude: number, k: Float64Array, at: number): number {
    let sum = amplitude;
    for (let i = 0; i < this.count; i++) sum -= k[at + i] * k[at + i];
    return Math.max(sum, LEAST * amplitude);
  }

  private grow(count: number): void {
    if (count <= this.stride) return;
    const stride = Math.max(count, Math.ceil(1.25 * this.stride), 32);
    const larger = new Float64Array(stride * stride);
    for (let i = 0; i < this.stride; i++)
      larger.set(this.factor.subarray(i * this.stride, i * this.stride + i + 1), i * stride);
    this.factor = larger;
    this.stride = stride;
  }
}

/** The sum over b of its products with the numbers of a from `at` on. */
function dot(a: Float64Array, at: number, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < b.length; i++) sum += a[at + i] * b[i];
  return sum;
}
