import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wins } from '../../../study/schedule/champion.ts';
import type { Champion, NightReport, ScheduleState, Test } from '../../../study/schedule/contract.ts';
import { defineSchedule } from '../../../study/schedule/define.ts';
import { nightOf, seedOfNight, studyOfNight } from '../../../study/schedule/naming.ts';
import { changeSchedule, newSchedule, recordNight, restoredSchedule } from '../../../study/schedule/nights.ts';
import { definitionOf } from '../definitions.ts';

const schedule = defineSchedule(definitionOf(), { every: '1d' });
const at = (minute: number): string => `${new Date(minute * 60_000).toISOString().slice(0, 19)}Z`;

const championOf = (night: string): Champion => ({
  night,
  study: studyOfNight('test', night),
  number: 3,
  params: { x: 0.5 },
  values: { loss: 0.5 },
  test: { loss: 0.5 },
  tested: night,
});

/** A night's report, made by somebody who knew this champion. */
const reportOf = (
  minute: number,
  status: 'complete' | 'failed',
  before: Champion | null,
  promoted = false,
): NightReport => {
  const night = at(minute);
  return {
    record: {
      night,
      study: studyOfNight('test', night),
      status,
      startedAt: night,
      finishedAt: night,
      imported: 0,
      promoted,
    },
    against: before && { night: before.night, study: before.study },
    ...(promoted && { champion: championOf(night) }),
  };
};

const told = fc.array(
  fc.record({
    minute: fc.nat({ max: 20 }),
    complete: fc.boolean(),
    promoted: fc.boolean(),
    /** As the night was planned: before the last so many reports. */
    late: fc.nat({ max: 2 }),
  }),
  { maxLength: 40 },
);

function replay(events: Parameters<Parameters<typeof told.map>[0]>[0]): {
  state: ScheduleState;
  reports: NightReport[];
} {
  const state = newSchedule({ schedule });
  const champions: (Champion | null)[] = [null];
  const reports = events.map(({ minute, complete, promoted, late }) => {
    const before = champions.at(-1 - late) ?? null;
    const report = reportOf(minute, complete ? 'complete' : 'failed', before, complete && promoted);
    recordNight(state, report);
    champions.push(state.champion);
    return report;
  });
  return { state, reports };
}

describe('the nights of a schedule', () => {
  it('count once, however often they are reported', () => {
    fc.assert(
      fc.property(told, (events) => {
        const { state } = replay(events);
        expect(state.nights.length).toBe(new Set(events.map(({ minute }) => minute)).size);
        expect(state.ended).toBe(state.nights.length);
        const before = structuredClone(state);
        for (const { night, status } of before.nights)
          if (status === 'complete') recordNight(state, reportOf(Date.parse(night) / 60_000, 'failed', state.champion));
        expect(state).toEqual(before);
      }),
      { seed: 3, numRuns: 500 },
    );
  });

  it('are complete where one report of them was, the first such report standing', () => {
    fc.assert(
      fc.property(told, (events) => {
        const { state, reports } = replay(events);
        for (const record of state.nights) {
          const all = reports.map((report) => report.record).filter(({ night }) => night === record.night);
          const complete = all.find(({ status }) => status === 'complete');
          expect({ ...record, promoted: false }).toEqual({ ...(complete ?? all.at(-1)!), promoted: false });
        }
        const last = state.nights.findLast(({ status }) => status === 'complete');
        expect(state.lastGood).toBe(last?.study ?? null);
      }),
      { seed: 4, numRuns: 500 },
    );
  });

  it('have the champion that was promoted last, by a night that knew the one before', () => {
    fc.assert(
      fc.property(told, (events) => {
        const { state } = replay(events);
        const promoted = state.nights.filter((night) => night.promoted);
        expect(state.champion?.night ?? null).toBe(promoted.at(-1)?.night ?? null);
      }),
      { seed: 5, numRuns: 500 },
    );
  });

  it('are kept to the last thousand, and to what one message takes', () => {
    const state = newSchedule({ schedule });
    for (let i = 0; i < 1100; i++) recordNight(state, reportOf(i, 'failed', null));
    expect(state.nights.length).toBe(1000);
    expect(state.nights[0]!.night).toBe(at(100));
    expect(state.ended).toBe(1100);
    for (let i = 1100; i < 2200; i++) {
      const { record, against } = reportOf(i, 'failed', null);
      recordNight(state, { record: { ...record, reason: 'é'.repeat(500) }, against });
    }
    expect(Buffer.byteLength(JSON.stringify(state.nights))).toBeLessThanOrEqual(512 * 1024);
    expect(Buffer.byteLength(JSON.stringify(state.nights))).toBeGreaterThan(500 * 1024);
    expect(state.nights.at(-1)!.night).toBe(at(2199));
  });

  it('stay when the schedule is changed', () => {
    const state = newSchedule({ schedule });
    recordNight(state, reportOf(1, 'complete', null, true));
    const { champion, nights } = structuredClone(state);
    const other = defineSchedule(definitionOf({ seed: 8 }), { every: '2d' });
    changeSchedule(state, { schedule: other, engine: { heartbeatMs: 1000 } });
    expect(state).toMatchObject({ schedule: other, engine: { heartbeatMs: 1000 }, champion, nights });
  });

  it('of a newer version are refused', () => {
    const state = newSchedule({ schedule });
    expect(restoredSchedule(state)).toBe(state);
    expect(() => restoredSchedule({ ...state, version: 2 })).toThrow(
      'the schedule has version 2, this program reads up to 1',
    );
  });
});

describe('a challenger', () => {
  const test = (loss: number | undefined): Test => (loss === undefined ? { failed: 'x' } : { values: { loss } });
  const score = fc.option(fc.double({ noNaN: true }), { nil: undefined });

  it('wins by being strictly better, or by being alone', () => {
    const minimize = { name: 'loss', goal: 'minimize' } as const;
    const maximize = { name: 'loss', goal: 'maximize' } as const;
    fc.assert(
      fc.property(score, score, (a, b) => {
        const expected = a !== undefined && (b === undefined || a < b);
        expect(wins(minimize, test(a), test(b))).toBe(expected);
        const negated = (value: number | undefined): Test => test(value === undefined ? undefined : -value);
        expect(wins(maximize, negated(a), negated(b))).toBe(expected);
        expect(wins(minimize, test(a), undefined)).toBe(a !== undefined);
        // never both
        if (wins(minimize, test(a), test(b))) expect(wins(minimize, test(b), test(a))).toBe(false);
      }),
      { seed: 6, numRuns: 500 },
    );
  });
});

describe('a night', () => {
  it('is named by the time that the server appended, else by its start', () => {
    const start = new Date('2026-11-25T02:00:07.123Z');
    expect(nightOf('dtune-night/a-1-2026-11-25T02:00:00Z', start)).toBe('2026-11-25T02:00:00Z');
    expect(nightOf('dtune-night/a-2026-11-25', start)).toBe('2026-11-25T02:00:07Z');
    expect(studyOfNight('a-1', '2026-11-25T02:00:00Z')).toBe('a-1-20261125T020000');
  });

  it('has a seed of its own, the same every time', () => {
    const seeds = new Set<number>();
    for (let seed = 0; seed < 20; seed++) for (let i = 0; i < 200; i++) seeds.add(seedOfNight(seed, at(i * 1440)));
    expect(seeds.size).toBe(4000);
    for (const seed of seeds) expect(Number.isSafeInteger(seed) && seed >= 0).toBe(true);
    expect(seedOfNight(7, '2026-11-25T02:00:00Z')).toBe(seedOfNight(7, '2026-11-25T02:00:00Z'));
  });
});
