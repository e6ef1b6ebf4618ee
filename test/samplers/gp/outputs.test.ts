import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bent, powersFor, standardised, thresholdOf } from '../../../samplers/gp/outputs.ts';

const anyResults = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 30 });
const anyPower = fc.double({ min: -3, max: 3, noNaN: true });

function moments(values: Float64Array): [mean: number, variance: number] {
  const mean = values.reduce((sum, v) => sum + v / values.length, 0);
  return [mean, values.reduce((sum, v) => sum + ((v - mean) * (v - mean)) / values.length, 0)];
}

describe('bent results', () => {
  it('are finite and keep their order, whatever the results', () => {
    fc.assert(
      fc.property(anyResults, anyPower, (results, power) => {
        const { values, logSlopes } = bent(Float64Array.from(results), power);
        expect(values.every(Number.isFinite) && logSlopes.every(Number.isFinite)).toBe(true);
        const sorted = results.map((result, i) => ({ result, value: values[i] })).sort((a, b) => a.result - b.result);
        for (let i = 1; i < sorted.length; i++)
          expect(sorted[i].value).toBeGreaterThanOrEqual(sorted[i - 1].value - 1e-9);
      }),
    );
  });

  it('have mean 0 and variance 1, or are all 0 where all results are equal', () => {
    for (const power of [-3, 0, 1, 2, 2.7]) {
      const [mean, variance] = moments(bent(Float64Array.of(1, 2, 4, 8, 1000), power).values);
      expect(mean).toBeCloseTo(0, 12);
      expect(variance).toBeCloseTo(1, 12);
      expect(bent(Float64Array.of(5, 5, 5), power).values).toEqual(new Float64Array(3));
    }
  });

  it('tell the slopes of the bending, up to one number', () => {
    const results = Float64Array.of(-3, -1, 0, 0.5, 2, 9);
    for (const power of [-2, 0, 0.7, 2, 3]) {
      const { logSlopes } = bent(results, power);
      const bends = (by: number, i: number): number => {
        // the better half must not move with it
        const moved = bent(
          results.map((v, k) => (k === i ? v + by : v)),
          power,
        ).values;
        const [low, high] = [moved[3], moved[4]];
        return moved[i] / (high - low);
      };
      const { values } = bent(results, power);
      const gap = values[4] - values[3];
      const slope = (bends(1e-6, 5) - bends(-1e-6, 5)) / 2e-6;
      // the mean and variance move with the sixth as well, the gap's ratio does not: (v5 - v3) / (v4 - v3)
      const ratio = (by: number): number => {
        const moved = bent(
          results.map((v, k) => (k === 5 ? v + by : v)),
          power,
        ).values;
        return (moved[5] - moved[3]) / (moved[4] - moved[3]);
      };
      expect(Number.isFinite(slope)).toBe(true);
      const exact = (ratio(1e-6) - ratio(-1e-6)) / 2e-6;
      expect(Math.log(exact * gap) - logSlopes[5]).toBeCloseTo(Math.log(1 / spread(results)), 5);
    }
  });

  it('are not drowned by results that are far too large', () => {
    const { values } = bent(Float64Array.of(0.1, 0.2, 0.3, 0.4, 1e300), -1);
    expect(values[1] - values[0]).toBeGreaterThan(0.2);
  });
});

/** The root mean square around the median of the better half. */
function spread(results: Float64Array): number {
  const sorted = results.slice().sort();
  const half = sorted.subarray(0, (sorted.length + 1) >> 1);
  const median = half[half.length - 1];
  return Math.sqrt(half.reduce((sum, v) => sum + (v - median) * (v - median), 0) / half.length);
}

describe('the powers worth a fit', () => {
  it('have the one that makes a sample normal, and 1', () => {
    const normal = Float64Array.from({ length: 99 }, (_, i) => Math.tan((i - 49) / 40));
    const skewed = normal.map((z) => Math.exp(z));
    const powers = powersFor(skewed);
    expect(powers[0]).toBe(1);
    expect(powers[1]).toBeLessThan(0.3);
    expect(powers[2]).toBeCloseTo((1 + powers[1]) / 2, 15);
  });

  it('are 1 alone where all results are equal', () => {
    expect(powersFor(Float64Array.of(2, 2, 2))).toEqual([1]);
  });
});

describe('standardised results', () => {
  it('have mean 0 and variance 1 on any scale, and 0 where 0 was', () => {
    for (const scale of [1e-300, 1, 1e300]) {
      const results = Float64Array.of(-1, 0, 0.5, 1).map((v) => v * scale);
      const { values } = standardised(results);
      const [mean, variance] = moments(values);
      expect(mean).toBeCloseTo(0, 12);
      expect(variance).toBeCloseTo(1, 12);
      expect(thresholdOf(results)).toBeCloseTo(values[1], 12);
    }
  });

  it('are all 0 where all are equal, on the right side of the threshold', () => {
    expect(standardised(Float64Array.of(3, 3)).values).toEqual(new Float64Array(2));
    expect(thresholdOf(Float64Array.of(3, 3))).toBe(-1);
    expect(thresholdOf(Float64Array.of(-3, -3))).toBe(1);
  });
});
