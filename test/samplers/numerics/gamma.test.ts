import { describe, expect, it } from 'vitest';
import { logGamma } from '../../../samplers/numerics/gamma.ts';
import { digest, worstError, type Table } from './accuracy.ts';

// correctly rounded values, from 80 digits
const LOG_GAMMA: Table = [
  [5e-324, 744.4400719213812],
  [1e-300, 690.7755278982137],
  [1e-10, 23.025850929882736],
  [0.001, 6.907178885383853],
  [0.1, 2.252712651734206],
  [0.5, 0.5723649429247001],
  [0.9, 0.06637623973474295],
  [0.999999, 5.772164873855652e-7],
  [1.0, 0.0],
  [1.0000001, -5.772155829918507e-8],
  [1.5, -0.12078223763524522],
  [1.9999999, -4.2278430309861296e-8],
  [2.0, 0.0],
  [2.0000001, 4.227843666532498e-8],
  [2.5, 0.2846828704729192],
  [3.0, 0.6931471805599453],
  [3.7, 1.428072326665388],
  [9.99, 12.779315214350193],
  [10.1, 13.027526738633236],
  [100.0, 359.1342053695754],
  [171.5, 709.1431630309282],
  [100000.0, 1051287.7089736569],
  [1000000000000000.0, 3.3538776394910668e16],
  [1e300, 6.897755278982137e302],
];

describe('the logarithm of the gamma function', () => {
  it('matches reference values', () => {
    expect(worstError(logGamma, LOG_GAMMA)).toBeLessThan(1e-14);
  });

  it('meets the ends of the range', () => {
    expect([logGamma(0), logGamma(Infinity), logGamma(-1), logGamma(NaN)]).toEqual([Infinity, Infinity, NaN, NaN]);
  });

  it('has the same bits on every engine', () => {
    expect(digest(logGamma, 0, 30)).toBe('d922a00dde1d5810');
  });
});
