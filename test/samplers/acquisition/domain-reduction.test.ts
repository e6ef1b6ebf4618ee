import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { nextWindow, openWindow, type Reduction } from '../../../samplers/acquisition/domain-reduction.ts';
import { advanceBounds, BOUNDS_OPTIONS } from '../../../samplers/acquisition/dynamic-bounds.ts';
import type { Options, Row, View } from '../../../samplers/sampler.ts';
import { createRng } from '../../../samplers/numerics/philox.ts';
import { choice, complete, float, int, pending, problemOf, spaceOf } from '../spaces.ts';

interface LibraryStudy {
  readonly bounds: readonly (readonly [number, number])[];
  readonly startup: number;
  readonly options: {
    readonly gamma_osc?: number;
    readonly gamma_pan?: number;
    readonly eta?: number;
    readonly minimum_window: readonly number[];
  };
  readonly points: readonly (readonly number[])[];
  readonly values: readonly number[];
  readonly windows: readonly (readonly (readonly [number, number])[])[];
}

const studies = JSON.parse(
  readFileSync(new URL('../fixtures/domain-reduction.json', import.meta.url), 'utf8'),
) as readonly LibraryStudy[];

const DEFAULTS: Options = Object.fromEntries(
  Object.entries(BOUNDS_OPTIONS).map(([name, spec]) => [name, spec.default]),
);

describe('sequential domain reduction', () => {
  it.each(studies.map((study, i) => [i, study] as const))(
    'has the windows of bayesian-optimization (study %i)',
    (_, study) => {
      const { gamma_osc = 0.7, gamma_pan = 1, eta = 0.9, minimum_window } = study.options;
      const reduction: Reduction = {
        gammaOsc: gamma_osc,
        gammaPan: gamma_pan,
        eta,
        minimumWindow: Float64Array.from(minimum_window),
      };
      const bounds = {
        low: Float64Array.from(study.bounds, ([low]) => low),
        high: Float64Array.from(study.bounds, ([, high]) => high),
      };
      let window = openWindow(bounds, reduction);
      let best = -1;
      let moved = 0;
      study.points.forEach((_point, i) => {
        if (best < 0 || study.values[i]! < study.values[best]!) [best, moved] = [i, moved + 1];
        if (i >= study.startup) window = nextWindow(window, Float64Array.from(study.points[best]!), bounds, reduction);
        // to the last bit
        expect(Array.from(window.box.low, (low, k) => [low, window.box.high[k]])).toEqual(study.windows[i]);
      });
      // the best point changed now and then, or this says little
      expect(moved).toBeGreaterThan(2);
    },
  );

  it('widens a narrow window to the side that has room', () => {
    const reduction = { gammaOsc: 0.7, gammaPan: 1, eta: 0.1, minimumWindow: Float64Array.of(0.5) };
    const bounds = { low: Float64Array.of(0), high: Float64Array.of(1) };
    const { box } = nextWindow(openWindow(bounds, reduction), Float64Array.of(0.98), bounds, reduction);
    expect(box.high[0]).toBe(1);
    expect(box.low[0]).toBeCloseTo(0.5, 12);
  });

  it('opens again when the best point jumps out of a window of no width', () => {
    const reduction = { gammaOsc: 0.7, gammaPan: 1, eta: 0.9, minimumWindow: Float64Array.of(0.1) };
    const bounds = { low: Float64Array.of(0), high: Float64Array.of(1) };
    let window = openWindow(bounds, reduction);
    for (let i = 0; i < 6900; i++) window = nextWindow(window, Float64Array.of(0.3), bounds, reduction);
    expect(window.widths[0]).toBeLessThan(1e-300);
    expect([window.box.low[0], window.box.high[0]].map((x) => x!.toFixed(6))).toEqual(['0.250000', '0.350000']);
    for (const best of [0.34, 0.33, 0.9]) window = nextWindow(window, Float64Array.of(best), bounds, reduction);
    expect(window.box.low[0]).toBeLessThanOrEqual(0.9);
    expect(window.box.high[0]).toBeGreaterThanOrEqual(0.9);
    expect(Number.isFinite(window.widths[0])).toBe(true);
  });

  it('refuses a least width that does not fit, in words', () => {
    const reduction = { gammaOsc: 0.7, gammaPan: 1, eta: 0.9, minimumWindow: Float64Array.of(0, 3) };
    const bounds = { low: Float64Array.of(0, 0), high: Float64Array.of(1, 2) };
    expect(() => openWindow(bounds, reduction)).toThrow('minimumWindow is 3, wider than the 2 of dimension 1');
  });
});

describe('dynamic bounds', () => {
  const space = spaceOf({ lr: float(1e-4, 1, { scale: 'log' }), size: int(1, 100), kind: choice('a', 'b', 'c') });
  const problem = problemOf(space);

  /** A study whose rows close in any order, and end in every way. */
  function study(seed: number, trials: number): { rows: Row[]; closed: number[] } {
    const rng = createRng(seed, 0);
    const rows: Row[] = [];
    for (let number = 0; number < trials; number++) {
      const x = [10 ** (-4 * rng.uniform(1, number)), 1 + Math.floor(99 * rng.uniform(2, number)), number % 3];
      const die = rng.uniform(3, number);
      if (die < 0.2) rows.push(pending(number, x, { state: 'failed', closed: number }));
      else if (die < 0.3) rows.push(pending(number, x, { state: 'pruned', closed: number, y: Float64Array.of(-9) }));
      else rows.push(complete(number, x, number, rng.normal(4, number)));
    }
    const closed = rows.map(({ number }) => number).sort((a, b) => rng.uniform(5, a) - rng.uniform(5, b));
    return { rows, closed };
  }

  const at = ({ rows, closed }: { rows: Row[]; closed: number[] }, k: number): View => ({
    seq: k,
    rows,
    closed: closed.slice(0, k),
  });

  it('are the same after a resume at any position', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.integer({ min: 0, max: 40 }), (seed, k) => {
        const played = study(seed, 40);
        const cold = advanceBounds(undefined, at(played, 40), problem, DEFAULTS, 5);
        const warm = advanceBounds(undefined, at(played, k), problem, DEFAULTS, 5);
        expect(advanceBounds(warm, at(played, 40), problem, DEFAULTS, 5)).toEqual(cold);
      }),
      { seed: 7, numRuns: 50 },
    );
  });

  it('hold the best point, and leave categories alone', () => {
    const played = study(3, 60);
    const { window, best } = advanceBounds(undefined, at(played, 60), problem, DEFAULTS, 5);
    const values = played.rows.flatMap(({ state, y }) => (state === 'complete' ? [y![0]!] : []));
    expect(best!.value).toBe(Math.min(...values));
    for (const i of [0, 1]) {
      expect(window.box.low[i]).toBeLessThanOrEqual(window.centre[i]!);
      expect(window.box.high[i]).toBeGreaterThanOrEqual(window.centre[i]!);
      expect(window.box.high[i]! - window.box.low[i]!).toBeLessThan(0.9);
    }
    expect([window.box.low[2], window.box.high[2]]).toEqual([0, 1]);
  });

  it('stand still for the first results and for failed trials', () => {
    const rows = [0, 1, 2].map((i) => complete(i, [0.1, 50, 0], i, i));
    const few = advanceBounds(undefined, { seq: 3, rows, closed: [0, 1, 2] }, problem, DEFAULTS, 3);
    expect(Array.from(few.window.box.low)).toEqual([0, 0, 0]);
    const more = [...rows, pending(3, [0.2, 3, 1], { state: 'failed', closed: 3 }), complete(4, [0.2, 3, 1], 4, 9)];
    const crashed = advanceBounds(few, { seq: 4, rows: more, closed: [0, 1, 2, 3] }, problem, DEFAULTS, 3);
    expect(Array.from(crashed.window.box.low)).toEqual([0, 0, 0]);
    const moved = advanceBounds(crashed, { seq: 5, rows: more, closed: [0, 1, 2, 3, 4] }, problem, DEFAULTS, 3);
    expect(moved.window.box.low[0]).toBeGreaterThan(0);
  });

  it('follow a better result from outside the window', () => {
    let rows = Array.from({ length: 30 }, (_, i) => complete(i, [0.5, 90, 0], i, 1));
    const closed = rows.map(({ number }) => number);
    const before = advanceBounds(undefined, { seq: 30, rows, closed }, problem, DEFAULTS, 2);
    expect(before.window.box.low[0]).toBeGreaterThan(0.5);
    rows = [...rows, complete(30, [0.001, 5, 0], 30, 0)];
    const { window } = advanceBounds(before, { seq: 31, rows, closed: [...closed, 30] }, problem, DEFAULTS, 2);
    expect(window.centre[0]).toBeCloseTo(0.25, 12);
    expect(window.box.low[0]).toBeLessThan(0.25);
  });
});
