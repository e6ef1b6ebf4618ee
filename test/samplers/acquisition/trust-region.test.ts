import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import {
  afterRow,
  belongs,
  boxAround,
  openRegion,
  usesRegion,
  type TrustRegion,
} from '../../../samplers/acquisition/trust-region.ts';
import type { Problem, Row } from '../../../samplers/sampler.ts';
import { createRng } from '../../../samplers/numerics/philox.ts';
import { choice, complete, float, int, pending, problemOf, spaceOf } from '../spaces.ts';

const PROBLEM = problemOf(spaceOf({ a: float(0, 1), b: float(0, 1), c: float(0, 1) }));
const STARTUP = 4;

/** Rows one after another, with these values; undefined for a failed one. */
function sequence(values: readonly (number | undefined)[]): Row[] {
  return values.map((y, i) => {
    const x = [i / 1000, 0.5, 0.5];
    const row = y === undefined ? pending(i, x, { state: 'failed', closed: i + 1 }) : complete(i, x, i + 1, y);
    return { ...row, asOf: i };
  });
}

/** The region after rows that closed in this order, and how many regions ended. */
function after(rows: readonly Row[], problem: Problem = PROBLEM, region = openRegion()): TrustRegion {
  for (const row of rows) if (belongs(region, row)) afterRow(region, row, problem, STARTUP);
  return region;
}

/** The rule of the authors' code for batches of q, after the initial design. */
function authors(values: readonly number[], q: number): number[] {
  let [length, good, bad] = [0.8, 0, 0];
  let best = Math.min(...values.slice(0, STARTUP));
  const lengths: number[] = [];
  for (let at = STARTUP; at + q <= values.length; at += q) {
    const least = Math.min(...values.slice(at, at + q));
    if (least < best - 1e-3 * Math.abs(best)) [good, bad] = [good + 1, 0];
    else [good, bad] = [0, bad + 1];
    if (good === 3) [length, good] = [Math.min(2 * length, 1.6), 0];
    else if (bad === Math.ceil(Math.max(4 / q, 3 / q))) [length, bad] = [length / 2, 0];
    best = Math.min(best, least);
    lengths.push(length);
  }
  return lengths;
}

describe('a trust region', () => {
  it.each([1, 2, 3])("grows and shrinks as in the authors' code, %i in flight", (parallel) => {
    fc.assert(
      fc.property(fc.nat(10_000), (seed) => {
        const rng = createRng(seed, 0);
        let level = 1;
        const values = Array.from({ length: 22 }, (_, i) => {
          // no step is within a rounding of a thousandth
          const better = rng.uniform(0, i) < 0.5;
          return better ? (level -= 0.01 + rng.uniform(1, i) * 0.1) : level + 0.01 + rng.uniform(2, i);
        });
        const rows = sequence(values).map((row) => ({ ...row, asOf: 0 }));
        const lengths = authors(values, parallel);
        for (const [k, length] of lengths.entries())
          expect(after(rows.slice(0, STARTUP + (k + 1) * parallel), { ...PROBLEM, parallel }).length).toBe(length);
      }),
      { seed: 8, numRuns: 50 },
    );
  });

  it('ends when it is too small, and the next one begins without its rows', () => {
    // 0.8 is halved seven times: 4 results, 7 x 4 failures
    const rows = sequence(Array.from({ length: 4 + 28 + 10 }, (_, i) => (i < 32 ? i : 100 - i)));
    const before = after(rows.slice(0, 31));
    expect(before.length).toBe(0.8 / 64);
    expect(after(rows.slice(31, 32), PROBLEM, before)).toMatchObject({
      restarts: 1,
      length: 0.8,
      members: 0,
      since: 32,
      best: Infinity,
    });
    expect(after(rows.slice(32), PROBLEM, before)).toMatchObject({ restarts: 1, members: 10, best: 59 });
  });

  it('takes no row that was asked for before it began', () => {
    const region = after(sequence(Array.from({ length: 32 }, (_, i) => i)));
    expect(region.restarts).toBe(1);
    const late = { ...complete(32, [0.9, 0.9, 0.9], 33, -5), asOf: 31 };
    expect(belongs(region, late)).toBe(false);
    expect(belongs(region, { ...late, asOf: 32 })).toBe(true);
  });

  it('does not count what was told or enqueued, nor failures before there is a result', () => {
    const told = sequence(Array.from({ length: 30 }, (_, i) => i)).map((row) => ({ ...row, origin: 'told' as const }));
    expect(after(told)).toMatchObject({ length: 0.8, failures: 0 });
    expect(after(sequence(Array.from({ length: 30 }, () => undefined)))).toMatchObject({ length: 0.8, failures: 0 });
  });
});

describe('the option trustRegion', () => {
  const wide = (d: number): Problem =>
    problemOf(
      spaceOf({
        kind: choice('a', 'b'),
        few: int(1, 9),
        ...Object.fromEntries(Array.from({ length: d }, (_, i) => [`x${i}`, float(0, 1)])),
      }),
    );

  it('is for 20 and more numbers of many values by itself, and not beside dynamicBounds', () => {
    expect(usesRegion(wide(19), { trustRegion: 'auto' })).toBe(false);
    expect(usesRegion(wide(20), { trustRegion: 'auto' })).toBe(true);
    expect(usesRegion(wide(20), { trustRegion: 'never' })).toBe(false);
    expect(usesRegion(wide(20), { trustRegion: 'always', dynamicBounds: true })).toBe(false);
    expect(usesRegion(wide(1), { trustRegion: 'always' })).toBe(true);
    expect(usesRegion(wide(0), { trustRegion: 'always' })).toBe(false);
  });
});

describe('the box of a trust region', () => {
  it('has the volume of a cube of its length, sides in proportion to the length scales', () => {
    const { low, high } = boxAround(Float64Array.of(0.5, 0.5, 0.5), 0.2, Float64Array.of(0.1, 0.2, 0.4), PROBLEM.space);
    const sides = low.map((from, i) => high[i]! - from);
    expect(sides[1]! / sides[0]!).toBeCloseTo(2, 12);
    expect(sides[2]! / sides[1]!).toBeCloseTo(2, 12);
    expect(sides.reduce((product, side) => product * side, 1)).toBeCloseTo(0.008, 12);
  });

  it('is cut to the cube, and whole where a number is inactive or has few values', () => {
    const box = boxAround(Float64Array.of(0.5, NaN, 0.9), 0.4, Float64Array.of(1, 1, 1), PROBLEM.space);
    expect(box.low[0]).toBeCloseTo(0.3, 12);
    expect([box.low[1], box.high[1], box.high[2]]).toEqual([0, 1, 1]);
    const few = spaceOf({ a: int(1, 9), b: float(0, 1) });
    expect(boxAround(Float64Array.of(0.5, 0.5), 0.1, Float64Array.of(1, 1), few)).toEqual({
      low: Float64Array.of(0, 0.45),
      high: Float64Array.of(1, 0.55),
    });
  });
});
