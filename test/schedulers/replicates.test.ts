import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { studentTails } from '../../schedulers/half-beta.ts';
import { schedulerOptions } from '../../schedulers/registry.ts';
import { replicates } from '../../schedulers/replicates.ts';
import type { SegmentEnd } from '../../schedulers/scheduler.ts';
import { checkLaws, drawn, playOut, settingOf, type Chance, type Drawn, type Happening } from './laws.ts';

const problem = { objectives: 1, parallel: 1, seed: 0 };

/** The value of a trial's k-th run: what the trial is worth, and noise of about 1 that follows from both. */
const runOf = (number: number, k: number, seed: number): number => {
  const noise = (((number + 1) * 7919 + (k + 1) * 104_729 + seed * 31) % 1009) / 1009;
  return ((number * 37 + seed) % 11) + 2 * (noise - 0.5);
};
const runsOf = (number: number, to: number, seed: number): number[] =>
  Array.from({ length: to }, (_, k) => runOf(number, k, seed));
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Some early trials fail, in any of their runs. */
const chanceOf = ({ picks, fates, seed }: Drawn): Chance => {
  let picked = 0;
  return {
    end(number, to): SegmentEnd {
      if (number < 40 && fates[(number + 3 * to) % fates.length]) return { end: 'gone' };
      const values = runsOf(number, to, seed);
      return { end: 'reached', y: [mean(values)] };
    },
    pick: (flying) => Math.floor(picks[picked++ % picks.length]! * flying),
  };
};

const runsBy = (log: readonly Happening[]): Map<number, number> =>
  new Map(log.flatMap((event) => ('ended' in event ? [[event.ended, event.to] as const] : [])));

describe('the scheduler replicates', () => {
  it('keeps the laws of schedulers', () => {
    checkLaws(replicates, {});
    checkLaws(replicates, { most: 2, top: 1, final: 2, alpha: 0.5 });
  });

  it('gives up whom a t-test with the pooled noise finds worse than the incumbent, and nobody else', () => {
    fc.assert(
      fc.property(drawn(30), (draw) => {
        const setting = settingOf(replicates, { most: 3, alpha: 0.1 }, draw);
        const { log } = playOut(setting, chanceOf(draw));
        // everything anew from the log, at each end
        const known = new Map<number, number[]>();
        const all = new Map<number, number[]>();
        const finalists = new Set<number>();
        for (const event of log) {
          if ('move' in event) {
            const { move } = event;
            if (move.do === 'resume' && move.to > 3) finalists.add(move.number);
            continue;
          }
          const values = runsOf(event.ended, event.to, draw.seed);
          const isGone = event.ended < 40 && draw.fates[(event.ended + 3 * event.to) % draw.fates.length];
          if (isGone) known.delete(event.ended);
          else for (const table of [known, all]) table.set(event.ended, values);
          if (isGone) continue;
          let [squares, degrees] = [0, 0];
          for (const own of all.values()) {
            for (const value of own) squares += (value - mean(own)) ** 2;
            degrees += own.length - 1;
          }
          const incumbent = [...known.values()].filter(({ length }) => length > 1).sort((a, b) => mean(a) - mean(b))[0];
          // whoever runs is not judged
          const isWorse = (own: readonly number[]): boolean => {
            if (!incumbent || degrees === 0 || mean(own) <= mean(incumbent)) return false;
            const error = Math.sqrt((squares / degrees) * (1 / own.length + 1 / incumbent.length));
            return studentTails((mean(own) - mean(incumbent)) / error, degrees) / 2 <= 0.1;
          };
          for (const number of event.given) expect(isWorse(known.get(number)!), `${number} is worse`).toBe(true);
          if (!event.given.includes(event.ended) && !finalists.has(event.ended) && event.to < 3)
            expect(isWorse(values), `${event.ended} is not worse`).toBe(false);
          for (const number of event.given) known.delete(number);
        }
      }),
      { seed: 5, numRuns: 60 },
    );
  });

  it('runs the best few on to the last, once no more trials may start', () => {
    const options = { most: 3, top: 2, final: 5, alpha: 1e-3 };
    const setting = { scheduler: replicates, options, problem: { ...problem, parallel: 3 }, limit: 20 };
    const { log, complete } = playOut(setting, chanceOf({ picks: [0], fates: [false], seed: 4 } as unknown as Drawn));
    expect(complete.size).toBe(2);
    const runs = runsBy(log);
    for (const [number, to] of runs) expect(to, `trial ${number}`).toBeLessThanOrEqual(complete.has(number) ? 5 : 3);
    const middle = [...runs.keys()]
      .filter((number) => runs.get(number)! >= 3)
      .map((number) => mean(runsOf(number, 3, 4)));
    const chosen = [...complete].map((number) => mean(runsOf(number, 3, 4)));
    const ascending = (a: number, b: number): number => a - b;
    expect(chosen.sort(ascending)).toEqual(middle.sort(ascending).slice(0, 2));
  });

  it('takes the next best where one of them fails', () => {
    const setting = { scheduler: replicates, options: { most: 2, top: 1, final: 4 }, problem, limit: 6 };
    const { complete, gone } = playOut(setting, {
      end: (number, to) =>
        number === 0 && to === 3 ? { end: 'gone' } : { end: 'reached', y: [mean(runsOf(0, to, 0)) + number / 10] },
      pick: () => 0,
    });
    expect([...gone]).toEqual([0]);
    expect(complete.size).toBe(1);
  });

  it('repeats what promises much before it starts something new', () => {
    const state = replicates.begin(problem, schedulerOptions(replicates, {}));
    expect(replicates.next(state, 0)).toEqual({ do: 'start', to: 1, bracket: 0, rung: 0, final: false });
    replicates.ended(state, 0, { end: 'reached', y: [1] });
    expect(replicates.next(state, 1)).toEqual({ do: 'resume', number: 0, to: 2, bracket: 0, rung: 1, final: false });
    replicates.ended(state, 0, { end: 'reached', y: [1.5] });
    replicates.next(state, 1);
    replicates.ended(state, 0, { end: 'reached', y: [1.5] });
    // 4 standard errors away: one run is enough
    expect(replicates.next(state, 1)).toMatchObject({ do: 'start' });
    expect(replicates.ended(state, 1, { end: 'reached', y: [4] })).toEqual([1]);
  });

  it('refuses in words what it cannot do', () => {
    const refusal = (options: Record<string, number>, objectives = 1) =>
      replicates.supports({ ...problem, objectives }, schedulerOptions(replicates, options));
    expect(refusal({})).toBe(true);
    expect(refusal({ most: 20 })).toBe(true);
    expect(refusal({ most: 4, final: 3 })).toMatch(/final is 3 and most 4.*lower most or raise final/);
    expect(refusal({}, 2)).toMatch(/2 objectives/);
  });
});
