import { describe, expect, it } from 'vitest';
import { logLognormalImprovement } from '../../../samplers/trees/lognormal-improvement.ts';
import { Draws } from '../../../samplers/trees/draws.ts';
import { featuresOf } from '../../../samplers/trees/features.ts';
import { constraintOf, objectiveOf } from '../../../samplers/trees/results.ts';
import { survivalOf } from '../../../samplers/trees/survival.ts';
import { Table } from '../../../samplers/trees/table.ts';
import type { Row } from '../../../samplers/sampler.ts';
import { complete, float, pending, spaceOf } from '../spaces.ts';

const failed = (number: number): Row => pending(number, [0], { state: 'failed', closed: number });
const results = (...ys: number[]): Row[] => ys.map((y, number) => complete(number, [0], number, y));

describe('the expected improvement of e^y', () => {
  // mpmath with 60 digits
  it.each([
    [1, 0, 1, 0.380250884063178],
    [0, 0, 1, -1.4337142903236977],
    [0, 1, 0.25, -5.62044839962638],
    [0, 30, 1, -457.75733801210987],
    [0, 2000, 1, -2000016.1212440769],
    [0, 0.5, 1e-6, -125020.25592400884],
    [-3, -1, 4, -5.465653365458088],
    [-5, 0.001, 0.0001, -125072.95875686663],
  ])('on %d where the mean of y is %d and its variance %d', (best, mean, variance, expected) => {
    expect(logLognormalImprovement(mean, Math.sqrt(variance), best) / expected).toBeCloseTo(1, 6);
  });

  it('falls with the mean, far out and almost without spread', () => {
    for (const sd of [1e-9, 1e-6, 0.03, 1, 10]) {
      const merits = [-3, -1, 0, 1e-3, 0.5, 2, 50, 1e4].map((mean) => logLognormalImprovement(mean, sd, 0));
      expect(merits.every(Number.isFinite)).toBe(true);
      for (let i = 1; i < merits.length; i++) expect(merits[i]).toBeLessThan(merits[i - 1]);
    }
  });
});

describe('results', () => {
  it('of failed trials are the worst seen, of pending ones unknown, of pruned ones their last', () => {
    const rows = [
      ...results(2, 10),
      failed(2),
      pending(3, [0]),
      { ...complete(4, [0], 4, 6), state: 'pruned' as const },
    ];
    expect(Array.from(objectiveOf(rows, false))).toEqual([0, 1, 1, NaN, 0.5]);
    const silent = { ...failed(5), state: 'pruned' as const };
    expect(objectiveOf([...rows, silent], false)[5]).toBe(1);
    expect(Array.from(objectiveOf([failed(0), pending(1, [0]), failed(2)], true))).toEqual([0, NaN, 0]);
  });

  it('on the log scale spread the best ones, whatever their sign, shift and unit', () => {
    const scaled = (shift: number, unit: number): number[] =>
      Array.from(objectiveOf(results(...[1, 2, 3, 11, 101, 1001].map((y) => shift + unit * y)), true));
    const plain = scaled(0, 1);
    for (const other of [scaled(-500, 1), scaled(0, 1e-9), scaled(-1e200, 1e200)])
      for (const [i, y] of other.entries()) expect(y).toBeCloseTo(plain[i], 6);
    // the origin lies .25 (the fifth percentile's distance from the best) below the best
    expect(plain[1]).toBeCloseTo(Math.log(1.25 / 1000.25), 12);
    expect(plain[5]).toBe(0);
  });

  it.each([true, false])('of any size are finite and in order, on the log scale: %s', (onLog) => {
    const ys = [-1.7e308, -1e300, -1, -1e-300, 0, 1e-300, 1, 1e300, 1.7e308];
    const scaled = Array.from(objectiveOf(results(...ys), onLog));
    expect(scaled.every(Number.isFinite)).toBe(true);
    expect(scaled).toEqual(scaled.toSorted((a, b) => a - b));
    expect(Array.from(objectiveOf(results(1e300, 1e300), onLog))).toEqual([0, 0]);
  });

  it('that share the best value are one step from the next', () => {
    const tied = objectiveOf(results(...Array.from({ length: 40 }, (_, i) => (i < 10 ? 0 : i))), true);
    expect(tied[0]).toBeCloseTo(Math.log(10 / 49), 12);
    expect(tied[10]).toBeCloseTo(Math.log(20 / 49), 12);
  });

  it('of constraints keep their zero', () => {
    const rows = [1e300, -5e299, 0].map((c, i): Row => ({ ...complete(i, [0], i), c: Float64Array.of(c) }));
    expect(Array.from(constraintOf([...rows, failed(3)], 0))).toEqual([1, -0.5, 0, NaN]);
  });
});

describe('survival', () => {
  const survival = (rows: readonly Row[]): ((x: number) => number) | undefined => {
    const table = new Table(featuresOf(spaceOf({ x: float(0, 1) })));
    table.append(rows.map(({ x }) => x));
    const at = survivalOf(table, rows, (i) => new Draws(i, ~i));
    return at && ((x) => Math.exp(at(Float64Array.of(x))));
  };
  const at = (number: number, x: number, row: Partial<Row> = {}): Row => ({
    ...pending(number, [x], { closed: number }),
    ...row,
  });
  const ended = [0, 0.1, 0.2, 0.3, 0.7, 0.8, 0.9, 1].map((x, i) =>
    at(i, x, { state: x > 0.5 ? 'failed' : 'complete' }),
  );

  it('is no question where nothing failed', () => {
    expect(survival(ended.slice(0, 4))).toBeUndefined();
  });

  it('follows the rule of succession where all trials of a place ended alike, and votes between', () => {
    const of = survival(ended)!;
    for (const x of [0, 0.15, 0.3]) expect(of(x)).toBeCloseTo(9 / 10, 12);
    for (const x of [0.7, 0.95, 1]) expect(of(x)).toBeCloseTo(1 / 10, 12);
    expect(of(0.5)).toBeGreaterThan(0.2);
    expect(of(0.5)).toBeLessThan(0.8);
    expect(of(0.35)).toBeGreaterThan(of(0.65));
  });

  it('knows nothing of pending trials, and takes pruned and infeasible ones for no failures', () => {
    const of = survival([
      ...ended,
      at(8, 0.72),
      at(9, 0.5, { state: 'pruned' }),
      at(10, 0.51, { state: 'infeasible' }),
    ])!;
    expect(of(0.72)).toBeCloseTo(1 / 12, 12);
    expect(of(0.51)).toBeCloseTo(11 / 12, 12);
  });

  it('is unlikely everywhere, not impossible, where all failed', () => {
    expect(survival(ended.slice(4))!(0.1)).toBeCloseTo(1 / 6, 12);
  });
});
