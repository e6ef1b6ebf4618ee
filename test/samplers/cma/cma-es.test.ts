import { describe, expect, it } from 'vitest';
import { defaultPopulation } from '../../../samplers/cma/constants.ts';
import { resolveOptions } from '../../../samplers/registry.ts';
import { createStudySession } from '../../../samplers/study-session.ts';
import type { Domain } from '../../../study/space/space.ts';
import { choice, float, given, int, problemOf, spaceOf, type Entry } from '../spaces.ts';
import { best, memoOf, play, SAMPLER, session, suggested } from './play.ts';

const cube = (n: number, domain: Domain = float(-5, 5)): Record<string, Entry> =>
  Object.fromEntries(Array.from({ length: n }, (_, i) => [`x${i}`, domain]));
const numbers = (n: number, domain?: Domain) => problemOf(spaceOf(cube(n, domain)));

/** Condition number 10^4, axes turned by 45 degrees in pairs, optimum off the middle. */
function ellipsoid(x: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i += 2) {
    const [a, b] = [x[i] - 1, x[i + 1] + 0.5];
    sum += (a + b) * (a + b) + 1e4 * (a - b) * (a - b);
  }
  return sum;
}

const sphere = (x: Float64Array): number =>
  x.reduce((sum, value, i) => sum + (value - 0.1 * (i % 9)) * (value - 0.1 * (i % 9)), 0);

describe('cma-es', () => {
  it('finds the optimum of a sphere and of a turned ellipsoid in ten dimensions to nine digits', () => {
    const options = { restarts: 'none' };
    expect(best(play(numbers(10), sphere, { trials: 2000, options }))).toBeLessThan(1e-9);
    expect(best(play(numbers(10), ellipsoid, { trials: 4000, options }))).toBeLessThan(1e-9);
  });

  it('learns variances alone above 100 dimensions, and comes closer than the start by far', () => {
    const rows = play(numbers(110), sphere, { trials: 1500, batch: 20 });
    expect(best(rows)).toBeLessThan(0.1 * best(rows.slice(0, 20)));
  });

  it('finds the right whole numbers, though the others have drawn the distribution together long before', () => {
    const problem = problemOf(spaceOf({ ...cube(3), a: int(0, 20), b: int(1, 1000, { scale: 'log' }), c: int(0, 9) }));
    const value = ([x, y, z, a, b, c]: Float64Array): number =>
      1000 * (x * x + y * y + z * z) + Math.abs(a - 17) + Math.abs(b - 4) + (c - 2) * (c - 2);
    const rows = play(problem, value, { trials: 1200, options: { restarts: 'none' } });
    const found = rows.toSorted((a, b) => a.y![0] - b.y![0])[0];
    expect(Array.from(found.x.slice(3))).toEqual([17, 4, 2]);
    // and goes on to try others
    expect(new Set(rows.slice(-200).map(({ x }) => x[3])).size).toBeGreaterThan(1);
  });

  it('finds the right categories beside numbers', () => {
    const problem = problemOf(
      spaceOf({ ...cube(3), kind: choice('a', 'b', 'c', 'd', 'e'), on: { kind: 'bool' }, way: choice(1, 2, 3, 4) }),
    );
    const value = (x: Float64Array): number =>
      sphere(x.subarray(0, 3)) + Number(x[3] !== 3) + Number(x[4] !== 1) + Number(x[5] !== 2);
    const rows = play(problem, value, { trials: 600 });
    expect(best(rows)).toBeLessThan(1e-3);
    const late = rows.slice(-60).filter(({ x }) => x[3] === 3 && x[4] === 1 && x[5] === 2);
    expect(late.length).toBeGreaterThan(30);
  });

  it('learns a conditional parameter from the trials that have it', () => {
    const problem = problemOf(
      spaceOf({ kind: choice('plain', 'deep'), x: float(0, 1), depth: given(float(0, 1), 'kind', 'deep') }),
    );
    const value = ([kind, x, depth]: Float64Array): number =>
      (x - 0.3) * (x - 0.3) + (kind === 1 ? (depth - 0.8) * (depth - 0.8) : 0.2);
    expect(best(play(problem, value, { trials: 300 }))).toBeLessThan(1e-4);
  });

  it('begins at the medians of priors, with their spread', () => {
    const prior = { normal: { mean: 0.8, sd: 0.02 } };
    const problem = problemOf(spaceOf({ known: float(0, 1, { prior }), open: float(0, 1) }));
    const rows = Array.from({ length: 40 }, (_, number) => suggested(session(problem, { seed: number }), 0, 0));
    const known = rows.map(({ x }) => x[0]);
    expect(Math.abs(known.reduce((a, b) => a + b) / 40 - 0.8)).toBeLessThan(0.02);
    const range = (values: number[]) => Math.max(...values) - Math.min(...values);
    expect(range(known)).toBeLessThan(0.3 * range(rows.map(({ x }) => x[1])));
  });

  it('keeps away from forbidden regions and ranks infeasible trials last', () => {
    const problem = problemOf(spaceOf({ x: float(0, 1), y: float(0, 1) }, [{ x: { above: 0.7 } }]), { constraints: 1 });
    // the best of the plane is forbidden, the next best infeasible
    const rows = play(
      problem,
      ([x, y]) => {
        const c = Float64Array.of(0.2 - y);
        return { y: Float64Array.of(y - x), c, state: c[0] > 0 ? 'infeasible' : 'complete' };
      },
      { trials: 300, options: { restarts: 'none' } },
    );
    expect(rows.every(({ x }) => x[0] <= 0.7)).toBe(true);
    const [x, y] = rows.filter(({ state }) => state === 'complete').toSorted((a, b) => a.y![0] - b.y![0])[0].x;
    expect(x).toBeGreaterThan(0.68);
    expect(y).toBeLessThan(0.22);
  });

  it('ranks pruned trials behind complete ones, by how far they came', () => {
    const problem = numbers(2, float(0, 1));
    // what is pruned looks better than all that is complete
    const rows = play(
      problem,
      ([x, y]) =>
        x > 0.5
          ? { state: 'pruned', step: 3, y: Float64Array.of(-1) }
          : { y: Float64Array.of(x + y), state: 'complete' },
      { trials: 150 },
    );
    expect(rows.slice(-20).every(({ state }) => state === 'complete')).toBe(true);
  });

  it('has a population of 4 + 3 ln d, and no smaller one than there are trials in flight', () => {
    expect([2, 5, 10, 40].map(defaultPopulation)).toEqual([6, 8, 10, 15]);
    const problem = numbers(10);
    expect(memoOf(suggested(session(problem), 0, 0)).lambda).toBe(10);
    expect(memoOf(suggested(session({ ...problem, parallel: 25 }), 0, 0)).lambda).toBe(25);
  });

  it.each([
    [
      { objectives: 2 },
      {},
      'cma-es is for one objective, and this study has 2; keep one of them, or use nsga-ii, tpe or random',
    ],
    [
      { space: spaceOf({ order: { kind: 'permutation', items: [1, 2, 3] } }) },
      {},
      'cma-es has no permutations, and order is one; use tpe, gp or random',
    ],
    [
      { space: spaceOf(cube(101)) },
      { adaptRates: true },
      'adaptRates is for up to 100 numbers, and this space has 101; leave it out',
    ],
  ])('refuses what it is not for, in words', (change, options, words) => {
    expect(SAMPLER.supports({ ...numbers(2), ...change }, resolveOptions(SAMPLER, options))).toBe(words);
  });

  it('begins at the best of another sampler or of an earlier space, once it has seen them', () => {
    const space = spaceOf(cube(4, float(0, 1))).space;
    const definition = {
      name: 'study',
      space,
      objectives: [{ name: 'f', goal: 'minimize' as const }],
      constraints: [],
      trial: { kind: 'external' as const, retries: 0, heartbeatMs: 1000 },
      sampler: { name: 'cma-es', options: {} },
      stop: { trials: 100, maxFailures: 1 },
      parallel: 1,
      order: 'completion' as const,
      seed: 5,
      deterministic: false,
      enqueue: [],
    };
    const sampler = definition.sampler;
    const epochs = [
      { seq: 0, space, sampler: { name: 'random', options: {} }, parallel: 1, was: {} },
      { seq: 10, space: { ...space, version: 2 }, sampler, parallel: 1, was: {} },
    ];
    const study = createStudySession(definition, epochs);
    study.push(
      Array.from({ length: 10 }, (_, number) => ({
        number,
        state: 'complete' as const,
        origin: 'sampler' as const,
        x: Float64Array.of(0.9, 0.1, number / 10, 0.9),
        space: 1,
        sampler: 1,
        seed: number,
        asOf: number,
        closed: number + 1,
        values: [Math.abs(number - 8)],
        reports: [],
        attempts: 1,
      })),
    );
    const asks = Array.from({ length: 30 }, (_, i) => ({ number: 10 + i, asOf: 10 }));
    const points = study.ask(asks).suggestions.map(({ x }) => x.map(Number));
    const mean = [0, 1, 2, 3].map((i) => points.reduce((sum, x) => sum + x[i], 0) / points.length);
    for (const [i, expected] of [0.85, 0.15, 0.8, 0.85].entries())
      expect(Math.abs(mean[i] - expected)).toBeLessThan(0.1);
  });

  it('has nothing to search where everything is fixed, and answers all the same', () => {
    const problem = problemOf(spaceOf({ a: int(1, 1), b: choice('x') }));
    expect(Array.from(suggested(session(problem), 0, 0).x)).toEqual([1, 0]);
  });
});
