import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Problem, Row } from '../../../samplers/sampler.ts';
import { float, int, pending, problemOf, spaceOf } from '../spaces.ts';
import { closedRow, memoOf, play, session, suggested } from './play.ts';

const problem = problemOf(spaceOf({ x: float(0, 1), y: float(0, 1), n: int(1, 9) }));
const value = ([x, y, n]: Float64Array): number => x + (y - 0.3) * (y - 0.3) + 0.1 * Math.abs(n - 4);
/** Of three dimensions. */
const LAMBDA = 7;

/** What a cold session suggests after these rows. */
function next(rows: readonly Row[], of: Problem = problem, number = rows.length): Row {
  const cold = session(of);
  cold.push(rows);
  return suggested(cold, number, Math.max(0, ...rows.map(({ closed }) => closed ?? 0)));
}

/** The generation that trials are asked for after these rows. */
function generationAfter(rows: readonly Row[], of: Problem = problem): number {
  return memoOf(next(rows, of)).generation;
}

describe('a search', () => {
  it('closes a generation on its first lambda results, and goes on to the next', () => {
    const rows = play(problem, value, { trials: 3 * LAMBDA });
    expect(rows.map((row) => memoOf(row).generation)).toEqual(rows.map((_, i) => Math.floor(i / LAMBDA)));
    expect(generationAfter(rows.slice(0, LAMBDA - 1))).toBe(0);
    expect(generationAfter(rows)).toBe(3);
  });

  it('is resumed with the same bits from any number of rows', () => {
    const rows = play(problem, value, { trials: 60, batch: 3, reversed: true });
    for (const n of [3, 9, 21, 24, 45, 57]) {
      const again = next(rows.slice(0, n));
      expect(again.x).toEqual(rows[n].x);
      expect(again.memo).toEqual(rows[n].memo);
    }
  });

  it('is the same however trials are batched, as long as they close alike', () => {
    // ten asked for at once, of which seven close the generation: three come late
    const rows = play({ ...problem, parallel: 5 }, value, { trials: 40, batch: 10 });
    const first = rows.slice(0, 10);
    const reordered = [...first.slice(LAMBDA), ...first.slice(0, LAMBDA)];
    const without = [
      ...first.slice(0, LAMBDA),
      ...first.slice(LAMBDA).map((row) => pending(row.number, row.x, { memo: row.memo! })),
    ];
    expect(next(reordered, problem, 10).x).toEqual(next(without, problem, 10).x);
  });

  it('ignores what comes late, what was told and what others gave values to', () => {
    const rows = play(problem, value, { trials: LAMBDA });
    const own = session(problem);
    own.push(rows);
    const enqueued = suggested(own, LAMBDA, LAMBDA, { x: 0.9 });
    const late = { ...rows[0], number: LAMBDA + 1 };
    const told = pending(LAMBDA + 2, [0.9, 0.9, 9], { origin: 'told' });
    const open = [...rows, ...[enqueued, late, told].map(({ closed: _closed, ...row }) => row)];
    const closed = open.map((row, i) => (i < LAMBDA ? row : closedRow(row, -100, i + 1)));
    expect(next(closed).x).toEqual(next(open).x);
    expect(generationAfter(closed)).toBe(1);
  });

  it('does not count failed trials, and begins anew elsewhere after ten lambda of them', () => {
    const few = play(problem, (x, number) => (number % 2 === 0 ? { state: 'failed' } : value(x)), {
      trials: 2 * LAMBDA,
    });
    expect(generationAfter(few)).toBe(1);
    const failed = play(problem, () => ({ state: 'failed' }), { trials: 10 * LAMBDA });
    expect(memoOf(failed.at(-1)!).generation).toBe(0);
    expect(generationAfter(failed)).toBe(1);
    const after = play(problem, (_, number) => (number < 10 * LAMBDA ? { state: 'failed' } : 1), {
      trials: 11 * LAMBDA,
    });
    const mean = (rows: readonly Row[]) => rows.reduce((sum, { x }) => sum + x[0], 0) / rows.length;
    expect(Math.abs(mean(after.slice(-LAMBDA)) - mean(after.slice(0, LAMBDA)))).toBeGreaterThan(0.1);
  });

  it('goes on where it was when the parallelism changes', () => {
    const rows = play(problem, value, { trials: 4 * LAMBDA + 2 });
    const wider = next(rows, { ...problem, parallel: 20 });
    expect(wider.x).toEqual(next(rows).x);
    expect(memoOf(wider)).toMatchObject({ generation: 4, lambda: LAMBDA });
    const closed = play(problem, value, { trials: 4 * LAMBDA });
    expect(memoOf(next(closed, { ...problem, parallel: 20 }))).toMatchObject({ generation: 4, lambda: 20 });
  });

  it('counts a trial that is trained in segments with its first, whenever later ones end', () => {
    const rung = { to: 1, bracket: 0, rung: 0 };
    const rows = play(problem, value, { trials: LAMBDA });
    const paused = rows.map(({ y, closed, ...row }) => ({
      ...row,
      state: 'pending' as const,
      rung,
      segments: [{ ...rung, y: y!, seq: closed! }],
    }));
    const seen = session(problem);
    seen.push(paused);
    const expected = suggested(seen, LAMBDA, LAMBDA);
    const promoted = paused.map((row, i) =>
      i === 2
        ? { ...row, segments: [...row.segments, { to: 3, bracket: 0, rung: 1, y: Float64Array.of(-9), seq: 50 }] }
        : row,
    );
    expect(memoOf(expected).generation).toBe(1);
    const cold = session(problem);
    cold.push(promoted);
    expect(suggested(cold, LAMBDA, 50).x).toEqual(expected.x);
  });

  it('begins anew under other options, at the best so far', () => {
    const rows = play(problem, value, { trials: 10 * LAMBDA });
    const cold = session(problem, { options: { sigma: 0.01 } });
    cold.push(rows);
    const row = suggested(cold, rows.length, rows.length);
    expect(memoOf(row).generation).toBe(0);
    const found = rows.toSorted((a, b) => a.y![0] - b.y![0])[0];
    expect(Math.abs(row.x[0] - found.x[0])).toBeLessThan(0.05);
  });

  it.each(['ipop', 'bipop'])('restarts with %s when it has converged, with larger populations', (restarts) => {
    const many = problemOf(spaceOf({ x: float(-1, 1), y: float(-1, 1) }));
    const bowl = ([x, y]: Float64Array): number => x * x + y * y;
    const rows = play(many, bowl, { trials: 800, options: { restarts } });
    const populations = rows.map((row) => memoOf(row).lambda);
    expect(populations.slice(0, 50).every((lambda) => lambda === 6)).toBe(true);
    expect(populations).toEqual(expect.arrayContaining([12]));
    const range = (some: readonly Row[]): number =>
      Math.max(...some.map(({ x }) => x[0])) - Math.min(...some.map(({ x }) => x[0]));
    const second = populations.indexOf(12);
    expect(range(rows.slice(second - 6, second))).toBeLessThan(1e-4);
    expect(range(rows.slice(second, second + 12))).toBeGreaterThan(0.2);
    const none = play(many, bowl, { trials: 500, options: { restarts: 'none' } });
    expect(new Set(none.map((row) => memoOf(row).lambda))).toEqual(new Set([6]));
  });

  it('suggests points of the space after results of any size', () => {
    const sizes = fc.constantFrom(0, 1, -1, 1e-300, 1e300, -1e300, Number.MAX_VALUE);
    fc.assert(
      fc.property(fc.array(sizes, { minLength: LAMBDA, maxLength: 40 }), (values) => {
        const rows = play(problem, (_, number) => values[number], { trials: values.length });
        expect(rows.every(({ x }) => x.every((each) => Number.isFinite(each)))).toBe(true);
      }),
      { numRuns: 20 },
    );
  });
});
