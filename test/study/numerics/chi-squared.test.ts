import { describe, expect, it } from 'vitest';
import { chiSquaredBelow, chiSquaredBounds } from '../../../study/numerics/chi-squared.ts';

describe('chi-squared', () => {
  // scipy 1.17.1: chi2.ppf(0.025, k), chi2.ppf(0.975, k)
  it.each([
    [1, 0.0009820691171752555, 5.023886187314888],
    [2, 0.05063561596857975, 7.377758908227871],
    [3, 0.21579528262389785, 9.348403604496148],
    [10, 3.2469727802368413, 20.483177350807388],
    [30, 16.79077226556663, 46.97924224367115],
    [99, 73.36108019128368, 128.4219886438403],
    [100, 74.22192747492373, 129.5611971858366],
  ])('with %d degrees lies between the quantiles of scipy', (degrees, low, high) => {
    const bounds = chiSquaredBounds(degrees);
    expect(bounds[0] / low).toBeCloseTo(1, 12);
    expect(bounds[1] / high).toBeCloseTo(1, 12);
  });

  it.each([
    [101, 75.0834707490814, 130.69970862406595],
    [1000, 914.257153799259, 1089.5309127749135],
  ])('with %d degrees they are right to a ten-thousandth', (degrees, low, high) => {
    const bounds = chiSquaredBounds(degrees);
    expect(Math.abs(bounds[0] / low - 1)).toBeLessThan(1e-4);
    expect(Math.abs(bounds[1] / high - 1)).toBeLessThan(1e-4);
  });

  it('is an exponential with two degrees', () => {
    for (const x of [0, 0.01, 1, 7, 60]) expect(chiSquaredBelow(x, 2)).toBeCloseTo(1 - Math.exp(-x / 2), 14);
  });
});
