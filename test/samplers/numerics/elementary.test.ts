import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { exp, expm1, log, log1p } from '../../../samplers/numerics/elementary.ts';
import { digest, worstUlp, type Table } from './accuracy.ts';

// correctly rounded values, from 60 digits
const EXP: Table = [
  [-745.1, 5e-324],
  [-740.5, 2.5e-322],
  [-709.3, 9.014133506366503e-309],
  [-708.2, 2.7079953615140913e-308],
  [-100.25, 2.897198083210148e-44],
  [-1.0, 0.36787944117144233],
  [-0.3, 0.7408182206817179],
  [-1e-9, 0.999999999],
  [1e-300, 1.0],
  [1e-5, 1.00001000005],
  [0.3465, 1.4141094938303624],
  [0.34658, 1.41422262711514],
  [1.0, 2.718281828459045],
  [2.5, 12.182493960703473],
  [100.125, 3.0460357809113723e43],
  [700.7, 2.0424125462260529e304],
  [709.5, 1.3549863193146328e308],
  [709.78, 1.7928227943945155e308],
];
const LOG: Table = [
  [5e-324, -744.4400719213812],
  [3e-310, -712.7027665394861],
  [2.2250738585072014e-308, -708.3964185322641],
  [1e-300, -690.7755278982137],
  [1e-5, -11.512925464970229],
  [0.5, -0.6931471805599453],
  [0.70710678, -0.3465735919580042],
  [0.7072, -0.3464417676587033],
  [0.999999999, -9.999999722180686e-10],
  [1.0000000001, 1.000000082690371e-10],
  [1.41421356, 0.3465735886019411],
  [1.4143, 0.34663470904431704],
  [2.0, 0.6931471805599453],
  [3.0, 1.0986122886681098],
  [10.0, 2.302585092994046],
  [12345.678, 9.421061321291832],
  [1e17, 39.14394658089878],
  [1.7976931348623157e308, 709.782712893384],
];
const EXPM1: Table = [
  [-39.0, -1.0],
  [-5.5, -0.995913228561536],
  [-1.0, -0.6321205588285577],
  [-0.3, -0.2591817793182821],
  [-0.0161, -0.01597108775624783],
  [-0.0159, -0.01577426229190873],
  [-1e-8, -9.999999950000001e-9],
  [-1e-300, -1e-300],
  [1e-300, 1e-300],
  [1e-17, 1e-17],
  [1e-5, 1.0000050000166668e-5],
  [0.0159, 0.01602707761802829],
  [0.0161, 0.016230303355448217],
  [0.34, 0.4049475905635938],
  [1.0, 1.7182818284590453],
  [20.5, 799902176.4755054],
  [39.9, 2.1298539708851424e17],
  [50.25, 6.657293676747253e21],
];
const LOG1P: Table = [
  [-0.9999999, -16.118095651484676],
  [-0.5, -0.6931471805599453],
  [-0.2901, -0.3426311639367969],
  [-0.2899, -0.3423494737940891],
  [-1e-5, -1.0000050000333337e-5],
  [-1e-17, -1e-17],
  [1e-300, 1e-300],
  [1e-17, 1e-17],
  [1e-8, 9.999999950000001e-9],
  [0.1, 0.09531017980432487],
  [0.4099, 0.34351877988917834],
  [0.4101, 0.3436606238610474],
  [1.0, 0.6931471805599453],
  [100.5, 4.620058798481842],
  [10000000000.0, 23.025850930040455],
  [1e17, 39.14394658089878],
  [1e300, 690.7755278982137],
];

describe('elementary functions', () => {
  it.each([
    ['exp', exp, EXP],
    ['log', log, LOG],
    ['expm1', expm1, EXPM1],
    ['log1p', log1p, LOG1P],
  ] as const)('%s is within one unit in the last place', (_name, f, table) => {
    expect(worstUlp(f, table)).toBeLessThanOrEqual(1);
  });

  it('meets the ends of the range', () => {
    expect([exp(0), exp(-0), exp(710), exp(Infinity), exp(-746), exp(-Infinity), exp(NaN)]).toEqual([
      1,
      1,
      Infinity,
      Infinity,
      0,
      0,
      NaN,
    ]);
    expect(exp(709.782712893384)).toBeLessThan(Infinity);
    expect(exp(-745.1332191019411)).toBe(5e-324);
    expect([log(1), log(0), log(-0), log(Infinity), log(-1), log(NaN)]).toEqual([
      0,
      -Infinity,
      -Infinity,
      Infinity,
      NaN,
      NaN,
    ]);
    expect([expm1(0), expm1(800), expm1(Infinity), expm1(-50), expm1(-Infinity), expm1(NaN)]).toEqual([
      0,
      Infinity,
      Infinity,
      -1,
      -1,
      NaN,
    ]);
    expect([log1p(0), log1p(-1), log1p(Infinity), log1p(-1.5), log1p(NaN)]).toEqual([0, -Infinity, Infinity, NaN, NaN]);
  });

  it('agrees with the engine to 1e-15', () => {
    fc.assert(
      fc.property(fc.double({ min: -700, max: 700, noNaN: true }), (x) => {
        expect(Math.abs(exp(x) / Math.exp(x) - 1)).toBeLessThan(1e-15);
        const y = Math.exp(x);
        expect(Math.abs(log(y) - Math.log(y))).toBeLessThanOrEqual(1e-15 * Math.max(1, Math.abs(x)));
        expect(Math.abs(expm1(x) - Math.expm1(x))).toBeLessThanOrEqual(1e-15 * Math.abs(Math.expm1(x)));
        expect(Math.abs(log1p(y) - Math.log1p(y))).toBeLessThanOrEqual(1e-15 * Math.log1p(y));
      }),
      { seed: 1, numRuns: 2000 },
    );
  });

  it('has the same bits on every engine', () => {
    expect(digest(exp, -745, 709)).toBe('30ed31ce6074d12f');
    expect(digest(exp, -1, 1)).toBe('12ecf1f8617aa041');
    expect(digest((x) => log(exp(x)), -744, 709)).toBe('b72ba866e1c61a08');
    expect(digest(log, 0, 3)).toBe('b21aec9f5e3fc075');
    expect(digest(expm1, -2, 2)).toBe('fea096f2172a6a8e');
    expect(digest(log1p, -1, 3)).toBe('cbfa000cac9ec00b');
  });
});
