import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { dehb } from '../../../samplers/dehb/dehb.ts';
import { createHistory } from '../../../samplers/history.ts';
import { createRng } from '../../../samplers/numerics/philox.ts';
import { random } from '../../../samplers/designs/random.ts';
import { resolveOptions } from '../../../samplers/registry.ts';
import type { Problem, Row, Sampler } from '../../../samplers/sampler.ts';
import type { Rung } from '../../../study/scheduling.ts';
import { halvingStudy } from '../halving-study.ts';
import { choice, complete, float, free, pending, problemOf, spaceOf } from '../spaces.ts';

const unit = float(0, 1);
const square = problemOf(spaceOf({ a: unit, b: unit }));
const mixed = problemOf(spaceOf({ kind: choice('p', 'q', 'r'), a: unit, b: unit, c: unit, d: unit }));

function trained([kind, ...numbers]: Float64Array, budget: number): number {
  let sum = kind === 1 ? 0 : 0.5;
  for (const [i, x] of numbers.entries()) {
    const off = x - 0.3 - 0.05 * i - 0.1 / budget;
    sum += off * off;
  }
  return sum + 1 / budget;
}

function asked(
  problem: Problem,
  rows: readonly Row[],
  rung?: Rung,
  raw: Record<string, unknown> = {},
  seed = 1,
): Float64Array {
  const history = createHistory(problem);
  history.push(rows);
  const number = rows.length;
  const view = history.viewAt(Infinity, number);
  const options = resolveOptions(dehb as Sampler, raw);
  const ask = { number, fixed: free(problem.space), ...(rung && { rung }) };
  const answer = dehb.suggest(
    dehb.advance(undefined, view, problem, options),
    view,
    ask,
    createRng(seed, number),
    problem,
    options,
  );
  if (answer === 'exhausted') throw new Error('exhausted');
  return answer.x;
}

/** A trial that was trained to one budget and is paused. */
function paused(number: number, x: number[], to: number, y: number): Row {
  const rung = { to, bracket: 0, rung: 0 };
  return pending(number, x, { rung, segments: [{ ...rung, y: Float64Array.of(y), seq: number + 1 }] });
}

describe('dehb', () => {
  it('beats random draws under successive halving', () => {
    const mean = (sampler: Sampler, options: Record<string, unknown>): number => {
      const bests = [0, 1, 2, 3, 4, 5].map(
        (seed) => halvingStudy(sampler, mixed, trained, { seed, rounds: 8, options }).best,
      );
      return bests.reduce((sum, best) => sum + best - 1 / 9, 0) / bests.length;
    };
    expect(mean(dehb as Sampler, { max: 9 })).toBeLessThan(0.5 * mean(random as Sampler, {}));
  });

  it('is differential evolution without a scheduler', () => {
    const rows = (count: number): Row[] =>
      Array.from({ length: count }, (_, i) => complete(i, [i / count, 0.5], i + 1, Math.abs(i / count - 0.25)));
    // the population is filled at random first
    const options = { population: 10 };
    const history = createHistory(square);
    history.push(rows(9));
    const ask = { number: 9, fixed: free(square.space) };
    const view = history.viewAt(Infinity, 9);
    const drawn = random.suggest(random.advance(undefined, view, square, {}), view, ask, createRng(1, 9), square, {});
    expect(drawn).toEqual({ x: asked(square, rows(9), undefined, options) });
    // all members have b = 0.5, and so have their offspring
    for (let seed = 0; seed < 30; seed++) expect(asked(square, rows(10), undefined, options, seed)[1]).toBe(0.5);
  });

  it('takes genes from the mutant with the probability of crossover, one in any case', () => {
    const rows = Array.from({ length: 12 }, (_, i) => {
      const rng = createRng(77, i);
      return complete(i, [rng.uniform(0, 0), rng.uniform(0, 1)], i + 1, i);
    });
    const [a, b] = rows[0].x;
    const kept = (crossover: number): number[] =>
      Array.from({ length: 200 }, (_, seed) => {
        const x = asked(square, rows, undefined, { population: 12, crossover }, seed);
        return Number(x[0] === a) + Number(x[1] === b);
      });
    expect(new Set(kept(0))).toEqual(new Set([1]));
    expect(new Set(kept(1))).toEqual(new Set([0]));
    // one gene is sure, the other is kept in half of them
    const half = kept(0.5).filter((genes) => genes === 1).length;
    expect(half).toBeGreaterThan(75);
    expect(half).toBeLessThan(125);
  });

  it('draws parents from the best of the next lower budget, at a bracket’s lowest rung from the same', () => {
    const low = Array.from({ length: 20 }, (_, i) =>
      paused(i, [i < 9 ? 0.2 : 0.9, ((i * 7) % 20) / 20], 1, i < 9 ? i : 50),
    );
    const high = Array.from({ length: 9 }, (_, i) => paused(20 + i, [0.6, 0.5], 3, i));
    const options = { min: 1, max: 27, crossover: 1 };
    for (let seed = 0; seed < 20; seed++) {
      // the best nine of budget 1 have a = 0.2, those of budget 3 a = 0.6
      const rows = [...low, ...high];
      expect(asked(square, rows, { to: 3, bracket: 1, rung: 1 }, options, seed)[0]).toBeCloseTo(0.2, 12);
      expect(asked(square, rows, { to: 3, bracket: 1, rung: 0 }, options, seed)[0]).toBeCloseTo(0.6, 12);
    }
  });

  it('learns from the budget that a trial is for', () => {
    const low = Array.from({ length: 9 }, (_, i) => paused(i, [0.1, 0.1], 1, i));
    // nothing is known of the full budget
    expect(asked(square, low, { to: 9, bracket: 2, rung: 0 }, { max: 9 })[0]).not.toBe(0.1);
    expect([...asked(square, low, { to: 1, bracket: 0, rung: 0 }, { max: 9 })]).toEqual([0.1, 0.1]);
  });

  it('refuses what it is not for, in words', () => {
    expect(dehb.supports({ ...square, objectives: 2 }, {})).toMatch(/^dehb is for one objective, and this study has 2/);
    expect(dehb.supports(square, resolveOptions(dehb as Sampler, { min: 10, max: 9 }))).toMatch(/^min is 10 and max 9/);
  });

  it('suggests the same bits on every machine', () => {
    const options = { max: 9 };
    const { rows } = halvingStudy(dehb as Sampler, mixed, trained, { seed: 11, rounds: 3, options });
    const bits = createHash('sha256');
    for (const { x } of rows) bits.update(new Uint8Array(x.buffer));
    expect(bits.digest('hex').slice(0, 16)).toBe('7f7d89d9b33854be');
  });
});
