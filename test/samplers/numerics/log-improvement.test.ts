import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { logH, logHSlope } from '../../../samplers/numerics/log-improvement.ts';
import { digest, worstError, type Table } from './accuracy.ts';

// correctly rounded values, from 80 digits
const LOG_H: Table = [
  [-100000000.0, -5000000000000038.0],
  [-1000000.0, -500000000028.55],
  [-12345.5, -76205704.88603236],
  [-1000.5, -500514.86045183823],
  [-100.0, -5010.12957880025],
  [-40.0, -808.29856835662],
  [-20.0, -206.9178385094251],
  [-10.0, -55.55312203612235],
  [-5.001, -16.749663448901437],
  [-4.999, -16.738939816412742],
  [-3.0, -7.869686059603029],
  [-1.5, -3.52993592080571],
  [-1.001, -2.4870256579553893],
  [-0.999, -2.4832171154475855],
  [-0.5, -1.6205162643873199],
  [-0.1, -1.047153314072846],
  [0.0, -0.9189385332046728],
  [1e-5, -0.9189260000918393],
  [0.5, -0.3598276837450638],
  [1.0, 0.08002621884930694],
  [2.0, 0.6973835457882284],
  [5.0, 1.6094379231264313],
  [10.0, 2.302585092994046],
  [37.5, 3.624340932976365],
  [100000.0, 11.512925464970229],
  [1e300, 690.7755278982137],
];
const SLOPE: Table = [
  [-100000000.0, 100000000.00000001],
  [-1000000.0, 1000000.000002],
  [-12345.5, 12345.500162002345],
  [-1000.5, 1000.5019989945088],
  [-100.0, 100.01999400419587],
  [-40.0, 40.04990665764852],
  [-20.0, 20.099262811101283],
  [-10.0, 10.194383033412553],
  [-5.001, 5.362756242662516],
  [-4.999, 5.360876258267303],
  [-3.0, 3.5323375176251606],
  [-1.5, 2.2795806941564463],
  [-1.001, 1.904993272734213],
  [-0.999, 1.9035493173589595],
  [-0.5, 1.5598731483480797],
  [-0.1, 1.311273393714052],
  [0.0, 1.2533141373155003],
  [1e-5, 1.2533084293611052],
  [0.5, 0.9909227180041099],
  [1.0, 0.7766387252017393],
  [2.0, 0.48655931878528386],
  [5.0, 0.19999994053122006],
  [10.0, 0.1],
  [37.5, 0.02666666666666667],
  [100000.0, 1e-5],
  [1e300, 1e-300],
];

describe('the logarithm of expected improvement', () => {
  it('matches reference values', () => {
    expect(worstError(logH, LOG_H)).toBeLessThan(1e-15);
    expect(
      worstError(
        (z) => logHSlope(z) / SLOPE.find(([at]) => at === z)![1],
        SLOPE.map(([z]) => [z, 1]),
      ),
    ).toBeLessThan(2e-14);
  });

  it('meets the ends of the range', () => {
    expect([logH(-Infinity), logH(Infinity), logH(NaN)]).toEqual([-Infinity, Infinity, NaN]);
    expect([logHSlope(-Infinity), logHSlope(Infinity), logHSlope(NaN)]).toEqual([Infinity, 0, NaN]);
    expect([logHSlope(-1e300), logHSlope(1e300), logH(-1e300)]).toEqual([1e300, 1e-300, -Infinity]);
  });

  it('rises with z, and its slope falls', () => {
    const z = fc.double({ min: -1e5, max: 1e5, noNaN: true });
    const near = fc.double({ min: -8, max: 8, noNaN: true });
    fc.assert(
      fc.property(fc.oneof(z, near), fc.double({ min: 1e-3, max: 10, noNaN: true }), (a, width) => {
        expect(logH(a + width)).toBeGreaterThan(logH(a));
        expect(logHSlope(a + width)).toBeLessThan(logHSlope(a));
        // between its slopes at both ends lies the mean slope, the function being concave
        const mean = (logH(a + width) - logH(a)) / width;
        const slack = 1e-11 + (1e-12 * Math.abs(logH(a))) / width;
        expect(mean).toBeLessThan(logHSlope(a) + slack);
        expect(mean).toBeGreaterThan(logHSlope(a + width) - slack);
      }),
      { seed: 1, numRuns: 2000 },
    );
  });

  it('has the same bits on every engine', () => {
    expect(digest(logH, -30, 10)).toBe('8f10a4b0d0b1d8c7');
    expect(digest(logHSlope, -30, 10)).toBe('e433b6f00a5d785e');
  });
});
