import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bayesianCorrelatedT } from '../../../evaluation/comparison/bayesian-t.ts';
import { correctedT } from '../../../evaluation/comparison/corrected-t.ts';
import { permuted, reference } from './fixtures.ts';

const close = (value: number): unknown => expect.closeTo(value, 12);
const gains = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 2, maxLength: 30 });

describe('the corrected resampled t test', () => {
  it("has scipy's t, p and interval with the corrected variance", () => {
    for (const { differences, testRatio, t, p, interval } of reference.folds) {
      const found = correctedT(differences, testRatio, 0.05);
      expect(found.t).toBeCloseTo(t, 11);
      expect(Math.abs(found.p / p - 1)).toBeLessThan(1e-11);
      expect(found.interval).toEqual(interval.map(close));
    }
  });

  it('is mirrored when the models change places, and the same in any order of the folds', () => {
    fc.assert(
      fc.property(gains, (list) => {
        const found = correctedT(list, 0.25, 0.05);
        const mirrored = correctedT(
          list.map((gain) => -gain),
          0.25,
          0.05,
        );
        expect(mirrored.interval.map((bound) => -bound).reverse()).toEqual(found.interval.map(close));
        expect(mirrored.p).toBe(found.p);
        expect(correctedT(permuted(list, 3), 0.25, 0.05).interval).toEqual(found.interval.map(close));
      }),
      { seed: 4 },
    );
  });

  it('rejects at alpha exactly where its interval excludes 0', () => {
    fc.assert(
      fc.property(gains, fc.double({ min: 0.001, max: 0.5, noNaN: true }), (list, alpha) => {
        const { p, interval } = correctedT(list, 1 / 9, alpha);
        if (Math.abs(p - alpha) > 1e-9) expect(p < alpha).toBe(interval[0] > 0 || interval[1] < 0);
      }),
      { seed: 4 },
    );
  });

  it('goes to the limit where the folds do not vary', () => {
    expect(correctedT([0.25, 0.25, 0.25], 0.5, 0.05)).toEqual({
      mean: 0.25,
      t: Infinity,
      interval: [0.25, 0.25],
      p: 0,
    });
    expect(correctedT([0, 0], 1, 0.05)).toEqual({ mean: 0, t: 0, interval: [0, 0], p: 1 });
  });

  it('refuses what cannot be, in words', () => {
    expect(() => correctedT([0.1], 0.25, 0.05)).toThrow('there is 1 difference between folds, expected at least 2');
    expect(() => correctedT([0.1, NaN], 0.25, 0.05)).toThrow('the difference on fold 1 is NaN');
    expect(() => correctedT([0.1, 0.2], 0, 0.05)).toThrow('testRatio is 0, expected test rows by training rows');
  });
});

describe('the Bayesian correlated t test', () => {
  it("has scipy's probabilities and those of baycomp", () => {
    for (const { differences, testRatio, bayesian, baycomp } of reference.folds) {
      for (const { rope, worse, equal, better } of bayesian)
        expect(bayesianCorrelatedT(differences, testRatio, rope)).toEqual({
          worse: close(worse),
          equal: close(equal),
          better: close(better),
        });
      for (const { rope, probabilities } of baycomp)
        expect(Object.values(bayesianCorrelatedT(differences, testRatio, rope)).sort((a, b) => a - b)).toEqual(
          probabilities.map(close),
        );
    }
  });

  it('sums to 1, changes sides with the models, and calls more equal in a wider region', () => {
    fc.assert(
      fc.property(gains, fc.double({ min: 0, max: 0.5, noNaN: true }), (list, region) => {
        const { worse, equal, better } = bayesianCorrelatedT(list, 0.25, region);
        expect(worse + equal + better).toBeCloseTo(1, 12);
        const mirrored = bayesianCorrelatedT(
          list.map((gain) => -gain),
          0.25,
          region,
        );
        expect(mirrored).toEqual({ worse: close(better), equal: close(equal), better: close(worse) });
        expect(bayesianCorrelatedT(list, 0.25, region + 0.1).equal).toBeGreaterThanOrEqual(equal - 1e-12);
      }),
      { seed: 6 },
    );
  });

  it('is sure where the folds do not vary', () => {
    expect(bayesianCorrelatedT([0, 0, 0], 0.5, 0)).toEqual({ worse: 0, equal: 1, better: 0 });
    expect(bayesianCorrelatedT([0.25, 0.25], 0.5, 0.125)).toEqual({ worse: 0, equal: 0, better: 1 });
  });
});
