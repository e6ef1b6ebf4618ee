import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { fisherTail, studentTails } from '../../schedulers/half-beta.ts';
import { friedmanWorse, signedRankTail } from '../../schedulers/paired-tests.ts';
import { racing } from '../../schedulers/racing.ts';
import { schedulerOptions } from '../../schedulers/registry.ts';
import type { SegmentEnd } from '../../schedulers/scheduler.ts';
import { drawn, playOut, settingOf, valueOf, type Happening, type Setting } from './laws.ts';

const problem = { objectives: 1, parallel: 2, seed: 0 };
const refusal = (options: Setting['options']) => racing.supports(problem, schedulerOptions(racing, options));

/** Scores by fold of trials whose means are told: the folds differ more than trials do. */
const foldsOf = (mean: number, to: number): number[] =>
  Array.from({ length: to }, (_, fold) => mean + 10 * ((fold * 7) % 5));
const race = (mean: (number: number) => number) => ({
  end: (number: number, to: number): SegmentEnd => {
    const folds = foldsOf(mean(number), to);
    return { end: 'reached', y: [folds.reduce((a, b) => a + b, 0) / to], folds };
  },
  pick: () => 0,
});
const trainedTo = (log: readonly Happening[]): number[] => {
  const most: number[] = [];
  for (const event of log) if ('ended' in event) most[event.ended] = event.to;
  return most;
};

describe('the tests of races', () => {
  // scipy 1.17.1: stats.f.sf, 2 * stats.t.sf
  it('have the tails of Fisher and Student', () => {
    for (const [f, above, below, p] of [
      [3.2, 2, 8, 0.09525986892242035],
      [7.5, 3, 9, 0.008062803004162011],
      [0.4, 5, 15, 0.8412619303365334],
      [12.1, 9, 27, 2.1700959952601576e-7],
      [2, 1, 1, 0.39182655203060723],
      [150, 4, 4, 0.00013099227958806266],
      [1.7, 60, 245, 0.0027499717180141975],
    ] as const)
      expect(fisherTail(f, above, below) / p).toBeCloseTo(1, 11);
    for (const [t, degrees, p] of [
      [2.3, 4, 0.08293903711238236],
      [0.1, 1, 0.936548965138893],
      [5.5, 12, 0.00013625614917754864],
      [3.3, 27, 0.0027207006013011195],
      [40, 3, 3.4380680789158506e-5],
    ] as const)
      expect(studentTails(t, degrees) / p).toBeCloseTo(1, 11);
    expect(studentTails(Infinity, 3)).toBe(0);
  });

  it('add up: an F with one degree above is the square of a t', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 20, noNaN: true }), fc.integer({ min: 1, max: 200 }), (t, degrees) => {
        expect(fisherTail(t * t, 1, degrees)).toBeCloseTo(studentTails(t, degrees), 12);
      }),
      { numRuns: 100, seed: 3 },
    );
  });

  it('count signed ranks as all sign patterns do', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -4, max: 4 }), { minLength: 1, maxLength: 9 }), (differences) => {
        const some = differences.filter((d) => d !== 0);
        const rank = (d: number): number =>
          some.filter((e) => Math.abs(e) < Math.abs(d)).length +
          (some.filter((e) => Math.abs(e) === Math.abs(d)).length + 1) / 2;
        const observed = some.reduce((sum, d) => sum + (d > 0 ? rank(d) : 0), 0);
        let extreme = 0;
        for (let signs = 0; signs < 1 << some.length; signs++)
          if (some.reduce((sum, d, i) => sum + ((signs >> i) & 1 ? rank(d) : 0), 0) >= observed) extreme++;
        expect(
          signedRankTail(
            differences,
            differences.map(() => 0),
          ),
        ).toBeCloseTo(extreme / (1 << some.length), 12);
      }),
      { numRuns: 100, seed: 3 },
    );
    expect(signedRankTail([1, 2, 3, 4, 5], [0, 0, 0, 0, 0])).toBe(1 / 32);
  });

  it("compare with the best as Conover does, once Friedman's test of all says there is something", () => {
    const scores = [
      [0.2, 0.3, 0.25, 0.4],
      [0.22, 0.31, 0.24, 0.45],
      [0.5, 0.6, 0.55, 0.7],
      [0.3, 0.35, 0.3, 0.42],
    ];
    // all: F(3, 9) = 14.14, p = 0.00094; with the first: p = 0.123, 0.00015, 0.0079 (scipy)
    expect(friedmanWorse(scores, 0.05)).toEqual([false, false, true, true]);
    expect(friedmanWorse(scores, 0.005)).toEqual([false, false, true, false]);
    expect(friedmanWorse(scores, 0.0005)).toEqual([false, false, false, false]);
    expect(
      friedmanWorse(
        [
          [1, 1],
          [1, 1],
          [1, 1],
        ],
        0.05,
      ),
    ).toEqual([false, false, false]);
    expect(
      friedmanWorse(
        [
          [1, 1],
          [2, 2],
          [3, 3],
        ],
        0.05,
      ),
    ).toEqual([false, true, true]);
  });
});

describe('racing', () => {
  it('gives up those that lose on every fold, and lets those go on that do not', () => {
    const setting = { scheduler: racing, options: { folds: 5 }, problem, limit: 12 };
    const { log, complete, given } = playOut(
      setting,
      race((number) => (number < 6 ? number / 100 : 5 + number / 100)),
    );
    const most = trainedTo(log);
    expect(complete.has(0)).toBe(true);
    for (let number = 6; number < 12; number++) expect(given.has(number), `trial ${number}`).toBe(true);
    expect(most.slice(6).every((folds) => folds < 5)).toBe(true);
  });

  it('needs more folds for Wilcoxon, and gives up as soon as there are enough', () => {
    const setting = {
      scheduler: racing,
      options: { folds: 8, test: 'wilcoxon' },
      problem: { ...problem, parallel: 1 },
      limit: 4,
    };
    const { log } = playOut(
      setting,
      race((number) => [3, 1, 2, 4][number]!),
    );
    // 2^-5 is the first below 0.05; the second is better than the first, which is complete by then
    expect(trainedTo(log)).toEqual([8, 8, 5, 5]);
  });

  it('never gives up the best', () => {
    fc.assert(
      fc.property(drawn(20, false), fc.boolean(), (draw, isWilcoxon) => {
        const options = isWilcoxon ? { folds: 7, test: 'wilcoxon', alpha: 0.2 } : { folds: 4 };
        const means = (number: number): number => valueOf(number, 1, draw.seed);
        const setting = settingOf(racing, options, draw);
        const { complete, started, paused } = playOut(setting, {
          ...race(means),
          pick: (n) => Math.floor(draw.picks[0]! * n),
        });
        const all = Array.from({ length: started }, (_, number) => number);
        const least = Math.min(...all.map(means));
        expect(all.some((number) => means(number) === least && complete.has(number))).toBe(true);
        expect(paused.size).toBe(0);
      }),
      { numRuns: 60, seed: 11 },
    );
  });

  it('decides by a state that went through JSON as by its own', () => {
    const setting = { scheduler: racing, options: { folds: 5 }, problem: { ...problem, parallel: 3 }, limit: 15 };
    const chance = race((number) => (number * 7) % 5);
    const carried = playOut(setting, chance, (state) => JSON.parse(JSON.stringify(state)) as unknown);
    expect(carried.log).toEqual(playOut(setting, chance).log);
    expect(carried.given.size).toBeGreaterThan(0);
  });

  it('lets trials that say no scores by fold go on, and forgets those that fail', () => {
    const setting = { scheduler: racing, options: {}, problem, limit: 6 };
    const { complete, gone } = playOut(setting, {
      end: (number) => (number === 2 ? { end: 'gone' } : { end: 'reached', y: [number] }),
      pick: () => 0,
    });
    expect([...gone]).toEqual([2]);
    expect(complete.size).toBe(6);
  });

  it('trains fold by fold', () => {
    const state = racing.begin(problem, schedulerOptions(racing, { folds: 3 }));
    expect(racing.next(state, 0)).toEqual({ do: 'start', to: 1, bracket: 0, rung: 0, final: false });
    racing.ended(state, 0, { end: 'reached', y: [1], folds: [1] });
    expect(racing.next(state, 1)).toEqual({ do: 'resume', number: 0, to: 2, bracket: 0, rung: 1, final: false });
    racing.ended(state, 0, { end: 'reached', y: [1], folds: [1, 1] });
    expect(racing.next(state, 1)).toEqual({ do: 'resume', number: 0, to: 3, bracket: 0, rung: 2, final: true });
    expect(racing.plan(schedulerOptions(racing, { folds: 3 }))).toEqual([
      { bracket: 0, rungs: [1, 2, 3].map((to) => ({ to, trials: 1 })) },
    ]);
  });

  it('refuses in words what could never give a trial up', () => {
    expect(refusal({})).toBe(true);
    expect(refusal({ test: 'wilcoxon' })).toMatch(/never below 0.0625, and alpha is 0.05.*use more folds/);
    expect(refusal({ test: 'wilcoxon', folds: 6 })).toBe(true);
    expect(refusal({ test: 'wilcoxon', alpha: 0.0625 })).toBe(true);
    expect(refusal({ minimum: 5 })).toMatch(/minimum is 5 of 5 folds/);
    expect(racing.supports({ ...problem, objectives: 2 }, schedulerOptions(racing, {}))).toMatch(/2 objectives/);
  });
});
