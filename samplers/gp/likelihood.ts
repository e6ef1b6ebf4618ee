/**
 * How well hyperparameters explain observations: minus the log marginal likelihood [Rasmussen 2006, eq. 5.8] minus the log
 * density of their priors, and its derivatives (eq. 5.9) by the logarithms of the hyperparameters.
 *
 * The priors of an inverse squared length scale w, exp(-(0.1 / w + 0.1 w)), and of the amplitude, Gamma(2, rate 1), are those of
 * Optuna's GPSampler. That of the noise is lognormal around 1e-4: trainings vary little beside what parameters do to them,
 * and taking differences for noise stalls a search more than taking noise for differences. Those of the warps are lognormal
 * around 1, which bends nothing.
 */
import { cholesky } from '../numerics/cholesky.ts';
import { exp, log } from '../numerics/elementary.ts';
import { inverse, logDeterminant, solve } from '../numerics/triangular.ts';
import { matern, maternSlope, ScaledPoints, type Hyperparameters } from './kernel.ts';
import type { Layout } from './layout.ts';
import { WARP_SD, warpRates } from './warping.ts';

/** ln 1e-4; a factor of e^2 to each side. */
const LOG_NOISE = { mean: -9.210340371976182, sd: 2 };
const LOG_2PI = 1.8378770664093453;

/** Hyperparameters from their logarithms: the weights, the amplitude, the noise, a and b of each warp. */
export function hyperparametersOf({ scales: n }: Layout, logs: Float64Array): Hyperparameters {
  const all = logs.map(exp);
  return { weights: all.slice(0, n), amplitude: all[n], noise: all[n + 1], warps: all.slice(n + 2) };
}

/**
 * The objective that a fit makes small.
 * @param columns  points by rows (layout.ts), one an observation
 * @param shares   of the noise that each observation has; absent: all of it
 * @returns a function of the logs that fills in their derivatives; Infinity where the covariance is singular
 */
export function negativeLogPosterior(
  layout: Layout,
  columns: Float64Array,
  y: Float64Array,
  shares: Float64Array = new Float64Array(y.length).fill(1),
): (logs: Float64Array, slopes: Float64Array) => number {
  const n = y.length;
  const factor = new Float64Array(n * n);
  const kernelSlopes = new Float64Array(n * n);
  return (logs, slopes) => {
    const hyperparameters = hyperparametersOf(layout, logs);
    const { amplitude, noise } = hyperparameters;
    const scaled = new ScaledPoints(layout, hyperparameters);
    scaled.append(columns, 0, n);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < i; j++) {
        const r2 = scaled.squaredDistance(j, scaled.points, i * layout.columns);
        factor[i * n + j] = amplitude * matern(r2);
        kernelSlopes[i * n + j] = amplitude * maternSlope(r2);
      }
      factor[i * n + i] = amplitude + noise * shares[i];
    }
    slopes.fill(0);
    if (!cholesky(factor, n)) return Infinity;
    const precision = inverse(factor, n);
    const coefficients = y.slice();
    solve(factor, n, coefficients);
    const value = 0.5 * (dot(y, coefficients) + logDeterminant(factor, n) + n * LOG_2PI);
    addSlopes(scaled, precision, coefficients, kernelSlopes, noise, slopes, y, shares);
    if (layout.warped.length > 0)
      addWarpSlopes(scaled, columns, hyperparameters.warps, precision, coefficients, kernelSlopes, slopes);
    return value + addPriors(hyperparameters, slopes);
  };
}

/** Adds half the trace of (K^-1 - c c^T) dK for every hyperparameter, c the coefficients K^-1 y. */
function addSlopes(
  scaled: ScaledPoints,
  precision: Float64Array,
  coefficients: Float64Array,
  kernelSlopes: Float64Array,
  noise: number,
  slopes: Float64Array,
  y: Float64Array,
  noiseShares: Float64Array,
): void {
  const n = y.length;
  const { columns, numeric, scaleOf, scales } = scaled.layout;
  const { points, factors } = scaled;
  let trace = 0;
  for (let i = 0; i < n; i++) {
    const c = coefficients[i];
    trace += noiseShares[i] * (precision[i * n + i] - c * c);
    for (let j = 0; j < i; j++) {
      const share = (precision[i * n + j] - c * coefficients[j]) * kernelSlopes[i * n + j];
      const [a, b] = [i * columns, j * columns];
      for (let k = 0; k < numeric; k++) {
        const difference = points[a + k] - points[b + k];
        slopes[scaleOf[k]] += share * difference * difference;
      }
      for (let k = numeric; k < columns; k++)
        if (points[a + k] !== points[b + k]) slopes[scaleOf[k]] += share * factors[k];
    }
  }
  // K's derivative by the log amplitude is K - noise S, S the shares: its trace with the above is n - y^T c - noise * trace
  slopes[scales] += 0.5 * (n - dot(y, coefficients) - noise * trace);
  slopes[scales + 1] += 0.5 * noise * trace;
}

/** The same for the warps: r2 changes by twice the difference of scaled columns, times that of their rates. */
function addWarpSlopes(
  { layout, points, factors }: ScaledPoints,
  columns: Float64Array,
  warps: Float64Array,
  precision: Float64Array,
  coefficients: Float64Array,
  kernelSlopes: Float64Array,
  slopes: Float64Array,
): void {
  const n = coefficients.length;
  const width = layout.columns;
  const [byA, byB] = [new Float64Array(n), new Float64Array(n)];
  for (const [k, c] of layout.warped.entries()) {
    for (let i = 0; i < n; i++) [byA[i], byB[i]] = warpRates(columns[i * width + c], warps[2 * k], warps[2 * k + 1]);
    const at = layout.scales + 2 + 2 * k;
    for (let i = 0; i < n; i++)
      for (let j = 0; j < i; j++) {
        const share = (precision[i * n + j] - coefficients[i] * coefficients[j]) * kernelSlopes[i * n + j];
        const rate = 2 * share * (points[i * width + c] - points[j * width + c]) * factors[c];
        slopes[at] += rate * (byA[i] - byA[j]);
        slopes[at + 1] += rate * (byB[i] - byB[j]);
      }
  }
}

/** @returns minus the log density of the priors, up to a constant */
function addPriors({ weights, amplitude, noise, warps }: Hyperparameters, slopes: Float64Array): number {
  let value = 0;
  for (const [i, weight] of weights.entries()) {
    value += 0.1 / weight + 0.1 * weight;
    slopes[i] += -0.1 / weight + 0.1 * weight;
  }
  const n = weights.length;
  value += amplitude - log(amplitude);
  slopes[n] += amplitude - 1;
  const z = (log(noise) - LOG_NOISE.mean) / LOG_NOISE.sd;
  slopes[n + 1] += z / LOG_NOISE.sd;
  value += 0.5 * z * z;
  for (const [i, warp] of warps.entries()) {
    const bend = log(warp) / WARP_SD;
    value += 0.5 * bend * bend;
    slopes[n + 2 + i] += bend / WARP_SD;
  }
  return value;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
