import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  groupKFold,
  kFold,
  leaveOneGroupOut,
  leaveOneOut,
  stratifiedGroupKFold,
  stratifiedKFold,
  type Fold,
} from '../../../evaluation/splits/index.ts';
import { counted, foldOf, groupLists, isPartition, labelLists, letters, seeds, valuesAt } from './folds.ts';

const maybeSeed = fc.option(seeds, { nil: undefined });

const sizes = (folds: readonly Fold[]): number[] => folds.map(({ test }) => test.length);

/** Groups that are in more than one test part. */
function divided(groups: readonly number[], folds: readonly Fold[]): number[] {
  const parts = folds.flatMap(({ test }) => [...new Set(valuesAt(groups, test))]);
  return [...counted(parts)].filter(([, count]) => count > 1).map(([group]) => group);
}

describe('k-fold', () => {
  it('judges each row once, and gives the first rows % folds folds one row more', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 200 }), fc.integer({ min: 2, max: 20 }), maybeSeed, (rows, folds, seed) => {
        fc.pre(folds <= rows);
        const made = kFold(rows, { folds, seed });
        expect(isPartition(made, rows)).toBe(true);
        const expected = Array.from({ length: folds }, (_, i) => Math.floor(rows / folds) + Number(i < rows % folds));
        expect(sizes(made)).toEqual(expected);
      }),
    );
  });

  it('is the same with the same seed, and another with another', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 30, max: 200 }),
        fc.uniqueArray(seeds, { minLength: 2, maxLength: 2 }),
        (rows, [a, b]) => {
          const made = kFold(rows, { folds: 3, seed: a });
          expect(kFold(rows, { folds: 3, seed: a })).toEqual(made);
          expect(foldOf(kFold(rows, { folds: 3, seed: b }))).not.toBe(foldOf(made));
        },
      ),
    );
  });

  it('has the same parts on every machine', () => {
    expect(foldOf(kFold(20, { folds: 4, seed: 7 }))).toBe('2 1 3 2 3 0 0 0 1 0 2 3 2 2 3 0 1 3 1 1');
    expect(foldOf(kFold(20, { folds: 4, seed: Number.MAX_SAFE_INTEGER }))).toBe(
      '2 1 3 2 2 0 2 3 1 3 0 1 2 0 1 3 1 0 3 0',
    );
  });
});

describe('stratified k-fold', () => {
  it('keeps sizes within one row, and each class within one of an even share', () => {
    fc.assert(
      fc.property(labelLists(3), fc.integer({ min: 2, max: 8 }), maybeSeed, (labels, folds, seed) => {
        const classes = counted(labels);
        fc.pre(folds <= Math.min(...classes.values()));
        const made = stratifiedKFold(labels, { folds, seed });
        expect(isPartition(made, labels.length)).toBe(true);
        expect(Math.max(...sizes(made)) - Math.min(...sizes(made))).toBeLessThanOrEqual(1);
        for (const { test } of made) {
          const counts = counted(valuesAt(labels, test));
          for (const [name, count] of classes) expect(Math.abs(counts.get(name)! - count / folds)).toBeLessThan(1);
        }
      }),
    );
  });

  it('does not care what classes are called', () => {
    fc.assert(
      fc.property(labelLists(3), seeds, (labels, seed) => {
        const renamed = labels.map((label) => label.charCodeAt(0) * -1.5);
        expect(stratifiedKFold(renamed, { folds: 3, seed })).toEqual(stratifiedKFold(labels, { folds: 3, seed }));
      }),
    );
  });

  it('has folds of the same sizes in whatever order the rows come', () => {
    fc.assert(
      fc.property(labelLists(4), seeds, (labels, seed) => {
        const turned = stratifiedKFold(labels.toReversed(), { folds: 4, seed });
        expect(sizes(turned)).toEqual(sizes(stratifiedKFold(labels, { folds: 4, seed })));
      }),
    );
  });

  it('has the same parts on every machine, others with another seed', () => {
    const labels = letters('aabbbabacaabbcabacbaacbb');
    expect(foldOf(stratifiedKFold(labels, { folds: 4, seed: 7 }))).toBe(
      '3 0 3 2 2 0 3 3 1 0 1 2 3 2 2 0 1 3 1 1 2 0 1 0',
    );
    expect(foldOf(stratifiedKFold(labels, { folds: 4, seed: 8 }))).toBe(
      '0 0 0 0 3 2 2 1 0 1 0 3 2 3 3 2 2 1 1 1 3 2 3 1',
    );
  });
});

describe('group k-fold', () => {
  it('never divides a group, and keeps sizes within the largest one', () => {
    fc.assert(
      fc.property(groupLists(5), fc.integer({ min: 2, max: 5 }), maybeSeed, (groups, folds, seed) => {
        const made = groupKFold(groups, { folds, seed });
        expect(isPartition(made, groups.length)).toBe(true);
        expect(divided(groups, made)).toEqual([]);
        const largest = Math.max(...counted(groups).values());
        expect(Math.max(...sizes(made)) - Math.min(...sizes(made))).toBeLessThanOrEqual(largest);
      }),
    );
  });

  it('has other parts with another seed, the same with the same', () => {
    const groups = Array.from({ length: 120 }, (_, row) => `g${row % 17}`);
    const made = Array.from({ length: 20 }, (_, seed) => foldOf(groupKFold(groups, { folds: 4, seed })));
    expect(new Set(made).size).toBe(20);
    expect(foldOf(groupKFold(groups, { folds: 4, seed: 3 }))).toBe(made[3]);
  });

  it('has the same parts on every machine', () => {
    const groups = letters('abcdefghijaabbccdaaaaeeej');
    expect(foldOf(groupKFold(groups, { folds: 3, seed: 7 }))).toBe('1 2 2 0 0 1 0 0 0 2 1 1 2 2 2 2 0 1 1 1 1 0 0 0 2');
  });
});

describe('stratified group k-fold', () => {
  it('never divides a group, and leaves no fold empty', () => {
    fc.assert(
      fc.property(groupLists(6), fc.integer({ min: 2, max: 6 }), maybeSeed, seeds, (groups, folds, seed, other) => {
        const labels = groups.map((group, row) => ((group + row * (other % 7)) % 3 === 0 ? 'rare' : 'usual'));
        fc.pre(folds <= Math.min(...counted(labels).values()));
        const made = stratifiedGroupKFold(labels, groups, { folds, seed });
        expect(isPartition(made, groups.length)).toBe(true);
        expect(divided(groups, made)).toEqual([]);
      }),
    );
  });

  it('gives each fold every class evenly where groups are small and alike', () => {
    const groups = Array.from({ length: 200 }, (_, row) => Math.floor(row / 4));
    const labels = groups.map((group) => (group % 5 === 0 ? 'sick' : 'well'));
    for (let seed = 0; seed < 10; seed++)
      for (const { test } of stratifiedGroupKFold(labels, groups, { folds: 5, seed }))
        expect(counted(valuesAt(labels, test))).toEqual(
          new Map([
            ['sick', 8],
            ['well', 32],
          ]),
        );
  });

  it('has the same parts on every machine, others with another seed', () => {
    const groups = letters('abcdefghijaabbccdaaaaeeej');
    const labels = letters('1122121211221112122212211');
    expect(foldOf(stratifiedGroupKFold(labels, groups, { folds: 3, seed: 7 }))).toBe(
      '0 2 2 0 1 2 0 1 1 1 0 0 2 2 2 2 0 0 0 0 0 1 1 1 1',
    );
    expect(foldOf(stratifiedGroupKFold(labels, groups, { folds: 3, seed: 9 }))).toBe(
      '0 1 1 2 2 2 2 1 1 0 0 0 1 1 1 1 2 0 0 0 0 2 2 2 0',
    );
  });
});

describe('leave one out', () => {
  it('judges each row by all others', () => {
    const folds = leaveOneOut(5);
    expect(isPartition(folds, 5)).toBe(true);
    expect(folds.map(({ test }) => [...test])).toEqual([[0], [1], [2], [3], [4]]);
  });

  it('judges each group by all others, in the order of their names', () => {
    fc.assert(
      fc.property(groupLists(2), (groups) => {
        const folds = leaveOneGroupOut(groups);
        expect(isPartition(folds, groups.length)).toBe(true);
        const names = folds.map(({ test }) => [...new Set(valuesAt(groups, test))]);
        expect(names).toEqual([...new Set(groups)].sort((a, b) => a - b).map((name) => [name]));
      }),
    );
  });
});
