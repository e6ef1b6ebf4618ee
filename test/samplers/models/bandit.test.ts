import { describe, expect, it } from 'vitest';
import { bestArm } from '../../../samplers/models/bandit.ts';

const OPEN = [true, true];

describe('MaxUCB', () => {
  it('is the worth of the best value plus the squared bonus', () => {
    // values 1, 2, 3: the first class is worth 1, the second 0; t = 20
    const choose = (exploration: number): number | undefined =>
      bestArm(
        [
          { tried: 16, best: 1 },
          { tried: 4, best: 3 },
        ],
        [1, 1],
        OPEN,
        [1, 2, 3],
        exploration,
      );
    // (a ln 20 / 4)^2 - (a ln 20 / 16)^2 > 1 from a = 1.3790… on
    expect(choose(1.378)).toBe(0);
    expect(choose(1.38)).toBe(1);
  });

  it('gives minimums first, to whoever has the smallest part of its own', () => {
    const arms = [
      { tried: 3, best: 1 },
      { tried: 3, best: 9 },
    ];
    expect(bestArm(arms, [4, 8], OPEN, [1, 9], 0)).toBe(1);
    expect(bestArm(arms, [4, 8], [true, false], [1, 9], 0)).toBe(0);
    expect(bestArm(arms, [3, 3], OPEN, [1, 9], 0)).toBe(0);
  });

  it('chooses none where none is open, and the first where there is nothing to tell', () => {
    expect(bestArm([{ tried: 1, best: 1 }], [1], [false], [1], 2)).toBeUndefined();
    expect(
      bestArm(
        [
          { tried: 2, best: Infinity },
          { tried: 2, best: Infinity },
        ],
        [1, 1],
        OPEN,
        [],
        2,
      ),
    ).toBe(0);
  });

  it('does not change with the unit of the values', () => {
    const values = [0.5, 1, 1.5, 7];
    const choose = (unit: number): number | undefined =>
      bestArm(
        [
          { tried: 9, best: 0.5 * unit },
          { tried: 3, best: unit },
        ],
        [1, 1],
        OPEN,
        values.map((v) => v * unit),
        1,
      );
    expect(choose(1024)).toBe(choose(1));
  });
});
