import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dominates, frontRanks } from '../../study/fronts.ts';

/** Points of few different values, so that many are equal in some objective or in all. */
const points = fc
  .tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 8 }))
  .chain(([m, most]) =>
    fc.array(fc.array(fc.integer({ min: -most, max: most }), { minLength: m, maxLength: m }), { maxLength: 40 }),
  );

/** The definition: fronts are peeled off one after another. */
function peeled(count: number, isBefore: (i: number, j: number) => boolean): number[] {
  const ranks = new Array<number>(count).fill(-1);
  for (let rank = 0; ranks.includes(-1); rank++) {
    const left = ranks.flatMap((known, i) => (known < 0 ? [i] : []));
    for (const i of left) if (!left.some((j) => isBefore(j, i))) ranks[i] = rank;
  }
  return ranks;
}

describe('domination', () => {
  it('is to be nowhere worse and somewhere better', () => {
    expect(dominates([1, 2], [1, 3])).toBe(true);
    expect(dominates([1, 2], [1, 2])).toBe(false);
    expect(dominates([1, 3], [2, 2])).toBe(false);
    expect(dominates([-Infinity], [0])).toBe(true);
  });
});

describe('fronts', () => {
  it('are what is left undominated when those before are taken away', () => {
    fc.assert(
      fc.property(points, (drawn) => {
        const ranks = peeled(drawn.length, (i, j) => dominates(drawn[i]!, drawn[j]!));
        expect(Array.from(frontRanks(drawn))).toEqual(ranks);
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  it('follow constrained domination: feasible before infeasible, and those by violation alone', () => {
    const violation = fc.constantFrom(-1, 0, 0, 0.5, 1, 2, Infinity);
    const constrained = points.chain((drawn) =>
      fc.tuple(fc.constant(drawn), fc.array(violation, { minLength: drawn.length, maxLength: drawn.length })),
    );
    fc.assert(
      fc.property(constrained, ([drawn, violations]) => {
        const over = violations.map((value) => Math.max(value, 0));
        const ranks = peeled(drawn.length, (i, j) =>
          over[i] === 0 && over[j] === 0 ? dominates(drawn[i]!, drawn[j]!) : over[i]! < over[j]!,
        );
        expect(Array.from(frontRanks(drawn, violations))).toEqual(ranks);
      }),
      { seed: 2, numRuns: 500 },
    );
  });

  it('do not depend on the order of the points', () => {
    fc.assert(
      fc.property(points, (drawn) => {
        expect(Array.from(frontRanks(drawn.toReversed()))).toEqual(Array.from(frontRanks(drawn)).toReversed());
      }),
      { seed: 3 },
    );
  });
});
