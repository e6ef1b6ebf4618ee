import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { bohb } from '../../../samplers/bohb/bohb.ts';
import { createHistory } from '../../../samplers/history.ts';
import { createRng } from '../../../samplers/numerics/philox.ts';
import { random } from '../../../samplers/designs/random.ts';
import { resolveOptions } from '../../../samplers/registry.ts';
import type { Problem, Row, Sampler } from '../../../samplers/sampler.ts';
import type { Rung } from '../../../study/scheduling.ts';
import { halvingStudy } from '../halving-study.ts';
import { choice, complete, float, free, given, int, pending, problemOf, spaceOf } from '../spaces.ts';

const line = problemOf(spaceOf({ x: float(0, 1) }));
const RUNG = { to: 1, bracket: 0, rung: 0 };

/** The points suggested for the trials after these rows, as asks of many trials see them. */
function suggestions(
  problem: Problem,
  rows: readonly Row[],
  count: number,
  raw: Record<string, unknown> = {},
  rung?: Rung,
): Float64Array[] {
  const history = createHistory(problem);
  history.push(rows);
  const view = history.viewAt(Infinity, rows.length);
  const options = resolveOptions(bohb as Sampler, raw);
  const cache = bohb.advance(undefined, view, problem, options);
  return Array.from({ length: count }, (_, i) => {
    const ask = { number: rows.length, fixed: free(problem.space), ...(rung && { rung }) };
    const answer = bohb.suggest(cache, view, ask, createRng(i, rows.length), problem, options);
    if (answer === 'exhausted') throw new Error('exhausted');
    return answer.x;
  });
}

function share(points: readonly Float64Array[], holds: (x: Float64Array) => boolean): number {
  return points.filter(holds).length / points.length;
}

/** Values of a point trained to a budget of 1, 3 or 9: the optima of the smaller ones are off. */
function trained([kind, ...numbers]: Float64Array, budget: number): number {
  let sum = kind === 1 ? 0 : 0.5;
  for (const [i, x] of numbers.entries()) {
    const off = x - 0.3 - 0.05 * i - 0.1 / budget;
    sum += off * off;
  }
  return sum + 1 / budget;
}
const unit = float(0, 1);
const mixed = problemOf(spaceOf({ kind: choice('p', 'q', 'r'), a: unit, b: unit, c: unit, d: unit, e: unit, f: unit }));

describe('bohb', () => {
  it('beats random draws under successive halving', () => {
    const mean = (sampler: Sampler): number => {
      const bests = [0, 1, 2, 3, 4, 5].map((seed) => halvingStudy(sampler, mixed, trained, { seed, rounds: 10 }).best);
      return bests.reduce((sum, best) => sum + best - 1 / 9, 0) / bests.length;
    };
    expect(mean(bohb as Sampler)).toBeLessThan(0.6 * mean(random as Sampler));
  });

  it('suggests around the best results without any scheduler', () => {
    const rows = Array.from({ length: 40 }, (_, i) => complete(i, [i / 40], i + 1, Math.abs(i / 40 - 0.25)));
    const points = suggestions(line, rows, 200, { randomShare: 0 });
    expect(share(points, ([x]) => Math.abs(x - 0.25) < 0.15)).toBeGreaterThan(0.9);
    const chance = suggestions(line, rows, 300);
    expect(share(chance, ([x]) => Math.abs(x - 0.25) < 0.15)).toBeGreaterThan(0.55);
    expect(share(chance, ([x]) => Math.abs(x - 0.25) >= 0.15)).toBeGreaterThan(0.15);
  });

  it('draws at random while no budget has enough results, and in the share that is asked for', () => {
    const rows = (count: number): Row[] =>
      Array.from({ length: count }, (_, i) => complete(i, [i / count], i + 1, i / count));
    const drawn = (count: number): number[] =>
      Array.from({ length: 20 }, (_, i) => {
        const history = createHistory(line);
        history.push(rows(count));
        const view = history.viewAt(Infinity, count);
        const ask = { number: count, fixed: free(line.space) };
        const answer = random.suggest(
          random.advance(undefined, view, line, {}),
          view,
          ask,
          createRng(i, count),
          line,
          {},
        );
        return answer === 'exhausted' ? NaN : answer.x[0];
      });
    const ours = (count: number, options: Record<string, unknown>): number[] =>
      suggestions(line, rows(count), 20, options).map(([x]) => x);
    // of one dimension two good ones and two bad ones
    expect(ours(3, { randomShare: 0 })).toEqual(drawn(3));
    expect(ours(4, { randomShare: 0 })).not.toEqual(drawn(4));
    expect(ours(9, { randomShare: 0, minPoints: 10 })).toEqual(drawn(9));
    expect(ours(12, { randomShare: 0, minPoints: 10 })).not.toEqual(drawn(12));
    expect(ours(40, { randomShare: 1 })).toEqual(drawn(40));
    const kept = ours(40, { randomShare: 0.5 }).filter((x, i) => x === drawn(40)[i]).length;
    expect(kept).toBeGreaterThan(5);
    expect(kept).toBeLessThan(15);
  });

  it('models the largest budget that has enough results', () => {
    // good near 0.1 at budget 1, near 0.9 at budget 3
    const rows = (promoted: number): Row[] =>
      Array.from({ length: 30 }, (_, i) => {
        const x = i / 30;
        const first = { ...RUNG, y: Float64Array.of(Math.abs(x - 0.1)), seq: i + 1 };
        const second = { ...RUNG, to: 3, rung: 1, y: Float64Array.of(Math.abs(x - 0.9)), seq: 100 + i };
        // every other one, so that both ends are there
        const isPromoted = (i * 7) % 30 < promoted;
        return pending(i, [x], { rung: RUNG, segments: isPromoted ? [first, second] : [first] });
      });
    const near = (at: number, promoted: number): number =>
      share(suggestions(line, rows(promoted), 100, { randomShare: 0 }), ([x]) => Math.abs(x - at) < 0.2);
    expect(near(0.1, 0)).toBeGreaterThan(0.9);
    expect(near(0.1, 1)).toBeGreaterThan(0.9);
    expect(near(0.9, 30)).toBeGreaterThan(0.9);
    expect(near(0.9, 12)).toBeGreaterThan(0.6);
  });

  it('does not model the lowest budget of halving, at which rungs select already', () => {
    const rows = Array.from({ length: 60 }, (_, i) => {
      const first = { ...RUNG, y: Float64Array.of(Math.abs(i / 60 - 0.1)), seq: i + 1 };
      return pending(i, [i / 60], { rung: RUNG, segments: [first] });
    });
    const near = (of: readonly Row[], at: number, rung: Rung): number =>
      share(suggestions(line, of, 200, { randomShare: 0 }, rung), ([x]) => Math.abs(x - at) < 0.1);
    expect(near(rows, 0.1, RUNG)).toBeLessThan(0.3);
    // results at 3 of every other trial below 0.2; best near 0.18
    const further = rows.map((row) => {
      const x = row.x[0];
      if (x >= 0.2 || row.number % 2 === 1) return row;
      const second = { ...RUNG, to: 3, rung: 1, y: Float64Array.of(0.2 - x), seq: 100 + row.number };
      return { ...row, segments: [...row.segments!, second] };
    });
    for (const to of [1, 3, 9]) expect(near(further, 0.17, { ...RUNG, to })).toBeGreaterThan(0.8);
    // the first of a bracket that starts higher knows no more
    expect(near(rows, 0.1, { ...RUNG, to: 3 })).toBeLessThan(0.3);
  });

  it('takes trials left behind at smaller budgets for bad', () => {
    // at budget 3 there are only two results, both good
    const rows = Array.from({ length: 40 }, (_, i) => {
      const first = { ...RUNG, y: Float64Array.of(Math.abs(i / 40 - 0.7)), seq: i + 1 };
      const second = { ...RUNG, to: 3, rung: 1, y: Float64Array.of(1), seq: 100 + i };
      return pending(i, [i / 40], { rung: RUNG, segments: i === 27 || i === 29 ? [first, second] : [first] });
    });
    const points = suggestions(line, rows, 200, { randomShare: 0 }, RUNG);
    expect(share(points, ([x]) => Math.abs(x - 0.7) < 0.15)).toBeGreaterThan(0.9);
  });

  it('never takes a failed trial for good, and an infeasible one only for want of better ones', () => {
    // below 0.5 everything fails
    const rows = Array.from({ length: 30 }, (_, i) =>
      i < 15 ? pending(i, [i / 30], { state: 'failed', closed: i + 1 }) : complete(i, [i / 30], i + 1, i),
    );
    const points = suggestions(line, rows, 200, { randomShare: 0 });
    expect(share(points, ([x]) => x > 0.45 && x < 0.7)).toBeGreaterThan(0.85);
    const violating = rows.map((row, i) =>
      i < 15
        ? { ...row, state: 'infeasible' as const, y: Float64Array.of(-100), c: Float64Array.of(15 - i) }
        : { ...row, state: 'failed' as const },
    );
    const least = suggestions(line, violating, 200, { randomShare: 0 });
    expect(share(least, ([x]) => x > 0.35 && x < 0.6)).toBeGreaterThan(0.7);
  });

  it('keeps to conditions, and learns where parameters are seldom active', () => {
    const space = spaceOf({ kind: choice('a', 'b'), depth: given(int(1, 20), 'kind', 'b'), x: float(0, 1) });
    const rows = Array.from({ length: 60 }, (_, i) => {
      const isDeep = i % 3 === 0;
      const depth = isDeep ? 1 + ((i / 3) % 20) : NaN;
      return complete(i, [Number(isDeep), depth, (i % 10) / 10], i + 1, isDeep ? Math.abs(depth - 15) : 10);
    });
    const points = suggestions(problemOf(space), rows, 200, { randomShare: 0 });
    for (const [kind, depth] of points) expect(Number.isNaN(depth)).toBe(kind === 0);
    expect(share(points, ([kind, depth]) => kind === 1 && Math.abs(depth - 15) <= 4)).toBeGreaterThan(0.7);
  });

  it('refuses several objectives in words', () => {
    expect(bohb.supports({ ...line, objectives: 2 }, {})).toMatch(/^bohb is for one objective, and this study has 2/);
  });

  it('suggests the same bits on every machine', () => {
    const { rows } = halvingStudy(bohb as Sampler, mixed, trained, { seed: 11, rounds: 3 });
    const bits = createHash('sha256');
    for (const { x } of rows) bits.update(new Uint8Array(x.buffer));
    expect(bits.digest('hex').slice(0, 16)).toBe('31b2927971f6e4a0');
  });
});
