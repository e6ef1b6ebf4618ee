/** What samplers make of a parent: law by law, for both that explore. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRng } from '../../../samplers/numerics/philox.ts';
import { pbt } from '../../../samplers/population/pbt.ts';
import { resolveOptions, samplerByName } from '../../../samplers/registry.ts';
import type { Ask, Problem, Row, View } from '../../../samplers/sampler.ts';
import { sessionOf } from '../../../samplers/session.ts';
import { defineSpace } from '../../../study/definition.ts';
import { compileSpace } from '../../../study/space/dimensions.ts';
import { pointFault } from '../../../study/space/point.ts';

const space = compileSpace(
  defineSpace({
    lr: { float: [1e-4, 1], scale: 'log' },
    shift: { float: [-1, 1] },
    units: { int: [1, 64] },
    grid: { float: [0, 1], step: 0.25 },
    depth: { ordinal: ['low', 'middle', 'high'] },
    optimizer: { choice: ['sgd', 'adam'] },
    momentum: { float: [0, 0.99], when: { optimizer: 'sgd' } },
  }),
);
const problem: Problem = { space, objectives: 1, constraints: 0, parallel: 8, deterministic: false };
const FREE = new Float64Array(space.dimensions.length).fill(NaN);
const [LR, SHIFT, UNITS, GRID, DEPTH, OPTIMIZER, MOMENTUM] = [0, 1, 2, 3, 4, 5, 6];
const parent = Float64Array.from([0.01, 0.5, 10, 0.5, 1, 0, 0.9]);

const row = (number: number, x: Float64Array, more: Partial<Row> = {}): Row => ({
  number,
  space: space.space.version,
  origin: 'sampler',
  state: 'complete',
  x,
  y: Float64Array.of(1),
  seed: 0,
  asOf: 0,
  closed: number + 1,
  ...more,
});

function exploreFrom(
  x: Float64Array,
  raw: Readonly<Record<string, unknown>>,
  number = 1,
  ask: Partial<Ask> = {},
): Float64Array {
  const options = resolveOptions(pbt, raw);
  const view: View = { seq: 1, rows: [row(0, x)], closed: [0] };
  const cache = pbt.advance(undefined, view, problem, options);
  const asked = { number, fixed: FREE, parent: 0, ...ask };
  const answer = pbt.suggest(cache, view, asked, createRng(1, number), problem, options);
  if (answer === 'exhausted') throw new Error('exhausted');
  return answer.x;
}

const many = (raw: Readonly<Record<string, unknown>>, x = parent): Float64Array[] =>
  Array.from({ length: 200 }, (_, i) => exploreFrom(x, raw, i + 1));
const values = (points: readonly Float64Array[], dim: number): number[] =>
  [...new Set(points.map((x) => x[dim]))].sort((a, b) => a - b);

describe('exploring as pbt does', () => {
  it('moves numbers by the factor, grids by a step at least, ordinals to a neighbour, and leaves categories', () => {
    const points = many({ explore: 'perturb', factor: 1.5 });
    expect(values(points, LR).map((value) => value.toPrecision(6))).toEqual(['0.00666667', '0.0150000']);
    expect(values(points, SHIFT)).toEqual([0.25, 0.75]);
    expect(values(points, UNITS)).toEqual([5, 15]);
    expect(values(points, GRID)).toEqual([0.25, 0.75]);
    expect(values(points, DEPTH)).toEqual([0, 2]);
    expect(values(points, OPTIMIZER)).toEqual([0]);
  });

  it('gets away from 0', () => {
    const points = many({ explore: 'perturb' }, Float64Array.from([0.01, 0, 1, 0, 0, 0, 0]));
    expect(values(points, SHIFT).map((value) => value.toFixed(3))).toEqual(['-0.040', '0.040']);
    expect(values(points, UNITS)).toEqual([1, 2]);
  });

  it('stops at bounds, or is thrown back from them', () => {
    const edge = Float64Array.from([0.9, 0.95, 64, 1, 2, 0, 0.95]);
    expect(values(many({ explore: 'perturb', factor: 2 }, edge), LR)).toEqual([0.45, 1]);
    const thrown = values(many({ explore: 'perturb', factor: 2, bounds: 'reflect' }, edge), LR);
    expect(thrown.map((value) => value.toFixed(4))).toEqual(['0.2000', '0.4500']);
  });

  it('draws anew as often as it is told', () => {
    const kept = (share: number): number => {
      const points = many({ explore: 'both', resample: share, factor: 1.5 });
      const moved = new Set([0.25, 0.75]);
      return points.filter((x) => moved.has(x[SHIFT])).length / points.length;
    };
    expect(kept(0)).toBe(1);
    // 200 coins
    expect(Math.abs(kept(0.25) - 0.75)).toBeLessThan(0.1);
    expect(values(many({ explore: 'resample' }), OPTIMIZER)).toEqual([0, 1]);
  });

  it('draws what the parent did not have', () => {
    const adam = Float64Array.from([0.01, 0.5, 10, 0.5, 1, 1, NaN]);
    const points = many({ explore: 'resample' }, adam).filter((x) => x[OPTIMIZER] === 0);
    expect(points.length).toBeGreaterThan(50);
    for (const x of points) expect(x[MOMENTUM]).toBeGreaterThanOrEqual(0);
    for (const x of many({ explore: 'perturb' }, adam)) expect(x[MOMENTUM]).toBeNaN();
  });

  it('keeps what is fixed', () => {
    const fixed = FREE.slice();
    fixed[SHIFT] = -0.125;
    expect(exploreFrom(parent, {}, 3, { fixed })[SHIFT]).toBe(-0.125);
  });
});

describe.each(['pbt', 'pb2'])('%s', (name) => {
  /** A population's asks over some generations, and its rows. */
  function play(
    session = sessionOf(samplerByName(name), resolveOptions(samplerByName(name), {}), problem, 5),
    again?: () => typeof session,
  ): { x: (number | null)[][] } {
    const rows: Row[] = [];
    const x: (number | null)[][] = [];
    let [current, seq] = [session, 0];
    for (let generation = 0; generation < 6; generation++) {
      const rung = { to: generation + 1, bracket: 0, rung: generation };
      const asks = Array.from({ length: 8 }, (_, member) => {
        const parentNumber = (generation - 1) * 8 + (member > 5 ? member - 6 : member);
        return {
          number: generation * 8 + member,
          asOf: seq,
          rung: { ...rung, bracket: member },
          ...(generation > 0 && { lineage: { parent: parentNumber, keeps: member < 6 } }),
        };
      });
      if (again) {
        current = again();
        current.push(rows);
      }
      const answers = again ? asks.map((ask) => current.ask([ask]).suggestions[0]) : current.ask(asks).suggestions;
      const made = answers.map((answer, i): Row => {
        const point = Float64Array.from(answer.x, (value) => value ?? NaN);
        const { number, asOf, lineage } = asks[i];
        x.push(answer.x as (number | null)[]);
        return row(number, point, {
          y: Float64Array.of(Math.abs(point[SHIFT]) / (generation + 1) + number / 1000),
          asOf,
          seed: answer.seed,
          rung: asks[i].rung,
          closed: ++seq,
          ...(lineage && { parent: lineage.parent }),
        });
      });
      rows.push(...made);
      current.push(made);
    }
    return { x };
  }

  it('suggests the same bits from a cold cache, asked one by one', () => {
    const { x } = play();
    const fresh = () => sessionOf(samplerByName(name), resolveOptions(samplerByName(name), {}), problem, 5);
    expect(play(fresh(), fresh).x).toEqual(x);
  });

  it('keeps the parent’s parameters where it is told to, and explores elsewhere, always within the space', () => {
    const { x } = play();
    for (const [number, point] of x.entries()) {
      expect(
        pointFault(
          space,
          Float64Array.from(point, (value) => value ?? NaN),
        ),
      ).toBeUndefined();
      if (number < 8) continue;
      const member = number % 8;
      if (member < 6) expect(point).toEqual(x[number - 8]);
      else expect(point).not.toEqual(x[number - 8 - 6]);
    }
  });
});

describe('the process of pb2', () => {
  it('takes a point of any time for what it is: near ones tell most', async () => {
    const { TimeVaryingProcess } = await import('../../../samplers/population/time-varying-gp.ts');
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1000 }), (seed) => {
        const rng = createRng(seed, 0);
        const points = Array.from({ length: 20 }, (_, i) => ({ u: Float64Array.of(rng.uniform(1, i)), time: i / 4 }));
        const values = Float64Array.from(points, ({ u }) => 3 * (u[0] - 0.5));
        const process = new TimeVaryingProcess(points, values, 1);
        const at = process.at(points[19]);
        const far = process.at({ u: Float64Array.of(5), time: 40 });
        expect(far.mean).toBeCloseTo(0, 3);
        expect(far.sd).toBeCloseTo(1, 3);
        expect(at.sd).toBeLessThan(far.sd);
        process.add({ u: Float64Array.of(5), time: 40 });
        expect(process.at({ u: Float64Array.of(5), time: 40 }).sd).toBeLessThan(0.75);
        expect(process.at(points[19]).mean).toBe(at.mean);
      }),
      { numRuns: 10, seed: 1 },
    );
  });
});
