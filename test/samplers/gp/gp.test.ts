import { describe, expect, it } from 'vitest';
import { decodeHedge, encodeHedge } from '../../../samplers/acquisition/hedge.ts';
import { gp } from '../../../samplers/gp/gp.ts';
import { createHistory } from '../../../samplers/history.ts';
import { createRng } from '../../../samplers/numerics/philox.ts';
import { quasiRandom } from '../../../samplers/designs/quasi-random.ts';
import { random } from '../../../samplers/designs/random.ts';
import { resolveOptions } from '../../../samplers/registry.ts';
import type { Problem, Row, Sampler } from '../../../samplers/sampler.ts';
import { drawPoint, unitDraws } from '../../../samplers/unit-cube.ts';
import { decode } from '../../../study/space/point.ts';
import { choice, float, free, given, int, pending, problemOf, spaceOf } from '../spaces.ts';

type End = Pick<Row, 'state' | 'y' | 'c' | 'cost'>;

/** The point suggested after these rows. */
function next(
  problem: Problem,
  rows: readonly Row[],
  seed: number,
  sampler: Sampler = gp as Sampler,
  raw: Readonly<Record<string, unknown>> = {},
): Float64Array {
  const history = createHistory(problem);
  history.push(rows);
  const number = rows.length;
  const view = history.viewAt(Infinity, number);
  const options = resolveOptions(sampler, raw);
  const ask = { number, fixed: free(problem.space) };
  const cache = sampler.advance(undefined, view, problem, options);
  const answer = sampler.suggest(cache, view, ask, createRng(seed, number), problem, options);
  if (answer === 'exhausted') throw new Error('it is exhausted');
  return answer.x;
}

/** Studies one trial after another. */
function played(
  problem: Problem,
  trials: number,
  end: (x: Float64Array) => End,
  seed: number,
  sampler?: Sampler,
): Row[] {
  const rows: Row[] = [];
  while (rows.length < trials) {
    const x = next(problem, rows, seed, sampler);
    rows.push(pending(rows.length, x, { ...end(x), asOf: rows.length, closed: rows.length + 1 }));
  }
  return rows;
}

/** Trials at random points. */
function scattered(problem: Problem, trials: number, end: (x: Float64Array) => End): Row[] {
  return Array.from({ length: trials }, (_, number) => {
    const x = drawPoint(problem.space, { fixed: free(problem.space) }, unitDraws(createRng(7, number), 0));
    return pending(number, x, { ...end(x), asOf: number, closed: number + 1 });
  });
}

function value(y: number): End {
  return { state: 'complete', y: Float64Array.of(y) };
}

function best(rows: readonly Row[]): number {
  return Math.min(...rows.flatMap(({ state, y }) => (state === 'complete' ? [y![0]] : [])));
}

const plane = problemOf(spaceOf({ a: float(0, 1), b: float(0, 1) }));
const bowl = ([a, b]: Float64Array): number => (a - 0.3) * (a - 0.3) + 2 * (b - 0.7) * (b - 0.7);

describe('gp', () => {
  it('starts as quasi-random does', () => {
    const rows = played(plane, 6, (x) => value(bowl(x)), 3);
    expect(rows.map(({ x }) => x)).toEqual(
      played(plane, 6, (x) => value(bowl(x)), 3, quasiRandom as Sampler).map(({ x }) => x),
    );
  });

  it('finds the bottom of a bowl to three digits in 25 trials', () => {
    for (const seed of [1, 2]) expect(best(played(plane, 25, (x) => value(bowl(x)), seed))).toBeLessThan(1e-6);
  });

  it('finds the best of categories, whole numbers and their children', () => {
    const problem = problemOf(
      spaceOf({
        kind: choice('a', 'b', 'c'),
        size: int(1, 40),
        depth: given(int(1, 10), 'kind', 'b'),
        rate: given(float(1e-5, 1, { scale: 'log' }), 'kind', 'b', 'c'),
      }),
    );
    const end = ([kind, size, depth, rate]: Float64Array): End => {
      const far = Math.log10(kind === 0 ? 1 : rate) + 2;
      const deep = kind === 1 ? Math.abs(depth - 7) / 10 : 0.4;
      return value(Math.abs(size - 23) / 40 + deep + 0.1 * far * far);
    };
    for (const seed of [1, 2]) {
      const rows = played(problem, 45, end, seed);
      expect(best(rows)).toBeLessThan(0.05);
      expect(best(rows)).toBeLessThan(best(played(problem, 45, end, seed, random as Sampler)));
    }
  });

  it('keeps away from where trials fail', () => {
    // the bowl's slope leads into failure
    const end = (x: Float64Array): End => (x[0] > 0.5 ? { state: 'failed' } : value(1 - x[0]));
    const rows = played(plane, 30, end, 2);
    expect(rows.slice(15).filter(({ state }) => state === 'failed').length).toBeLessThan(8);
    expect(best(rows)).toBeLessThan(0.52);
  });

  it('finds the best that is feasible', () => {
    const problem: Problem = { ...plane, constraints: 1 };
    const end = ([a, b]: Float64Array): End => {
      const c = 1 - a - b;
      return { state: c > 0 ? 'infeasible' : 'complete', y: Float64Array.of(a + 2 * b), c: Float64Array.of(c) };
    };
    // on the line a + b = 1 at b = 0
    expect(best(played(problem, 25, end, 1))).toBeLessThan(1.02);
  });

  it('looks for something feasible before anything else', () => {
    const problem: Problem = { ...plane, constraints: 1 };
    const end = ([a, b]: Float64Array): End => {
      const c = 0.1 - a * b * (1 - a);
      return { state: c > 0 ? 'infeasible' : 'complete', y: Float64Array.of(-c), c: Float64Array.of(c) };
    };
    const rows = scattered(problem, 30, end).filter(({ state }) => state === 'infeasible');
    const renumbered = rows.map((row, number) => ({ ...row, number, closed: number + 1 }));
    const [a, b] = next(problem, renumbered, 1);
    expect(a * b * (1 - a)).toBeGreaterThan(0.1);
  });

  it('spreads what runs at the same time', () => {
    const rows = scattered(plane, 15, (x) => value(bowl(x)));
    for (let i = 0; i < 4; i++) rows.push(pending(rows.length, next(plane, rows, 1), { asOf: 15 }));
    const running = rows.slice(15).map(({ x }) => x);
    for (const [i, p] of running.entries())
      for (const q of running.slice(0, i)) expect(Math.hypot(p[0] - q[0], p[1] - q[1])).toBeGreaterThan(0.001);
  });

  it('suggests points that are new in a finite space, as long as there are any', () => {
    const problem = problemOf(spaceOf({ a: int(1, 4), b: choice('x', 'y', 'z') }));
    const rows = played(problem, 12, (x) => value(x[0]), 5);
    expect(new Set(rows.map(({ x }) => x.join())).size).toBe(12);
    expect(played(problem, 14, (x) => value(x[0]), 5)).toHaveLength(14);
  });

  it('goes on past the trials that its models hold', () => {
    const rows = scattered(plane, 1800, (x) => value(bowl(x)));
    expect(bowl(next(plane, rows, 1))).toBeLessThan(1e-3);
  });

  it.each(['pi', 'ucb', 'mes', 'nei', 'thompson', 'hedge', 'eipc'])('finds the bottom by %s, too', (acquisition) => {
    const rows = scattered(plane, 20, (x) => value(bowl(x)));
    expect(bowl(next(plane, rows, 1, gp as Sampler, { acquisition, kappa: 0.1 }))).toBeLessThan(0.01);
  });

  it('goes on with the newest hedge where a trial without one came between', () => {
    const rows = scattered(plane, 20, (x) => value(bowl(x)));
    const gainsAfter = (all: readonly Row[]): Float64Array => {
      const history = createHistory(plane);
      history.push(all);
      const number = all.length;
      const options = resolveOptions(gp as Sampler, { acquisition: 'hedge' });
      const view = history.viewAt(Infinity, number);
      const cache = gp.advance(undefined, view, plane, options);
      const ask = { number, fixed: free(plane.space) };
      const answer = gp.suggest(cache, view, ask, createRng(1, number), plane, options);
      if (answer === 'exhausted') throw new Error('it is exhausted');
      return decodeHedge(answer.memo!, 2)!.gains;
    };
    expect([...gainsAfter(rows)]).toEqual([0, 0, 0]);
    const memo = encodeHedge(
      { gains: Float64Array.of(50, 0, 0), chosen: 0, nominees: rows.slice(0, 3).map(({ x }) => x) },
      512,
    );
    const [before, told] = rows.slice(18);
    const gains = gainsAfter([...rows.slice(0, 18), { ...before, memo }, told]);
    expect(Math.abs(gains[0] - 50)).toBeLessThan(10);
    expect(gains.every((gain) => gain !== 0)).toBe(true);
  });

  it('prefers what is cheap by eipc, until the budget is spent', () => {
    const rows = scattered(plane, 12, (x) => ({ ...value(bowl(x)), cost: 1 + 1000 * x[0] }));
    const by = (raw: Readonly<Record<string, unknown>>): Float64Array => next(plane, rows, 1, gp as Sampler, raw);
    expect(by({ acquisition: 'eipc' })[0]).toBeLessThan(by({ acquisition: 'eipc', costExponent: 0 })[0]);
    expect(by({ acquisition: 'eipc', costBudget: 10 })).toEqual(by({ acquisition: 'eipc', costExponent: 0 }));
  });

  it('stays within dynamic bounds, whatever it looks for', () => {
    const rows = scattered(plane, 60, (x) => value(bowl(x)));
    const [low, high] = [0, 1].map((which) => {
      const top = rows.reduce((least, row) => (row.y![0] < least.y![0] ? row : least)).x;
      return top.map((at) => at + (which === 0 ? -0.05 : 0.05));
    });
    for (const acquisition of ['logEI', 'ucb', 'thompson']) {
      const x = next(plane, rows, 1, gp as Sampler, { acquisition, kappa: 1000, dynamicBounds: true, eta: 0.9 });
      for (const i of [0, 1]) expect(x[i] >= low[i] && x[i] <= high[i]).toBe(true);
    }
  });

  it('finds the best order of eight items', () => {
    const problem = problemOf(spaceOf({ order: { kind: 'permutation', items: [0, 1, 2, 3, 4, 5, 6, 7] } }));
    const end = (x: Float64Array): End => {
      const order = decode(problem.space, x)['order'] as number[];
      return value(order.reduce((sum, item, place) => sum + Math.abs(item - ((3 * place) % 8)), 0));
    };
    expect(best(played(problem, 30, end, 1))).toBeLessThan(best(played(problem, 60, end, 1, random as Sampler)));
  });

  it('looks near the best point in a space of many numbers, the nearer the less it finds', () => {
    const wide = problemOf(spaceOf(Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`x${i}`, float(0, 1)]))));
    const rows = scattered(wide, 30, (x) => value(x.reduce((sum, at) => sum + (at - 0.4) * (at - 0.4), 0)));
    const top = rows.reduce((least, row) => (row.y![0] < least.y![0] ? row : least));
    const far = (all: readonly Row[]): number =>
      Math.max(...next(wide, all, 1).map((at, i) => Math.abs(at - top.x[i])));
    // four times twenty failures in a row halve the region four times
    const worse = rows.concat(
      Array.from({ length: 80 }, (_, i) => ({ ...rows[29], number: 30 + i, y: Float64Array.of(9), closed: 31 + i })),
    );
    expect(far(worse)).toBeLessThan(0.2);
    expect(far(worse)).toBeLessThan(far(rows));
  });

  it('suggests the same after a resume from any prefix, regions that ended between included', () => {
    // ever worse: 4 failures halve a region, 7 halvings end it
    const rows = scattered(plane, 75, (x) => value(bowl(x))).map((row) => ({
      ...row,
      y: Float64Array.of(row.y![0] + row.number),
    }));
    const history = createHistory(plane);
    history.push(rows);
    const options = resolveOptions(gp as Sampler, { trustRegion: 'always' });
    const pointAfter = (k: number): Float64Array => {
      const before = k === 0 ? undefined : gp.advance(undefined, history.viewAt(k, k), plane, options);
      const view = history.viewAt(75, 75);
      const cache = gp.advance(before, view, plane, options);
      expect(cache.region!.restarts).toBe(2);
      const answer = gp.suggest(
        cache,
        view,
        { number: 75, fixed: free(plane.space) },
        createRng(1, 75),
        plane,
        options,
      );
      if (answer === 'exhausted') throw new Error('it is exhausted');
      return answer.x;
    };
    const cold = pointAfter(0);
    for (const k of [1, 20, 33, 34, 35, 50, 68, 74]) expect(pointAfter(k)).toEqual(cold);
  });

  it('takes several objectives, but for what narrows the search around one best trial', () => {
    const several = { ...plane, objectives: 2 };
    expect(gp.supports(several, resolveOptions(gp, {}))).toBe(true);
    expect(gp.supports(several, { dynamicBounds: true })).toMatch(/with dynamicBounds.*has 2 objectives.*use tpe/);
    expect(gp.supports(several, { trustRegion: 'always' })).toMatch(/with trustRegion: always.*has 2 objectives/);
  });
});
