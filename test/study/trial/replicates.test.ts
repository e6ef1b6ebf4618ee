import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { mean } from '../../../study/numerics/mean.ts';
import { bestReplicated, replicateNoise, replicateSeed } from '../../../study/trial/replicates.ts';

describe('the seed of a replicate', () => {
  it("is the trial's own for the first, and another one of 32 bits for each of the others", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), (seed) => {
        const seeds = Array.from({ length: 50 }, (_, replicate) => replicateSeed(seed, replicate));
        expect(seeds[0]).toBe(seed);
        expect(new Set(seeds).size).toBe(50);
        for (const each of seeds) expect(each).toBe(each >>> 0);
      }),
      { seed: 1, numRuns: 50 },
    );
  });
});

describe('the noise between replicates', () => {
  it('is pooled over the trials that have two or more', () => {
    // deviations 1, 1 and 2, 0, 2 on 1 + 2 degrees; scipy 1.17.1: chi2.ppf([0.975, 0.025], 3)
    const noise = replicateNoise([[1, 3], [5], [10, 12, 14]])!;
    expect(noise.standardDeviation).toBeCloseTo(Math.sqrt(10 / 3), 12);
    expect(noise.degreesOfFreedom).toBe(3);
    expect(noise.interval[0]).toBeCloseTo(Math.sqrt(10 / 9.348403604496148), 10);
    expect(noise.interval[1]).toBeCloseTo(Math.sqrt(10 / 0.21579528262389785), 10);
  });

  it('is unknown while every trial has run once', () => {
    expect(replicateNoise([])).toBeUndefined();
    expect(replicateNoise([[1], [2]])).toBeUndefined();
  });
});

describe('the trial to take', () => {
  const trialsOf = (...replicates: number[][]) => replicates.map((values, number) => ({ number, replicates: values }));

  it('is not one that ran once, while others ran more often', () => {
    expect(bestReplicated(trialsOf([0], [2, 2], [1, 3.5]))!.number).toBe(1);
    expect(bestReplicated(trialsOf([3], [1], [1]))!.number).toBe(1);
    expect(bestReplicated([])).toBeUndefined();
  });

  it('has few runs only where its mean makes up for them', () => {
    // the pooled deviation is 1: a standard error of 0.707 after two runs, of 0.378 after seven
    const spread = [-1, -1, -1, 0, 1, 1, 1];
    const often = spread.map((x) => x + 5);
    const twice = (middle: number): number[] => [middle - Math.SQRT1_2, middle + Math.SQRT1_2];
    expect(bestReplicated(trialsOf(twice(4.7), often))!.number).toBe(1);
    expect(bestReplicated(trialsOf(twice(4.6), often))!.number).toBe(0);
  });

  it('is the one with the lowest mean where all ran equally often', () => {
    const values = fc.double({ min: -10, max: 10, noNaN: true });
    fc.assert(
      fc.property(fc.array(fc.array(values, { minLength: 3, maxLength: 3 }), { minLength: 1, maxLength: 9 }), (all) => {
        const means = all.map(mean);
        expect(mean(bestReplicated(trialsOf(...all))!.replicates)).toBeCloseTo(Math.min(...means), 12);
      }),
      { seed: 2, numRuns: 100 },
    );
  });
});
