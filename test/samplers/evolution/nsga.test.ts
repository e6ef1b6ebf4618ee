import { describe, expect, it } from 'vitest';
import { generationOf } from '../../../samplers/evolution/lineage.ts';
import { nsgaII } from '../../../samplers/evolution/nsga-ii.ts';
import { nsgaIII } from '../../../samplers/evolution/nsga-iii.ts';
import { random } from '../../../samplers/designs/random.ts';
import { resolveOptions } from '../../../samplers/registry.ts';
import type { Row, Sampler } from '../../../samplers/sampler.ts';
import { choice, float, given, int, problemOf, spaceOf } from '../spaces.ts';
import { areaOf, played, scored, zdt1, type Result } from './play.ts';

const unit = float(0, 1);
const ten = Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`x${i}`, unit]));
const twoObjectives = problemOf(spaceOf(ten), { objectives: 2 });

function parentsOf({ memo }: Row): number[] {
  const words = new DataView(memo!.buffer, memo!.byteOffset);
  return Array.from({ length: memo!.length / 4 - 1 }, (_, i) => words.getUint32(4 * (i + 1), true));
}

describe.each([nsgaII, nsgaIII])('$name', (sampler) => {
  it('converges on ZDT1: more than half of the way from random search to the front in 400 trials', () => {
    const areas = (of: Sampler<never>, more: object = {}): number =>
      [1, 2, 3].reduce(
        (sum, seed) => sum + areaOf(played(of, twoObjectives, zdt1, { trials: 400, seed, ...more }), [1.1, 7]),
        0,
      ) / 3;
    const [best, chance] = [7.3667, areas(random as Sampler<never>)];
    expect((areas(sampler as Sampler<never>) - chance) / (best - chance)).toBeGreaterThan(0.6);
  });

  it('converges with eight trials at a time, and with one objective', () => {
    const bowl = (x: Float64Array): Result => scored(x.reduce((sum, v) => sum + (v - 0.3) * (v - 0.3), 0));
    const one = problemOf(spaceOf(ten), { parallel: 8 });
    const best = (of: Sampler<never>): number =>
      Math.min(...played(of, one, bowl, { trials: 300 }).map(({ y }) => y![0]));
    expect(best(sampler as Sampler<never>)).toBeLessThan(0.5 * best(random as Sampler<never>));
  });

  it('draws the first generation at random, breeds the others from survivors, and says of whom', () => {
    const rows = played(sampler as Sampler<never>, twoObjectives, zdt1, { trials: 61 });
    const drawn = played(random as Sampler<never>, twoObjectives, zdt1, { trials: 20 });
    expect(rows.slice(0, 20).map(({ x }) => x)).toEqual(drawn.map(({ x }) => x));
    expect(rows.map(({ memo }) => generationOf(memo))).toEqual(rows.map((_, i) => Math.floor(i / 20)));
    for (const row of rows.slice(20)) {
      const [a, b] = parentsOf(row);
      expect(a).not.toBe(b);
      expect(Math.max(a, b)).toBeLessThan(20 * generationOf(row.memo)!);
      expect(row.x).not.toEqual(rows[a].x);
      expect(row.x).not.toEqual(rows[b].x);
    }
  });

  it('finds what constraints allow', () => {
    const problem = problemOf(spaceOf({ x: unit, y: unit }), { constraints: 1 });
    // one part in 25 is feasible
    const corner = ([x, y]: Float64Array): Result => {
      const over = Math.max(x, y) - 0.2;
      return { state: over > 0 ? 'infeasible' : 'complete', y: Float64Array.of(-x - y), c: Float64Array.of(over) };
    };
    const rows = played(sampler as Sampler<never>, problem, corner, { trials: 200 });
    expect(rows.slice(100).filter(({ state }) => state === 'complete').length).toBeGreaterThan(30);
    expect(Math.min(...rows.map(({ state, y }) => (state === 'complete' ? y![0] : 0)))).toBeLessThan(-0.38);
  });

  it('learns which category is best, tunes what exists only there, and steps on grids', () => {
    const problem = problemOf(
      spaceOf({
        kind: choice('a', 'b', 'c', 'd'),
        rate: given(float(1e-4, 1, { scale: 'log' }), 'kind', 'c'),
        units: int(1, 64),
      }),
    );
    const value = ([kind, rate, units]: Float64Array): Result =>
      scored((kind === 2 ? Math.abs(Math.log10(rate) + 2) : 3) + Math.abs(units - 40) / 8);
    const rows = played(sampler as Sampler<never>, problem, value, { trials: 200 });
    expect(Math.min(...rows.map(({ y }) => y![0]))).toBeLessThan(0.3);
  });

  it('solves an assignment by order crossover sooner than chance does', () => {
    const items = Array.from({ length: 9 }, (_, i) => i);
    const problem = problemOf(spaceOf({ order: { kind: 'permutation', items } }));
    // digits of a Lehmer code: the identity is all zeros
    const misplaced = (x: Float64Array): Result => {
      const left = [...items];
      const order = [...Array.from(x, (digit) => left.splice(digit, 1)[0]), left[0]];
      return scored(order.reduce((sum, item, place) => sum + Math.abs(item - place), 0));
    };
    const best = (of: Sampler<never>): number =>
      [1, 2, 3].reduce(
        (sum, seed) => sum + Math.min(...played(of, problem, misplaced, { trials: 300, seed }).map(({ y }) => y![0])),
        0,
      );
    expect(best(sampler as Sampler<never>)).toBeLessThan(0.6 * best(random as Sampler<never>));
  });
});

describe('nsga-iii', () => {
  it('refuses more reference points than can be searched, in words', () => {
    const many = problemOf(spaceOf({ x: unit }), { objectives: 6 });
    const options = resolveOptions(nsgaIII as Sampler, { divisions: 20 });
    expect(nsgaIII.supports(many, options)).toBe(
      '20 divisions of 6 objectives are 53130 reference points, more than 10000; lower the option divisions, or leave it out',
    );
    expect(nsgaIII.supports(many, resolveOptions(nsgaIII as Sampler, {}))).toBe(true);
  });
});
