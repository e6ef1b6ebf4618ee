import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { logExpectedImprovement } from '../../../samplers/acquisition/expected-improvement.ts';
import { logFeasibility } from '../../../samplers/acquisition/feasibility.ts';
import { mills, millsRest } from '../../../samplers/acquisition/mills.ts';
import { logProbabilityOfImprovement } from '../../../samplers/acquisition/probability-of-improvement.ts';
import { worstError } from '../numerics/accuracy.ts';
import { normalIntegral, relative, slopeError } from './derivatives.ts';

// ln(phi(z) + z Phi(z)), from 60 digits and more
const LOG_H: readonly (readonly number[])[] = [
  [-1e8, -5000000000000038],
  [-100000, -5000000023.94479],
  [-1234.5, -762010.2807831193],
  [-100, -5010.12957880025],
  [-40, -808.29856835662],
  [-13, -90.56623466202204],
  [-12, -77.90910054500735],
  [-11.9, -76.69769951768451],
  [-6, -22.578879392169796],
  [-3, -7.869686059603029],
  [-1.0001, -2.485311456445883],
  [-0.9999, -2.484930602199176],
  [-0.5, -1.6205162643873199],
  [0, -0.9189385332046728],
  [0.5, -0.3598276837450638],
  [1, 0.08002621884930694],
  [3, 1.0987396653277077],
  [8, 2.0794415416798357],
];

const point = fc.record({
  mean: fc.double({ min: -3, max: 3, noNaN: true }),
  sd: fc.double({ min: 0.05, max: 4, noNaN: true }),
  best: fc.double({ min: -3, max: 3, noNaN: true }),
  xi: fc.double({ min: 0, max: 0.5, noNaN: true }),
});

describe('expected improvement', () => {
  it('is the mean of what is below the best value', () => {
    fc.assert(
      fc.property(point, ({ mean, sd, best, xi }) => {
        const goal = best - xi;
        const low = Math.min(mean - 12 * sd, goal - sd);
        const expected = normalIntegral((y) => goal - y, mean, sd, low, goal);
        const got = Math.exp(logExpectedImprovement(mean, sd, best, xi));
        expect(Math.abs(got - expected)).toBeLessThan(1e-9);
        // where it is not tiny, relatively too
        if (expected > 1e-8) expect(relative(got, expected)).toBeLessThan(1e-5);
      }),
      { seed: 1, numRuns: 60 },
    );
  });

  it('has a logarithm that is right from 0 improvement to none at all', () => {
    expect(worstError((z) => logExpectedImprovement(-z, 1, 0), LOG_H)).toBeLessThan(2e-13);
    // beyond, -z^2 / 2 - 2 ln(-z): no infinity until the square is one
    expect(logExpectedImprovement(1e150, 1, 0)).toBeCloseTo(-5e299, -290);
    expect(logExpectedImprovement(1e-300, 1e-300, 0)).toBeCloseTo(Math.log(1e-300) - 2.485120953, 6);
  });

  it('has the slopes of its values', () => {
    for (const z of [-900, -50, -12.01, -11.99, -4, -1.01, -0.99, 0, 0.7, 3, 9])
      for (const sd of [0.02, 1, 30])
        expect(slopeError((mean, s, to) => logExpectedImprovement(mean, s, 0, 0, to), -z * sd, sd)).toBeLessThan(1e-6);
  });

  it('is the improvement itself where nothing is uncertain', () => {
    const slopes = { byMean: NaN, bySd: NaN };
    expect(logExpectedImprovement(1, 0, 3, 0.5, slopes)).toBe(Math.log(1.5));
    expect(slopes).toEqual({ byMean: -1 / 1.5, bySd: 0 });
    expect(logExpectedImprovement(1, 0, 3)).toBe(Math.log(2));
    expect(logExpectedImprovement(3, 0, 3)).toBe(-Infinity);
  });
});

describe("the rest of Mills' ratio", () => {
  it('joins its series and its direct form without a step', () => {
    const rest = (t: number): number => 1 - t * mills(t);
    for (const t of [12, 12.5, 14]) expect(millsRest(t) / rest(t)).toBeCloseTo(1, 12);
    expect(millsRest(0)).toBe(1);
    expect(millsRest(1e9) * 1e18).toBeCloseTo(1, 14);
  });
});

describe('the probability of improvement', () => {
  it('is the mass below the best value', () => {
    fc.assert(
      fc.property(point, ({ mean, sd, best, xi }) => {
        const goal = best - xi;
        const expected = normalIntegral(() => 1, mean, sd, Math.min(mean - 12 * sd, goal - sd), goal);
        expect(Math.exp(logProbabilityOfImprovement(mean, sd, best, xi))).toBeCloseTo(expected, 9);
      }),
      { seed: 3, numRuns: 60 },
    );
  });

  it('has the slopes of its values', () => {
    for (const z of [-300, -20, -3, 0, 0.5, 4])
      expect(slopeError((m, s, to) => logProbabilityOfImprovement(m, s, 0, 0, to), -2 * z, 2)).toBeLessThan(1e-6);
    // ln Phi(-40), from 60 digits
    expect(logProbabilityOfImprovement(40, 1, 0)).toBeCloseTo(-804.6084420137538, 10);
  });

  it('is 0 or 1 where nothing is uncertain', () => {
    expect([logProbabilityOfImprovement(1, 0, 2), logProbabilityOfImprovement(2, 0, 2)]).toEqual([0, -Infinity]);
  });
});

describe('feasibility', () => {
  it('is the logarithm of the mass at or below 0, with its slopes', () => {
    for (const [mean, sd] of [
      [-1, 0.5],
      [0, 1],
      [2, 0.7],
      [60, 1],
    ] as const)
      expect(slopeError(logFeasibility, mean, sd)).toBeLessThan(1e-6);
    expect(Math.exp(logFeasibility(0.3, 0.8))).toBeCloseTo(
      normalIntegral(() => 1, 0.3, 0.8, -10, 0),
      9,
    );
    expect([logFeasibility(0, 0), logFeasibility(1e-9, 0)]).toEqual([0, -Infinity]);
  });
});
