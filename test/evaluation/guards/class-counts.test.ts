import { describe, expect, it } from 'vitest';
import { countClasses } from '../../../evaluation/guards/class-counts.ts';
import { predictionsOf } from './studies.ts';

describe('counted classes', () => {
  it('have the largest class, its share, and recalls', () => {
    expect(countClasses(predictionsOf('a 6 a, a 2 b, b 1 b, b 1 a'))).toEqual({
      rows: 10,
      largest: 'a',
      share: 0.8,
      accuracy: 0.7,
      balancedAccuracy: 0.625,
      adjusted: 0.25,
    });
  });

  it('leave out rows without weight', () => {
    const predictions = { ...predictionsOf('a 1 a, b 1 a, c 1 c'), weights: [3, 1, 0] };
    expect(countClasses(predictions)).toMatchObject({
      share: 0.75,
      accuracy: 0.75,
      balancedAccuracy: 0.5,
      adjusted: 0,
    });
    expect(countClasses({ ...predictions, weights: [0, 0, 0] })).toBeUndefined();
  });
});
