import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { frontRanks } from '../../study/fronts.ts';
import { hypervolume } from '../../samplers/objectives/hypervolume.ts';
import { random } from '../../samplers/designs/random.ts';
import { resolveOptions } from '../../samplers/registry.ts';
import type { Problem, Row, Sampler } from '../../samplers/sampler.ts';
import { sessionOf } from '../../samplers/session.ts';
import { goodOfFronts } from '../../samplers/tpe/fronts-split.ts';
import { tpe } from '../../samplers/tpe/tpe.ts';
import { compileSpace } from '../../study/space/dimensions.ts';

function row(number: number, y: readonly number[] | undefined, more: Partial<Row> = {}): Row {
  return {
    number,
    space: 1,
    origin: 'sampler',
    state: 'complete',
    x: Float64Array.of(0),
    seed: 0,
    asOf: number,
    ...(y && { y: Float64Array.from(y) }),
    ...more,
  };
}

const points = fc.integer({ min: 2, max: 4 }).chain((m) =>
  fc.array(fc.array(fc.integer({ min: -20, max: 20 }), { minLength: m, maxLength: m }), {
    minLength: 1,
    maxLength: 40,
  }),
);

describe('the good rows of several objectives', () => {
  it('are so many, and none is on a later front than one that is not', () => {
    fc.assert(
      fc.property(points, fc.nat(40), (ys, count) => {
        const { rows, weights } = goodOfFronts(
          ys.map((y, i) => row(i, y)),
          count,
        );
        expect(new Set(rows).size).toBe(Math.min(count, ys.length));
        const fronts = frontRanks(ys);
        const others = ys.flatMap((_, i) => (rows.includes(i) ? [] : [fronts[i]]));
        expect(Math.max(...rows.map((i) => fronts[i]))).toBeLessThanOrEqual(Math.min(...others));
        expect(weights.every((weight) => weight > 0 && weight <= 1)).toBe(true);
      }),
      { seed: 20_261_126 },
    );
  });

  it('are the same in other units', () => {
    fc.assert(
      fc.property(points, fc.integer({ min: -300, max: 300 }), (ys, exponent) => {
        const scale = Number(`1e${exponent}`);
        const plain = goodOfFronts(
          ys.map((y, i) => row(i, y)),
          7,
        );
        const scaled = goodOfFronts(
          ys.map((y, i) =>
            row(
              i,
              y.map((value, k) => (k === 0 ? value * scale : value)),
            ),
          ),
          7,
        );
        for (const [i, weight] of scaled.weights.entries()) expect(weight).toBeCloseTo(plain.weights[i], 9);
      }),
      { seed: 20_261_126 },
    );
  });

  it('weigh what the volume would lose without them, up to a tenth beyond the worst values', () => {
    const ys = [
      [1, 10],
      [4, 4],
      [10, 1],
      [10, 10],
    ];
    const { rows, weights } = goodOfFronts(
      ys.map((y, i) => row(i, y)),
      4,
    );
    expect(rows).toEqual([0, 1, 2, 3]);
    // up to (11, 11): 3 x 1, 6 x 6, 1 x 3; the last one is dominated
    expect([...weights].map((weight) => Number(weight.toFixed(6)))).toEqual(
      [3 / 36, 1, 3 / 36, 0.001].map((weight) => Number(weight.toFixed(6))),
    );
  });

  it('are feasible before they are infeasible, however good those look', () => {
    const rows = [
      row(0, [0, 0], { state: 'infeasible', c: Float64Array.of(2) }),
      row(1, [0, 0], { state: 'infeasible', c: Float64Array.of(1) }),
      row(2, [9, 9]),
      row(3, undefined, { state: 'pruned', step: 3 }),
      row(4, [8, 9]),
    ];
    expect(goodOfFronts(rows, 1).rows).toEqual([4]);
    expect(goodOfFronts(rows, 3).rows).toEqual([4, 2, 1]);
    expect(goodOfFronts(rows, 4).rows).toEqual([4, 2, 1, 0]);
  });
});

describe('tpe with two objectives', () => {
  const cube = [0, 1, 2, 3].map((i) => ({
    name: `x${i}`,
    domain: { kind: 'float', low: 0, high: 1, scale: 'linear' } as const,
  }));
  const problem: Problem = {
    space: compileSpace({ version: 1, parameters: cube, forbid: [] }),
    objectives: 2,
    constraints: 0,
    parallel: 1,
    deterministic: false,
  };

  /** What 60 trials dominate, up to (1, 1); squared distances to two points of the cube, scaled. */
  function volumeOf(sampler: Sampler, seed: number): number {
    const session = sessionOf(sampler, resolveOptions(sampler, {}), problem, seed);
    const found: number[][] = [];
    for (let number = 0; number < 60; number++) {
      const [{ x }] = session.ask([{ number, asOf: number }]).suggestions;
      const point = Float64Array.from(x, (value) => value ?? NaN);
      const distanceTo = (place: number): number => point.reduce((sum, v) => sum + (v - place) * (v - place), 0);
      found.push([distanceTo(0.3), distanceTo(0.7)]);
      session.push([{ ...row(number, found[number]), x: point, closed: number + 1 }]);
    }
    return hypervolume(found, [1, 1]);
  }

  it('dominates more than random search does, whatever the seed', () => {
    for (const seed of [1, 2, 3, 4]) expect(volumeOf(tpe, seed)).toBeGreaterThan(volumeOf(random, seed));
  });
});
