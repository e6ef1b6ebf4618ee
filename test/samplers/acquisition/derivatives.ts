/** Numerical derivatives and integrals that closed forms are checked against. */
import type { Slopes } from '../../../samplers/acquisition/posterior.ts';

/** The worst relative error of a function's slopes by mean and sd, against central differences. */
export function slopeError(f: (mean: number, sd: number, slopes?: Slopes) => number, mean: number, sd: number): number {
  const slopes = { byMean: NaN, bySd: NaN };
  f(mean, sd, slopes);
  const h = 1e-4 * sd;
  const byMean = difference((t) => f(mean + t, sd), h);
  const bySd = difference((t) => f(mean, sd + t), h);
  // differences of values of size 1 are good to 1e-12 / h
  const least = 1e-3 / sd;
  const error = (got: number, expected: number): number => Math.abs(got - expected) / (Math.abs(expected) + least);
  return Math.max(error(slopes.byMean, byMean), error(slopes.bySd, bySd));
}

/** f'(0) by a central difference of fourth order. */
export function difference(f: (t: number) => number, h: number): number {
  return (8 * (f(h) - f(-h)) - (f(2 * h) - f(-2 * h))) / (12 * h);
}

export function relative(got: number, expected: number): number {
  return Math.abs(got - expected) / Math.max(Math.abs(expected), 1e-6);
}

/** The integral of f times the density of N(mean, sd^2), from low to high, by Simpson's rule. */
export function normalIntegral(
  f: (y: number) => number,
  mean: number,
  sd: number,
  low = mean - 12 * sd,
  high = mean + 12 * sd,
): number {
  const n = 20_000;
  const width = (high - low) / n;
  let sum = 0;
  for (let i = 0; i <= n; i++) {
    const y = low + i * width;
    const z = (y - mean) / sd;
    const weight = i === 0 || i === n ? 1 : i % 2 === 1 ? 4 : 2;
    sum += (weight * f(y) * Math.exp(-0.5 * z * z)) / (sd * Math.sqrt(2 * Math.PI));
  }
  return (sum * width) / 3;
}
