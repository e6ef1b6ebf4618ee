import { describe, expect, it } from 'vitest';
import { differentialEvolution } from '../../../samplers/evolution/differential-evolution.ts';
import { regularizedEvolution } from '../../../samplers/evolution/regularized-evolution.ts';
import { simulatedAnnealing } from '../../../samplers/evolution/simulated-annealing.ts';
import { random } from '../../../samplers/designs/random.ts';
import type { Problem, Row, Sampler } from '../../../samplers/sampler.ts';
import { choice, float, given, int, problemOf, spaceOf } from '../spaces.ts';
import { played, scored, type Result } from './play.ts';

const unit = float(0, 1);
const five = Object.fromEntries(Array.from({ length: 5 }, (_, i) => [`x${i}`, unit]));
const bowl = (x: Float64Array): Result => scored(x.reduce((sum, v) => sum + (v - 0.3) * (v - 0.3), 0));

function parentsOf({ memo }: Row): number[] {
  const words = new DataView(memo!.buffer, memo!.byteOffset);
  return Array.from({ length: memo!.length / 4 - 1 }, (_, i) => words.getUint32(4 * (i + 1), true));
}

function differing(a: Row, b: Row): number {
  return a.x.filter((value, dim) => !Object.is(value, b.x[dim])).length;
}

describe.each([differentialEvolution, regularizedEvolution, simulatedAnnealing] as unknown as Sampler<never>[])(
  '$name',
  (sampler) => {
    const best = (of: Sampler<never>, problem: Problem, result: (x: Float64Array) => Result, trials: number): number =>
      [1, 2, 3].reduce((sum, seed) => {
        const rows = played(of, problem, result, { trials, seed });
        return sum + Math.min(...rows.map(({ state, y }) => (state === 'complete' ? y![0] : Infinity)));
      }, 0);

    it('comes ten times as near to the middle of a bowl as chance does, one trial at a time or four', () => {
      for (const parallel of [1, 4]) {
        const problem = problemOf(spaceOf(five), { parallel });
        expect(best(sampler, problem, bowl, 200)).toBeLessThan(
          0.1 * best(random as Sampler<never>, problem, bowl, 200),
        );
      }
    });

    it('learns which category is best, and tunes what exists only there', () => {
      const problem = problemOf(
        spaceOf({
          kind: choice('a', 'b', 'c', 'd'),
          rate: given(float(1e-4, 1, { scale: 'log' }), 'kind', 'c'),
          units: int(1, 64),
        }),
      );
      const value = ([kind, rate, units]: Float64Array): Result =>
        scored((kind === 2 ? Math.abs(Math.log10(rate) + 2) : 3) + Math.abs(units - 40) / 8);
      expect(best(sampler, problem, value, 150)).toBeLessThan(
        0.6 * best(random as Sampler<never>, problem, value, 150),
      );
    });

    it('finds what constraints allow', () => {
      const problem = problemOf(spaceOf({ x: unit, y: unit }), { constraints: 1 });
      const corner = ([x, y]: Float64Array): Result => {
        const over = Math.max(x, y) - 0.2;
        return { state: over > 0 ? 'infeasible' : 'complete', y: Float64Array.of(1 - x - y), c: Float64Array.of(over) };
      };
      expect(best(sampler, problem, corner, 150)).toBeLessThan(3 * 0.63);
    });

    it('draws at random while everything fails', () => {
      const problem = problemOf(spaceOf(five));
      const failing = (of: Sampler<never>): number[][] =>
        played(of, problem, () => ({ state: 'failed' }), { trials: 30 }).map(({ x }) => [...x]);
      expect(failing(sampler)).toEqual(failing(random as Sampler<never>));
    });

    it('refuses several objectives in words', () => {
      expect(sampler.supports(problemOf(spaceOf(five), { objectives: 2 }), {})).toBe(
        `${sampler.name} is for one objective, and this study has 2; keep one of them, or use nsga-ii`,
      );
    });
  },
);

describe('differential-evolution', () => {
  it.each(['rand', 'best', 'current-to-best'])('keeps a member until its offspring is no worse (%s)', (strategy) => {
    const rows = played(differentialEvolution as Sampler<never>, problemOf(spaceOf(five)), bowl, {
      trials: 100,
      options: { population: 8, strategy },
    });
    for (const row of rows.slice(8)) {
      const [target, top] = parentsOf(row);
      const place = rows.filter(({ number }) => number < row.number && number % 8 === row.number % 8);
      const before = rows.slice(0, row.number);
      expect(rows[target].y![0]).toBe(Math.min(...place.map(({ y }) => y![0])));
      expect(rows[top].y![0]).toBe(Math.min(...before.map(({ y }) => y![0])));
    }
  });
});

describe('regularized-evolution', () => {
  it('changes one parameter of one of the newest results', () => {
    const rows = played(regularizedEvolution as Sampler<never>, problemOf(spaceOf(five)), bowl, {
      trials: 100,
      options: { population: 12, tournament: 4 },
    });
    for (const row of rows.slice(12)) {
      const [parent] = parentsOf(row);
      expect(parent).toBeGreaterThanOrEqual(row.number - 12);
      expect(differing(row, rows[parent])).toBe(1);
    }
  });

  it('forgets the best one when it is old', () => {
    // results only get worse
    const rows = played(
      regularizedEvolution as Sampler<never>,
      problemOf(spaceOf(five)),
      (_x, number) => scored(number),
      { trials: 40, options: { population: 10, tournament: 10 } },
    );
    expect(parentsOf(rows[39])[0]).toBeGreaterThanOrEqual(29);
  });
});

describe('simulated-annealing', () => {
  const played100 = (result: (x: Float64Array, number: number) => Result): Row[] =>
    played(simulatedAnnealing as Sampler<never>, problemOf(spaceOf(five)), result, { trials: 150 });

  it('starts from the best of ten, and its steps and the parameters that change become fewer and smaller', () => {
    const rows = played100(bowl);
    const first = rows.slice(0, 10).reduce((a, b) => (b.y![0] < a.y![0] ? b : a));
    expect(parentsOf(rows[10])).toEqual([first.number]);
    const step = (from: number, to: number, size: (row: Row, parent: Row) => number): number =>
      rows.slice(from, to).reduce((sum, row) => sum + size(row, rows[parentsOf(row)[0]]), 0) / (to - from);
    const length = (row: Row, parent: Row): number =>
      row.x.reduce((sum, value, dim) => sum + Math.abs(value - parent.x[dim]), 0);
    expect(step(10, 25, differing)).toBeGreaterThan(3.5);
    expect(step(120, 150, differing)).toBeLessThan(1.5);
    expect(step(120, 150, length)).toBeLessThan(0.05 * step(10, 25, length));
  });

  it('goes on from worse results at first, and only from the best at last', () => {
    const rows = played100(bowl);
    const leaves = (from: number, to: number): number =>
      rows.slice(from, to).filter((row) => {
        const [parent] = parentsOf(row);
        return rows.slice(0, row.number).some(({ y }) => y![0] < rows[parent].y![0]);
      }).length;
    expect(leaves(10, 40)).toBeGreaterThan(0);
    expect(leaves(120, 150)).toBe(0);
  });

  it('does not depend on the scale of the objective', () => {
    const points = (factor: number): number[][] =>
      played100((x) => scored(factor * bowl(x).y![0])).map(({ x }) => [...x]);
    expect(points(2 ** 900)).toEqual(points(1));
  });
});
