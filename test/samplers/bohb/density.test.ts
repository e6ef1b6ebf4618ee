import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Density } from '../../../samplers/bohb/density.ts';
import { withoutGaps } from '../../../samplers/bohb/imputation.ts';
import { exp } from '../../../samplers/numerics/elementary.ts';
import { createRng } from '../../../samplers/numerics/philox.ts';

interface Fixture {
  readonly data: readonly number[][];
  readonly bandwidths: readonly number[];
  readonly at: readonly number[][];
  readonly density: readonly number[];
}

const fixture = JSON.parse(readFileSync(new URL('./density.json', import.meta.url), 'utf8')) as Fixture;
const KINDS = [0, 0, 2, 3];
/** Categories in the middle of their cells. */
const vector = (numbers: readonly number[]): Float64Array =>
  Float64Array.from(numbers, (value, j) => (KINDS[j] === 0 ? value : (value + 0.5) / KINDS[j]));

describe('a density', () => {
  const density = new Density(fixture.data.map(vector), KINDS, 1e-3);

  it("has the bandwidths of statsmodels' normal reference", () => {
    for (const [j, h] of fixture.bandwidths.entries()) expect(density.bandwidths[j]).toBeCloseTo(h, 12);
  });

  it('is that of statsmodels on numbers and categories', () => {
    for (const [i, x] of fixture.at.entries())
      expect(exp(density.logAt(vector(x))) / fixture.density[i]).toBeCloseTo(1, 10);
  });

  it('draws from its kernels within the bounds, as wide as asked for', () => {
    const narrow = new Density([Float64Array.of(0.5, 0.25)], [0, 2], 0.01);
    expect([...narrow.bandwidths]).toEqual([0.01, 0.01]);
    const rng = createRng(1, 1);
    const drawn = Array.from({ length: 4000 }, (_, k) => narrow.draw(3, (i) => rng.uniform(k, i)));
    const mean = drawn.reduce((sum, [x]) => sum + x, 0) / drawn.length;
    const variance = drawn.reduce((sum, [x]) => sum + (x - mean) * (x - mean), 0) / drawn.length;
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.003);
    expect(Math.sqrt(variance) / 0.03).toBeCloseTo(1, 1);
    const other = drawn.filter(([, kind]) => kind === 0.75).length / drawn.length;
    expect(other).toBeGreaterThan(0.002);
    expect(other).toBeLessThan(0.01);
    const wide = new Density([Float64Array.of(0), Float64Array.of(1)], [0], 1);
    for (let k = 0; k < 500; k++) {
      const [x] = wide.draw(100, (i) => rng.uniform(k, i));
      expect(x >= 0 && x <= 1).toBe(true);
    }
  });

  it('is of all categories alike where the data are', () => {
    const even = new Density(
      [1, 3, 5].map((c) => Float64Array.of(c / 6)),
      [3],
      5,
    );
    expect(even.bandwidths[0]).toBeCloseTo(2 / 3, 15);
    for (const c of [1, 3, 5]) expect(exp(even.logAt(Float64Array.of(c / 6)))).toBeCloseTo(1 / 3, 12);
  });
});

describe('made-up values', () => {
  const rng = createRng(3, 0);

  it('come together from another vector that has the first of them', () => {
    const gap = [0.5, NaN, NaN];
    const full = [
      [0.1, 0.2, 0.3],
      [0.6, 0.7, 0.8],
    ];
    const vectors = [gap, ...full].map((each) => Float64Array.from(each));
    const seen = new Set<number>();
    for (let number = 0; number < 40; number++) {
      const [filled, ...others] = withoutGaps(vectors, [number, 100, 101], [0, 0, 0], rng);
      expect(others.map((each) => [...each])).toEqual(full);
      expect([0.2, 0.7]).toContain(filled[1]);
      expect([...filled]).toEqual([0.5, filled[1], filled[1] === 0.2 ? 0.3 : 0.8]);
      seen.add(filled[1]);
    }
    expect(seen.size).toBe(2);
    expect(vectors[0][1]).toBeNaN();
  });

  it('are values of their kind where no vector has one', () => {
    for (let number = 0; number < 40; number++) {
      const [[x, kind]] = withoutGaps([Float64Array.of(NaN, NaN)], [number], [0, 4], rng);
      expect(x > 0 && x < 1).toBe(true);
      expect([1, 3, 5, 7].map((c) => c / 8)).toContain(kind);
    }
  });
});
