import { describe, expect, it } from 'vitest';
import { bestValuesBootstrap } from '../../../evaluation/comparison/best-values.ts';
import { createRng } from '../../../samplers/numerics/philox.ts';

describe('the bootstrap of best values', () => {
  const a = [3, 1, 7, 2, 9, 4, 8, 5];
  const b = [4, 6, 3, 11, 5];

  it('has the percentiles of the best of as many draws, made one by one', () => {
    const best = (values: readonly number[], sample: number): number =>
      Math.min(
        ...values.map((_, i) => values[Math.floor(createRng(9, sample).uniform(values.length, i) * values.length)]!),
      );
    const gaps = Array.from({ length: 4000 }, (_, i) => best(b, i) - best(a, i)).sort((x, y) => x - y);
    const { effect, interval } = bestValuesBootstrap([a, b], 0.2, 7);
    expect(effect).toBe(2);
    expect(interval).toEqual([gaps[400], gaps[3599]]);
  });

  it('is the same for the same seed, and turned round with the sides', () => {
    const one = bestValuesBootstrap([a, b], 0.05, 3);
    expect(bestValuesBootstrap([a, b], 0.05, 3)).toEqual(one);
    expect(bestValuesBootstrap([b, a], 0.05, 3).effect).toBe(-one.effect);
  });

  it('is one value where each side has one', () => {
    expect(
      bestValuesBootstrap(
        [
          [1, 1, 1],
          [4, 4],
        ],
        0.05,
        1,
      ),
    ).toEqual({ effect: 3, interval: [3, 3] });
  });

  it('refuses fewer than two values', () => {
    expect(() => bestValuesBootstrap([[1], [4, 4]], 0.05, 1)).toThrow(
      'the number of values is 1, expected a whole number >= 2',
    );
  });
});
