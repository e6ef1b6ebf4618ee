import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { minimize } from '../../../samplers/numerics/lbfgsb.ts';
import { bitsOf, noise } from './matrices.ts';
import { objectives } from './objectives.ts';

interface Problem {
  name: string;
  start: number[];
  lower: (number | null)[];
  upper: (number | null)[];
  x: number[];
  f: number;
  evaluations: number;
}

const fixture = readFileSync(join(import.meta.dirname, 'fixtures/lbfgsb.json'), 'utf8');
const { problems } = JSON.parse(fixture) as { problems: Problem[] };
const unbounded = (n: number) => bounds(Array(n).fill(null), Array(n).fill(null));

function bounds(lower: (number | null)[], upper: (number | null)[]): { lower: Float64Array; upper: Float64Array } {
  return {
    lower: Float64Array.from(lower, (x) => x ?? -Infinity),
    upper: Float64Array.from(upper, (x) => x ?? Infinity),
  };
}

describe('minimization within bounds', () => {
  it.each(problems.map((problem, i) => [`${i}: ${problem.name} of ${problem.start.length}`, problem] as const))(
    'finds the minimum of problem %s as scipy does, with at most twice its evaluations',
    (_name, { name, start, lower, upper, x, f, evaluations }) => {
      const box = bounds(lower, upper);
      let calls = 0;
      const found = minimize(
        (point, gradient) => {
          calls++;
          expect(point.every((value, i) => value >= box.lower[i] && value <= box.upper[i])).toBe(true);
          return objectives[name](point, gradient);
        },
        Float64Array.from(start),
        box,
      );
      expect(found.converged).toBe(true);
      expect(found.evaluations).toBe(calls);
      expect(found.evaluations).toBeLessThanOrEqual(2 * evaluations);
      expect(Math.abs(found.f - f)).toBeLessThan(1e-8);
      for (const [i, value] of x.entries()) expect(Math.abs(found.x[i] - value)).toBeLessThan(1e-5);
    },
  );

  it('is exact to 1e-6 with tolerances to match', () => {
    const tight = { gradientTolerance: 1e-9, valueTolerance: 1e-15 };
    const { x, f } = minimize(objectives.rosenbrock, Float64Array.of(-1.2, 1, -1.2, 1), unbounded(4), tight);
    for (const value of x) expect(Math.abs(value - 1)).toBeLessThan(1e-6);
    expect(f).toBeLessThan(1e-12);
  });

  it('ends a separable quadratic at the bound nearest to its minimum', () => {
    const value = fc.double({ min: -10, max: 10, noNaN: true });
    const axis = fc.record({ a: value, b: value, centre: value, start: value, steep: fc.integer({ min: 1, max: 50 }) });
    fc.assert(
      fc.property(fc.array(axis, { minLength: 1, maxLength: 12 }), (axes) => {
        const box = bounds(
          axes.map(({ a, b }) => Math.min(a, b)),
          axes.map(({ a, b }) => Math.max(a, b)),
        );
        const found = minimize(
          (x, gradient) => {
            let sum = 0;
            for (const [i, { centre, steep }] of axes.entries()) {
              gradient[i] = steep * (x[i] - centre);
              sum += 0.5 * gradient[i] * (x[i] - centre);
            }
            return sum;
          },
          Float64Array.from(axes, ({ start }) => start),
          box,
          { gradientTolerance: 1e-8, valueTolerance: 0 },
        );
        for (const [i, { centre }] of axes.entries()) {
          const expected = Math.min(Math.max(centre, box.lower[i]), box.upper[i]);
          expect(Math.abs(found.x[i] - expected)).toBeLessThan(1e-6);
        }
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it('never ends above the start, nor out of bounds, and keeps to its limits', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 8 }), fc.nat(), fc.integer({ min: 1, max: 30 }), (n, seed, limit) => {
        const start = noise(seed, n);
        const box = bounds(Array(n).fill(-0.9), Array(n).fill(1.5));
        const f = objectives.rosenbrock;
        const byCalls = minimize(f, start, box, { maxEvaluations: limit });
        const bySteps = minimize(f, start, box, { maxIterations: limit });
        expect(byCalls.evaluations).toBeLessThanOrEqual(limit);
        expect(bySteps.iterations).toBeLessThanOrEqual(limit);
        for (const { x, f: value } of [byCalls, bySteps]) {
          const [before, gradient] = [start.map((v) => Math.max(v, -0.9)), new Float64Array(n)];
          expect(value).toBeLessThanOrEqual(f(before, gradient));
          expect(value).toBe(f(x, gradient));
          expect(x.every((v) => v >= -0.9 && v <= 1.5)).toBe(true);
        }
      }),
      { seed: 2, numRuns: 200 },
    );
  });

  it('cuts steps short where the function is not defined', () => {
    const { x, converged } = minimize(
      ([v], gradient) => {
        gradient[0] = 1 - 1 / v;
        return v > 0 ? v - Math.log(v) : NaN;
      },
      Float64Array.of(30),
      unbounded(1),
    );
    expect(converged).toBe(true);
    expect(x[0]).toBeCloseTo(1, 4);
  });

  it('stays where nothing is free, and where the start has no value', () => {
    const point = Float64Array.of(0.3, -2);
    const fixed = minimize(objectives.himmelblau, Float64Array.of(5, 5), { lower: point, upper: point });
    expect(fixed).toEqual({ x: point, f: fixed.f, iterations: 0, evaluations: 1, converged: true });
    const lost = minimize(() => NaN, Float64Array.of(1), unbounded(1));
    expect(lost).toEqual({ x: Float64Array.of(1), f: NaN, iterations: 0, evaluations: 1, converged: false });
  });

  it('does not say that it converged where a gradient is wrong', () => {
    const wrong = (x: Float64Array, gradient: Float64Array): number => {
      gradient[0] = -2 * x[0];
      return x[0] * x[0];
    };
    expect(minimize(wrong, Float64Array.of(1), unbounded(1))).toMatchObject({ converged: false, f: 1 });
  });

  it('refuses bounds that are crossed, missing or no numbers', () => {
    const run = (lower: number[], upper: number[]) => () =>
      minimize(objectives.himmelblau, Float64Array.of(0, 0), bounds(lower, upper));
    expect(run([0, 1], [1, 0])).toThrow(/Bound 1 is from 1 to 0/);
    expect(run([0, NaN], [1, 1])).toThrow(/Bound 1 is from NaN to 1/);
    expect(run([0], [1])).toThrow(/The bounds have 1 and 1 entries, the start has 2/);
  });

  it('has the same bits on every engine', () => {
    const { x, f } = minimize(objectives.rosenbrock, noise(1, 12), bounds(Array(12).fill(-0.5), Array(12).fill(0.8)));
    const beale = minimize(objectives.beale, Float64Array.of(1, 1), unbounded(2));
    expect(bitsOf(x, Float64Array.of(f), beale.x)).toBe('aedcf4f794e865cb');
  });
});
