import { describe, expect, it } from 'vitest';
import { betaQuantile } from '../../../samplers/numerics/beta.ts';
import { digest, worstError, type Table } from './accuracy.ts';

// [p, alpha, beta, quantile], from 60 digits
const BETA: Table = [
  [0.5, 2.0, 5.0, 0.26444998329565994],
  [0.01, 0.5, 0.5, 0.0002467198171342215],
  [0.3, 1.0, 1.0, 0.3],
  [0.9, 30.0, 3.0, 0.9650588109899371],
  [0.999, 3.0, 100.0, 0.10523197616490028],
  [1e-6, 2.0, 2.0, 0.0005774614337920399],
  [0.2, 0.1, 4.0, 1.7461266626609185e-8],
  [0.6, 1000.0, 2000.0, 0.3354792346361641],
];

describe('the beta distribution', () => {
  it('has the quantiles of reference', () => {
    expect(worstError(betaQuantile, BETA)).toBeLessThan(1e-13);
  });

  it('is uniform for (1, 1), and mirrored when its parameters change places', () => {
    for (const p of [1e-12, 0.1, 0.5, 0.77, 0.999]) {
      expect(betaQuantile(p, 1, 1)).toBeCloseTo(p, 14);
      expect(betaQuantile(p, 0.4, 7)).toBeCloseTo(1 - betaQuantile(1 - p, 7, 0.4), 12);
    }
  });

  it('stays in [0, 1] where nearly all of it lies at one end', () => {
    for (const [alpha, beta] of [
      [1e-3, 1e-3],
      [1e-6, 5],
      [1e5, 1e-2],
      [1e6, 1e6],
    ])
      for (const p of [1e-15, 0.3, 0.5, 0.9999999]) {
        const x = betaQuantile(p, alpha, beta);
        expect(x >= 0 && x <= 1).toBe(true);
      }
  });

  it('has the same bits on every engine', () => {
    expect(digest((p) => betaQuantile(p, 2, 5), 0, 1)).toBe('c59f7e621d6112ef');
  });
});
