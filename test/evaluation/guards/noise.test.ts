import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { marginOf, noiseOfFolds, noiseOfRepeats, noiseWithin } from '../../../evaluation/guards/noise.ts';
import { trialOf } from './studies.ts';

const measured = (folds: readonly (readonly number[])[]) =>
  folds.map((each, number) => ({ value: each[0], record: trialOf(number, each[0], { folds: each }) }));

describe('the noise of folds', () => {
  it('is what trials and folds do not have in common', () => {
    // residuals of +-1/2 in a two by two table: their squares are 1, with one degree of freedom, of means of two folds
    expect(
      noiseOfFolds(
        measured([
          [10, 21],
          [31, 40],
        ]),
        2,
      ),
    ).toEqual({ sd: Math.sqrt(1 / 2), df: 1 });
  });

  it('is 0 where good trials are better and hard folds are worse by the same everywhere', () => {
    const sums = [1, 2, 4].map((trial) => [8, 16, 32, 64].map((fold) => trial + fold));
    expect(noiseOfFolds(measured(sums), 4)).toEqual({ sd: 0, df: 6 });
  });

  const table = fc.array(fc.array(fc.integer({ min: -99, max: 99 }), { minLength: 3, maxLength: 3 }), {
    minLength: 2,
    maxLength: 6,
  });
  it('does not change with the level of a trial or a fold', () => {
    fc.assert(
      fc.property(table, fc.integer({ min: -99, max: 99 }), (rows, shift) => {
        const shifted = rows.map((row, i) => row.map((value, fold) => value + shift * i - (fold === 1 ? shift : 0)));
        expect(noiseOfFolds(measured(shifted), 3)!.sd).toBeCloseTo(noiseOfFolds(measured(rows), 3)!.sd, 9);
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  it('is unknown with one trial that has as many folds', () => {
    expect(
      noiseOfFolds(
        measured([
          [1, 2, 3],
          [1, 2],
        ]),
        3,
      ),
    ).toBeUndefined();
    expect(noiseOfFolds(measured([[1], [2]]), 1)).toBeUndefined();
  });
});

describe('the noise of repeats', () => {
  it('is the standard deviation within groups, pooled', () => {
    expect(noiseWithin([[1, 3], [10, 10, 13], [5]])).toEqual({ sd: Math.sqrt((2 + 6) / 3), df: 3 });
    expect(noiseWithin([[1], []])).toBeUndefined();
    expect(noiseWithin([[0.1, 0.1, 0.1]])).toEqual({ sd: 0, df: 2 });
  });

  it('takes trials together that have the same parameters, in any order', () => {
    const same = [
      { a: 1, b: 2 },
      { b: 2, a: 1 },
      { a: 1, b: 3 },
    ].map((params, i) => ({
      value: i,
      record: trialOf(i, i, { params }),
    }));
    expect(noiseOfRepeats(same)).toEqual({ sd: Math.sqrt(1 / 2), df: 1 });
  });
});

describe("the margin by Student's t", () => {
  // tables of its quantile 0.975
  it.each([
    [1, 12.7062],
    [2, 4.30265],
    [5, 2.57058],
    [10, 2.22814],
    [30, 2.04227],
    [1e6, 1.95997],
  ])('with %i degrees of freedom is %f', (df, t) => {
    expect(marginOf(df)).toBeCloseTo(t, 4);
  });
});
