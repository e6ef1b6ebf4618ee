import { describe, expect, it } from 'vitest';
import { bcaInterval } from '../../../evaluation/comparison/bca.ts';
import { pairedBootstrap, type RowStatistic } from '../../../evaluation/comparison/bootstrap.ts';
import { acceleration } from '../../../evaluation/comparison/jackknife.ts';
import { quantileAt, scoresOf } from '../../../evaluation/comparison/replicates.ts';
import { drawSample } from '../../../evaluation/comparison/resampling.ts';
import { unitsOf } from '../../../evaluation/comparison/units.ts';
import { normals, permuted, reference, uniforms } from './fixtures.ts';

function meanOf(values: readonly number[]): RowStatistic {
  return (counts) => {
    let [sum, n] = [0, 0];
    for (let i = 0; i < values.length; i++) {
      sum += counts[i] * values[i];
      n += counts[i];
    }
    return sum / n;
  };
}

function rootMeanSquares(champion: readonly number[], challenger: readonly number[]): RowStatistic {
  const of = (values: readonly number[]): RowStatistic => meanOf(values.map((value) => value * value));
  return (counts) => Math.sqrt(of(champion)(counts)) - Math.sqrt(of(challenger)(counts));
}

describe('a bootstrap sample', () => {
  const counts = new Int32Array(12);
  const strata = ['a', 'a', 'b', 'b', 'b', 'a', 'a', 'b', 'a', 'a', 'a', 'b'];
  const groups = [1, 1, 2, 2, 2, 3, 3, 4, 5, 5, 5, 4];

  it('has as many rows as there are, each row equally often in the long run', () => {
    const units = unitsOf(12);
    const total = new Float64Array(12);
    for (let sample = 0; sample < 20_000; sample++) {
      drawSample(units, 1, sample, counts);
      expect(counts.reduce((sum, count) => sum + count)).toBe(12);
      counts.forEach((count, i) => (total[i] += count));
    }
    for (const count of total) expect(Math.abs(count / 20_000 - 1)).toBeLessThan(4 * Math.sqrt(11 / 12 / 20_000));
  });

  it('is the same for the same seed and number, and another one otherwise', () => {
    const draw = (seed: number, sample: number): number[] => {
      drawSample(unitsOf(12), seed, sample, counts);
      return [...counts];
    };
    expect(draw(2 ** 40 + 1, 7)).toEqual(draw(2 ** 40 + 1, 7));
    expect(draw(2 ** 40 + 1, 8)).not.toEqual(draw(2 ** 40 + 1, 7));
    expect(draw(1, 7)).not.toEqual(draw(2 ** 40 + 1, 7));
  });

  it('keeps the rows of each stratum', () => {
    const units = unitsOf(12, strata);
    for (let sample = 0; sample < 200; sample++) {
      drawSample(units, 3, sample, counts);
      expect(counts.reduce((sum, count, i) => sum + (strata[i] === 'a' ? count : 0), 0)).toBe(7);
    }
  });

  it('has whole groups alone, and of each stratum as many as there are', () => {
    const units = unitsOf(12, strata, groups);
    for (let sample = 0; sample < 200; sample++) {
      drawSample(units, 3, sample, counts);
      const drawn = [1, 2, 3, 4, 5].map((group) => new Set(counts.filter((_, i) => groups[i] === group)));
      expect(drawn.every((each) => each.size === 1)).toBe(true);
      const [one, two, three, four, five] = drawn.map((each) => [...each][0]);
      expect([one + three + five, two + four]).toEqual([3, 2]);
    }
  });

  it('puts a group where most of its rows are, and no stratum is left with one unit', () => {
    const labels = ['x', 'x', 'y', 'y', 'z'];
    expect(unitsOf(5, labels).strata.map((stratum) => [...stratum])).toEqual([
      [0, 1, 4],
      [2, 3],
    ]);
    expect(unitsOf(4, ['x', 'x', 'y', 'z']).strata.map((stratum) => [...stratum])).toEqual([
      [0, 1],
      [2, 3],
    ]);
    expect(unitsOf(5, ['x', 'y', 'y', 'y', 'y'], ['g', 'g', 'g', 'h', 'h']).strata).toEqual([Int32Array.of(0, 1)]);
  });
});

describe('quantiles of replicates', () => {
  const normal = normals(5);
  const sorted = Float64Array.from({ length: 10_000 }, () => 2 + 3 * normal()).sort();

  it('go on as the normal tail that the replicates have', () => {
    for (const z of [-6, -4, 4, 6]) expect(Math.abs((quantileAt(sorted, z) - 2) / (3 * z) - 1)).toBeLessThan(0.06);
  });

  it('never fall, and give the score back', () => {
    let before = -Infinity;
    for (let z = -7; z <= 7; z += 0.05) {
      const value = quantileAt(sorted, z);
      expect(value).toBeGreaterThan(before);
      before = value;
      for (const score of scoresOf(sorted, value)) expect(score).toBeCloseTo(z, 9);
    }
  });

  it('have a range of scores where replicates are equal', () => {
    // a fifth below 0, three fifths 0, a fifth above
    const ties = Float64Array.from(
      { length: 10_000 },
      (_, i) => Math.sign(Math.floor(i / 2000) - 2) * Number(i < 2000 || i >= 8000),
    );
    const [lowest, highest] = scoresOf(ties, 0);
    expect(lowest).toBeCloseTo(-highest, 12);
    expect(highest).toBeCloseTo(0.8416, 3);
  });
});

describe('the BCa interval', () => {
  it("has the endpoints of Efron's formula on given replicates", () => {
    for (const { replicates, bias, interval, alpha, ...rest } of reference.bca) {
      const found = bcaInterval({ ...rest, replicates: Float64Array.from(replicates) }, alpha);
      expect(found).toMatchObject({ kind: 'BCa', bias: expect.closeTo(bias, 11) });
      expect(found.interval).toEqual(interval.map((bound) => expect.closeTo(bound, 10)));
    }
  });

  it('excludes 0 exactly where p is below alpha', () => {
    for (const { replicates, effect, acceleration: bend, units, degrees } of reference.bca)
      for (const shift of [-1.2, -0.9, -0.5, -0.2, -0.05]) {
        const shifted = Float64Array.from(replicates, (value) => value + shift);
        const input = { replicates: shifted, effect: effect + shift, acceleration: bend, units, degrees };
        const { p } = bcaInterval(input, 0.05);
        if (p < 1e-6 || p > 0.9) continue;
        for (const [alpha, excludes] of [
          [p * 1.001, true],
          [p * 0.999, false],
        ] as const) {
          const { interval, kind } = bcaInterval(input, alpha);
          if (kind === 'BCa') expect(interval[0] > 0 || interval[1] < 0).toBe(excludes);
        }
      }
  });

  it('is the percentile interval where all replicates lie on one side, or nothing accelerates', () => {
    const replicates = Float64Array.from({ length: 1001 }, (_, i) => i / 1000);
    const input = { replicates, effect: -1, acceleration: 0.01, units: 1e6, degrees: 1e6 - 1 };
    const aside = bcaInterval(input, 0.1);
    expect(aside).toMatchObject({ kind: 'percentile', interval: [expect.closeTo(0.05, 4), expect.closeTo(0.95, 4)] });
    expect(bcaInterval({ ...input, effect: 0.5, acceleration: NaN }, 0.1).interval).toEqual(aside.interval);
    expect(bcaInterval({ ...input, effect: 0.5, acceleration: 0.7 }, 0.1).kind).toBe('percentile');
  });
});

describe('the paired bootstrap', () => {
  it("has scipy's interval and standard error (200,000 samples) within what 10,000 leave to chance", () => {
    for (const { champion, challenger, interval, standardError, acceleration: bend } of reference.bootstrap) {
      const statistic = rootMeanSquares(champion, challenger);
      expect(acceleration(unitsOf(champion.length), statistic, 1)).toBeCloseTo(bend, 12);
      const found = pairedBootstrap({ n: champion.length, statistic, seed: 5 }, 0.05);
      expect(found.kind).toBe('BCa');
      expect(Math.abs(found.standardError! / standardError - 1)).toBeLessThan(0.03);
      // an endpoint's own standard error is 2.7 / sqrt(10,000) of the bootstrap's
      for (const end of [0, 1])
        expect(Math.abs(found.interval![end] - interval[end])).toBeLessThan(0.1 * standardError);
    }
  });

  it('is the same for the same seed, mirrored when the models change places', () => {
    const { champion, challenger } = reference.bootstrap[0];
    const input = { n: champion.length, seed: 9, statistic: rootMeanSquares(champion, challenger) };
    const found = pairedBootstrap(input, 0.01);
    expect(pairedBootstrap(input, 0.01)).toEqual(found);
    const swapped = pairedBootstrap({ ...input, statistic: rootMeanSquares(challenger, champion) }, 0.01);
    expect(swapped.p).toBeCloseTo(found.p!, 9);
    expect(swapped.interval!.map((bound) => -bound).reverse()).toEqual(
      found.interval!.map((b) => expect.closeTo(b, 9)),
    );
  });

  it('says the same of the rows in another order, but for the chance in 10,000 samples', () => {
    const { champion, challenger, standardError } = reference.bootstrap[1];
    const pairs = permuted(
      champion.map((value, i) => [value, challenger[i]] as const),
      8,
    );
    const [first, second] = [
      rootMeanSquares(champion, challenger),
      rootMeanSquares(
        pairs.map(([a]) => a),
        pairs.map(([, b]) => b),
      ),
    ].map((statistic) => pairedBootstrap({ n: 400, seed: 1, statistic }, 0.05));
    expect(second.effect).toBeCloseTo(first.effect, 12);
    for (const end of [0, 1])
      expect(Math.abs(second.interval![end] - first.interval![end])).toBeLessThan(0.1 * standardError);
  });

  it('measures the same acceleration by blocks of many rows as row by row', () => {
    const uniform = uniforms(3);
    const skewed = Array.from({ length: 6000 }, () => -Math.log(uniform()));
    const [cubes, squares] = [3, 2].map((power) => {
      const mean = skewed.reduce((sum, value) => sum + value) / 6000;
      return skewed.reduce((sum, value) => sum + (value - mean) ** power, 0);
    });
    const byRow = cubes / (6 * squares ** 1.5);
    expect(Math.abs(acceleration(unitsOf(6000), meanOf(skewed), 1) - byRow)).toBeLessThan(0.005);
  });

  it('finds nothing where the models agree on every row', () => {
    const found = pairedBootstrap({ n: 30, seed: 1, statistic: () => 0 }, 0.05);
    expect(found).toMatchObject({ effect: 0, interval: [0, 0], p: 1, kind: 'percentile' });
  });

  it('does not take agreement of few units for certainty', () => {
    const certain = (n: number): unknown => pairedBootstrap({ n, seed: 1, statistic: () => 0.5 }, 0.05);
    expect(certain(4)).toEqual({ effect: 0.5, p: 0.125, kind: 'none', standardError: 0, lacks: expect.any(String) });
    expect(certain(20)).toMatchObject({ interval: [0.5, 0.5], p: 2 ** -19 });
    expect(pairedBootstrap({ n: 6, groups: [1, 1, 1, 1, 1, 1], seed: 1, statistic: () => 1 }, 0.05).kind).toBe('none');
  });

  it('leaves out samples where the metric is undefined, and gives up where they are many', () => {
    const values = Array.from({ length: 40 }, (_, i) => Math.sin(i));
    const mean = meanOf(values);
    const without =
      (rows: readonly number[]): RowStatistic =>
      (counts) =>
        rows.every((i) => counts[i] === 0) ? NaN : mean(counts);
    const some = pairedBootstrap({ n: 40, seed: 1, statistic: without([0, 1, 2, 3]) }, 0.05);
    expect(some.interval).toBeDefined();
    const many = pairedBootstrap({ n: 40, seed: 1, statistic: without([0]) }, 0.05);
    expect(many).toMatchObject({
      kind: 'none',
      lacks: expect.stringMatching(/^the metric is undefined on 3\d\.?\d? %/),
    });
    expect(pairedBootstrap({ n: 40, seed: 1, statistic: () => NaN }, 0.05).lacks).toMatch('undefined on these rows');
  });

  it('refuses what cannot be, in words', () => {
    const input = { n: 3, seed: 1, statistic: () => 0 };
    expect(() => pairedBootstrap({ ...input, resamples: 999 }, 0.05)).toThrow(
      'resamples is 999, expected a whole number >= 10000',
    );
    expect(() => pairedBootstrap({ ...input, strata: ['a'] }, 0.05)).toThrow('strata has 1 entries for 3 rows');
    expect(() => pairedBootstrap({ ...input, seed: -1 }, 0.05)).toThrow('seed is -1');
  });
});
