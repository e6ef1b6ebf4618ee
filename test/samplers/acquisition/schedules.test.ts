import { describe, expect, it } from 'vitest';
import { confidenceBound, logPromise, regretKappa } from '../../../samplers/acquisition/confidence-bound.ts';
import { cooling, perCost } from '../../../samplers/acquisition/cost.ts';
import { decayed } from '../../../samplers/acquisition/schedules.ts';
import { slopeError } from './derivatives.ts';

describe('the confidence bound', () => {
  it('is worth more the lower a value may be', () => {
    expect(confidenceBound(1, 2, 2.5)).toBe(4);
    expect(slopeError((m, s, to) => confidenceBound(m, s, 1.7, to), 3, 2)).toBeLessThan(1e-8);
  });

  it('has a logarithm in its own order, with its slopes', () => {
    const means = [900, 40, 31, 29, 3, 0.1, -0.1, -3, -50];
    const worths = means.map((mean) => logPromise(mean, 1, 2, 0));
    expect(worths).toEqual(worths.toSorted((a, b) => a - b));
    expect(logPromise(-98, 1, 2, 0)).toBeCloseTo(Math.log(100), 12);
    for (const mean of means)
      expect(slopeError((m, s, to) => logPromise(m, s, 2, 0.5, to), mean, 1)).toBeLessThan(1e-6);
  });

  it('widens by the theory as steps and dimensions grow, and as delta falls', () => {
    // sqrt(2 ln(pi^2 / (3 * 0.1))) and sqrt(2 ln(1000 * 4 * pi^2 / (6 * 0.1)))
    expect(regretKappa(1, 5, Infinity, 0.1, 1)).toBeCloseTo(Math.sqrt(2 * Math.log(Math.PI ** 2 / 0.3)), 12);
    expect(regretKappa(2, 5, 1000, 0.1, 1)).toBeCloseTo(Math.sqrt(2 * Math.log((4000 * Math.PI ** 2) / 0.6)), 12);
    expect(regretKappa(7, 3, Infinity, 0.1, 0.2)).toBeCloseTo(
      Math.sqrt(0.4 * Math.log((7 ** 3.5 * Math.PI ** 2) / 0.3)),
      12,
    );
    const kappas = [1, 2, 10, 100].map((t) => regretKappa(t, 4, Infinity, 0.1, 1));
    expect(kappas).toEqual(kappas.toSorted((a, b) => a - b));
    expect(regretKappa(5, 8, Infinity, 0.1, 1)).toBeGreaterThan(regretKappa(5, 4, Infinity, 0.1, 1));
    expect(regretKappa(5, 4, Infinity, 0.01, 1)).toBeGreaterThan(regretKappa(5, 4, Infinity, 0.1, 1));
  });
});

describe('decay', () => {
  /** What bayesian-optimization does: after suggestion i (from 1), kappa *= decay if delay <= i. */
  function library(start: number, decay: number, delay: number, step: number): number {
    let kappa = start;
    for (let i = 1; i <= step; i++) if (delay <= i) kappa *= decay;
    return kappa;
  }

  it('follows the steps of bayesian-optimization', () => {
    for (const delay of [0, 1, 2, 7])
      for (const step of [0, 1, 2, 6, 7, 8, 100])
        expect(decayed(2.576, 0.95, delay, step) / library(2.576, 0.95, delay, step)).toBeCloseTo(1, 12);
    expect(decayed(1.96, 1, 0, 1000)).toBe(1.96);
  });
});

describe('improvement per cost', () => {
  it('divides by the cost to the power of the cooling', () => {
    expect(Math.exp(perCost(Math.log(6), Math.log(4), 0.5))).toBeCloseTo(3, 12);
    expect(perCost(-Infinity, 3, 1)).toBe(-Infinity);
    expect(perCost(1, NaN, 0)).toBe(1);
  });

  it('cools from 1 after the initial design to 0 at the end of the budget', () => {
    expect([10, 20, 60, 100, 120].map((spent) => cooling(spent, 100, 20))).toEqual([1, 1, 0.5, 0, 0]);
    expect(cooling(1e9, Infinity, 20)).toBe(1);
    expect([cooling(3, 5, 9), cooling(6, 5, 9)]).toEqual([1, 0]);
  });
});
