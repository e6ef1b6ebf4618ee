import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Row } from '../../samplers/sampler.ts';
import { axisOf, type Axis } from '../../samplers/tpe/axis.ts';
import { Candidates } from '../../samplers/tpe/candidates.ts';
import { CategoryKernels } from '../../samplers/tpe/category-kernels.ts';
import { Observations } from '../../samplers/tpe/observations.ts';
import { compileSpace } from '../../study/space/dimensions.ts';
import type { Distance, ScalarDomain } from '../../study/space/space.ts';
import { define } from '../study/studies.ts';

/** The axis of K choices with weights and distances. */
function axisWith(size: number, distances: readonly Distance[], weights?: readonly number[]): Axis {
  const choices = Array.from({ length: size }, (_, i) => `c${i}`);
  const domain: ScalarDomain = { kind: 'choice', choices, distances, ...(weights && { weights }) };
  return axisOf(compileSpace({ version: 1, parameters: [{ name: 'x', domain }], forbid: [] }).dimensions[0], 0);
}

/** The kernels of rows with these categories; row i has slot i + 1. */
function kernelsOf(axis: Axis, categories: readonly number[]): CategoryKernels {
  const observations = new Observations({ when: [], axes: [axis] }, 1);
  const rows = categories.map((category, number): Row => ({
    number,
    space: 1,
    origin: 'sampler',
    state: 'complete',
    x: Float64Array.of(category),
    seed: 0,
    asOf: number,
  }));
  observations.append(rows, 0);
  const kernels = new CategoryKernels(axis, 0);
  kernels.fit(
    observations,
    Int32Array.from(categories, (_, member) => member + 1),
    categories.length,
  );
  return kernels;
}

/** Probability of each category under the kernel of one row. */
function probabilities(kernels: CategoryKernels, slot: number, size: number): number[] {
  return Array.from({ length: size }, (_, value) => Math.exp(kernels.logKernel(slot, value)));
}

const tables = fc.integer({ min: 2, max: 7 }).chain((size) => {
  const pairs = Array.from({ length: size }, (_, b) =>
    Array.from({ length: b }, (_unused, a) => [a, b] as const),
  ).flat();
  return fc.record({
    size: fc.constant(size),
    distances: fc
      .array(fc.double({ min: 0.01, max: 1, noNaN: true }), { minLength: pairs.length, maxLength: pairs.length })
      .map((numbers) => pairs.map(([a, b], i): Distance => [a, b, numbers[i]])),
    rows: fc.array(fc.nat({ max: size - 1 }), { minLength: 1, maxLength: 30 }),
    weights: fc.array(fc.double({ min: 0.1, max: 5, noNaN: true }), { minLength: size, maxLength: size }),
  });
});

describe('distances between choices', () => {
  it('make a category at distance d exp(-d^2 ln(n + 2)) times as likely as the row’s own', () => {
    fc.assert(
      fc.property(tables, ({ size, distances, rows }) => {
        const kernels = kernelsOf(axisWith(size, distances), rows);
        for (const [i, own] of rows.entries()) {
          const p = probabilities(kernels, i + 1, size);
          expect(p.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
          for (const [value, probability] of p.entries()) {
            const d = distances.find(([a, b]) => a === Math.min(own, value) && b === Math.max(own, value))?.[2] ?? 0;
            expect(probability / p[own]).toBeCloseTo(Math.exp(-d * d * Math.log(rows.length + 2)), 10);
          }
        }
      }),
    );
  });

  it('are symmetric: with an even prior a is to b what b is to a, up to their sums', () => {
    fc.assert(
      fc.property(tables, ({ size, distances }) => {
        const all = Array.from({ length: size }, (_, i) => i);
        const kernels = kernelsOf(axisWith(size, distances), all);
        const p = all.map((i) => probabilities(kernels, i + 1, size));
        for (const a of all) for (const b of all) expect(p[a][b] / p[a][a]).toBeCloseTo(p[b][a] / p[b][b], 10);
      }),
    );
  });

  it('of 1 are what choices have without a table, whatever the prior', () => {
    fc.assert(
      fc.property(tables, ({ size, distances, rows, weights }) => {
        const far = distances.map(([a, b]): Distance => [a, b, 1]);
        const plain = kernelsOf(axisWith(size, [], weights), rows);
        const told = kernelsOf(axisWith(size, far, weights), rows);
        for (let i = 0; i < rows.length; i++)
          for (let value = 0; value < size; value++)
            expect(told.logKernel(i + 1, value)).toBeCloseTo(plain.logKernel(i + 1, value), 12);
      }),
    );
  });

  it('of 0 give two choices one kernel', () => {
    fc.assert(
      fc.property(tables, ({ size, distances, rows }) => {
        // the last choice is a twin of choice 0
        const twin = size;
        const twins = [
          ...distances,
          ...distances.filter(([a]) => a === 0).map(([, b, d]): Distance => [b, twin, d]),
          [0, twin, 0] as const,
        ];
        const kernels = kernelsOf(axisWith(size + 1, twins), [0, twin, ...rows]);
        const [one, other] = [1, 2].map((slot) => probabilities(kernels, slot, size + 1));
        for (const [value, probability] of one.entries()) expect(other[value]).toBeCloseTo(probability, 12);
        expect(one[0]).toBeCloseTo(one[twin], 12);
      }),
    );
  });

  it('are drawn from as they are scored, alone and in a table of candidates', () => {
    fc.assert(
      fc.property(tables, ({ size, distances, rows, weights }) => {
        const axis = axisWith(size, distances, weights);
        const kernels = kernelsOf(axis, rows);
        const candidates = new Candidates([axis], size);
        for (let value = 0; value < size; value++) candidates.set(value, 0, value);
        const table = kernels.table(candidates);
        const draws = 4000;
        const counts = new Array<number>(size).fill(0);
        for (let i = 0; i < draws; i++) counts[kernels.draw(1, (i + 0.5) / draws)]++;
        for (const [value, probability] of probabilities(kernels, 1, size).entries()) {
          expect(table[kernels.classOf[1] * size + value]).toBeCloseTo(Math.log(probability), 12);
          // the draws are an even grid: each piece of a category loses at most a point at either end
          expect(Math.abs(counts[value] / draws - probability)).toBeLessThan((2 * size) / draws);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('reach the sampler from the study file, elements of arrays included', () => {
    const { space } = define(
      'space: { x: { choice: [a, b, c], distances: { c: { a: 0.25 }, a: { b: 1 } } }, ' +
        'y: { array: { choice: [p, q], distances: { p: { q: 0.5 } } }, length: [1, 2] } }',
    );
    const found = compileSpace(space).dimensions.map(({ name, distances }) => [name, distances]);
    expect(found).toEqual([
      ['x', [[0, 2, 0.25]]],
      ['y.length', undefined],
      ['y.0', [[0, 1, 0.5]]],
      ['y.1', [[0, 1, 0.5]]],
    ]);
  });
});
