/**
 * Learning rates by how much of each update is signal (LRA-CMA-ES): on multimodal and noisy functions they fall, and the strategy
 * takes longer to find more [Nomura 2023, algorithm 1 and section 3].
 *
 * [Nomura 2023] Nomura, Akimoto & Ono, "CMA-ES with Learning Rate Adaptation: Can CMA-ES with Default Population Size Solve Multimodal
 *   and Noisy Problems?", GECCO 2023, arXiv:2304.03473.
 */
import { exp, log } from '../numerics/elementary.ts';
import { symmetricEigen, type Eigen } from '../numerics/symmetric-eigen.ts';
import type { FullCovariance } from './covariance.ts';

/** The distribution before an update. */
export interface Before {
  readonly mean: Float64Array;
  readonly sigma: number;
  /** sigma^2 C, n x n. */
  readonly matrix: Float64Array;
}

interface Adapted {
  readonly mean: Float64Array;
  sigma: number;
  readonly covariance: unknown;
}

/** How much signal is wanted, and the paper's rates of averages and of changes. */
const ALPHA = 1.4;
const BETA_MEAN = 0.1;
const BETA_COVARIANCE = 0.03;
const GAMMA = 0.1;

/** A learning rate, and the moving averages of its updates in local coordinates. */
class Rate {
  eta = 1;
  private readonly average: Float64Array;
  private readonly beta: number;
  private size = 0;

  constructor(length: number, beta: number) {
    this.average = new Float64Array(length);
    this.beta = beta;
  }

  adapt(change: Float64Array): void {
    const { average, beta, eta } = this;
    let [squares, signal] = [0, 0];
    for (let i = 0; i < change.length; i++) {
      average[i] = (1 - beta) * average[i] + beta * change[i];
      squares += change[i] * change[i];
      signal += average[i] * average[i];
    }
    this.size = (1 - beta) * this.size + beta * squares;
    const ratio = (signal - (beta / (2 - beta)) * this.size) / (this.size - signal);
    const relative = Math.max(-1, Math.min(1, ratio / ALPHA / eta - 1));
    if (!Number.isNaN(relative)) this.eta = Math.min(1, eta * exp(Math.min(GAMMA * eta, beta) * relative));
  }
}

export class LearningRates {
  private readonly n: number;
  private readonly ofMean: Rate;
  private readonly ofCovariance: Rate;

  constructor(n: number) {
    this.n = n;
    this.ofMean = new Rate(n, BETA_MEAN);
    this.ofCovariance = new Rate(n * n, BETA_COVARIANCE);
  }

  before({ mean, sigma, covariance }: Adapted): Before {
    return { mean: mean.slice(), sigma, matrix: scaled(covariance as FullCovariance, this.n, sigma * sigma) };
  }

  /** Takes back as much of an update as the rates say, and adapts them. */
  adapt(after: Adapted, before: Before): void {
    const { n } = this;
    const covariance = after.covariance as FullCovariance;
    const matrix = scaled(covariance, n, after.sigma * after.sigma);
    const eigen = symmetricEigen(before.matrix, n);
    const moved = after.mean.map((value, i) => value - before.mean[i]);
    const changed = matrix.map((value, i) => value - before.matrix[i]);
    const rate = this.ofMean.eta;
    this.ofMean.adapt(localVector(eigen, moved));
    this.ofCovariance.adapt(localMatrix(eigen, changed).map((value) => value * Math.SQRT1_2));
    for (let i = 0; i < n; i++) after.mean[i] = before.mean[i] + this.ofMean.eta * moved[i];
    for (let i = 0; i < matrix.length; i++) matrix[i] = before.matrix[i] + this.ofCovariance.eta * changed[i];
    // sigma is the n-th root of the determinant's root, so that the covariance's own is 1
    const logs = symmetricEigen(matrix, n).values.reduce((sum, value) => sum + log(Math.max(value, 1e-300)), 0);
    const sigma = exp(logs / (2 * n));
    covariance.replace(matrix.map((value) => value / sigma / sigma));
    after.sigma = sigma * (rate / this.ofMean.eta);
  }
}

function scaled(covariance: FullCovariance, n: number, factor: number): Float64Array {
  const c = covariance.matrix();
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i++) for (let j = 0; j <= i; j++) out[i * n + j] = out[j * n + i] = factor * c[i * n + j];
  return out;
}

/** S^(-1/2) v for the matrix S of these eigenvalues and eigenvectors. */
function localVector({ values, vectors }: Eigen, v: Float64Array): Float64Array {
  const n = values.length;
  const out = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    let along = 0;
    for (let i = 0; i < n; i++) along += vectors[k * n + i] * v[i];
    along /= Math.sqrt(Math.max(values[k], 1e-300));
    for (let i = 0; i < n; i++) out[i] += along * vectors[k * n + i];
  }
  return out;
}

/** S^(-1/2) M S^(-1/2) for a symmetric M. */
function localMatrix(eigen: Eigen, m: Float64Array): Float64Array {
  const n = eigen.values.length;
  const once = new Float64Array(n * n);
  for (let i = 0; i < n; i++) once.set(localVector(eigen, m.subarray(i * n, i * n + n)), i * n);
  const out = new Float64Array(n * n);
  for (let j = 0; j < n; j++) {
    const column = Float64Array.from({ length: n }, (_, i) => once[i * n + j]);
    out.set(localVector(eigen, column), j * n);
  }
  return out;
}
