import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dominantSubset } from '../../../samplers/objectives/hypervolume-subset.ts';
import { contributions, hypervolume, improvement } from '../../../samplers/objectives/hypervolume.ts';

const moocore = JSON.parse(readFileSync(new URL('../fixtures/hypervolume.json', import.meta.url), 'utf8')) as {
  shape: string;
  points: number[][];
  reference: number[];
  hypervolume: number;
  contributions: number[];
}[];

const SEED = { seed: 20_261_126 };

/** Points and a reference point with as many objectives, on a coarse grid, so that equal ones are common. */
function front(
  objectives: fc.Arbitrary<number>,
  most: number,
): fc.Arbitrary<{ points: number[][]; reference: number[] }> {
  return objectives.chain((m) => {
    const point = fc.array(fc.integer({ min: 0, max: 8 }), { minLength: m, maxLength: m });
    return fc.record({ points: fc.array(point, { maxLength: most }), reference: point });
  });
}

/** By inclusion and exclusion over all subsets: the volume of each subset's common box, with alternating signs. */
function byInclusion(points: readonly number[][], reference: readonly number[]): number {
  let volume = 0;
  for (let subset = 1; subset < 1 << points.length; subset++) {
    const members = points.filter((_, i) => subset & (1 << i));
    const box = reference.reduce(
      (product, r, k) => product * Math.max(0, r - Math.max(...members.map((p) => p[k]))),
      1,
    );
    volume += members.length % 2 === 1 ? box : -box;
  }
  return volume;
}

describe('the hypervolume', () => {
  it.each(moocore)('is that of moocore ($shape)', (known) => {
    expect(hypervolume(known.points, known.reference)).toBeCloseTo(known.hypervolume, 10);
    const added = contributions(known.points, known.reference);
    for (const [i, contribution] of known.contributions.entries()) expect(added[i]).toBeCloseTo(contribution, 10);
  });

  it('is that by inclusion and exclusion, whatever points there are, of one to five objectives', () => {
    fc.assert(
      fc.property(front(fc.integer({ min: 1, max: 5 }), 7), ({ points, reference }) => {
        expect(hypervolume(points, reference)).toBe(byInclusion(points, reference));
      }),
      SEED,
    );
  });

  it('grows by what a point adds, whatever order they come in', () => {
    fc.assert(
      fc.property(front(fc.integer({ min: 2, max: 5 }), 12), ({ points, reference }) => {
        let volume = 0;
        for (const [i, point] of points.entries()) volume += improvement(point, points.slice(0, i), reference);
        expect(volume).toBe(hypervolume(points.toReversed(), reference));
      }),
      SEED,
    );
  });

  it('is 0 without points that are better than the reference in every objective', () => {
    expect(hypervolume([], [1, 1])).toBe(0);
    expect(
      hypervolume(
        [
          [1, -5, 0],
          [NaN, 0, 0],
        ],
        [1, 1, 1],
      ),
    ).toBe(0);
    expect([
      ...contributions(
        [
          [0, 0],
          [0, 0],
          [2, -1],
        ],
        [1, 1],
      ),
    ]).toEqual([0, 0, 0]);
  });

  it('refuses points of other lengths', () => {
    expect(() => hypervolume([[1, 2]], [3, 3, 3])).toThrow('a point has 2 objectives, expected 3');
  });
});

describe('the dominant subset', () => {
  it('takes what adds most each time, the earlier of equals', () => {
    fc.assert(
      fc.property(front(fc.integer({ min: 2, max: 4 }), 10), fc.nat(12), ({ points, reference }, count) => {
        const plain: number[] = [];
        while (plain.length < Math.min(count, points.length)) {
          const others = plain.map((i) => points[i]);
          const added = points.map((point, i) => (plain.includes(i) ? -1 : improvement(point, others, reference)));
          plain.push(added.indexOf(Math.max(...added)));
        }
        expect(dominantSubset(points, reference, count)).toEqual(plain);
      }),
      SEED,
    );
  });
});
