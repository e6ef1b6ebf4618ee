import { describe, expect, it } from 'vitest';
import { Ground } from '../../../samplers/acquisition/ground.ts';
import { effortFor, maximise, purposesOf } from '../../../samplers/acquisition/maximise.ts';
import type { Utility, UtilitySlope } from '../../../samplers/acquisition/polish.ts';
import { conformanceSpaces } from '../../../samplers/conformance/spaces.ts';
import { createRng } from '../../../samplers/numerics/philox.ts';
import type { Rng } from '../../../samplers/sampler.ts';
import { drawPoint, unitDraws } from '../../../samplers/unit-cube.ts';
import { forbiddenAt, pointFault } from '../../../study/space/point.ts';
import { choice, float, free, given, int, spaceOf } from '../spaces.ts';

/** A bowl whose lowest place is `target` in every dimension, and its slope. */
function bowl(d: number, target: number): { utility: Utility; slope: UtilitySlope } {
  const utility: Utility = (units, count) =>
    Float64Array.from({ length: count }, (_, i) => {
      let sum = 0;
      for (const u of units.subarray(i * d, (i + 1) * d)) sum -= Number.isNaN(u) ? 0 : (u - target) * (u - target);
      return sum;
    });
  const slope: UtilitySlope = (unit, out) => {
    unit.forEach((u, dim) => (out[dim] = -2 * (u - target)));
    return utility(unit, 1)[0]!;
  };
  return { utility, slope };
}

describe('the maximiser', () => {
  it.each(conformanceSpaces().filter(({ space }) => space.dimensions.length < 100))(
    'suggests points of the space, the same ones again: $name',
    ({ space }) => {
      const d = space.dimensions.length;
      const { utility, slope } = bowl(d, 0.3);
      for (const way of [slope, undefined]) {
        const ground = new Ground(space, free(space));
        const found = maximise(ground, utility, way, undefined, [], createRng(1, 2), 100)!;
        expect(pointFault(space, found.x)).toBeUndefined();
        expect(utility(found.unit, 1)[0]).toBe(found.value);
        const again = maximise(new Ground(space, free(space)), utility, way, undefined, [], createRng(1, 2), 100)!;
        expect(again).toEqual(found);
        // better than the best of as many points drawn at random
        const rng = createRng(5, 5);
        const drawn = Array.from({ length: 2000 }, (_, i) =>
          ground.unitsOf(drawPoint(space, { fixed: free(space) }, unitDraws(rng, i * 1000))),
        );
        for (const unit of drawn) expect(utility(unit, 1)[0]).toBeLessThanOrEqual(found.value + 1e-9);
      }
    },
  );

  it('finds the top of a smooth hill to many digits', () => {
    const space = spaceOf({ a: float(0, 1), b: float(-3, 5), c: float(1e-5, 1, { scale: 'log' }) });
    const { utility, slope } = bowl(3, 0.37);
    const found = maximise(new Ground(space, free(space)), utility, slope, undefined, [], createRng(2, 0), 0)!;
    expect(found.value).toBeGreaterThan(-1e-12);
    expect(found.x[1]).toBeCloseTo(-3 + 8 * 0.37, 5);
    const blind = maximise(new Ground(space, free(space)), utility, undefined, undefined, [], createRng(2, 0), 0)!;
    expect(blind.value).toBeGreaterThan(-1e-5);
  });

  it('climbs what is stretched, by the length scales', () => {
    const d = 6;
    const space = spaceOf(Object.fromEntries(Array.from({ length: d }, (_, i) => [`p${i}`, float(0, 1)])));
    const scales = Float64Array.from({ length: d }, (_, i) => 10 ** -(i / 2));
    // a narrow valley turned against the axes
    const utility: Utility = (units, count) =>
      Float64Array.from({ length: count }, (_, i) => {
        let sum = 0;
        for (let k = 0; k < d; k++) sum -= ((units[i * d + k]! - 0.4) / scales[k]!) ** 2;
        for (let k = 1; k < d; k++)
          sum -= 0.9 * ((units[i * d + k]! - 0.4) / scales[k]!) * ((units[i * d + k - 1]! - 0.4) / scales[k - 1]!);
        return sum;
      });
    const slope: UtilitySlope = (unit, out) => {
      const t = unit.map((u, k) => (u - 0.4) / scales[k]!);
      for (let k = 0; k < d; k++) out[k] = (-2 * t[k]! - 0.9 * ((t[k - 1] ?? 0) + (t[k + 1] ?? 0))) / scales[k]!;
      return utility(unit, 1)[0]!;
    };
    const found = maximise(new Ground(space, free(space)), utility, slope, scales, [], createRng(3, 0), 0)!;
    expect(found.value).toBeGreaterThan(-1e-8);
  });

  it('finds the one combination of categories and steps that is best', () => {
    const space = spaceOf({
      a: choice('p', 'q', 'r', 's'),
      n: int(0, 40),
      m: int(0, 9),
      b: choice('x', 'y', 'z'),
      t: float(0, 1),
    });
    const utility: Utility = (units, count) =>
      Float64Array.from({ length: count }, (_, i) => {
        const [a, n, m, b, t] = units.subarray(5 * i, 5 * i + 5) as unknown as [number, number, number, number, number];
        const [ka, kn, km, kb] = [Math.floor(4 * a), Math.floor(41 * n), Math.floor(10 * m), Math.floor(3 * b)];
        return (ka === 2 ? 1 : 0) + (kb === 1 ? 1 : 0) - Math.abs(kn - 23) - Math.abs(km - 7) - (t - 0.25) ** 2;
      });
    const found = maximise(new Ground(space, free(space)), utility, undefined, undefined, [], createRng(4, 0), 0)!;
    expect(Array.from(found.x.subarray(0, 4))).toEqual([2, 23, 7, 1]);
    expect(found.x[4]).toBeCloseTo(0.25, 1);
  });

  it('keeps what is fixed, and parents that a fixed child needs', () => {
    const space = spaceOf({
      kind: choice('a', 'b', 'c'),
      depth: given(int(1, 20), 'kind', 'b', 'c'),
      rate: float(0, 1),
    });
    const fixed = Float64Array.of(NaN, 17, NaN);
    const { utility, slope } = bowl(3, 0);
    for (let trial = 0; trial < 5; trial++) {
      const { x } = maximise(new Ground(space, fixed), utility, slope, undefined, [], createRng(5, trial), 0)!;
      expect(x[1]).toBe(17);
      expect(x[0]).toBe(1);
      expect(x[2]).toBe(0);
    }
  });

  it('stays in its box', () => {
    const space = spaceOf({
      a: float(0, 1),
      n: int(0, 99),
      kind: choice('x', 'y'),
      lr: float(1e-4, 1, { scale: 'log' }),
    });
    const box = { low: Float64Array.of(0.5, 0.305, 0, 0.25), high: Float64Array.of(0.6, 0.405, 0, 0.5) };
    for (const target of [0, 1]) {
      const { utility, slope } = bowl(4, target);
      const ground = new Ground(space, free(space), box);
      const { x } = maximise(
        ground,
        utility,
        slope,
        undefined,
        [Float64Array.of(0.9, 0.9, 0.25, 0.9)],
        createRng(6, 0),
        0,
      )!;
      expect(x[0]).toBeCloseTo(target === 0 ? 0.5 : 0.6, 9);
      expect(x[1]).toBe(target === 0 ? 30 : 40);
      expect(x[2]).toBe(target);
      expect(x[3]).toBeCloseTo(target === 0 ? 1e-3 : 1e-2, 9);
    }
  });

  it('walks up to a forbidden region and not into it', () => {
    const space = spaceOf({ a: float(0, 1), b: float(0, 1) }, [{ a: { above: 0.6 }, b: { above: 0.2 } }]);
    const { utility, slope } = bowl(2, 0.9);
    const found = maximise(new Ground(space, free(space)), utility, slope, undefined, [], createRng(7, 0), 0)!;
    expect(forbiddenAt(space, found.x)).toBe(-1);
    // the best allowed point is (0.6, 0.9): 0.09 below the top
    expect(found.value).toBeGreaterThan(-0.1);
  });

  it('takes the best that is accepted, and is empty-handed where nothing is', () => {
    const space = spaceOf({ n: int(0, 9), m: int(0, 9) });
    const { utility } = bowl(2, 0.55);
    const seen = new Set(['5,5', '5,4']);
    const fresh = (x: Float64Array): boolean => !seen.has(x.join());
    const found = maximise(
      new Ground(space, free(space), undefined, fresh),
      utility,
      undefined,
      undefined,
      [],
      createRng(8, 0),
      0,
    )!;
    expect(['4,5', '6,5', '5,6']).toContain(found.x.join());
    const none = new Ground(space, free(space), undefined, () => false);
    expect(maximise(none, utility, undefined, undefined, [], createRng(8, 0), 0)).toBeUndefined();
  });

  it('takes a utility that is nowhere a number for a flat one', () => {
    const space = spaceOf({ a: float(0, 1), kind: choice('x', 'y') });
    const nowhere: Utility = (_, count) => new Float64Array(count).fill(NaN);
    const { x } = maximise(new Ground(space, free(space)), nowhere, () => NaN, undefined, [], createRng(9, 0), 0)!;
    expect(pointFault(space, x)).toBeUndefined();
  });

  it('uses the random purposes it says, and no other', () => {
    const space = spaceOf({ a: float(0, 1), n: int(0, 99), kind: choice('x', 'y', 'z') });
    const purposes = new Set<number>();
    const rng = createRng(10, 0);
    const spying: Rng = {
      ...rng,
      uniform: (purpose, i) => (purposes.add(purpose), rng.uniform(purpose, i)),
      normal: (purpose, i) => (purposes.add(purpose), rng.normal(purpose, i)),
    };
    const { utility } = bowl(3, 0.5);
    const incumbents = [Float64Array.of(0.5, 0.505, 0.5)];
    maximise(new Ground(space, free(space)), utility, undefined, undefined, incumbents, spying, 5000);
    const last = 5000 + purposesOf(effortFor(3)) - 1;
    for (const purpose of purposes) expect(purpose >= 5000 && purpose <= last).toBe(true);
    expect(purposes.size).toBeGreaterThan(5);
  });

  it('does less where points are long', () => {
    expect(effortFor(5)).toEqual({ spread: 1024, near: 96, starts: 6 });
    const long = effortFor(1000);
    expect(long.spread * 1000).toBeLessThanOrEqual(131_072);
    expect(long.starts).toBe(2);
  });
});
