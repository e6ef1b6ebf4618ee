import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import {
  advanceRegion,
  boxOf,
  failuresAllowed,
  openRegion,
  SHORTEST,
  type Trust,
} from '../../../samplers/acquisition/trust-region.ts';
import type { Row, View } from '../../../samplers/sampler.ts';
import { createRng } from '../../../samplers/numerics/philox.ts';
import { complete, pending } from '../spaces.ts';

const TRUST: Trust = { dimensions: 3, parallel: 1, startup: 4 };

function view(rows: readonly Row[], closed: readonly number[] = rows.map(({ number }) => number)): View {
  return { seq: closed.length, rows, closed };
}

/** Rows one after another, with these values; undefined for a failed one. */
function sequence(values: readonly (number | undefined)[]): Row[] {
  return values.map((y, i) => {
    const x = [i / 1000, 0.5, 0.5];
    const row = y === undefined ? pending(i, x, { state: 'failed', closed: i + 1 }) : complete(i, x, i + 1, y);
    return { ...row, asOf: i };
  });
}

/** The rule of the authors' code for one trial at a time, after the initial design. */
function authors(values: readonly number[], startup: number, failures: number): number[] {
  let [length, good, bad] = [0.8, 0, 0];
  let best = Math.min(...values.slice(0, startup));
  return values.slice(startup).map((value) => {
    if (value < best - 1e-3 * Math.abs(best)) [good, bad] = [good + 1, 0];
    else [good, bad] = [0, bad + 1];
    if (good === 3) [length, good] = [Math.min(2 * length, 1.6), 0];
    else if (bad === failures) [length, bad] = [length / 2, 0];
    best = Math.min(best, value);
    return length;
  });
}

describe('a trust region', () => {
  it("grows and shrinks as in the authors' code", () => {
    fc.assert(
      fc.property(fc.nat(10_000), (seed) => {
        const rng = createRng(seed, 0);
        let level = 1;
        const values = Array.from({ length: 24 }, (_, i) =>
          rng.uniform(0, i) < 0.5 ? (level -= rng.uniform(1, i) * 0.1) : level + rng.uniform(2, i),
        );
        const rows = sequence(values);
        const lengths = authors(values, TRUST.startup, 4);
        lengths.forEach((length, k) => {
          const closed = rows.slice(0, TRUST.startup + k + 1);
          expect(advanceRegion(openRegion(), view(closed), TRUST).length).toBe(length);
        });
      }),
      { seed: 8, numRuns: 50 },
    );
  });

  it('allows as many failures as there are dimensions, in batches', () => {
    expect(failuresAllowed({ dimensions: 2, parallel: 1, startup: 0 })).toBe(4);
    expect(failuresAllowed({ dimensions: 30, parallel: 1, startup: 0 })).toBe(30);
    expect(failuresAllowed({ dimensions: 30, parallel: 8, startup: 0 })).toBe(4);
  });

  it('is the same after a resume at any position, whatever the order of closings', () => {
    fc.assert(
      fc.property(fc.nat(10_000), fc.integer({ min: 0, max: 120 }), (seed, k) => {
        const rng = createRng(seed, 1);
        const order = Array.from({ length: 120 }, (_, i) => i).sort(
          (a, b) => a + 8 * rng.uniform(3, a) - b - 8 * rng.uniform(3, b) || a - b,
        );
        const rows = sequence(order.map((i) => (rng.uniform(4, i) < 0.15 ? undefined : rng.normal(5, i)))).map(
          (row) => ({
            ...row,
            closed: order.indexOf(row.number) + 1,
            asOf: Math.max(0, order.indexOf(row.number) - 8),
          }),
        );
        const cold = advanceRegion(openRegion(), view(rows, order), TRUST);
        const warm = advanceRegion(openRegion(), view(rows, order.slice(0, k)), TRUST);
        expect(advanceRegion(warm, view(rows, order), TRUST)).toEqual(cold);
      }),
      { seed: 9, numRuns: 40 },
    );
  });

  it('ends when it is too small, and the next one begins without its rows', () => {
    // 0.8 is halved seven times: 4 results, 7 x 4 failures
    const rows = sequence(Array.from({ length: 4 + 28 + 10 }, (_, i) => (i < 32 ? i : 100 - i)));
    const before = advanceRegion(openRegion(), view(rows.slice(0, 31)), TRUST);
    expect(before.length).toBe(0.8 / 64);
    expect(before.length).toBeGreaterThan(SHORTEST);
    const after = advanceRegion(before, view(rows.slice(0, 32)), TRUST);
    expect(after).toMatchObject({ restarts: 1, length: 0.8, members: [], since: 32 });
    const next = advanceRegion(after, view(rows), TRUST);
    expect(next.members).toEqual([32, 33, 34, 35, 36, 37, 38, 39, 40, 41]);
    expect(next.best!.number).toBe(41);
  });

  it('counts no row that was asked for before it began', () => {
    const rows = sequence(Array.from({ length: 32 }, (_, i) => i));
    const late = { ...complete(32, [0.9, 0.9, 0.9], 33, -5), asOf: 30 };
    const after = advanceRegion(openRegion(), view([...rows, late]), TRUST);
    expect(after.restarts).toBe(1);
    expect(after.members).toEqual([]);
    expect(after.best).toBeUndefined();
  });
});

describe('the box of a trust region', () => {
  const best = complete(0, [0.5, 0.5, 0.9], 1, 0);
  const region = { ...openRegion(), best };

  it('has the volume of a cube of its length, sides in proportion to the length scales', () => {
    const { low, high } = boxOf(
      { ...region, length: 0.2 },
      Float64Array.of(0.5, 0.5, 0.5),
      Float64Array.of(0.1, 0.2, 0.4),
    );
    const sides = low.map((from, i) => high[i]! - from);
    expect(sides[1]! / sides[0]!).toBeCloseTo(2, 12);
    expect(sides[2]! / sides[1]!).toBeCloseTo(2, 12);
    expect(sides.reduce((product, side) => product * side, 1)).toBeCloseTo(0.008, 12);
  });

  it('is cut to the cube, and is the cube where there is no best value or no place', () => {
    const box = boxOf({ ...region, length: 0.4 }, Float64Array.of(0.5, NaN, 0.9), Float64Array.of(1, 1, 1));
    expect(box.low[0]).toBeCloseTo(0.3, 12);
    expect([box.low[1], box.high[1], box.high[2]]).toEqual([0, 1, 1]);
    expect(boxOf(openRegion(), Float64Array.of(0.5), Float64Array.of(1))).toEqual({
      low: Float64Array.of(0),
      high: Float64Array.of(1),
    });
  });
});
