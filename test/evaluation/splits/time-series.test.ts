import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { timeSeries } from '../../../evaluation/splits/index.ts';
import { isSound } from './folds.ts';

describe('time series', () => {
  it('trains before a gap before what it judges, on more from fold to fold, up to the last row', () => {
    fc.assert(
      fc.property(fc.integer({ min: 10, max: 200 }), fc.integer({ min: 2, max: 6 }), fc.nat(5), (rows, folds, gap) => {
        const size = Math.floor(rows / (folds + 1));
        fc.pre(rows - folds * size - gap > 0);
        const made = timeSeries(rows, { folds, gap });
        expect(made).toHaveLength(folds);
        made.forEach((fold, at) => {
          expect(isSound(fold, rows)).toBe(true);
          expect(fold.train[0]).toBe(0);
          expect(fold.test[0] - fold.train.at(-1)!).toBe(gap + 1);
          expect(fold.test).toHaveLength(size);
          if (at > 0) expect(fold.test[0]).toBe(made[at - 1].test.at(-1)! + 1);
        });
        expect(made.at(-1)!.test.at(-1)).toBe(rows - 1);
      }),
    );
  });

  it('trains on the last rows before alone where it may train on so many only', () => {
    const made = timeSeries(12, { folds: 3, testSize: 2, maxTrain: 4, gap: 1 });
    expect(made.map(({ train, test }) => `${train.join(' ')} | ${test.join(' ')}`)).toEqual([
      '1 2 3 4 | 6 7',
      '3 4 5 6 | 8 9',
      '5 6 7 8 | 10 11',
    ]);
  });
});
