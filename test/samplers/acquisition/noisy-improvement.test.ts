import { describe, expect, it } from 'vitest';
import { quasiNormals } from '../../../samplers/acquisition/deviates.ts';
import { logExpectedImprovement } from '../../../samplers/acquisition/expected-improvement.ts';
import { createFantasies, logNoisyImprovement } from '../../../samplers/acquisition/noisy-improvement.ts';
import { jointDraw, lowest } from '../../../samplers/acquisition/thompson.ts';
import { createRng } from '../../../samplers/numerics/philox.ts';
import { solveLower } from '../../../samplers/numerics/triangular.ts';
import { difference, relative } from './derivatives.ts';

const rng = createRng(11, 0);

/** A made-up joint posterior of three tried points and one more. */
const MEAN = [0.3, -0.2, 0.1, -0.1];
const COVARIANCE = [
  [0.5, 0.2, 0.1, 0.25],
  [0.2, 0.4, 0.15, 0.2],
  [0.1, 0.15, 0.3, 0.1],
  [0.25, 0.2, 0.1, 0.6],
];
const TRIED = {
  mean: Float64Array.from(MEAN.slice(0, 3)),
  covariance: Float64Array.from(COVARIANCE.slice(0, 3).flatMap((row) => row.slice(0, 3))),
};

function weightsOf(factor: Float64Array): Float64Array {
  const weights = Float64Array.from(COVARIANCE[3]!.slice(0, 3));
  solveLower(factor, 3, weights);
  return weights;
}

describe('improvement under noise', () => {
  it('is the mean improvement over the joint posterior', () => {
    const fantasies = createFantasies(TRIED, quasiNormals(4096, 3, rng, 0));
    const got = logNoisyImprovement(MEAN[3]!, 0.6, weightsOf(fantasies.factor), fantasies);
    const joint = { mean: Float64Array.from(MEAN), covariance: Float64Array.from(COVARIANCE.flat()) };
    const draws = 100_000;
    let sum = 0;
    for (let s = 0; s < draws; s++) {
      const values = jointDraw(
        joint,
        Float64Array.from({ length: 4 }, (_, i) => rng.normal(5, s * 4 + i)),
      );
      sum += Math.max(0, Math.min(values[0]!, values[1]!, values[2]!) - values[3]!);
    }
    // the plain estimate's own error is about 0.4 %
    expect(relative(Math.exp(got), sum / draws)).toBeLessThan(0.015);
  });

  it('is the plain improvement where the values tried are known', () => {
    const known = {
      mean: TRIED.mean,
      covariance: Float64Array.from({ length: 9 }, (_, i) => (i % 4 === 0 ? 1e-18 : 0)),
    };
    const fantasies = createFantasies(known, quasiNormals(8, 3, rng, 2));
    const got = logNoisyImprovement(0.5, 0.36, new Float64Array(3), fantasies);
    expect(got).toBeCloseTo(logExpectedImprovement(0.5, 0.6, -0.2), 6);
    expect(got).toBeCloseTo(logExpectedImprovement(0.5, 0.6, -0.2), 8);
  });

  it('has the slopes of its values', () => {
    const fantasies = createFantasies(TRIED, quasiNormals(64, 3, rng, 4));
    const weights = weightsOf(fantasies.factor);
    const slopes = { byMean: 0, byVariance: 0, byWeights: new Float64Array(3) };
    for (const mean of [-1, 0, 4, 40]) {
      logNoisyImprovement(mean, 0.6, weights, fantasies, slopes);
      const at = (m: number, v: number, w: Float64Array): number => logNoisyImprovement(m, v, w, fantasies);
      expect(
        relative(
          slopes.byMean,
          difference((t) => at(mean + t, 0.6, weights), 1e-4),
        ),
      ).toBeLessThan(1e-6);
      expect(
        relative(
          slopes.byVariance,
          difference((t) => at(mean, 0.6 + t, weights), 1e-4),
        ),
      ).toBeLessThan(1e-6);
      for (let j = 0; j < 3; j++) {
        const moved = (t: number): Float64Array => weights.map((value, i) => (i === j ? value + t : value));
        expect(
          relative(
            slopes.byWeights[j]!,
            difference((t) => at(mean, 0.6, moved(t)), 1e-4),
          ),
        ).toBeLessThan(1e-6);
      }
    }
  });

  it('refuses what is no covariance, in words', () => {
    const wrong = { mean: TRIED.mean, covariance: Float64Array.of(1, 2, 0, 2, 1, 0, 0, 0, 1) };
    expect(() => createFantasies(wrong, quasiNormals(4, 3, rng, 0))).toThrow('covariance of 3 points is not positive');
    expect(() => jointDraw(wrong, new Float64Array(3))).toThrow('covariance of 3 candidates is not positive');
  });
});

describe('a draw of the posterior', () => {
  it('has its mean and covariance', () => {
    const draws = 20_000;
    const sums = new Float64Array(3);
    const products = new Float64Array(9);
    for (let s = 0; s < draws; s++) {
      const values = jointDraw(
        TRIED,
        Float64Array.from({ length: 3 }, (_, i) => rng.normal(7, s * 3 + i)),
      );
      for (let i = 0; i < 3; i++) {
        sums[i]! += values[i]! / draws;
        for (let j = 0; j < 3; j++) products[3 * i + j]! += ((values[i]! - MEAN[i]!) * (values[j]! - MEAN[j]!)) / draws;
      }
    }
    for (let i = 0; i < 3; i++) expect(sums[i]).toBeCloseTo(MEAN[i]!, 1);
    for (let i = 0; i < 9; i++) expect(Math.abs(products[i]! - TRIED.covariance[i]!)).toBeLessThan(0.02);
  });

  it('is lowest at the first of equal values', () => {
    expect([lowest(Float64Array.of(2, 1, 1)), lowest(new Float64Array(0))]).toEqual([1, -1]);
  });
});

describe('quasi-random deviates', () => {
  it('are closer to a normal distribution than as many independent ones', () => {
    const deviates = quasiNormals(256, 2, rng, 20);
    for (const dim of [0, 1]) {
      const column = Array.from({ length: 256 }, (_, i) => deviates[2 * i + dim]!);
      const mean = column.reduce((sum, value) => sum + value / 256, 0);
      const variance = column.reduce((sum, value) => sum + (value * value) / 256, 0);
      // independent ones: 0.06 and 0.09
      expect(Math.abs(mean)).toBeLessThan(0.01);
      expect(Math.abs(variance - 1)).toBeLessThan(0.03);
    }
  });

  it('go on beyond the dimensions of the sequence', () => {
    const deviates = quasiNormals(3, 1200, rng, 30);
    expect(deviates.every(Number.isFinite)).toBe(true);
    expect(new Set(deviates).size).toBe(3600);
  });
});
