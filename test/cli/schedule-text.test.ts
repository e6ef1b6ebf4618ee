import { describe, expect, it } from 'vitest';
import { scheduleText, timesText } from '../../cli/schedule-text.ts';
import type { ScheduleView } from '../../client/schedules.ts';
import { newSchedule } from '../../study/schedule/nights.ts';
import { defineSchedule } from '../../study/schedule/define.ts';
import { definitionOf } from '../study/definitions.ts';

const schedule = defineSchedule(definitionOf({ name: 'digits' }), { cron: '0 2 * * *', timeZone: 'Europe/Berlin' });
const view: ScheduleView = {
  ...newSchedule({ schedule }),
  name: 'digits',
  paused: false,
  next: ['2026-11-27T01:00:00.000Z'],
  skipped: 0,
  missed: 0,
};

describe('a schedule in words', () => {
  it('that is new says when its first night is', () => {
    expect(scheduleText(view)).toBe(
      [
        'schedule  digits: 0 2 * * * Europe/Berlin, catch-up 10m',
        'next      2026-11-27 01:00 (UTC)',
        'nights    0 ended',
        'champion  none yet',
      ].join('\n'),
    );
  });

  it('tells its champion, and its nights in a table', () => {
    const night = { startedAt: '2026-11-25T01:00:00Z', finishedAt: '2026-11-25T02:00:00Z', promoted: false };
    const counts = { complete: 9, pruned: 1, failed: 2, infeasible: 0 };
    const text = scheduleText({
      ...view,
      paused: true,
      note: 'vacation',
      skipped: 1,
      missed: 2,
      running: { night: '2026-11-27T01:00:00Z', study: 'digits-20261127T010000' },
      ended: 2,
      champion: {
        night: '2026-11-25T01:00:00Z',
        study: 'digits-20261125T010000',
        number: 7,
        params: { lr: 0.0123456, optimizer: 'adam' },
        values: { loss: 0.1 },
        test: { loss: 0.125 },
        tested: '2026-11-25T01:00:00Z',
      },
      nights: [
        {
          ...night,
          night: '2026-11-25T01:00:00Z',
          study: 'digits-20261125T010000',
          status: 'complete',
          imported: 0,
          counts,
          best: 0.1,
          challengerTest: 0.125,
          promoted: true,
        },
        {
          ...night,
          night: '2026-11-26T01:00:00Z',
          study: 'digits-20261126T010000',
          status: 'failed',
          imported: 10,
          reason: '3 trials failed, stop.maxFailures is 3',
        },
      ],
    });
    expect(text).toBe(
      [
        'schedule  digits: 0 2 * * * Europe/Berlin, catch-up 10m, paused (vacation)',
        'next      none (UTC)',
        'nights    2 ended, 2026-11-27T01:00:00Z runs as study digits-20261127T010000, 1 skipped while one was running, 2 missed',
        'champion  loss 0.125 in the test of 2026-11-25T01:00:00Z; since 2026-11-25T01:00:00Z: trial 7 of digits-20261125T010000',
        '  lr = 0.012346',
        '  optimizer = "adam"',
        '',
        'night (UTC)          status    trials  carried  best  champion  challenger',
        '2026-11-25 01:00:00  complete  10      0        0.1             0.125       new champion',
        '2026-11-26 01:00:00  failed            10                                   3 trials failed, stop.maxFailures is 3',
      ].join('\n'),
    );
  });

  it('says an interval and its jitter', () => {
    const { times } = defineSchedule(definitionOf(), { every: '6h', jitter: '5m', catchUp: '1h' });
    expect(timesText(times)).toBe('every 6h, up to 5m later, catch-up 1h');
  });
});
