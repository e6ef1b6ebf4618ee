/**
 * The normal part of a search distribution, N(mean, sigma^2 C), and what a generation does to it: CMA-ES with active update
 * [Hansen 2023, equations 40 to 47].
 *
 * A coordinate that was inactive in a trial did not decide its rank: there the trial moves no mean. Its number is a draw that nothing
 * selected, neutral to step size and covariance, and enters both as drawn.
 *
 * [Hansen 2023] Hansen, "The CMA Evolution Strategy: A Tutorial", arXiv:1604.00772v2.
 */
import { exp } from '../numerics/elementary.ts';
import type { Constants } from './constants.ts';
import { DiagonalCovariance, FullCovariance, type Covariance } from './covariance.ts';
import { LearningRates } from './learning-rates.ts';

/** A generation: lambda x n by rows, best first. */
export interface Generation {
  /** (coordinates - mean) / sigma. */
  readonly steps: Float64Array;
  /** C^(-1/2) times the steps. */
  readonly white: Float64Array;
  /** 1 where a coordinate was active, else 0. */
  readonly active: Uint8Array;
}

export interface Shape {
  readonly mean: Float64Array;
  /** Standard deviations, > 0. */
  readonly spread: Float64Array;
  readonly diagonal: boolean;
  readonly adaptRates: boolean;
}

/** Between them stays the longest axis' standard deviation, in widths of the unit cube. */
const MOST = 1;
const LEAST = 1e-13;

export class Gaussian {
  readonly mean: Float64Array;
  sigma: number;
  readonly covariance: Covariance;
  private readonly rates: LearningRates | undefined;
  private readonly sigmaPath: Float64Array;
  private readonly path: Float64Array;
  private generations = 0;
  /** Room for an update. */
  private readonly move: Float64Array;
  private readonly whiteMove: Float64Array;

  constructor({ mean, spread, diagonal, adaptRates }: Shape) {
    this.mean = mean.slice();
    // the covariance begins near 1, as the paper's tolerances have it
    this.sigma = spread.reduce((most, each) => Math.max(most, each), 0);
    const variances = spread.map((each) => (each / this.sigma) * (each / this.sigma));
    this.covariance = diagonal ? new DiagonalCovariance(variances) : new FullCovariance(variances);
    this.rates = adaptRates ? new LearningRates(mean.length) : undefined;
    this.sigmaPath = new Float64Array(mean.length);
    this.path = new Float64Array(mean.length);
    this.move = new Float64Array(mean.length);
    this.whiteMove = new Float64Array(mean.length);
  }

  /** Standard deviation of coordinate i. */
  deviation(i: number): number {
    return this.sigma * Math.sqrt(this.covariance.variance(i));
  }

  update(constants: Constants, { steps, white, active }: Generation): void {
    const { covariance, mean, sigma, sigmaPath, path } = this;
    const { n, mu, weights, muEff, cSigma, dSigma, cC, chi } = constants;
    const before = this.rates?.before(this);
    // selection and recombination, equations 41 and 42
    const move = this.move.fill(0);
    const whiteMove = this.whiteMove.fill(0);
    for (let k = 0, at = 0; k < mu; k++)
      for (let i = 0; i < n; i++, at++) {
        move[i] += weights[k] * steps[at];
        whiteMove[i] += weights[k] * white[at];
        if (active[at] === 1) mean[i] += sigma * weights[k] * steps[at];
      }
    // step size, equations 43 and 44
    const pace = Math.sqrt(cSigma * (2 - cSigma) * muEff);
    for (let i = 0; i < n; i++) sigmaPath[i] = (1 - cSigma) * sigmaPath[i] + pace * whiteMove[i];
    const length = Math.sqrt(squared(sigmaPath, 0, n));
    this.generations++;
    let memory = 1;
    for (let g = 0; g < 2 * this.generations && memory > 1e-9; g++) memory *= 1 - cSigma;
    const isSteady = length / Math.sqrt(1 - memory) < (1.4 + 2 / (n + 1)) * chi;
    // covariance, equations 45 to 47
    const drive = isSteady ? Math.sqrt(cC * (2 - cC) * muEff) : 0;
    for (let i = 0; i < n; i++) path[i] = (1 - cC) * path[i] + drive * move[i];
    covariance.update(constants, {
      steps,
      weights: weights.map((weight, k) => (weight >= 0 ? weight : (weight * n) / (squared(white, k * n, n) + 1e-8))),
      path,
      stalled: isSteady ? 0 : cC * (2 - cC),
    });
    this.sigma *= exp(Math.min(1, (cSigma / dSigma) * (length / chi - 1)));
    if (before) this.rates!.adapt(this, before);
    const [, most] = covariance.extent();
    this.sigma = Math.max(Math.min(this.sigma, MOST / most), LEAST / most);
  }
}

/** Of the n numbers from place `at` on. */
function squared(vector: Float64Array, at: number, n: number): number {
  let sum = 0;
  for (let i = at; i < at + n; i++) sum += vector[i] * vector[i];
  return sum;
}
