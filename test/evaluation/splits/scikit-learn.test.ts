import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  groupKFold,
  holdOut,
  kFold,
  leaveOneGroupOut,
  leaveOneOut,
  stratifiedGroupKFold,
  stratifiedKFold,
  timeSeries,
  type Fold,
} from '../../../evaluation/splits/index.ts';
import { StudyDefinitionError } from '../../../study/errors.ts';
import { counted, foldOf, letters, valuesAt } from './folds.ts';

/** How far folds are from even, as splits.py has it. */
interface Deviations {
  classes: number;
  sizes: number;
}

const fixture = JSON.parse(readFileSync(new URL('../fixtures/splits.json', import.meta.url), 'utf8')) as {
  kFold: { rows: number; folds: number; foldOf: string }[];
  timeSeries: { rows: number; options: { folds: number; gap?: number; testSize?: number }; pairs: string[] }[];
  leaveOneOut: { rows: number; pairs: string[] }[];
  leaveOneGroupOut: { groups: string; foldOf: string }[];
  groupKFold: { groups: string; folds: number; foldOf: string }[];
  stratified: { labels: string; folds: number; foldOf: string }[];
  holdOut: { labels: string; size: number; plain: number; counts: Record<string, number> }[];
  stratifiedGroup: {
    shape: string;
    labels: string;
    groups: string;
    folds: number;
    deviations: { ordered: Deviations; shuffled: Deviations };
  }[];
  refused: Record<string, string | null>;
};

const pairs = (folds: readonly Fold[]): string[] =>
  folds.map(({ train, test }) => `${train.join(' ')} | ${test.join(' ')}`);

/** Numbers where all words are. */
function names(text: string): (string | number)[] {
  const words = text.split(' ');
  return words.some((word) => Number.isNaN(Number(word))) ? words : words.map(Number);
}

function classCounts(labels: readonly string[], folds: readonly Fold[]): Map<string, number>[] {
  return folds.map(({ test }) => counted(valuesAt(labels, test)));
}

describe('splits that scikit-learn makes without chance', () => {
  it.each(fixture.kFold)('are the same by KFold($folds) of $rows rows', ({ rows, folds, foldOf: expected }) => {
    expect(foldOf(kFold(rows, { folds }))).toBe(expected);
  });

  it.each(fixture.timeSeries)('are the same by TimeSeriesSplit($options) of $rows rows', (each) => {
    expect(pairs(timeSeries(each.rows, each.options))).toEqual(each.pairs);
  });

  it.each(fixture.leaveOneOut)('are the same by LeaveOneOut of $rows rows', ({ rows, pairs: expected }) => {
    expect(pairs(leaveOneOut(rows))).toEqual(expected);
  });

  it.each(fixture.leaveOneGroupOut)('are the same by LeaveOneGroupOut of $groups', ({ groups, foldOf: expected }) => {
    expect(foldOf(leaveOneGroupOut(names(groups)))).toBe(expected);
  });

  it.each(fixture.groupKFold)('are the same by GroupKFold($folds)', ({ groups, folds, foldOf: expected }) => {
    expect(foldOf(groupKFold(names(groups), { folds }))).toBe(expected);
  });

  it.each(fixture.stratified)('are the same by StratifiedKFold($folds)', ({ labels, folds, foldOf: expected }) => {
    expect(foldOf(stratifiedKFold(labels.split(' '), { folds }))).toBe(expected);
  });
});

describe('splits by chance', () => {
  it.each(fixture.stratified)('have the class counts of StratifiedKFold($folds) in each fold', (each) => {
    const labels = each.labels.split(' ');
    const theirs = Array.from({ length: each.folds }, (_, fold) => ({
      train: new Int32Array(0),
      test: Int32Array.from(each.foldOf.split(' ').flatMap((of, row) => (Number(of) === fold ? [row] : []))),
    }));
    for (const seed of [0, 1, 2])
      expect(classCounts(labels, stratifiedKFold(labels, { folds: each.folds, seed }))).toEqual(
        classCounts(labels, theirs),
      );
  });

  it.each(fixture.holdOut)('hold out as many as train_test_split(test_size=$size), $counts', (each) => {
    const labels = each.labels.split(' ');
    expect(holdOut(labels.length, { size: each.size, seed: 1 }).test).toHaveLength(each.plain);
    const { test } = holdOut({ labels }, { size: each.size, seed: 1 });
    expect(test).toHaveLength(each.plain);
    // equal remainders are rounded by chance, there and here
    for (const [name, count] of counted(valuesAt(labels, test)))
      expect(Math.abs(count - each.counts[name])).toBeLessThanOrEqual(1);
  });

  it.each(fixture.stratifiedGroup)(
    'are as even as by StratifiedGroupKFold($folds) of $shape',
    ({ labels, groups, folds, deviations }) => {
      const [classes, whole] = [labels.split(' '), names(groups)];
      const off = (seed?: number): Deviations =>
        deviationsOf(stratifiedGroupKFold(classes, whole, { folds, seed }), classes);
      const shuffled = Array.from({ length: 50 }, (_, seed) => off(seed));
      for (const aspect of ['classes', 'sizes'] as const) {
        // one row of a hundred where few groups leave little choice
        expect(off()[aspect]).toBeLessThan(deviations.ordered[aspect] + 0.015);
        const mean = shuffled.reduce((sum, each) => sum + each[aspect], 0) / shuffled.length;
        expect(mean).toBeLessThan(deviations.shuffled[aspect] + 0.022);
      }
    },
  );

  it('are more even than by StratifiedGroupKFold on the whole', () => {
    const ratios = fixture.stratifiedGroup.map(({ labels, groups, folds, deviations }) => {
      const classes = labels.split(' ');
      const each = Array.from(
        { length: 50 },
        (_, seed) => deviationsOf(stratifiedGroupKFold(classes, names(groups), { folds, seed }), classes).classes,
      );
      return each.reduce((sum, value) => sum + value, 0) / each.length / deviations.shuffled.classes;
    });
    expect(ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length).toBeLessThan(0.95);
  });
});

describe('what scikit-learn refuses', () => {
  const made: Record<string, () => unknown> = {
    'k-fold, more folds than rows': () => kFold(5, { folds: 6 }),
    'k-fold, one fold': () => kFold(5, { folds: 1 }),
    'stratified, more folds than rows of any class': () => stratifiedKFold(letters('ababab'), { folds: 4 }),
    'group, more folds than groups': () => groupKFold([1, 1, 2, 2, 3, 3], { folds: 4 }),
    'group, no groups': () => groupKFold(undefined as unknown as number[], { folds: 2 }),
    'stratified-group, more folds than groups': () =>
      stratifiedGroupKFold(letters('ababab'), [1, 1, 1, 2, 2, 2], { folds: 3 }),
    'time-series, as many folds as rows': () => timeSeries(5, { folds: 5 }),
    'time-series, gap too large': () => timeSeries(12, { folds: 3, gap: 4 }),
    'time-series, tests too large': () => timeSeries(12, { folds: 3, testSize: 4 }),
    'leave-one-out, one row': () => leaveOneOut(1),
    'leave-one-group-out, one group': () => leaveOneGroupOut([1, 1, 1]),
    'hold-out, nothing left': () => holdOut(1, { size: 0.5 }),
    'hold-out, size 1': () => holdOut(3, { size: 1 }),
    'hold-out, size 0': () => holdOut(3, { size: 0 }),
    'hold-out, size NaN': () => holdOut(3, { size: Number.NaN }),
    'hold-out, a class of one row': () => holdOut({ labels: letters('aabbc') }, { size: 0.4 }),
    'hold-out, fewer test rows than classes': () => holdOut({ labels: letters('abcabcabc') }, { size: 0.2 }),
    'hold-out, lists of different lengths': () => holdOut({ rows: 3, labels: ['a', 'b'] }, { size: 0.4 }),
  };

  it.each(Object.entries(fixture.refused))('is refused here: %s', (name, message) => {
    expect(message).toEqual(expect.any(String));
    expect(made[name]).toThrow(StudyDefinitionError);
  });
});

function deviationsOf(folds: readonly Fold[], labels: readonly string[]): Deviations {
  const spread = (shares: number[]): number => {
    const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
    return Math.sqrt(shares.reduce((sum, share) => sum + (share - mean) ** 2, 0) / shares.length);
  };
  const held = folds.map(({ test }) => counted(valuesAt(labels, test)));
  const spreads = [...counted(labels)].map(([name, count]) =>
    spread(held.map((each) => (each.get(name) ?? 0) / count)),
  );
  return {
    classes: spreads.reduce((sum, each) => sum + each, 0) / spreads.length,
    sizes: spread(folds.map(({ test }) => test.length / labels.length)),
  };
}
