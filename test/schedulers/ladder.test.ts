import { describe, expect, it } from 'vitest';
import { ladder } from '../../schedulers/ladder.ts';

describe('ladder', () => {
  it('multiplies, where a quotient of logarithms would lose a rung', () => {
    expect(ladder(1, 81, 3)).toEqual([1, 3, 9, 27, 81]);
    expect(ladder(1, 1000, 10)).toEqual([1, 10, 100, 1000]);
    expect(ladder(1, 59049, 9)).toEqual([1, 9, 81, 729, 6561, 59049]);
    expect(ladder(1, 1e6, 10)).toEqual([1, 10, 100, 1000, 1e4, 1e5, 1e6]);
  });

  it('gives every power of every base its own number of rungs', () => {
    for (let eta = 2; eta <= 20; eta++)
      for (let k = 0, max = 1; max < 1e9; k++, max *= eta) expect(ladder(1, max, eta)).toHaveLength(k + 1);
  });

  it('has the maximum for its last rung where that is no power', () => {
    expect(ladder(1, 100, 3)).toEqual([1, 3, 9, 27, 100]);
    expect(ladder(2, 50, 4)).toEqual([2, 8, 50]);
    expect(ladder(1, 2, 3)).toEqual([2]);
    expect(ladder(5, 5, 3)).toEqual([5]);
  });

  it('divides fractions as a user would', () => {
    expect(ladder(1 / 27, 1, 3)).toEqual([1 / 27, 1 / 9, 1 / 3, 1]);
    expect(ladder(0.125, 1, 2)).toEqual([0.125, 0.25, 0.5, 1]);
    for (let eta = 2; eta <= 12; eta++)
      for (let k = 0, power = 1; power < 1e6; k++, power *= eta)
        expect(ladder(1 / power, 1, eta)).toEqual(
          Array.from({ length: k + 1 }, (_, i) => {
            let parts = 1;
            for (let j = i; j < k; j++) parts *= eta;
            return 1 / parts;
          }),
        );
    expect(ladder(0.03, 1, 3)).toEqual([0.03, 0.09, 0.27, 1]);
  });
});
