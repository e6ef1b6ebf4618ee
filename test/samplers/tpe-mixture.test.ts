import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRng } from '../../samplers/numerics/philox.ts';
import type { Row } from '../../samplers/sampler.ts';
import { axisOf, fromUnit, type Axis } from '../../samplers/tpe/axis.ts';
import { Candidates } from '../../samplers/tpe/candidates.ts';
import { Mixture, type KernelSettings } from '../../samplers/tpe/mixture.ts';
import { Observations } from '../../samplers/tpe/observations.ts';
import { weightOf } from '../../samplers/tpe/split.ts';
import { logMass, logPiece, quantile } from '../../samplers/numerics/unit-normal.ts';
import { compileSpace } from '../../study/space/dimensions.ts';
import type { ScalarDomain } from '../../study/space/space.ts';

const usual: KernelSettings = { priorWeight: 1, fineness: 1 };

const float: ScalarDomain = { kind: 'float', low: -5, high: 3, scale: 'linear' };
const logFloat: ScalarDomain = { kind: 'float', low: 1e-5, high: 0.1, scale: 'log' };
const ten: ScalarDomain = { kind: 'int', low: 1, high: 10, scale: 'linear' };
const logInt: ScalarDomain = { kind: 'int', low: 1, high: 300, scale: 'log' };
const colour: ScalarDomain = { kind: 'choice', choices: ['red', 'green', 'blue'], weights: [1, 2, 5] };

function axesOf(domains: readonly ScalarDomain[]): Axis[] {
  const parameters = domains.map((domain, i) => ({ name: `p${i}`, domain }));
  return compileSpace({ version: 1, parameters, forbid: [] }).dimensions.map(axisOf);
}

/** n rows at positions that `unit` gives for (row, axis). */
function observe(axes: readonly Axis[], n: number, unit: (i: number, a: number) => number): Observations {
  const observations = new Observations({ when: [], axes }, axes.length);
  observations.append(rowsOf(axes, n, unit), 0);
  return observations;
}

function rowsOf(axes: readonly Axis[], n: number, unit: (i: number, a: number) => number): Row[] {
  return Array.from({ length: n }, (_, number) => ({
    number,
    space: 1,
    origin: 'sampler' as const,
    state: 'complete' as const,
    x: Float64Array.from(axes, (axis, a) => valueAt(axis, unit(number, a))),
    seed: 0,
    asOf: number,
  }));
}

function valueAt(axis: Axis, unit: number): number {
  return axis.kind === 'categories' ? Math.floor(unit * axis.priorWeights.length) : fromUnit(axis, unit);
}

/** A mixture of all rows but those `without`. */
function fitted(axes: readonly Axis[], observations: Observations, without: readonly number[] = []): Mixture {
  const mixture = new Mixture(axes);
  mixture.fit(observations, slotsOf(observations, without), undefined, usual);
  return mixture;
}

function slotsOf({ count }: Observations, without: readonly number[]): Int32Array {
  return Int32Array.from({ length: count }, (_, member) => (without.includes(member) ? 0 : member + 1));
}

function logDensities(mixture: Mixture, axes: readonly Axis[], points: readonly (readonly number[])[]): Float64Array {
  const candidates = new Candidates(axes, points.length);
  for (const [c, point] of points.entries()) for (const [a, value] of point.entries()) candidates.set(c, a, value);
  const out = new Float64Array(points.length);
  mixture.logDensities(candidates, out);
  return out;
}

const random = createRng(11, 0);
const uniform = (i: number, a: number): number => random.uniform(a, i);
const clustered = (i: number, a: number): number => Math.min(Math.max(0.4 + 0.1 * random.normal(100 + a, i), 0), 1);

/** The normal distribution function by Simpson's rule from the far left. */
function cdf(z: number): number {
  const low = Math.min(z, -12);
  const n = 4000;
  const h = (z - low) / n;
  let sum = 0;
  for (let i = 0; i <= n; i++) {
    const t = low + i * h;
    sum += Math.exp(-0.5 * t * t) * (i === 0 || i === n ? 1 : i % 2 === 1 ? 4 : 2);
  }
  return (sum * h) / 3 / Math.sqrt(2 * Math.PI);
}

describe('a normal cut to the unit interval', () => {
  const cases = [
    [0.5, 1],
    [0, 0.01],
    [0.03, 0.02],
    [1, 0.3],
    [0.7, 20],
    [0.5, 0.05],
  ];

  it.each(cases)('mean %d, sd %d has the mass that quadrature finds', (mean, sd) => {
    expect(Math.exp(logMass(mean, sd))).toBeCloseTo(cdf((1 - mean) / sd) - cdf(-mean / sd), 10);
    const piece = Math.exp(logPiece(0.4, 0.55, mean, sd)) * Math.exp(logMass(mean, sd));
    expect(piece).toBeCloseTo(cdf((0.55 - mean) / sd) - cdf((0.4 - mean) / sd), 10);
  });

  it.each(cases)('mean %d, sd %d has its share u below its quantile', (mean, sd) => {
    for (const u of [1e-9, 0.01, 0.3, 0.5, 0.8, 0.999]) {
      const t = quantile(mean, sd, u);
      expect(t).toBeGreaterThanOrEqual(0);
      expect(t).toBeLessThanOrEqual(1);
      expect(Math.exp(logPiece(0, t, mean, sd))).toBeCloseTo(u, 8);
    }
  });
});

describe('the density of a mixture', () => {
  it.each([0, 1, 2, 9, 60])('integrates to 1 over a continuous axis with %d rows', (n) => {
    for (const domain of [float, logFloat]) {
      const axes = axesOf([domain]);
      const mixture = fitted(axes, observe(axes, n, clustered));
      const cells = 4000;
      const points = Array.from({ length: cells }, (_, i) => [fromUnit(axes[0], (i + 0.5) / cells)]);
      const mass = logDensities(mixture, axes, points).reduce((sum, t) => sum + Math.exp(t) / cells, 0);
      expect(mass).toBeCloseTo(1, 4);
    }
  });

  it('integrates to 1 over two axes, of which one has steps', () => {
    const axes = axesOf([float, ten]);
    const mixture = fitted(axes, observe(axes, 30, uniform));
    const cells = 800;
    const points = Array.from({ length: cells * 10 }, (_, i) => [
      fromUnit(axes[0], (Math.floor(i / 10) + 0.5) / cells),
      1 + (i % 10),
    ]);
    const mass = logDensities(mixture, axes, points).reduce((sum, t) => sum + Math.exp(t) / cells, 0);
    expect(mass).toBeCloseTo(1, 4);
  });

  it.each<[ScalarDomain, number]>([
    [ten, 9],
    [logInt, 8],
    [{ kind: 'float', low: 0, high: 1, scale: 'linear', step: 0.25 }, 9],
    [{ kind: 'int', low: 0, high: 600, scale: 'linear' }, 8],
    [{ kind: 'ordinal', choices: ['s', 'm', 'l', 'xl'] }, 8],
    [colour, 12],
    [{ kind: 'bool' }, 12],
  ])('sums to 1 over the values of %j', (domain, digits) => {
    for (const n of [0, 1, 7, 150]) {
      const axes = axesOf([domain]);
      const { low, step, size } = axes[0].dimension;
      const points = Array.from({ length: size }, (_, k) => [low + k * step]);
      const mixture = fitted(axes, observe(axes, n, clustered));
      const mass = logDensities(mixture, axes, points).reduce((sum, t) => sum + Math.exp(t), 0);
      expect(mass).toBeCloseTo(1, digits);
    }
  });

  it('is that of two kernels and the prior, worked out by hand', () => {
    const axes = axesOf([{ kind: 'float', low: 0, high: 1, scale: 'linear' }]);
    const mixture = fitted(
      axes,
      observe(axes, 2, (i) => [0.2, 0.3][i]),
    );
    // the two are 0.1 apart, but with two kernels none is narrower than 1/4
    const kernel = (t: number, mean: number, sd: number): number =>
      Math.exp(-0.5 * ((t - mean) / sd) ** 2) /
      (sd * Math.sqrt(2 * Math.PI)) /
      (cdf((1 - mean) / sd) - cdf(-mean / sd));
    for (const [i, t] of [0, 0.2, 0.5, 1].entries()) {
      const expected = (kernel(t, 0.2, 0.25) + kernel(t, 0.3, 0.25) + kernel(t, 0.5, 1)) / 3;
      expect(logDensities(mixture, axes, [[0], [0.2], [0.5], [1]])[i]).toBeCloseTo(Math.log(expected), 9);
    }
  });

  it('has finer kernels, or a weightier prior, where that is set', () => {
    const axes = axesOf([{ kind: 'float', low: 0, high: 1, scale: 'linear' }, ten]);
    const observations = observe(axes, 2, (i) => [0.25, 0.35][i]);
    const density = (priorWeight: number, fineness: number, x: number): number => {
      const mixture = new Mixture(axes.slice(0, 1));
      mixture.fit(observations, slotsOf(observations, []), undefined, { priorWeight, fineness });
      return Math.exp(logDensities(mixture, axes.slice(0, 1), [[x]])[0]);
    };
    const kernel = (t: number, mean: number, sd: number): number =>
      Math.exp(-0.5 * ((t - mean) / sd) ** 2) /
      (sd * Math.sqrt(2 * Math.PI)) /
      (cdf((1 - mean) / sd) - cdf(-mean / sd));
    // 0.1 apart: that is wider than 1/16, the square of 1/4, but not than 1/4
    const rows = (sd: number): number => kernel(0.3, 0.25, sd) + kernel(0.3, 0.35, sd);
    expect(density(1, 2, 0.3)).toBeCloseTo((rows(0.1) + kernel(0.3, 0.5, 1)) / 3, 9);
    expect(density(4, 1, 0.3)).toBeCloseTo((rows(0.25) + 4 * kernel(0.3, 0.5, 1)) / 6, 9);
  });

  it('has kernels as fine as half a step where steps are even, and no finer than usual where there are few', () => {
    const probability = (high: number, fineness: number): number => {
      const axes = axesOf([{ kind: 'int', low: 1, high, scale: 'linear' }]);
      const observations = observe(axes, 9, () => 0.5 / high);
      const mixture = new Mixture(axes);
      mixture.fit(observations, slotsOf(observations, []), undefined, { priorWeight: 1e-9, fineness });
      return Math.exp(logDensities(mixture, axes, [[1]])[0]);
    };
    // the mass on the first of `high` pieces of a normal with its mean in the middle of it, cut at 0 and 1
    const mass = (high: number, sd: number): number => {
      const at = (x: number): number => cdf((x - 0.5 / high) / sd);
      return (at(1 / high) - at(0)) / (at(1) - at(0));
    };
    // nine kernels: 1/11 usually, and 1/121 at the finest; half a step is 1/20 of ten, 1/8 of four
    expect(probability(10, 1)).toBeCloseTo(mass(10, 1 / 11), 6);
    expect(probability(10, 2)).toBeCloseTo(mass(10, 1 / 20), 6);
    expect(probability(10, 1.1)).toBeCloseTo(mass(10, Math.exp(-1.1 * Math.log(11))), 6);
    for (const fineness of [1, 1.5, 2]) expect(probability(4, fineness)).toBeCloseTo(mass(4, 1 / 11), 6);
  });

  it('gives a category its prior share, and more where rows have it', () => {
    const axes = axesOf([colour]);
    const mixture = fitted(
      axes,
      observe(axes, 3, () => 0.5),
    );
    // 3 rows of green, 4 kernels: each row's kernel is (3/4 prior + [green]) / (3/4 + 1)
    const row = (prior: number, same: number): number => (0.75 * prior + same) / 1.75;
    const expected = [row(1 / 8, 0), row(2 / 8, 1), row(5 / 8, 0)].map(
      (p, v) => (3 * p + [1 / 8, 2 / 8, 5 / 8][v]) / 4,
    );
    const got = logDensities(mixture, axes, [[0], [1], [2]]).map(Math.exp);
    for (const [v, p] of expected.entries()) expect(got[v]).toBeCloseTo(p, 12);
  });

  it('is the plain sum over all kernels, near or far', () => {
    const axes = axesOf([float, logFloat, float]);
    const n = 400;
    const observations = observe(axes, n, clustered);
    const mixture = fitted(axes, observations);
    const points = Array.from({ length: 12 }, (_, i) => axes.map((axis, a) => fromUnit(axis, uniform(i, 50 + a))));
    const got = logDensities(mixture, axes, points);
    const sds = axes.map((_, a) => plainWidths(observations.units[a].slice(0, n)));
    for (const [c, point] of points.entries()) {
      const units = point.map((value, a) => positionOf(axes[a], value));
      const terms = [axes.reduce((sum, _, a) => sum + plainLog(units[a], 0.5, 1), 0)];
      const weights = [1];
      for (let i = 0; i < n; i++) {
        terms.push(axes.reduce((sum, _, a) => sum + plainLog(units[a], observations.units[a][i], sds[a][i]), 0));
        weights.push(weightOf(i, n));
      }
      const top = Math.max(...terms);
      const total = weights.reduce((a, b) => a + b);
      const sum = terms.reduce((s, t, i) => s + (weights[i] / total) * Math.exp(t - top), 0);
      expect(got[c]).toBeCloseTo(top + Math.log(sum), 8);
    }
  });
});

function positionOf({ dimension }: Axis, value: number): number {
  const scale = (v: number): number => (dimension.log ? Math.log(v) : v);
  return (scale(value) - scale(dimension.low)) / (scale(dimension.high) - scale(dimension.low));
}

/** The rule of kernel widths, written down plainly. */
function plainWidths(units: Float64Array): number[] {
  const sorted = [...units.keys()].sort((i, j) => units[i] - units[j] || i - j);
  const widths = new Array<number>(units.length);
  for (const [j, i] of sorted.entries()) {
    const left = j > 0 ? units[i] - units[sorted[j - 1]] : 0;
    const right = j + 1 < sorted.length ? units[sorted[j + 1]] - units[i] : 0;
    widths[i] = Math.min(Math.max(left, right, 1 / Math.min(units.length + 2, 100)), 1);
  }
  return widths;
}

function plainLog(t: number, mean: number, sd: number): number {
  const z = (t - mean) / sd;
  return -0.5 * z * z - Math.log(sd * Math.sqrt(2 * Math.PI)) - logMass(mean, sd);
}

describe('a mixture that follows a study', () => {
  it('has the same bits as one fitted at once, whatever came and went', () => {
    const steps = fc.array(fc.record({ rows: fc.integer({ min: 0, max: 5 }), good: fc.integer({ min: 0, max: 20 }) }), {
      minLength: 1,
      maxLength: 25,
    });
    const axes = axesOf([float, logFloat, ten, logInt, colour, float]);
    const start = fc.constantFrom(3, 60, 130);
    const points = Array.from({ length: 6 }, (_, i) => axes.map((axis, a) => valueAt(axis, uniform(i, 70 + a))));
    fc.assert(
      fc.property(start, steps, fc.integer({ min: 0, max: 999 }), (first, plan, seed) => {
        const place = (i: number, a: number): number => createRng(seed, i).uniform(a, 0);
        const observations = observe(axes, first, place);
        const warm = fitted(axes, observations);
        let without: number[] = [];
        for (const { rows, good } of plan) {
          const before = observations.count;
          observations.append(rowsOf(axes, before + rows, place), before);
          const next = Array.from({ length: good }, (_, i) => Math.floor(place(i, 9 + good) * observations.count));
          const changed = [...without.filter((m) => !next.includes(m)), ...next.filter((m) => !without.includes(m))];
          for (let member = before; member < observations.count; member++) changed.push(member);
          warm.fit(observations, slotsOf(observations, next), changed, usual);
          without = next;
        }
        expect(logDensities(warm, axes, points)).toEqual(
          logDensities(fitted(axes, observations, without), axes, points),
        );
      }),
      { seed: 5, numRuns: 60 },
    );
  });

  it('draws what it holds dense, and nothing outside the space', () => {
    const axes = axesOf([float, ten, colour]);
    const mixture = fitted(
      axes,
      observe(axes, 20, (i, a) => 0.2 + 0.01 * uniform(i, a)),
    );
    const draws = Array.from({ length: 2000 }, (_, i) => {
      const slot = mixture.pick(uniform(i, 80));
      return axes.map((_axis, a) => mixture.draw(slot, a, uniform(i, 81 + a)));
    });
    for (const [a, { dimension }] of axes.entries())
      for (const draw of draws) {
        expect(draw[a]).toBeGreaterThanOrEqual(dimension.low);
        expect(draw[a]).toBeLessThanOrEqual(dimension.high);
      }
    const mean = draws.reduce((sum, [value]) => sum + value / draws.length, 0);
    expect(Math.abs(mean - -3.3)).toBeLessThan(0.3);
    expect(draws.filter(([, int]) => int >= 2 && int <= 4).length).toBeGreaterThan(1500);
    expect(draws.filter(([, , red]) => red === 0).length).toBeGreaterThan(1500);
  });

  it('draws a value as often as its density says', () => {
    const axes = axesOf([colour]);
    const mixture = fitted(
      axes,
      observe(axes, 4, (i) => [0.1, 0.5, 0.5, 0.9][i]),
    );
    const n = 20_000;
    const counts = [0, 0, 0];
    for (let i = 0; i < n; i++) counts[mixture.draw(mixture.pick(uniform(i, 90)), 0, uniform(i, 91))]++;
    const density = logDensities(mixture, axes, [[0], [1], [2]]).map(Math.exp);
    for (const [v, count] of counts.entries()) expect(Math.abs(count / n - density[v])).toBeLessThan(0.015);
  });
});
