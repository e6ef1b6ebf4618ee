import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cronFault } from '../../../study/schedule/cron.ts';

const RANGES = [
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12],
  [0, 7],
] as const;

const part = ([low, high]: readonly [number, number]): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.constantFrom('*', 'one', 'range'),
      fc.integer({ min: low, max: high }),
      fc.integer({ min: low, max: high }),
      fc.option(fc.integer({ min: 1, max: high }), { nil: undefined }),
    )
    .map(([kind, a, b, step]) => {
      const range = kind === '*' ? '*' : kind === 'one' ? String(a) : `${Math.min(a, b)}-${Math.max(a, b)}`;
      return step === undefined ? range : `${range}/${step}`;
    });

const cron = fc
  .tuple(
    ...RANGES.map((range) => fc.array(part(range), { minLength: 1, maxLength: 3 }).map((parts) => parts.join(','))),
  )
  .filter(([, , days, months]) => !(/^(29|30|31)/.test(days) && months !== '*'));

describe('a cron expression', () => {
  it('has five fields of numbers, ranges and steps', () => {
    fc.assert(
      fc.property(cron, (fields) => {
        expect(cronFault(fields.join(' '))).toBeUndefined();
      }),
      { seed: 1, numRuns: 1000 },
    );
  });

  it.each(['0 2 * * mon-fri', '0 2 1 JAN,jul *', '*/15 0-6,22 * * 7', '5/10 * * * *', '@daily', '@hourly'])(
    'may be %s',
    (text) => {
      expect(cronFault(text)).toBeUndefined();
    },
  );

  it.each([
    ['61 2 * * *', "its minute is '61', expected 0 to 59"],
    ['0 24 * * *', "its hour is '24', expected 0 to 23"],
    ['0 2 0 * *', "its day of month is '0', expected 1 to 31"],
    ['0 2 * foo *', "its month is 'foo', expected 1 to 12 or jan to dec"],
    ['0 2 * * 8', "its day of week is '8', expected 0 to 7 or sun to sat"],
    ['0 5-2 * * *', "its hour is '5-2'"],
    ['0 1,2,x * * *', "its hour is 'x'"],
    ['*/0 2 * * *', "its minute is '*/0'"],
    ['1-2-3 2 * * *', "its minute is '1-2-3'"],
    ['0 2 * *', 'it has 4 fields, expected five: minute, hour, day of month, month, day of week'],
    ['0 0 2 * * *', 'it has 6 fields, expected five'],
    ['', 'it has 1 fields, expected five'],
    ['@nightly', 'expected five fields, or @hourly, @daily'],
    ['0 2 30 2 *', 'no such month has a day 30, so it never comes'],
    ['0 2 31 4,6 *', 'no such month has a day 31'],
  ])('is refused where it is %j: %s', (text, fault) => {
    expect(cronFault(text)).toContain(fault);
  });
});
