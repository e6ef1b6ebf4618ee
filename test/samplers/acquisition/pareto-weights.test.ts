import { describe, expect, it } from 'vitest';
import { drawnWeights, scalarised } from '../../../samplers/acquisition/pareto-weights.ts';
import { createRng } from '../../../samplers/numerics/philox.ts';

describe('drawn weights', () => {
  it('sum to 1, differ from trial to trial, and each is its even share on average', () => {
    const all = Array.from({ length: 2000 }, (_, number) => drawnWeights(3, createRng(1, number)));
    for (const weights of all) expect(weights.reduce((sum, weight) => sum + weight)).toBeCloseTo(1, 12);
    for (const k of [0, 1, 2]) {
      const mean = all.reduce((sum, weights) => sum + weights[k], 0) / all.length;
      expect(Math.abs(mean - 1 / 3)).toBeLessThan(0.02);
    }
    expect(new Set(all.map((weights) => weights[0])).size).toBe(all.length);
  });
});

describe('objectives as one', () => {
  const results = [
    [0, 10],
    [5, 5],
    [10, 0],
    [10, 10],
  ].map((y) => Float64Array.from(y));

  it('are the largest weighted distance from the best values, in ranges of the front, and a twentieth of their sum', () => {
    const values = scalarised(results, Float64Array.of(0.2, 0.8));
    // [5, 5] lies half a range from the best in both
    expect(values[1]).toBeCloseTo(0.4 + 0.05 * 0.5, 12);
    expect(values[3]).toBeCloseTo(0.8 + 0.05, 12);
    expect(values.indexOf(Math.min(...values))).toBe(2);
  });

  it('are the same in other units, and finite at either end of what numbers can be', () => {
    const weights = Float64Array.of(0.5, 0.5);
    const plain = scalarised(results, weights);
    const inOthers = scalarised(
      results.map(([a, b]) => Float64Array.of(8 * a - 3, b / 1024 + 5)),
      weights,
    );
    for (const [i, value] of inOthers.entries()) expect(value).toBeCloseTo(plain[i], 9);
    const extreme = [
      [1e308, 1],
      [-1e308, 1e-300],
      [0, -1e308],
    ].map((y) => Float64Array.from(y));
    expect(scalarised(extreme, weights).every(Number.isFinite)).toBe(true);
    expect(scalarised([results[0], results[0]], weights)).toEqual(Float64Array.of(0, 0));
  });

  it('are unknown where nothing was measured', () => {
    expect([...scalarised([undefined, results[0], undefined], Float64Array.of(0.5, 0.5))]).toEqual([NaN, 0, NaN]);
  });
});
