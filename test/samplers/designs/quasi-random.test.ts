import { describe, expect, it } from 'vitest';
import { pointFault } from '../../../study/space/point.ts';
import { quasiRandom } from '../../../samplers/designs/quasi-random.ts';
import { sessionOf } from '../../../samplers/session.ts';
import { choice, float, problemOf, spaceOf, type Entry } from '../spaces.ts';

const plane = spaceOf({ x: float(0, 1), y: float(0, 1) });

function points(sequence: string, count: number, seed = 1, space = plane): number[][] {
  const ask = Array.from({ length: count }, (_, number) => ({ number, asOf: 0 }));
  return sessionOf(quasiRandom, { sequence }, problemOf(space), seed)
    .ask(ask)
    .suggestions.map(({ x }) => [...x] as number[]);
}

describe('the quasi-random sampler', () => {
  it('fills every cell of the plane once with a power of two of Sobol points', () => {
    const cells = new Set(points('sobol', 64).map(([x, y]) => Math.floor(x * 8) * 8 + Math.floor(y * 8)));
    expect(cells.size).toBe(64);
  });

  it('fills every cell once with a product of powers of two and three of Halton points', () => {
    const cells = new Set(points('halton', 72).map(([x, y]) => Math.floor(x * 8) * 9 + Math.floor(y * 9)));
    expect(cells.size).toBe(72);
  });

  it('is one sequence a study: scrambled by its seed alone', () => {
    for (const sequence of ['sobol', 'halton']) {
      expect(points(sequence, 20)).toEqual(points(sequence, 20));
      expect(points(sequence, 20, 2)).not.toEqual(points(sequence, 20));
    }
    expect(points('sobol', 20)).not.toEqual(points('halton', 20));
  });

  it('goes on to the priors: half the points on each side of a median', () => {
    const space = spaceOf({
      lr: float(1e-6, 1, { scale: 'log', prior: { lognormal: { mean: -5, sd: 1 } } }),
      k: { kind: 'choice', choices: ['a', 'b'], weights: [3, 1] },
    });
    const drawn = points('sobol', 128, 1, space);
    expect(drawn.filter(([lr]) => lr < Math.exp(-5)).length).toBe(64);
    expect(drawn.filter(([, k]) => k === 0).length).toBe(96);
  });

  it('replaces forbidden points and keeps the rest of the sequence', () => {
    const some = spaceOf({ x: float(0, 1), y: float(0, 1) }, [{ x: { above: 0.5 }, y: { above: 0.5 } }]);
    const [plain, forbidding] = [points('sobol', 64), points('sobol', 64, 1, some)];
    for (const [i, x] of forbidding.entries()) {
      expect(pointFault(some, x)).toBeUndefined();
      if (pointFault(some, plain[i]) === undefined) expect(x).toEqual(plain[i]);
    }
  });

  it('serves 1,111 dimensions by Sobol, and any number by Halton', () => {
    const wide = (n: number) =>
      problemOf(
        spaceOf(Object.fromEntries(Array.from({ length: n }, (_, i): [string, Entry] => [`p${i}`, choice('a', 'b')]))),
      );
    expect(quasiRandom.supports(wide(1111), { sequence: 'sobol' })).toBe(true);
    expect(quasiRandom.supports(wide(1112), { sequence: 'sobol' })).toBe(
      'the Sobol sequence has 1111 dimensions, and this space 1112; set its option sequence to halton',
    );
    expect(quasiRandom.supports(wide(1112), { sequence: 'halton' })).toBe(true);
    expect(points('halton', 3, 1, wide(2000).space).every((x) => x.length === 2000)).toBe(true);
  });
});
