import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { latinHypercube, shuffled } from '../../../samplers/designs/latin-hypercube.ts';
import type { Problem, Sampler } from '../../../samplers/sampler.ts';
import { choice, float, given, int, problemOf, spaceOf } from '../spaces.ts';
import { played, scored } from '../evolution/play.ts';

function points(problem: Problem, trials: number, count: number, seed = 1): Float64Array[] {
  const rows = played(latinHypercube as Sampler<never>, problem, () => scored(0), {
    trials,
    seed,
    options: { points: count },
  });
  return rows.map(({ x }) => x);
}

/** How often each value occurs. */
function counts(values: readonly number[]): Record<number, number> {
  const found: Record<number, number> = {};
  for (const value of values) found[value] = (found[value] ?? 0) + 1;
  return found;
}

const cube = problemOf(spaceOf({ a: float(0, 1), b: float(0, 1), c: float(0, 1) }));

describe('latin-hypercube', () => {
  it.each([7, 20, 64])('has one of each %d trials in a row in each stratum of each parameter', (count) => {
    const all = points(cube, 3 * count, count);
    for (let block = 0; block < 3; block++)
      for (let dim = 0; dim < 3; dim++) {
        const strata = all.slice(block * count, (block + 1) * count).map((x) => Math.floor(x[dim] * count));
        expect(strata.toSorted((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, i) => i));
      }
  });

  it('has equally probable strata of priors, on log scales, and of categories by weight', () => {
    const space = spaceOf({
      lr: float(1e-4, 1, { scale: 'log' }),
      peaked: float(0, 1, { prior: { beta: { alpha: 2, beta: 1 } } }),
      kind: { kind: 'choice', choices: ['often', 'rare'], weights: [3, 1] },
      units: int(1, 5),
    });
    const all = points(problemOf(space), 20, 20);
    expect(counts(all.map(([lr]) => Math.floor(5 * (Math.log10(lr) + 4))))).toEqual(
      Object.fromEntries(Array.from({ length: 20 }, (_, i) => [i, 1])),
    );
    // the distribution function is x^2
    expect(counts(all.map(([, peaked]) => Math.floor(20 * peaked * peaked)))).toEqual(
      Object.fromEntries(Array.from({ length: 20 }, (_, i) => [i, 1])),
    );
    expect(counts(all.map(([, , kind]) => kind))).toEqual({ 0: 15, 1: 5 });
    expect(counts(all.map(([, , , units]) => units))).toEqual({ 1: 4, 2: 4, 3: 4, 4: 4, 5: 4 });
  });

  it('makes another hypercube of each block, and of each seed', () => {
    const all = points(cube, 20, 10);
    const strata = (xs: readonly Float64Array[]): number[] => xs.map(([a]) => Math.floor(a * 10));
    expect(strata(all.slice(0, 10))).not.toEqual(strata(all.slice(10)));
    expect(strata(points(cube, 10, 10, 2))).not.toEqual(strata(all.slice(0, 10)));
  });

  it('follows conditions', () => {
    const space = spaceOf({ kind: choice('p', 'q'), only: given(float(0, 1), 'kind', 'p') });
    const all = points(problemOf(space), 40, 40);
    expect(all.filter(([kind]) => kind === 0)).toHaveLength(20);
    for (const [kind, only] of all) expect(Number.isNaN(only)).toBe(kind === 1);
  });

  it('has parameters that do not depend on each other', () => {
    const all = points(cube, 1000, 1000);
    const correlation = (j: number, k: number): number =>
      all.reduce((sum, x) => sum + (x[j] - 0.5) * (x[k] - 0.5), 0) / (1000 / 12);
    for (const [j, k] of [
      [0, 1],
      [0, 2],
      [1, 2],
    ])
      // three standard errors
      expect(Math.abs(correlation(j, k))).toBeLessThan(0.095);
  });
});

describe('a shuffle', () => {
  it('is a bijection', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 0, max: 0xffffffff }), (length, key) => {
        const places = Array.from({ length }, (_, i) => shuffled(i, length, key));
        expect(places.toSorted((a, b) => a - b)).toEqual(Array.from({ length }, (_, i) => i));
      }),
      { seed: 1 },
    );
  });

  it('puts an item anywhere, equally often over keys', () => {
    const found = new Array<number>(10).fill(0);
    for (let i = 0; i < 5000; i++) found[shuffled(3, 10, Math.imul(i, 0x9e3779b1) >>> 0)]++;
    const chiSquare = found.reduce((sum, count) => sum + (count - 500) ** 2 / 500, 0);
    // the 0.999 quantile with nine degrees of freedom
    expect(chiSquare).toBeLessThan(27.9);
  });
});
