import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fairShares, type Share } from '../../../study/slots/shares.ts';

const share = (wants: number, kept = 0, since = 0, each = 1): Share => ({ each, wants, kept, since });

const anyShares = fc.array(
  fc.record({
    each: fc.integer({ min: 1, max: 4 }),
    trials: fc.integer({ min: 0, max: 6 }),
    kept: fc.integer({ min: 0, max: 6 }),
    since: fc.integer({ min: 0, max: 9 }),
  }),
  { maxLength: 8 },
);
const shares = anyShares.map((all) =>
  all.map(({ each, trials, kept, since }) => share(trials * each, kept * each, since, each)),
);

describe('fairShares', () => {
  it.each([
    ['alone, it gets what it wants', [share(3)], 5, [3]],
    ['two get the same', [share(9), share(9)], 4, [2, 2]],
    ['who wants less leaves the rest to the others', [share(1), share(9)], 4, [1, 3]],
    ['slots of a trial are given together', [share(8, 0, 0, 4), share(9, 0, 1)], 6, [4, 2]],
    ['of too few, who waited longest gets one', [share(4, 0, 2), share(4, 0, 1)], 1, [0, 1]],
    [
      'of too few, who has had one longest goes without',
      [share(4, 1, 1), share(4, 1, 2), share(4, 0, 3)],
      2,
      [0, 1, 1],
    ],
    ['what does not come out even stays where it is', [share(4, 1, 1), share(4, 2, 2)], 3, [1, 2]],
  ])('%s', (_, all, capacity, expected) => {
    expect(fairShares(all, capacity)).toEqual(expected);
  });

  it('gives whole trials, no more than wanted, no more than there is, and leaves nothing that somebody could use', () => {
    fc.assert(
      fc.property(shares, fc.integer({ min: 0, max: 20 }), (all, capacity) => {
        const given = fairShares(all, capacity);
        const left = capacity - given.reduce((sum, each) => sum + each, 0);
        expect(left).toBeGreaterThanOrEqual(0);
        for (const [i, { each, wants }] of all.entries()) {
          expect(given[i]! % each).toBe(0);
          expect(given[i]).toBeLessThanOrEqual(wants);
          expect(given[i]! + each <= wants && each <= left).toBe(false);
        }
      }),
    );
  });

  it('gives nobody a second trial of slots while somebody who could use them has none', () => {
    fc.assert(
      fc.property(shares, fc.integer({ min: 0, max: 20 }), (all, capacity) => {
        const given = fairShares(all, capacity);
        for (const [i, { each, wants }] of all.entries())
          if (given[i] === 0 && wants > 0)
            expect(capacity - all.reduce((sum, other, j) => sum + Math.min(given[j]!, other.each), 0)).toBeLessThan(
              each,
            );
      }),
    );
  });
});
