/**
 * The constants of CMA-ES by dimension and population, and the diagonal variant's.
 *
 * [Hansen 2023] Hansen, "The CMA Evolution Strategy: A Tutorial", arXiv:1604.00772v2; equations by its numbers.
 * [Ros 2008] Ros & Hansen, "A Simple Modification in CMA-ES Achieving Linear Time and Space Complexity", PPSN X.
 */
import { log } from '../numerics/elementary.ts';

export interface Constants {
  /** Coordinates, >= 1. */
  readonly n: number;
  /** Population, >= 2. */
  readonly lambda: number;
  /** How many of the best move the mean. */
  readonly mu: number;
  /** By rank, best first: the first mu add up to 1, those of the worse half are <= 0. */
  readonly weights: Float64Array;
  readonly muEff: number;
  /** Learning rates of the step size's path, and its damping. */
  readonly cSigma: number;
  readonly dSigma: number;
  /** Learning rates of the covariance's path, of its rank-one and of its rank-mu update. */
  readonly cC: number;
  readonly c1: number;
  readonly cMu: number;
  /** Expected length of a standard normal vector. */
  readonly chi: number;
}

/** 4 + floor(3 ln n) (equation 48). */
export function defaultPopulation(n: number): number {
  return 4 + Math.floor(3 * log(n));
}

/**
 * @param diagonal  the covariance has variances alone: it has n numbers to learn, and learns (n + 2) / 3 times as fast [Ros 2008]
 */
export function constantsOf(n: number, lambda: number, diagonal: boolean): Constants {
  const mu = Math.floor(lambda / 2);
  const raw = Float64Array.from({ length: lambda }, (_, i) => log((lambda + 1) / 2) - log(i + 1));
  const muEff = effective(raw.subarray(0, mu));
  const muEffMinus = effective(raw.subarray(mu));
  const faster = diagonal ? (n + 2) / 3 : 1;
  // equations 55 to 58
  const cSigma = (muEff + 2) / (n + muEff + 5);
  const dSigma = 1 + 2 * Math.max(0, Math.sqrt((muEff - 1) / (n + 1)) - 1) + cSigma;
  const cC = (4 + muEff / n) / (n + 4 + (2 * muEff) / n);
  const c1 = Math.min(0.5, (2 / ((n + 1.3) * (n + 1.3) + muEff)) * faster);
  const cMu = Math.min(1 - c1 - 1e-8, ((2 * (0.25 + muEff + 1 / muEff - 2)) / ((n + 2) * (n + 2) + muEff)) * faster);
  // equations 50 to 53
  const alpha = Math.min(1 + c1 / cMu, 1 + (2 * muEffMinus) / (muEff + 2), (1 - c1 - cMu) / (n * cMu));
  const positive = raw.reduce((sum, w) => sum + Math.max(w, 0), 0);
  const negative = raw.reduce((sum, w) => sum - Math.min(w, 0), 0);
  const weights = raw.map((w) => (w >= 0 ? w / positive : (alpha * w) / negative));
  const chi = Math.sqrt(n) * (1 - 1 / (4 * n) + 1 / (21 * n * n));
  return { n, lambda, mu, weights, muEff, cSigma, dSigma, cC, c1, cMu, chi };
}

/** How many equal weights vary as little as these: (sum w)^2 / sum w^2. */
function effective(weights: Float64Array): number {
  let sum = 0;
  let squares = 0;
  for (const w of weights) {
    sum += w;
    squares += w * w;
  }
  return squares === 0 ? 0 : (sum * sum) / squares;
}
