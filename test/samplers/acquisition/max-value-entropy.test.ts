import { describe, expect, it } from 'vitest';
import { maxValueEntropy, minimumDraws } from '../../../samplers/acquisition/max-value-entropy.ts';
import { normalCdf } from '../../../samplers/numerics/normal.ts';
import { createRng } from '../../../samplers/numerics/philox.ts';
import { normalIntegral, slopeError } from './derivatives.ts';

/** What the entropy of N(mean, sd^2) loses when values below the minimum are ruled out, by quadrature. */
function lost(mean: number, sd: number, minimum: number): number {
  const mass = normalCdf((mean - minimum) / sd);
  const z = (y: number): number => (y - mean) / sd;
  const logDensity = (y: number): number => -0.5 * z(y) * z(y) - Math.log(sd * Math.sqrt(2 * Math.PI));
  const whole = 0.5 * Math.log(2 * Math.PI * Math.E * sd * sd);
  const high = Math.max(mean + 12 * sd, minimum + 3 * sd);
  const cut = -normalIntegral((y) => (logDensity(y) - Math.log(mass)) / mass, mean, sd, minimum, high);
  return whole - cut;
}

describe('max-value entropy', () => {
  it('is the entropy lost to a cut at the minimum', () => {
    for (const [mean, sd, minimum] of [
      [0, 1, -1],
      [0.5, 2, -3],
      [0, 1, 0.5],
      [1, 0.3, 2],
      [0, 1, 4],
    ] as const)
      expect(maxValueEntropy(mean, sd, Float64Array.of(minimum))).toBeCloseTo(lost(mean, sd, minimum), 6);
  });

  it('is the mean over draws', () => {
    const [one, other] = [Float64Array.of(-1), Float64Array.of(-2)];
    const both = maxValueEntropy(0, 1, Float64Array.of(-1, -2));
    expect(both).toBeCloseTo((maxValueEntropy(0, 1, one) + maxValueEntropy(0, 1, other)) / 2, 14);
  });

  it('has the slopes of its values, far tails included', () => {
    for (const minimum of [-4, -1, 0, 1, 6, 40, 900, 1100, 1e5])
      for (const sd of [0.5, 3])
        expect(slopeError((m, s, to) => maxValueEntropy(m, s, Float64Array.of(minimum * sd), to), 0, sd)).toBeLessThan(
          1e-4,
        );
  });

  it('grows without bound below the minimum, as a logarithm', () => {
    // gamma -> -infinity: ln(-gamma) + ln sqrt(2 pi) - 1/2
    const far = maxValueEntropy(0, 1, Float64Array.of(1e7));
    expect(far).toBeCloseTo(Math.log(1e7) + 0.5 * Math.log(2 * Math.PI) - 0.5, 9);
    expect(maxValueEntropy(0, 0, Float64Array.of(1))).toBe(0);
  });
});

describe('draws of the minimum', () => {
  const rng = createRng(4, 0);
  const candidates = {
    mean: Float64Array.from({ length: 40 }, (_, i) => rng.normal(1, i)),
    sd: Float64Array.from({ length: 40 }, (_, i) => 0.2 + rng.uniform(2, i)),
  };
  /** P(minimum <= y) of independent candidates. */
  const share = (y: number): number =>
    1 - candidates.mean.reduce((product, mean, i) => product * normalCdf((mean - y) / candidates.sd[i]!), 1);

  it('have the quartiles of independent candidates', () => {
    // a Gumbel through two quartiles and the median meets all three only if it fits: it does to a few thousandths
    const [first, median, third] = minimumDraws(candidates, Infinity, [0.25, 0.5, 0.75]);
    expect(share(median!)).toBeCloseTo(0.5, 6);
    expect(share(first!)).toBeCloseTo(0.25, 1);
    expect(share(third!)).toBeCloseTo(0.75, 1);
    expect(first!).toBeLessThan(third!);
  });

  it('are never above the best value known', () => {
    const draws = minimumDraws(candidates, -3, [0.01, 0.3, 0.6, 0.999]);
    expect(Math.max(...draws)).toBeLessThanOrEqual(-3);
  });

  it('are the value itself where nothing is uncertain', () => {
    const sure = { mean: Float64Array.of(2, 1, 3), sd: new Float64Array(3) };
    expect(Array.from(minimumDraws(sure, Infinity, [0.2, 0.9]))).toEqual([1, 1]);
  });
});
