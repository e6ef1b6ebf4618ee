import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holdOut, holdOutLast, trainValidationTest } from '../../../evaluation/splits/index.ts';
import { counted, groupLists, isPartition, isSound, labelLists, letters, seeds, valuesAt } from './folds.ts';

const shares = fc.double({ min: 0.05, max: 0.6, noNaN: true });
const maybeSeed = fc.option(seeds, { nil: undefined });

describe('hold-out', () => {
  it('holds out ceil(size * rows) rows, and trains on all others', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 500 }), shares, maybeSeed, (rows, size, seed) => {
        fc.pre(Math.ceil(size * rows) < rows);
        const fold = holdOut(rows, { size, seed });
        expect(isSound(fold, rows)).toBe(true);
        expect([fold.train.length, fold.test.length]).toEqual([rows - Math.ceil(size * rows), Math.ceil(size * rows)]);
      }),
    );
  });

  it('holds out the last rows without a seed, of each class with labels', () => {
    expect([...holdOut(10, { size: 0.3 }).test]).toEqual([7, 8, 9]);
    expect([...holdOut({ labels: letters('aaaabbaabb') }, { size: 0.3 }).test]).toEqual([6, 7, 9]);
  });

  it('holds out every row equally often', () => {
    const counts = counted(
      Array.from({ length: 2000 }, (_, seed) => [...holdOut(20, { size: 0.25, seed }).test]).flat(),
    );
    // 500 each, with a standard deviation of 19.4
    for (let row = 0; row < 20; row++) expect(Math.abs(counts.get(row)! - 500)).toBeLessThan(80);
  });

  it('keeps the share of each class within one row', () => {
    fc.assert(
      fc.property(labelLists(4), shares, maybeSeed, (labels, size, seed) => {
        const classes = counted(labels);
        const count = Math.ceil(size * labels.length);
        fc.pre(Math.min(count, labels.length - count) >= classes.size);
        const fold = holdOut({ labels }, { size, seed });
        expect(isSound(fold, labels.length)).toBe(true);
        expect(fold.test).toHaveLength(count);
        const held = counted(valuesAt(labels, fold.test));
        for (const [name, of] of classes)
          expect(Math.abs((held.get(name) ?? 0) - (of * count) / labels.length)).toBeLessThan(1);
      }),
    );
  });

  it('holds out whole groups, within half the largest of the size', () => {
    fc.assert(
      fc.property(groupLists(2), shares, maybeSeed, (groups, size, seed) => {
        fc.pre(Math.ceil(size * groups.length) < groups.length);
        const { train, test } = holdOut({ groups }, { size, seed });
        const [learnt, held] = [train, test].map((rows) => new Set(valuesAt(groups, rows)));
        expect([...held].filter((group) => learnt.has(group))).toEqual([]);
        expect(train.length + test.length).toBe(groups.length);
        const off = Math.abs(test.length - Math.ceil(size * groups.length));
        // where one group is a part, there was no other choice
        if (held.size > 1 && learnt.size > 1)
          expect(off).toBeLessThanOrEqual(Math.max(...counted(groups).values()) / 2 + 1e-6);
      }),
    );
  });

  it('keeps the shares of classes where it holds out whole groups', () => {
    const groups = Array.from({ length: 400 }, (_, row) => Math.floor(row / 4));
    const labels = groups.map((group) => (group % 10 === 0 ? 'sick' : 'well'));
    for (let seed = 0; seed < 10; seed++)
      expect(counted(valuesAt(labels, holdOut({ labels, groups }, { size: 0.2, seed }).test))).toEqual(
        new Map([
          ['sick', 8],
          ['well', 72],
        ]),
      );
  });

  it('gives other groups with other seeds', () => {
    const groups = Array.from({ length: 90 }, (_, row) => row % 30);
    const made = Array.from({ length: 20 }, (_, seed) => holdOut({ groups }, { size: 0.2, seed }).test.join(' '));
    expect(new Set(made).size).toBe(20);
  });

  it('has the same parts on every machine', () => {
    expect(holdOut(20, { size: 0.25, seed: 7 }).test.join(' ')).toBe('2 4 11 14 17');
    expect(holdOut({ labels: letters('aaaabbaabbcc') }, { size: 0.3, seed: 7 }).test.join(' ')).toBe('2 3 8 10');
    expect(holdOut({ groups: letters('abcdeabcdaaae') }, { size: 0.3, seed: 7 }).test.join(' ')).toBe('1 3 6 8');
  });
});

describe('training, validation and test rows', () => {
  it('are all rows, each once, of the sizes asked for', () => {
    fc.assert(
      fc.property(fc.integer({ min: 10, max: 300 }), shares, shares, maybeSeed, (rows, validation, test, seed) => {
        const counts = [Math.ceil(validation * rows), Math.ceil(test * rows)];
        fc.pre(counts[0] + counts[1] < rows);
        const parts = trainValidationTest(rows, { validation, test, seed });
        expect([parts.validation.length, parts.test.length]).toEqual(counts);
        expect(isThreeParts(parts, rows)).toBe(true);
      }),
    );
  });

  it('hold the same test rows as a hold-out of that size', () => {
    const parts = trainValidationTest(100, { validation: 0.2, test: 0.3, seed: 5 });
    expect(parts.test).toEqual(holdOut(100, { size: 0.3, seed: 5 }).test);
  });

  it('follow each other without a seed', () => {
    const parts = trainValidationTest(10, { validation: 0.2, test: 0.3 });
    expect([parts.train, parts.validation, parts.test].map((rows) => rows.join(''))).toEqual(['01234', '56', '789']);
  });

  it('keep the shares of the classes', () => {
    const labels = Array.from({ length: 200 }, (_, row) => (row % 10 === 0 ? 'rare' : 'usual'));
    const parts = trainValidationTest({ labels }, { validation: 0.25, test: 0.25, seed: 3 });
    expect(isThreeParts(parts, 200)).toBe(true);
    for (const rows of [parts.validation, parts.test])
      expect(counted(valuesAt(labels, rows))).toEqual(
        new Map([
          ['rare', 5],
          ['usual', 45],
        ]),
      );
  });

  it('keep groups whole, and have one at least', () => {
    fc.assert(
      fc.property(groupLists(3), shares, shares, maybeSeed, (groups, validation, test, seed) => {
        const rows = groups.length;
        fc.pre(Math.ceil(validation * rows) + Math.ceil(test * rows) < rows);
        const parts = trainValidationTest({ groups }, { validation, test, seed });
        expect(isThreeParts(parts, rows)).toBe(true);
        const names = [parts.train, parts.validation, parts.test].flatMap((each) => [
          ...new Set(valuesAt(groups, each)),
        ]);
        expect(names).toHaveLength(new Set(groups).size);
      }),
    );
  });
});

describe('hold-out of the last rows', () => {
  it('ends training a gap before them', () => {
    const fold = holdOutLast(20, { size: 0.2, gap: 3 });
    expect([...fold.test]).toEqual([16, 17, 18, 19]);
    expect(fold.train.join(' ')).toBe('0 1 2 3 4 5 6 7 8 9 10 11 12');
    expect(holdOutLast(20, { size: 0.2 }).train).toHaveLength(16);
  });
});

function isThreeParts(parts: { train: Int32Array; validation: Int32Array; test: Int32Array }, rows: number): boolean {
  const { train, validation, test } = parts;
  const others = (...lists: Int32Array[]): Int32Array => Int32Array.from(lists.flatMap((list) => [...list])).sort();
  return isPartition(
    [
      { train: others(validation, test), test: train },
      { train: others(train, test), test: validation },
      { train: others(train, validation), test },
    ],
    rows,
  );
}
