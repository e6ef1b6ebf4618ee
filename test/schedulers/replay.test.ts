import { describe, expect, it } from 'vitest';
import { schedulerOptions } from '../../schedulers/registry.ts';
import { replay } from '../../schedulers/replay.ts';
import type { SegmentEnd } from '../../schedulers/scheduler.ts';
import { playOut, type Happening, type Setting } from './laws.ts';

const setting: Setting = {
  scheduler: replay,
  options: { intervals: 4, interval: 2.5 },
  problem: { objectives: 1, parallel: 8, seed: 0 },
  limit: 50,
};
const always = (end: (number: number) => SegmentEnd) => ({ end, pick: () => 0 });
const reached: SegmentEnd = { end: 'reached', y: [1] };
const movesOf = (log: readonly Happening[]) => log.flatMap((event) => ('move' in event ? [event.move] : []));

describe('a replay', () => {
  it('trains one interval after another, each from the one before, with the next enqueued parameters', () => {
    const { log } = playOut(
      setting,
      always(() => reached),
    );
    const common = { do: 'start', bracket: 0, final: true, enqueued: true };
    expect(movesOf(log).filter((move) => move.do !== 'wait')).toEqual([
      { ...common, to: 2.5, rung: 0 },
      ...[0, 1, 2].map((parent) => ({
        ...common,
        to: 2.5 * (parent + 2),
        rung: parent + 1,
        lineage: { parent, keeps: false },
      })),
      { do: 'finish', reason: 'all 4 of its intervals are trained' },
    ]);
  });

  it('decides the same from a state that went through JSON', () => {
    const carry = (state: unknown): unknown => JSON.parse(JSON.stringify(state));
    const chance = always((number) => (number === 2 ? { end: 'infeasible', y: [1], violation: 1 } : reached));
    expect(playOut(setting, chance, carry).log).toEqual(playOut(setting, chance).log);
  });

  it('ends where an interval failed, and says which', () => {
    const chance = always((number) => (number === 2 ? { end: 'gone' } : reached));
    const { log, started } = playOut(setting, chance);
    expect(started).toBe(3);
    expect(movesOf(log).at(-1)).toEqual({
      do: 'finish',
      reason: 'interval 2 cannot be trained: trial 2 failed',
    });
  });

  it('starts again what was never started, and stops where no more may', () => {
    const state = replay.begin(setting.problem, schedulerOptions(replay, setting.options));
    const first = replay.next(state, 0);
    replay.ended(state, 0, { end: 'gone', unmade: true });
    expect(replay.next(state, 0)).toEqual(first);
    replay.ended(state, 0, reached);
    expect(replay.next(state, undefined)).toEqual({ do: 'finish', reason: 'no more trials may start' });
  });

  it('needs the trial that it goes on from, until it is done', () => {
    const state = replay.begin(setting.problem, schedulerOptions(replay, { intervals: 2 }));
    expect(replay.parents!(state)).toEqual([]);
    replay.next(state, 0);
    replay.ended(state, 0, reached);
    expect(replay.parents!(state)).toEqual([0]);
    replay.next(state, 1);
    expect(replay.parents!(state)).toEqual([0]);
    replay.ended(state, 1, reached);
    expect(replay.parents!(state)).toEqual([]);
  });
});
