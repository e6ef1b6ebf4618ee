import { describe, expect, it } from 'vitest';
import { defineSchedule } from '../../../study/schedule/define.ts';
import { scheduleDifferences } from '../../../study/schedule/differences.ts';
import type { ScheduleSyntax } from '../../../study/schedule/times.ts';
import { definitionOf } from '../definitions.ts';

const define = (syntax: ScheduleSyntax) => defineSchedule(definitionOf(), syntax);

describe('defineSchedule', () => {
  it('fills in what is not said', () => {
    expect(define({ cron: ' 0  2 * * * ' })).toEqual({
      definition: definitionOf(),
      times: { cron: '0 2 * * *', timeZone: 'UTC', jitterMs: 0, catchUpMs: 600_000 },
      carry: 200,
    });
    expect(define({ every: '6h', timeZone: 'europe/berlin', jitter: '5m', catchUp: '1h', carry: 0 })).toMatchObject({
      times: { everyMs: 21_600_000, timeZone: 'Europe/Berlin', jitterMs: 300_000, catchUpMs: 3_600_000 },
      carry: 0,
    });
  });

  it.each<[ScheduleSyntax, string]>([
    [{}, 'cron and every are both missing, expected one of them'],
    [{ cron: '0 2 * * *', every: '1h' }, 'cron and every are both given, expected one of them'],
    [{ cron: '0 25 * * *' }, `cron is "0 25 * * *", expected a cron expression such as '0 2 * * *'; its hour is '25'`],
    [{ every: '5s' }, 'every is "5s", expected a duration from 1m to 365d'],
    [{ every: '1h', timeZone: 'Europe/Berln' }, "did you mean 'Europe/Berlin'?"],
    [{ every: '1h', timeZone: '+02:00' }, 'timeZone is "+02:00", expected an IANA time zone'],
    [{ every: '1h', jitter: 'a bit' }, 'jitter is "a bit", expected a duration from 0s to 1d'],
    [{ every: '1h', catchUp: '1s' }, 'catchUp is "1s", expected a duration from 10s to 365d'],
    [{ every: '1h', carry: 1001 }, 'carry is 1001, expected a whole number from 0 to 1000'],
  ])('refuses %j: %s', (syntax, fault) => {
    expect(() => define(syntax)).toThrow(fault);
  });

  it('tells all faults at once', () => {
    expect(() => define({ cron: 'x', timeZone: 'nowhere', carry: -1 })).toThrow(
      /^cron is .*\ntimeZone is .*\ncarry is /,
    );
  });

  it('refuses studies that cannot be run every night', () => {
    const refused = (changes: Parameters<typeof definitionOf>[0]) => () =>
      defineSchedule(definitionOf(changes), { every: '1h' });
    expect(refused({ name: 'x'.repeat(185) })).toThrow('name has 185 characters, expected at most 184');
    const external = { kind: 'external', retries: 0, heartbeatMs: 10_000 } as const;
    expect(refused({ trial: external })).toThrow('trial is external, expected a function or a command');
    expect(refused({ warmStart: { study: 'other' } })).toThrow('warmStart is { study: "other" }, expected none');
    expect(refused({ scheduler: { name: 'pbt', options: {} } })).toThrow('scheduler is pbt, expected no population');
    const enqueue = [{ params: { x: 'é'.repeat(300_000) }, baseline: false }];
    expect(refused({ enqueue })).toThrow(/the study takes 6\d{5} bytes as JSON, expected at most 524288/);
  });
});

describe('scheduleDifferences', () => {
  it('are none for the same schedule, and named by the words of the command line', () => {
    const schedule = define({ cron: '0 2 * * *', jitter: '5m' });
    expect(scheduleDifferences(schedule, structuredClone(schedule))).toEqual([]);
    const other = defineSchedule(definitionOf({ seed: 8 }), {
      every: '6h',
      catchUp: '1h',
      carry: 10,
      timeZone: 'Asia/Tokyo',
    });
    expect(scheduleDifferences(schedule, other)).toEqual([
      'seed: 7 -> 8',
      'cron: 0 2 * * * -> absent',
      'every: absent -> 6h',
      'time zone: UTC -> Asia/Tokyo',
      'jitter: 5m -> 0ms',
      'catch-up: 10m -> 1h',
      'carry: 200 -> 10',
    ]);
  });
});
