import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { derivedSeed, kFold, nested, repeated, stratifiedKFold, takeRows } from '../../../evaluation/splits/index.ts';
import { counted, foldOf, isPartition, labelLists, seeds, valuesAt } from './folds.ts';

describe('repeated', () => {
  it('divides the rows anew each time, the same with the same seed', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 2, max: 5 }), (seed, repeats) => {
        const make = (): ReturnType<typeof kFold> =>
          repeated(repeats, seed, (each) => kFold(40, { folds: 4, seed: each }));
        const folds = make();
        const parts = Array.from({ length: repeats }, (_, i) => folds.slice(4 * i, 4 * i + 4));
        expect(folds).toHaveLength(4 * repeats);
        expect(parts.every((part) => isPartition(part, 40))).toBe(true);
        expect(new Set(parts.map(foldOf)).size).toBe(repeats);
        expect(make()).toEqual(folds);
      }),
    );
  });
});

describe('nested', () => {
  it('divides the training rows of each outer fold, and none of its test rows', () => {
    fc.assert(
      fc.property(labelLists(6), seeds, (labels, seed) => {
        const outer = stratifiedKFold(labels, { folds: 3, seed });
        const made = nested(outer, seed, (train, each) =>
          stratifiedKFold(takeRows(labels, train), { folds: 2, seed: each }),
        );
        expect(made.map(({ train, test }) => ({ train, test }))).toEqual(outer);
        for (const { train, test, inner } of made) {
          expect(inner).toHaveLength(2);
          const judged = inner.flatMap((fold) => [...fold.test]).sort((a, b) => a - b);
          expect(judged).toEqual([...train]);
          for (const fold of inner) {
            expect([...fold.train, ...fold.test].sort((a, b) => a - b)).toEqual([...train]);
            expect(fold.test.some((row) => test.includes(row))).toBe(false);
            const halves = counted(valuesAt(labels, fold.test));
            for (const [name, count] of counted(valuesAt(labels, train)))
              expect(Math.abs(halves.get(name)! - count / 2)).toBeLessThan(1);
          }
        }
      }),
    );
  });

  it('gives every outer fold inner folds of its own', () => {
    const made = nested(kFold(60, { folds: 3 }), 4, (train, seed) => kFold(train.length, { folds: 2, seed }));
    const inPlaces = made.map(({ train, inner }) => inner[0].test.map((row) => train.indexOf(row)).join(' '));
    expect(new Set(inPlaces).size).toBe(3);
  });
});

describe('a derived seed', () => {
  it('is another for each use, index and seed, and fits where seeds do', () => {
    const made = [0, 1, 2 ** 32, Number.MAX_SAFE_INTEGER].flatMap((seed) =>
      (['repeat', 'inner', 'hold-out', 'tune', 'test'] as const).flatMap((use) =>
        [0, 1, 4294967295].map((index) => derivedSeed(seed, use, index)),
      ),
    );
    expect(made.every((seed) => Number.isSafeInteger(seed) && seed >= 0)).toBe(true);
    expect(new Set(made).size).toBe(made.length);
  });

  it('is the same on every machine', () => {
    expect([derivedSeed(0, 'tune'), derivedSeed(7, 'test', 3)]).toEqual([8486421787995376, 3265461765315593]);
  });
});
