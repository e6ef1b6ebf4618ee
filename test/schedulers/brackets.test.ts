import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { dehb } from '../../schedulers/dehb.ts';
import { hyperband } from '../../schedulers/hyperband.ts';
import { schedulerOptions } from '../../schedulers/registry.ts';
import type { HalvingScheduler } from '../../schedulers/scheduler.ts';
import { successiveHalving } from '../../schedulers/successive-halving.ts';
import { chanceOf, checkLaws, drawn, playOut, settingOf, type Happening, type Setting } from './laws.ts';

/** [budget, trials] by rung. */
function table(scheduler: HalvingScheduler, raw: Setting['options']): [number, number][][] {
  return scheduler
    .plan(schedulerOptions(scheduler, raw))
    .map(({ rungs }) => rungs.map(({ to, trials }): [number, number] => [to, trials]));
}

/** What a study that may start as many trials as it likes did, as a plan. */
function playedTable(scheduler: HalvingScheduler, raw: Setting['options']): [number, number][][] {
  const setting = { scheduler, options: raw, limit: Infinity, problem: { objectives: 1, parallel: 7, seed: 0 } };
  const brackets: Map<number, number>[] = [];
  for (const event of playOut(setting, chanceOf([0.2, 0.7], [false], 3, 1)).log)
    if ('move' in event && 'to' in event.move) {
      const rungs = (brackets[event.move.bracket] ??= new Map());
      rungs.set(event.move.to, (rungs.get(event.move.to) ?? 0) + 1);
    }
  return brackets.map((rungs) => [...rungs]);
}

const movesOf = (log: readonly Happening[]) => log.flatMap((event) => ('move' in event ? [event.move] : []));

describe('hyperband', () => {
  it("has the paper's brackets for R = 81 and eta = 3, and plays them", () => {
    const brackets = [
      [
        [1, 81],
        [3, 27],
        [9, 9],
        [27, 3],
        [81, 1],
      ],
      [
        [3, 34],
        [9, 11],
        [27, 3],
        [81, 1],
      ],
      [
        [9, 15],
        [27, 5],
        [81, 1],
      ],
      [
        [27, 8],
        [81, 2],
      ],
      [[81, 5]],
    ];
    expect(table(hyperband, {})).toEqual(brackets);
    expect(playedTable(hyperband, {})).toEqual(brackets);
  });

  it('has no bracket less where logarithms round down', () => {
    for (const [max, eta, sizes] of [
      [1000, 10, [1000, 134, 20, 4]],
      [59049, 9, [59049, 7874, 1094, 162, 27, 6]],
      [1e6, 10, [1e6, 116667, 14000, 1750, 234, 35, 7]],
    ] as const) {
      const brackets = table(hyperband, { max, eta });
      expect(brackets.map((rungs) => rungs[0]![1])).toEqual(sizes);
      expect(brackets.map((rungs) => rungs.at(-1)![0])).toEqual(sizes.map(() => max));
    }
  });

  it('holds the laws of halving schedulers', () => {
    checkLaws(hyperband, { max: 9 });
    checkLaws(hyperband, { max: 4, eta: 2, iterations: 2 });
    checkLaws(hyperband, { min: 1 / 9, max: 1 }, 2);
    checkLaws(hyperband, { max: 9, asynchronous: true });
    checkLaws(hyperband, { max: 8, eta: 2, asynchronous: true }, 2);
  });

  it('runs its brackets again as often as it is told', () => {
    const once = playedTable(hyperband, { max: 9 });
    expect(playedTable(hyperband, { max: 9, iterations: 3 })).toEqual([...once, ...once, ...once]);
  });

  it('closes the last bracket with the trials there are', () => {
    const trials = 100;
    const setting = {
      scheduler: hyperband,
      options: {},
      limit: trials,
      problem: { objectives: 1, trials, parallel: 4, seed: 0 },
    };
    const { log } = playOut(setting, chanceOf([0.4], [false], 1, 1));
    const second = movesOf(log).filter((move) => 'bracket' in move && move.bracket === 1);
    const sizes = [3, 9, 27, 81].map((budget) => second.filter((move) => 'to' in move && move.to === budget).length);
    expect(sizes).toEqual([19, 6, 2, 1]);
  });

  it('does not wait for trials that failed', () => {
    const setting = {
      scheduler: hyperband,
      options: { max: 9 },
      limit: Infinity,
      problem: { objectives: 1, parallel: 3, seed: 0 },
    };
    const { log } = playOut(setting, {
      end: (number) => (number < 7 ? { end: 'gone' } : { end: 'reached', y: [number] }),
      pick: () => 0,
    });
    const resumed = movesOf(log).flatMap((move) => (move.do === 'resume' && move.bracket === 0 ? [move] : []));
    // of nine two are left: both go on, one to the end
    expect(resumed.map(({ number, to }) => [number, to])).toEqual([
      [7, 3],
      [8, 3],
      [7, 9],
    ]);
  });

  it('gives idle slots the next bracket', () => {
    const setting = {
      scheduler: hyperband,
      options: { max: 3 },
      limit: Infinity,
      problem: { objectives: 1, parallel: 4, seed: 0 },
    };
    const { log } = playOut(setting, chanceOf([0.5], [false], 1, 1));
    expect(movesOf(log).slice(0, 4)).toMatchObject([
      { bracket: 0 },
      { bracket: 0 },
      { bracket: 0 },
      { bracket: 1, to: 3 },
    ]);
  });

  it('goes from bracket to bracket as the budget of a synchronous one is used up, when asynchronous', () => {
    const setting = {
      scheduler: hyperband,
      options: { max: 9, asynchronous: true },
      limit: 200,
      problem: { objectives: 1, parallel: 1, seed: 0 },
    };
    const { log } = playOut(setting, chanceOf([0], [false], 2, 1));
    const starts = movesOf(log).flatMap((move) => (move.do === 'start' ? [move.bracket] : []));
    const turns = starts.filter((bracket, i) => bracket !== starts[i - 1]);
    expect(turns.slice(0, 6)).toEqual([0, 1, 2, 0, 1, 2]);
    // 9 to 1, 3 on to 3, one on to 9: 9 + 3 * 2 + 1 * 6; the promotions come a little early, as better ones follow
    const used = movesOf(log).reduce<number[]>((sums, move) => {
      if (move.do === 'start' || move.do === 'resume')
        sums[move.bracket] = (sums[move.bracket] ?? 0) + (move.do === 'start' ? move.to : move.to === 9 ? 6 : 2);
      return sums;
    }, []);
    expect(Math.max(...used) / Math.min(...used)).toBeLessThan(1.6);
  });
});

describe('synchronous brackets', () => {
  it('send on whom they send on, in their order, however the trials of a rung ended', () => {
    for (const [scheduler, options] of [
      [successiveHalving, { max: 27 }],
      [hyperband, { max: 9 }],
      [dehb, { max: 9 }],
    ] as const)
      fc.assert(
        fc.property(drawn(60, false), drawn(60, false), (one, other) => {
          // with room for all, every trial starts before any ends: numbers are the same
          const played = [one, other].map(({ picks }) => {
            const setting = settingOf(scheduler, options, { ...one, parallel: 1000, isLimitKnown: false, limit: 1000 });
            return playOut(setting, chanceOf(picks, [false], one.seed, 1));
          });
          const going = played.map(({ log }) =>
            movesOf(log)
              .flatMap((move) => (move.do === 'resume' ? [`${move.bracket} ${move.rung}: ${move.number}`] : []))
              .toSorted((a, b) => Number(a.split(' ')[0]) - Number(b.split(' ')[0])),
          );
          expect(going[0]).toEqual(going[1]);
        }),
        { numRuns: 15, seed: 4 },
      );
  });
});

describe('successive halving', () => {
  it('is one bracket, of as many trials as one is told', () => {
    expect(table(successiveHalving, {})).toEqual([
      [
        [1, 81],
        [3, 27],
        [9, 9],
        [27, 3],
        [81, 1],
      ],
    ]);
    expect(playedTable(successiveHalving, { max: 9, trials: 20 })).toEqual([
      [
        [1, 20],
        [3, 6],
        [9, 2],
      ],
    ]);
    expect(playedTable(successiveHalving, { max: 9, trials: 2 })).toEqual([
      [
        [1, 2],
        [3, 1],
        [9, 1],
      ],
    ]);
  });

  it('sends on the best of each rung, the lower number of two equal ones', () => {
    const setting = {
      scheduler: successiveHalving,
      options: { max: 9 },
      limit: Infinity,
      problem: { objectives: 1, parallel: 2, seed: 0 },
    };
    const { log, complete, given } = playOut(setting, {
      end: (number) => ({ end: 'reached', y: [[5, 3, 4, 3, 9, 3, 3, 8, 8][number]!] }),
      pick: () => 0,
    });
    expect(movesOf(log).flatMap((move) => (move.do === 'resume' ? [move.number] : []))).toEqual([1, 3, 5, 1]);
    expect([...complete]).toEqual([1]);
    expect(given.size).toBe(8);
  });

  it('holds the laws of halving schedulers', () => {
    checkLaws(successiveHalving, { max: 27 });
    checkLaws(successiveHalving, { max: 8, eta: 2, trials: 13 }, 2);
  });
});

describe('dehb', () => {
  it("has the authors' brackets", () => {
    const brackets = [
      [
        [1, 81],
        [3, 27],
        [9, 9],
        [27, 3],
        [81, 1],
      ],
      [
        [3, 27],
        [9, 9],
        [27, 3],
        [81, 1],
      ],
      [
        [9, 9],
        [27, 3],
        [81, 1],
      ],
      [
        [27, 6],
        [81, 2],
      ],
      [[81, 5]],
    ];
    expect(table(dehb, {})).toEqual(brackets);
    expect(playedTable(dehb, {})).toEqual(brackets);
    expect(playedTable(dehb, { max: 9, iterations: 2 })).toEqual(table(dehb, { max: 9, iterations: 2 }));
  });

  it('starts new trials on every rung from the second bracket on, when the rung below has ended', () => {
    const setting = {
      scheduler: dehb,
      options: { max: 9, iterations: 2 },
      limit: Infinity,
      problem: { objectives: 1, parallel: 1, seed: 0 },
    };
    const { log } = playOut(setting, chanceOf([0], [false], 1, 1));
    const moves = movesOf(log);
    expect(moves.some((move) => move.do === 'resume' && move.bracket === 0)).toBe(true);
    expect(moves.some((move) => move.do === 'resume' && move.bracket > 0)).toBe(false);
    const third = moves.flatMap((move) =>
      move.do === 'start' && move.bracket === 3 ? [[move.rung, move.to, move.final]] : [],
    );
    expect(third).toEqual([
      ...Array.from({ length: 9 }, () => [0, 1, false]),
      ...Array.from({ length: 3 }, () => [1, 3, false]),
      [2, 9, true],
    ]);
    // what does not go on is given up at once
    for (const event of log)
      if ('ended' in event && event.ended > 20 && event.to < 9) expect(event.given).toContain(event.ended);
  });

  it('holds the laws of halving schedulers', () => {
    checkLaws(dehb, { max: 9 });
    checkLaws(dehb, { max: 4, eta: 2, iterations: 2 });
  });

  it('refuses several objectives in words', () => {
    expect(dehb.supports({ objectives: 2, parallel: 1, seed: 0 }, schedulerOptions(dehb, {}))).toMatch(
      /2 objectives.*use asha/,
    );
  });
});
