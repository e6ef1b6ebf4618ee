import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import {
  erf,
  erfc,
  erfcx,
  logDiffNormalCdf,
  logNormalCdf,
  normalCdf,
  normalQuantile,
} from '../../../samplers/numerics/normal.ts';
import { truncatedNormalQuantile } from '../../../samplers/numerics/truncated-normal.ts';
import { digest, worstError, worstUlp, type Table } from './accuracy.ts';

// correctly rounded values, from 60 digits and more
const ERFC: Table = [
  [-6.0, 2.0],
  [-1.0, 1.8427007929497148],
  [-0.1, 1.1124629160182848],
  [0.0, 1.0],
  [1e-10, 0.999999999887162],
  [0.1, 0.887537083981715],
  [0.5, 0.4795001221869535],
  [1.0, 0.15729920705028513],
  [2.0, 0.004677734981047266],
  [3.75, 1.1372725656979665e-7],
  [5.0, 1.537459794428035e-12],
  [10.0, 2.088487583762545e-45],
  [20.0, 5.395865611607901e-176],
  [26.0, 5.663192408856143e-296],
  [26.5, 2.2109076642637343e-307],
];
const ERF: Table = [
  [-6.0, -1.0],
  [-1.0, -0.8427007929497149],
  [-0.501, -0.5213782208544119],
  [-0.499, -0.5196206559894685],
  [-0.3, -0.3286267594591274],
  [-1e-10, -1.1283791670955126e-10],
  [0.0, 0.0],
  [1e-300, 1.1283791670955126e-300],
  [1e-8, 1.1283791670955126e-8],
  [0.1, 0.1124629160182849],
  [0.45, 0.47548171978692366],
  [0.5, 0.5204998778130465],
  [1.0, 0.8427007929497149],
  [2.0, 0.9953222650189527],
  [3.0, 0.9999779095030014],
  [5.5, 0.9999999999999927],
  [6.0, 1.0],
  [27.0, 1.0],
];
const CDF: Table = [
  [-38.0, 2.88542835e-316],
  [-37.5, 4.605353009581955e-308],
  [-20.0, 2.7536241186062337e-89],
  [-10.0, 7.619853024160525e-24],
  [-5.0, 2.866515718791939e-7],
  [-2.0, 0.02275013194817921],
  [-1.0, 0.15865525393145705],
  [-0.5, 0.3085375387259869],
  [-1e-10, 0.49999999996010575],
  [0.0, 0.5],
  [0.5, 0.6914624612740131],
  [1.0, 0.8413447460685429],
  [3.0, 0.9986501019683699],
  [8.0, 0.9999999999999993],
];
const LOG_CDF: Table = [
  [-10000000000.0, -5e19],
  [-100000000.0, -5000000000000019.0],
  [-100000.0, -5000000012.431864],
  [-1000.5, -500507.9521946862],
  [-100.0, -5005.524208694205],
  [-40.0, -804.6084420137538],
  [-38.0, -726.5572160188201],
  [-10.0, -53.23128515051247],
  [-1.0001, -1.8411741625414106],
  [-0.9999, -1.8408691354861395],
  [0.0, -0.6931471805599453],
  [1.0, -0.17275377902344988],
  [5.0, -2.866516129637636e-7],
  [10.0, -7.619853024160525e-24],
  [37.0, -5.725571222524577e-300],
];
const QUANTILE: Table = [
  [5e-324, -38.467405617144344],
  [1e-310, -37.663060331949524],
  [1e-300, -37.0470962993612],
  [1e-200, -30.20559417957964],
  [1e-100, -21.273453560965326],
  [1e-50, -14.933337534788489],
  [1e-20, -9.262340089798407],
  [1.3e-11, -6.667611456510741],
  [1e-10, -6.361340902404057],
  [1e-5, -4.264890793922825],
  [0.01, -2.326347874040841],
  [0.074, -1.4466320671589785],
  [0.076, -1.4325027208258116],
  [0.25, -0.6744897501960817],
  [0.4999, -0.00025066283008800747],
  [0.6, 0.2533471031357997],
  [0.9, 1.2815515655446006],
  [0.93, 1.475791028179171],
  [0.999, 3.090232306167813],
  [0.9999999, 5.199337582290661],
];
// [a, b, log P(a < Z <= b)]
const LOG_DIFF: Table = [
  [-1.0, 1.0, -0.38171514630212605],
  [-0.01, 0.01, -4.830978205188375],
  [-1e-10, 1e-10, -23.251642282585184],
  [0.0, 1e-12, -28.54995964913322],
  [-3.0, 0.5, -0.37090055956203255],
  [5.0, 5.1, -15.962590193561619],
  [5.0, 5.0000001, -29.53703443135867],
  [-40.0, -39.99, -805.3174692698356],
  [-40.0, -10.0, -53.23128515051247],
  [-100000.0, -99999.999999, -5000000014.68404],
  [100000.0, 200000.0, -5000000012.431864],
  [30.0, 30.0001, -460.13077853184865],
  [-8.0, 9.0, -6.22208916267774e-16],
  [2.0, 2.03, -6.455494180728229],
  [-0.2, 0.3, -1.62368323886832],
  [-1000.0, -999.0, -499008.32569431385],
];
// [u, a, b, quantile]
const TRUNCATED: Table = [
  [0.5, -1.0, 2.0, 0.17116391801782477],
  [0.01, -1.0, 2.0, -0.9667232518503338],
  [0.999, -8.0, 3.0, 2.827104734154714],
  [0.3, 5.0, 6.0, 5.068053642792162],
  [0.9, -50.0, -40.0, -40.00263228320701],
  [0.5, 40.0, 41.0, 40.01731412676465],
  [1e-10, -3.0, 3.0, -2.9999999774969703],
  [0.7, 1.0, 1.0001, 1.0000699989499264],
  [0.25, -60.0, 60.0, -0.6744897501960817],
  [0.5, 38.0, 100.0, 38.018223745586276],
];

describe('the normal distribution', () => {
  it('matches reference values', () => {
    expect(worstUlp(erf, ERF)).toBeLessThanOrEqual(2);
    expect(worstUlp(erfc, ERFC)).toBeLessThanOrEqual(6);
    expect(worstUlp(normalCdf, CDF)).toBeLessThanOrEqual(6);
    expect(worstUlp(normalQuantile, QUANTILE)).toBeLessThanOrEqual(8);
    expect(worstError(logNormalCdf, LOG_CDF)).toBeLessThan(1e-15);
    expect(worstError(logDiffNormalCdf, LOG_DIFF)).toBeLessThan(2e-15);
    expect(worstError(truncatedNormalQuantile, TRUNCATED)).toBeLessThan(1e-13);
  });

  it('meets the ends of the range', () => {
    expect([erf(-Infinity), erf(0), erf(-0), erf(Infinity), erf(NaN)]).toEqual([-1, 0, -0, 1, NaN]);
    expect([erfc(-Infinity), erfc(0), erfc(30), erfc(Infinity), erfc(NaN)]).toEqual([2, 1, 0, 0, NaN]);
    expect([erfcx(0), erfcx(1e9), erfcx(Infinity)]).toEqual([1, 0.5641895835477563 / 1e9, 0]);
    expect([normalCdf(-Infinity), normalCdf(0), normalCdf(Infinity), normalCdf(NaN)]).toEqual([0, 0.5, 1, NaN]);
    expect([logNormalCdf(-Infinity), logNormalCdf(Infinity), logNormalCdf(NaN)]).toEqual([-Infinity, 0, NaN]);
    expect(logNormalCdf(-1e155)).toBe(-Infinity);
    expect([0, 0.5, 1, -0.1, 1.1, NaN].map(normalQuantile)).toEqual([-Infinity, 0, Infinity, NaN, NaN, NaN]);
    expect(logDiffNormalCdf(-Infinity, Infinity)).toBe(0);
    expect(logDiffNormalCdf(-Infinity, -3)).toBeCloseTo(logNormalCdf(-3), 14);
    expect([logDiffNormalCdf(1, 1), logDiffNormalCdf(2, 1), logDiffNormalCdf(NaN, 1)]).toEqual([
      -Infinity,
      -Infinity,
      NaN,
    ]);
    expect(truncatedNormalQuantile(0.3, 2, 2)).toBe(2);
    expect(truncatedNormalQuantile(0.5, -Infinity, Infinity)).toBe(0);
  });

  it('has a quantile that inverts its distribution function', () => {
    fc.assert(
      fc.property(fc.double({ min: -37, max: 5, noNaN: true }), (x) => {
        expect(Math.abs(normalQuantile(normalCdf(x)) - x)).toBeLessThan(
          1e-13 + (x > 0 ? 1e-16 / normalCdf(-x) : 0) * 10,
        );
      }),
      { seed: 2, numRuns: 1000 },
    );
  });

  it('splits an interval into parts that add up', () => {
    const bound = fc.double({ min: -60, max: 60, noNaN: true });
    fc.assert(
      fc.property(bound, bound, bound, (a, b, c) => {
        const [low, middle, high] = [a, b, c].sort((p, q) => p - q);
        const whole = logDiffNormalCdf(low, high);
        const parts = [logDiffNormalCdf(low, middle), logDiffNormalCdf(middle, high)];
        if (whole > -Infinity) expect(Math.exp(parts[0] - whole) + Math.exp(parts[1] - whole)).toBeCloseTo(1, 10);
      }),
      { seed: 3, numRuns: 1000 },
    );
  });

  it('cuts a quantile to its interval, in order', () => {
    const bound = fc.double({ min: -1e6, max: 1e6, noNaN: true });
    const share = fc.double({ min: 0, max: 1, minExcluded: true, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(bound, bound, share, share, (a, b, u, v) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        const [x, y] = [Math.min(u, v), Math.max(u, v)].map((p) => truncatedNormalQuantile(p, low, high));
        expect(x).toBeGreaterThanOrEqual(low);
        expect(y).toBeLessThanOrEqual(high);
        expect(y - x).toBeGreaterThanOrEqual(-1e-12 * (1 + Math.abs(x)));
      }),
      { seed: 4, numRuns: 1000 },
    );
  });

  it('has the same bits on every engine', () => {
    expect(digest(erf, -3, 3)).toBe('81f4f597d02ead08');
    expect(digest(erfc, -6, 27)).toBe('d4beb69f63fb514f');
    expect(digest(normalCdf, -38, 8)).toBe('6eefc52218ce6075');
    expect(digest(logNormalCdf, -100, 9)).toBe('c16a3c52716ec66b');
    expect(digest(normalQuantile, 0, 1)).toBe('7a4b3daf3e747893');
    expect(digest((x) => logDiffNormalCdf(x, x + 0.4), -50, 50)).toBe('9f5cb0f309726c71');
    expect(digest((u) => truncatedNormalQuantile(u, 3, 4), 0, 1)).toBe('e5979a49e431e485');
  });
});
