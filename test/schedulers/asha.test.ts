import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { asha } from '../../schedulers/asha.ts';
import { ladder } from '../../schedulers/ladder.ts';
import { schedulerOptions } from '../../schedulers/registry.ts';
import type { Move } from '../../schedulers/scheduler.ts';
import { chanceOf, checkLaws, drawn, playOut, settingOf, valueOf } from './laws.ts';

/** Algorithm 2 of the paper, word by word: all results of all rungs, looked through at each decision. */
function paper(max: number, eta: number): { job(): Move; report(number: number, to: number, y: number): void } {
  const levels = ladder(1, max, eta);
  const rungs = levels.map(() => ({ results: [] as { number: number; y: number }[], promoted: new Set<number>() }));
  return {
    job() {
      for (let k = levels.length - 2; k >= 0; k--) {
        const { results, promoted } = rungs[k]!;
        const candidates = results
          .toSorted((a, b) => a.y - b.y || a.number - b.number)
          .slice(0, Math.floor(results.length / eta));
        const promotable = candidates.filter((t) => !promoted.has(t.number));
        if (promotable.length > 0) {
          promoted.add(promotable[0]!.number);
          const rung = k + 1;
          return {
            do: 'resume',
            number: promotable[0]!.number,
            rung,
            to: levels[rung]!,
            bracket: 0,
            final: rung === levels.length - 1,
          };
        }
      }
      return { do: 'start', to: 1, rung: 0, bracket: 0, final: levels.length === 1 };
    },
    report: (number, to, y) => void rungs[levels.indexOf(to)]!.results.push({ number, y }),
  };
}

describe('asha', () => {
  it('holds the laws of halving schedulers', () => {
    checkLaws(asha, { max: 27 });
    checkLaws(asha, { max: 8, eta: 2, bracket: 1 });
    checkLaws(asha, { min: 1 / 9, max: 1 });
    checkLaws(asha, { min: 5, max: 5 });
  });

  it('holds them with several objectives', () => {
    checkLaws(asha, { max: 8, eta: 2 }, 2);
    checkLaws(asha, { max: 9 }, 3);
  });

  it("decides as the paper's algorithm does as long as trials may start, whether the number of trials is known or not", () => {
    fc.assert(
      fc.property(drawn(150, false), fc.integer({ min: 2, max: 4 }), (draw, eta) => {
        const setting = settingOf(asha, { max: 30, eta }, draw);
        const { log } = playOut(setting, chanceOf(draw.picks, draw.fates, draw.seed, 1));
        const oracle = paper(30, eta);
        for (const event of log) {
          if ('ended' in event) oracle.report(event.ended, event.to, valueOf(event.ended, event.to, draw.seed));
          else if (event.number === undefined) break;
          else {
            const job = oracle.job();
            if (!isDeepStrictEqual(event.move, job)) expect(event.move).toEqual(job);
          }
        }
      }),
      { numRuns: 60, seed: 7 },
    );
  });

  it('promotes what is promotable after the last start, and trains the best trial of the highest rung out if none was', () => {
    // 27 trials of (1, 81, 3) come to 27 alone
    const setting = {
      scheduler: asha,
      options: {},
      limit: 27,
      problem: { objectives: 1, trials: 27, parallel: 1, seed: 0 },
    };
    const end = (number: number): { end: 'reached'; y: number[] } => ({ end: 'reached', y: [number] });
    const { log, complete, started } = playOut(setting, { end, pick: () => 0 });
    expect(started).toBe(27);
    const resumed = log.flatMap((event) => ('move' in event && event.move.do === 'resume' ? [event.move] : []));
    const reached = [3, 9, 27, 81].map((budget) =>
      resumed.filter(({ to }) => to === budget).map(({ number }) => number),
    );
    expect(reached).toEqual([[0, 1, 2, 3, 4, 5, 6, 7, 8], [0, 1, 2], [0], [0]]);
    expect([...complete]).toEqual([0]);
  });

  it('sends the next best to the maximum when the one that was sent there fails', () => {
    const setting = {
      scheduler: asha,
      options: {},
      limit: 4,
      problem: { objectives: 1, trials: 4, parallel: 2, seed: 0 },
    };
    const sent: number[] = [];
    const { complete, started } = playOut(
      { ...setting, limit: 4 },
      {
        end(number, to) {
          if (to === 81) sent.push(number);
          return to === 81 && sent.length === 1 ? { end: 'gone' } : { end: 'reached', y: [number] };
        },
        pick: () => 0,
      },
    );
    expect(sent).toHaveLength(2);
    expect([...complete]).toEqual([sent[1]]);
    // the failed one did not count
    expect(started).toBe(5);
  });

  it('gives trials up as soon as no start that is left could have them promoted, and what it keeps stays small', () => {
    const trials = 3000;
    const setting = {
      scheduler: asha,
      options: {},
      limit: trials,
      problem: { objectives: 1, trials, parallel: 10, seed: 0 },
    };
    const { log, state } = playOut(setting, chanceOf([0.3, 0.9, 0.5], [false], 5, 1));
    const givenBy = new Map<number, number>();
    for (const [at, event] of log.entries())
      if ('ended' in event) for (const number of event.given) givenBy.set(number, at);
    const resumedAt = log.flatMap((event, at) =>
      'move' in event && event.move.do === 'resume' ? [[event.move.number, at] as const] : [],
    );
    for (const [number, at] of resumedAt) expect(givenBy.get(number) ?? Infinity).toBeGreaterThan(at);
    expect(givenBy.size).toBeGreaterThan(1900);
    expect(JSON.stringify(state).length).toBeLessThan(60_000);
  });

  it('weighs no more however many trials there are, where their number is not known', () => {
    const state = asha.begin({ objectives: 1, parallel: 1, seed: 0 }, schedulerOptions(asha, { max: 9 }));
    for (let number = 0; number < 14_000;) {
      const move = asha.next(state, number);
      if (move.do === 'start')
        asha.ended(state, number, { end: 'reached', y: [((number++ * 7919) % 14_009) / 14_009] });
      else if (move.do === 'resume')
        asha.ended(state, move.number, { end: 'reached', y: [((move.number * 7919) % 14_009) / 14_009] });
    }
    expect(JSON.stringify(state).length).toBeLessThan(600_000);
  });

  it('forgets a paused trial that a person ends', () => {
    const state = asha.begin({ objectives: 1, parallel: 3, seed: 0 }, schedulerOptions(asha, {}));
    for (const number of [0, 1, 2]) asha.next(state, number);
    for (const number of [0, 1]) asha.ended(state, number, { end: 'reached', y: [number] });
    asha.ended(state, 0, { end: 'gone' });
    asha.ended(state, 2, { end: 'reached', y: [2] });
    // 0 would be the best of three
    expect(asha.next(state, 3)).toMatchObject({ do: 'start' });
    for (const number of [3, 4, 5]) {
      if (number > 3) asha.next(state, number);
      asha.ended(state, number, { end: 'reached', y: [number] });
    }
    expect(asha.next(state, 6)).toMatchObject({ do: 'resume', number: 1, to: 3 });
  });

  it('leaves out the lowest rungs that its bracket says', () => {
    const state = asha.begin({ objectives: 1, parallel: 1, seed: 0 }, schedulerOptions(asha, { bracket: 2 }));
    expect(asha.next(state, 0)).toEqual({ do: 'start', to: 9, bracket: 2, rung: 0, final: false });
    expect(asha.plan(schedulerOptions(asha, { bracket: 2 }))).toEqual([
      {
        bracket: 2,
        rungs: [
          { to: 9, trials: 9 },
          { to: 27, trials: 3 },
          { to: 81, trials: 1 },
        ],
      },
    ]);
  });

  it('refuses what cannot be, in words', () => {
    const problem = { objectives: 1, parallel: 1, seed: 0 };
    expect(asha.supports(problem, schedulerOptions(asha, { min: 90 }))).toMatch(/min is 90 and max 81/);
    expect(asha.supports(problem, schedulerOptions(asha, { bracket: 5 }))).toMatch(
      /bracket is 5, but there are 5 rungs/,
    );
  });

  it('promotes by fronts with several objectives, spread out within one', () => {
    const state = asha.begin({ objectives: 2, parallel: 6, seed: 0 }, schedulerOptions(asha, {}));
    const values = [
      [0, 10],
      [1, 9],
      [10, 0],
      [5, 5.5],
      [11, 11],
      [0.5, 9.8],
    ];
    for (const number of values.keys()) asha.next(state, number);
    for (const [number, y] of values.entries()) asha.ended(state, number, { end: 'reached', y });
    const moves = [asha.next(state, 6), asha.next(state, 6), asha.next(state, 6)];
    // one end of the front, then the other
    expect(moves.map((move) => (move.do === 'resume' ? move.number : move.do))).toEqual([0, 2, 'start']);
  });
});
