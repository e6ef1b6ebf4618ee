/**
 * Results as a Gaussian process can take them: of mean 0 and variance 1, and of a shape that it can explain.
 *
 * Results are measured from their median, in units of the better half's spread, so that a few that are far too large do not
 * hide the differences among the good. Then they are bent by a power transformation [Yeo 2000], with the power that a
 * fit finds to explain them best.
 *
 * [Yeo 2000] Yeo and Johnson, "A new family of power transformations to improve normality or symmetry", Biometrika 87(4),
 *   954-959.
 */
import { expm1, log, log1p } from '../numerics/elementary.ts';

export interface Outputs {
  /** Of mean 0 and variance 1; all 0 where all results are equal. */
  readonly values: Float64Array;
  /** ln of the derivative of each by its result, up to one number for all powers. */
  readonly logSlopes: Float64Array;
}

const POWERS = { low: -3, high: 3, steps: 48 };
/** Powers this near to 1 change nothing. */
const NEAR = 0.2;

/** Bent by a power from -3 to 3; 1 keeps their shape. */
export function bent(results: Float64Array, power: number): Outputs {
  return bentFrom(centred(results), power);
}

/** Powers worth a fit: 1, the one that makes the results most like a normal sample [Yeo 2000, eq. 3.1], and between. */
export function powersFor(results: Float64Array): readonly number[] {
  const n = results.length;
  const places = centred(results);
  if (places.every((z) => z === 0)) return [1];
  let [best, likeliest] = [-Infinity, 1];
  for (let step = 0; step <= POWERS.steps; step++) {
    const power = POWERS.low + ((POWERS.high - POWERS.low) * step) / POWERS.steps;
    let likelihood = 0;
    for (const slope of bentFrom(places, power).logSlopes) likelihood += slope / n;
    if (likelihood > best) [best, likeliest] = [likelihood, power];
  }
  return Math.abs(likeliest - 1) < NEAR ? [1] : [1, likeliest, 0.5 * (likeliest + 1)];
}

function bentFrom(places: Float64Array, power: number): Outputs {
  const bends = places.map((z) => yeoJohnson(z, power));
  const { largest, mean, sd } = momentsOf(bends);
  if (sd === 0) return { values: new Float64Array(places.length), logSlopes: new Float64Array(places.length) };
  const logScale = log(largest) + log(sd);
  return {
    values: bends.map((bend) => (bend / largest - mean) / sd),
    logSlopes: places.map((z) => (power - 1) * log1p(Math.abs(z)) * Math.sign(z) - logScale),
  };
}

/** Shifted and scaled to mean 0 and variance 1; all 0 where all are equal. */
export function standardised(results: Float64Array): Outputs {
  const { mean, sd, largest } = momentsOf(results);
  const values = results.map((value) => (sd === 0 ? 0 : (value / largest - mean) / sd));
  return { values, logSlopes: new Float64Array(results.length) };
}

/** What 0 becomes when these results are standardised; above or below all of them where all are equal. */
export function thresholdOf(results: Float64Array): number {
  const { mean, sd } = momentsOf(results);
  return sd === 0 ? -Math.sign(mean) : -mean / sd;
}

/** What a difference of 1 becomes when these values are standardised; 1 where all are equal. */
export function scaleOf(values: Float64Array): number {
  const { largest, sd } = momentsOf(values);
  return sd === 0 ? 1 : 1 / (largest * sd);
}

/** From the median, in units of the better half's root mean square; of all where the better half is equal. */
function centred(results: Float64Array): Float64Array {
  const n = results.length;
  // halves: the difference of the largest numbers is no finite one
  const sorted = results.map((value) => 0.5 * value).sort();
  const median = sorted[(n - 1) >> 1];
  const spread = rootMeanSquare(sorted.subarray(0, (n + 1) >> 1), median) || rootMeanSquare(sorted, median);
  if (spread === 0) return new Float64Array(n);
  return results.map((value) => Math.min((0.5 * value - median) / spread, MOST));
}

/** No result is further above the median. */
const MOST = 1e100;

function rootMeanSquare(values: Float64Array, centre: number): number {
  let widest = 0;
  for (const value of values) widest = Math.max(widest, Math.abs(value - centre));
  if (widest === 0) return 0;
  let sum = 0;
  for (const value of values) sum += ((value - centre) / widest) * ((value - centre) / widest);
  return widest * Math.sqrt(sum / values.length);
}

function yeoJohnson(z: number, power: number): number {
  const exponent = z >= 0 ? power : 2 - power;
  const size = log1p(Math.abs(z));
  return (z >= 0 ? 1 : -1) * (exponent === 0 ? size : expm1(exponent * size) / exponent);
}

/** The largest magnitude; mean and standard deviation of the numbers divided by it, sd 0 where rounding is all there is. */
function momentsOf(values: Float64Array): { readonly largest: number; readonly mean: number; readonly sd: number } {
  const n = values.length;
  let largest = 0;
  for (const value of values) largest = Math.max(largest, Math.abs(value));
  if (largest === 0) return { largest, mean: 0, sd: 0 };
  let mean = 0;
  for (const value of values) mean += value / largest / n;
  let variance = 0;
  for (const value of values) variance += ((value / largest - mean) * (value / largest - mean)) / n;
  const sd = Math.sqrt(variance);
  return { largest, mean, sd: sd > 1e-14 ? sd : 0 };
}
