/**
 * The shape of a search distribution: a covariance matrix C, in full or its diagonal alone, and its square root by eigenvectors:
 * C = B D^2 B^T. The eigenvectors of a full one are brought up to date every 1 / (10 n (c1 + cMu)) generations ("lazy" update,
 * [Hansen 2023, B.2]): until then vectors are drawn, and made round again, by those of before.
 *
 * [Hansen 2023] Hansen, "The CMA Evolution Strategy: A Tutorial", arXiv:1604.00772v2.
 */
import { symmetricEigen, type Eigen } from '../numerics/symmetric-eigen.ts';
import type { Constants } from './constants.ts';

/** What a generation says of the shape: vectors in units of the step size, their weights, and the path. */
export interface Evidence {
  /** lambda x n by rows, best first. */
  readonly steps: Float64Array;
  /** One a row: equation 46 for the negative ones. */
  readonly weights: Float64Array;
  readonly path: Float64Array;
  /** 0, or what a stalled path takes from the decay of C. */
  readonly stalled: number;
}

/** Vectors are written into `out` from place `at` on. */
export interface Covariance {
  /** B D z for a standard normal z: distributed by C. */
  stretch(z: Float64Array, out: Float64Array, at: number): void;
  /** B z: what C^(-1/2) makes of `stretch(z)`. */
  rotate(z: Float64Array, out: Float64Array, at: number): void;
  /** C^(-1/2) y. @param y  from place `at` on, too */
  whiten(y: Float64Array, out: Float64Array, at: number): void;
  /** C[i][i]. */
  variance(i: number): number;
  /** Equation 47. */
  update(constants: Constants, evidence: Evidence): void;
  /** Square roots of the smallest and of the largest eigenvalue, as of the last time they were computed. */
  extent(): readonly [least: number, most: number];
}

/** No axis is less than this share of the longest: below it eigenvalues are noise. */
const LEAST_RATIO = 1e-14;

export class FullCovariance implements Covariance {
  private readonly n: number;
  private c: Float64Array;
  private eigen!: Eigen;
  /** D: square roots of the eigenvalues. */
  private roots!: Float64Array;
  private readonly scratch: Float64Array;
  private stale = 0;

  /** @param variances  the diagonal to begin with, > 0 */
  constructor(variances: Float64Array) {
    const n = (this.n = variances.length);
    this.scratch = new Float64Array(n);
    this.c = new Float64Array(n * n);
    for (let i = 0; i < n; i++) this.c[i * n + i] = variances[i];
    this.decompose();
  }

  stretch(z: Float64Array, out: Float64Array, at: number): void {
    const { n, roots, scratch } = this;
    for (let k = 0; k < n; k++) scratch[k] = roots[k] * z[k];
    this.combine(scratch, out, at);
  }

  rotate(z: Float64Array, out: Float64Array, at: number): void {
    this.combine(z, out, at);
  }

  whiten(y: Float64Array, out: Float64Array, at: number): void {
    const { n, roots, scratch } = this;
    const { vectors } = this.eigen;
    for (let k = 0; k < n; k++) {
      let sum = 0;
      for (let i = 0; i < n; i++) sum += vectors[k * n + i] * y[at + i];
      scratch[k] = sum / roots[k];
    }
    this.combine(scratch, out, at);
  }

  variance(i: number): number {
    return this.c[i * this.n + i];
  }

  update(constants: Constants, { steps, weights, path, stalled }: Evidence): void {
    const { n, c } = this;
    const { c1, cMu } = constants;
    const decay = 1 + c1 * stalled - c1 - cMu * sumOf(constants.weights);
    for (let i = 0; i < n; i++)
      for (let j = 0; j <= i; j++) c[i * n + j] = decay * c[i * n + j] + c1 * path[i] * path[j];
    for (let k = 0, at = 0; k < weights.length; k++, at += n) {
      const weight = cMu * weights[k];
      for (let i = 0; i < n; i++) {
        const factor = weight * steps[at + i];
        for (let j = 0; j <= i; j++) c[i * n + j] += factor * steps[at + j];
      }
    }
    if (++this.stale * 10 * n * (c1 + cMu) >= 1) this.decompose();
  }

  extent(): readonly [number, number] {
    return [this.roots[0], this.roots[this.n - 1]];
  }

  /** The matrix, n x n by rows, of which the entries at and below the diagonal count. */
  matrix(): Float64Array {
    return this.c;
  }

  /** Another matrix in its place, of the same form; kept. */
  replace(c: Float64Array): void {
    this.c = c;
    this.decompose();
  }

  /** Sum over the axes k of z[k] times eigenvector k. */
  private combine(z: Float64Array, out: Float64Array, at: number): void {
    const { n } = this;
    const { vectors } = this.eigen;
    out.fill(0, at, at + n);
    for (let k = 0; k < n; k++) {
      const factor = z[k];
      for (let i = 0; i < n; i++) out[at + i] += factor * vectors[k * n + i];
    }
  }

  private decompose(): void {
    const { n } = this;
    this.stale = 0;
    this.eigen = symmetricEigen(this.c, n);
    const { values } = this.eigen;
    const lack = values[n - 1] * LEAST_RATIO - values[0];
    if (lack > 0) {
      // the same for all axes: the eigenvectors stay
      for (let i = 0; i < n; i++) {
        this.c[i * n + i] += lack;
        values[i] += lack;
      }
    }
    this.roots = values.map(Math.sqrt);
  }
}

/** Variances alone (sep-CMA-ES): time and space of an ask grow with n. */
export class DiagonalCovariance implements Covariance {
  private readonly variances: Float64Array;
  private roots: Float64Array;

  /** @param variances  > 0 */
  constructor(variances: Float64Array) {
    this.variances = variances.slice();
    this.roots = variances.map(Math.sqrt);
  }

  stretch(z: Float64Array, out: Float64Array, at: number): void {
    for (let i = 0; i < z.length; i++) out[at + i] = this.roots[i] * z[i];
  }

  rotate(z: Float64Array, out: Float64Array, at: number): void {
    out.set(z, at);
  }

  whiten(y: Float64Array, out: Float64Array, at: number): void {
    for (let i = 0; i < this.roots.length; i++) out[at + i] = y[at + i] / this.roots[i];
  }

  variance(i: number): number {
    return this.variances[i];
  }

  update(constants: Constants, { steps, weights, path, stalled }: Evidence): void {
    const { variances } = this;
    const n = variances.length;
    const { c1, cMu } = constants;
    const decay = 1 + c1 * stalled - c1 - cMu * sumOf(constants.weights);
    for (let i = 0; i < n; i++) variances[i] = decay * variances[i] + c1 * path[i] * path[i];
    for (let k = 0, at = 0; k < weights.length; k++, at += n)
      for (let i = 0; i < n; i++) variances[i] += cMu * weights[k] * steps[at + i] * steps[at + i];
    const least = variances.reduce((most, each) => Math.max(most, each), 0) * LEAST_RATIO;
    for (let i = 0; i < n; i++) variances[i] = Math.max(variances[i], least);
    this.roots = variances.map(Math.sqrt);
  }

  extent(): readonly [number, number] {
    let [least, most] = [Infinity, 0];
    for (const root of this.roots) {
      least = Math.min(least, root);
      most = Math.max(most, root);
    }
    return [least, most];
  }
}

function sumOf(numbers: Float64Array): number {
  return numbers.reduce((sum, each) => sum + each, 0);
}
