import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDuration, parseDuration } from '../../../study/wording/duration.ts';

describe('parseDuration', () => {
  it.each([
    ['10m', 600_000],
    ['2h', 7_200_000],
    ['1h30m', 5_400_000],
    ['1h 30m', 5_400_000],
    [' 90s ', 90_000],
    ['500ms', 500],
    ['1m500ms', 60_500],
    ['5 m', 300_000],
    ['1.5h', 5_400_000],
    ['2d', 172_800_000],
    ['1d2h3m4s5ms', 93_784_005],
    ['0s', 0],
  ])('reads %j', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each([
    '',
    ' ',
    '5',
    'm',
    '-5s',
    '1e3s',
    '5min',
    '10 minutes',
    '1m1h',
    '1m1m',
    '1h30',
    '1,5h',
    '5M',
    '.5h',
    '1.h',
    '1:30',
  ])('does not read %j', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });

  it('reads what formatDuration writes', () => {
    fc.assert(
      fc.property(fc.nat({ max: 1e12 }), (ms) => {
        expect(parseDuration(formatDuration(ms))).toBe(ms);
      }),
      { seed: 1, numRuns: 1000 },
    );
  });
});

describe('formatDuration', () => {
  it.each([
    [0, '0ms'],
    [500, '500ms'],
    [90_000, '1m30s'],
    [5_400_000, '1h30m'],
    [86_400_001, '1d1ms'],
  ])('writes %d ms', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });
});
