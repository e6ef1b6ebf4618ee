import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Categories } from '../../../samplers/cma/categories.ts';
import { cellAround, isStepped } from '../../../samplers/cma/cells.ts';
import { constantsOf } from '../../../samplers/cma/constants.ts';
import { DiagonalCovariance, type FullCovariance } from '../../../samplers/cma/covariance.ts';
import { Gaussian } from '../../../samplers/cma/gaussian.ts';
import { Margin } from '../../../samplers/cma/margin.ts';
import { normalCdf } from '../../../samplers/numerics/normal.ts';
import { fromUnit } from '../../../samplers/unit-cube.ts';
import { compileSpace } from '../../../study/space/dimensions.ts';
import { float, int, spaceOf } from '../spaces.ts';
import { reference } from './reference.ts';

function stepped(sizes: readonly number[]) {
  const { dimensions } = spaceOf(Object.fromEntries(sizes.map((size, i) => [`i${i}`, int(1, size)])));
  return dimensions.map((dimension, coordinate) => ({ coordinate, dimension }));
}

function narrow(mean: ArrayLike<number>, spread: ArrayLike<number>): Gaussian {
  const shape = { mean: Float64Array.from(mean), spread: Float64Array.from(spread) };
  return new Gaussian({ ...shape, diagonal: true, adaptRates: false });
}

describe('constants', () => {
  it.each(reference.constants)('are those of cma and cmaes ($n dimensions, population $lambda)', (theirs) => {
    const { weights, ...ours } = constantsOf(theirs.n, theirs.lambda, false);
    const { weights: expected, ...rates } = theirs;
    for (const [name, value] of Object.entries(rates))
      expect(ours[name as keyof typeof ours], name).toBeCloseTo(value, 12);
    // theirs keeps the covariance's decay below 1 by a margin of its own where the dimension is 2
    if (theirs.n > 2) for (const [i, weight] of expected.entries()) expect(weights[i]).toBeCloseTo(weight, 12);
    else for (let i = 0; i < ours.mu; i++) expect(weights[i]).toBeCloseTo(expected[i], 12);
  });

  it('leave the covariance positive, whatever the dimension and the population', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1000 }),
        fc.integer({ min: 2, max: 500 }),
        fc.boolean(),
        (n, lambda, diagonal) => {
          const { c1, cMu, weights } = constantsOf(n, lambda, diagonal);
          const negative = weights.reduce((sum, w) => sum + Math.min(w, 0), 0);
          // each step of the worse half is scaled to n axes' length
          expect(1 - c1 - cMu * (1 + negative) + cMu * n * negative).toBeGreaterThanOrEqual(-1e-9);
          expect(c1 + cMu).toBeLessThanOrEqual(1);
        },
      ),
    );
  });
});

describe('an update', () => {
  it.each(reference.updates)(
    'is that of cmaes (learning rates adapted: $adaptRates)',
    ({ adaptRates, mean, sigma, generations }) => {
      const n = mean.length;
      const spread = new Float64Array(n).fill(sigma);
      const gaussian = new Gaussian({ mean: Float64Array.from(mean), spread, diagonal: false, adaptRates });
      const covariance = gaussian.covariance as FullCovariance;
      for (const theirs of generations) {
        const steps = Float64Array.from(theirs.steps.flat());
        const white = new Float64Array(steps.length);
        for (let at = 0; at < steps.length; at += n) covariance.whiten(steps, white, at);
        const active = new Uint8Array(steps.length).fill(1);
        gaussian.update(constantsOf(n, theirs.steps.length, false), { steps, white, active });
        expect(gaussian.sigma / theirs.sigma).toBeCloseTo(1, 6);
        for (let i = 0; i < n; i++) {
          expect(gaussian.mean[i]).toBeCloseTo(theirs.mean[i], 8);
          for (let j = 0; j <= i; j++) expect(covariance.matrix()[i * n + j]).toBeCloseTo(theirs.covariance[i][j], 6);
        }
      }
    },
  );

  it('moves no mean where a trial was inactive', () => {
    const gaussian = narrow([0.5, 0.5], [0.2, 0.2]);
    const steps = Float64Array.of(1, 1, 0.5, 0.5, -1, -1, -0.5, -0.5);
    const active = Uint8Array.of(1, 0, 1, 0, 1, 0, 1, 0);
    gaussian.update(constantsOf(2, 4, true), { steps, white: steps, active });
    expect(gaussian.mean[0]).toBeGreaterThan(0.6);
    expect(gaussian.mean[1]).toBe(0.5);
  });

  it('with variances alone is that of the full covariance where that is diagonal', () => {
    const diagonal = new DiagonalCovariance(Float64Array.of(1, 4));
    diagonal.update(
      { ...constantsOf(2, 4, false), c1: 0.1, cMu: 0.2 },
      { steps: Float64Array.of(1, 0), weights: Float64Array.of(1), path: Float64Array.of(0, 3), stalled: 0 },
    );
    const sum = constantsOf(2, 4, false).weights.reduce((a, b) => a + b, 0);
    expect(diagonal.variance(0)).toBeCloseTo((0.9 - 0.2 * sum) * 1 + 0.2, 12);
    expect(diagonal.variance(1)).toBeCloseTo((0.9 - 0.2 * sum) * 4 + 0.9, 12);
  });
});

describe('cells', () => {
  it('are where a value of a grid turns into the next, on every scale', () => {
    const space = spaceOf({
      plain: int(-2, 9),
      log: int(1, 60, { scale: 'log' }),
      coarse: float(0, 1, { step: 0.3 }),
    });
    for (const dimension of space.dimensions)
      for (let i = 1; i < 400; i++) {
        const u = i / 400;
        const [lower, upper] = cellAround(dimension, u);
        const value = fromUnit(dimension, u);
        expect(lower <= u && u <= upper).toBe(true);
        for (const inside of [Math.max(lower, 0) + 1e-9, Math.min(upper, 1) - 1e-9])
          expect(fromUnit(dimension, inside)).toBe(value);
        if (upper < 1) expect(fromUnit(dimension, upper + 1e-9)).toBeGreaterThan(value);
      }
  });

  it('are of values between which a search could get stuck', () => {
    const { dimensions } = compileSpace(spaceOf({ a: int(0, 1), b: int(0, 2), c: float(0, 1), d: int(0, 1e6) }).space);
    expect(dimensions.map(isStepped)).toEqual([false, true, false, false]);
  });
});

describe('a margin', () => {
  it.each(reference.margins)('is that of cmaes ($sizes, population $lambda)', (theirs) => {
    const gaussian = narrow(theirs.mean, theirs.deviations);
    const margin = new Margin(theirs.sizes.length, stepped(theirs.sizes));
    margin.widening.set(theirs.widening);
    margin.correct(gaussian, theirs.lambda);
    for (let i = 0; i < theirs.sizes.length; i++) {
      expect(gaussian.mean[i]).toBeCloseTo(theirs.corrected.mean[i], 8);
      expect(margin.widening[i] / theirs.corrected.widening[i]).toBeCloseTo(1, 6);
    }
  });

  it('leaves each coordinate its chance to leave its cell, however narrow the distribution', () => {
    const size = fc.integer({ min: 3, max: 1000 });
    const unit = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(size, unit, fc.double({ min: 1e-12, max: 1, noNaN: true })), { minLength: 1, maxLength: 4 }),
        (all) => {
          const gaussian = narrow(
            all.map(([, mean]) => mean),
            all.map(([, , spread]) => spread),
          );
          const coordinates = stepped(all.map(([each]) => each));
          const margin = new Margin(all.length, coordinates);
          margin.correct(gaussian, 10);
          for (const { coordinate, dimension } of coordinates) {
            const [lower, upper] = cellAround(dimension, gaussian.mean[coordinate]);
            const scale = gaussian.deviation(coordinate) * margin.widening[coordinate];
            const out =
              normalCdf((lower - gaussian.mean[coordinate]) / scale) +
              normalCdf((gaussian.mean[coordinate] - upper) / scale);
            expect(out).toBeGreaterThan((1 / (10 * all.length)) * 0.999);
          }
        },
      ),
    );
  });
});

describe('categories', () => {
  it.each(reference.categories)('move as those of cmaes ($sizes)', ({ sizes, weights, generations }) => {
    const categories = new Categories(
      sizes.map((size) => new Float64Array(size).fill(1 / size)),
      sizes.length,
    );
    for (const { picks, probabilities } of generations) {
      categories.update(
        picks.slice(0, weights.length).map((each) => Int32Array.from(each)),
        weights,
      );
      for (const [i, expected] of probabilities.entries())
        for (const [k, p] of expected.entries()) expect(categories.probabilities[i][k]).toBeCloseTo(p, 6);
    }
  });

  it('learn nothing where they were inactive', () => {
    const categories = new Categories([Float64Array.of(0.5, 0.5), Float64Array.of(0.5, 0.5)], 2);
    categories.update([Int32Array.of(1, -1), Int32Array.of(1, -1)], [0.6, 0.4]);
    expect(categories.probabilities[0][1]).toBeGreaterThan(0.5);
    expect(Array.from(categories.probabilities[1])).toEqual([0.5, 0.5]);
  });

  it('stay distributions without a dead category, whatever wins', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(4), fc.nat(4)), { minLength: 1, maxLength: 60 }), (winners) => {
        const categories = new Categories([new Float64Array(5).fill(0.2)], 3);
        for (const pair of winners)
          categories.update(
            pair.map((each) => Int32Array.of(each)),
            [0.7, 0.3],
          );
        const [p] = categories.probabilities;
        expect(p.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 9);
        // (1 - 0.73^(1/3)) / 4
        expect(Math.min(...p)).toBeGreaterThan(0.0248);
      }),
    );
  });
});
