import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitsOf, type Fold } from '../../../evaluation/splits/index.ts';
import { StudyDefinitionError } from '../../../study/errors.ts';
import type { SplitSpec, TestSpec, TrialEvaluation } from '../../../study/evaluation/spec.ts';
import { counted, foldOf, isPartition, isSound, seeds, valuesAt } from './folds.ts';

/** 120 rows of 30 patients with 4 rows each, side by side; every fifth patient is sick. */
const GROUPS = Array.from({ length: 120 }, (_, row) => `p${Math.floor(row / 4)}`);
const LABELS = Array.from({ length: 120 }, (_, row) => (Math.floor(row / 4) % 5 === 0 ? 'sick' : 'well'));
const DATA = { labels: LABELS, groups: GROUPS };

const SPLITS: Record<string, SplitSpec | undefined> = {
  'no split': undefined,
  'hold-out': { kind: 'hold-out', size: 0.25, stratify: false },
  'hold-out with stratify': { kind: 'hold-out', size: 0.25, stratify: true },
  'k-fold': { kind: 'k-fold', folds: 4, repeats: 2 },
  stratified: { kind: 'stratified', folds: 4, repeats: 1 },
  group: { kind: 'group', folds: 4, repeats: 2 },
  'stratified-group': { kind: 'stratified-group', folds: 3, repeats: 1 },
  'time-series': { kind: 'time-series', folds: 3, gap: 2 },
  'leave-one-out': { kind: 'leave-one-out' },
  'leave-one-group-out': { kind: 'leave-one-group-out' },
};
const KINDS = Object.keys(SPLITS);
const GROUPED = ['no split', 'hold-out', 'hold-out with stratify', 'group', 'stratified-group', 'leave-one-group-out'];
const BY_CLASS = ['no split', 'hold-out with stratify', 'stratified', 'stratified-group'];
const ORDERLESS = KINDS.filter((kind) => kind !== 'time-series');

const HELD: TestSpec = { kind: 'hold-out', size: 0.2 };
const CROSSED: TestSpec = { kind: 'cross-validation', folds: 5, repeats: 2 };

function evaluation(kind: string, test: TestSpec, seed = 11, repeat = 0): TrialEvaluation {
  const split = SPLITS[kind];
  return { ...(split && { split }), test, seed, repeat };
}

const rowsIn = ({ train, test }: Fold): number[] => [...train, ...test];
const shared = (a: Int32Array, b: Int32Array): string[] => {
  const names = new Set(valuesAt(GROUPS, a));
  return valuesAt(GROUPS, b).filter((group) => names.has(group));
};

describe('a trial whose test is a hold-out', () => {
  it.each(KINDS)('never sees a test row in tuning: %s', (kind) => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const [final] = splitsOf(evaluation(kind, HELD, seed), 'test', DATA);
        const folds = splitsOf(evaluation(kind, HELD, seed), 'tune', DATA);
        const development = new Set(final.train);
        expect(folds.every((fold) => isSound(fold, 120) && fold.train.length > 0 && fold.test.length > 0)).toBe(true);
        expect(folds.flatMap(rowsIn).filter((row) => !development.has(row))).toEqual([]);
        expect(isSound(final, 120)).toBe(true);
      }),
      { numRuns: 20 },
    );
  });

  it.each(KINDS)('is tested by one fold, the same in every run: %s', (kind) => {
    const runs = [0, 1, 29].map((repeat) => splitsOf(evaluation(kind, HELD, 11, repeat), 'test', DATA));
    expect(runs[0]).toHaveLength(1);
    expect(runs[1]).toEqual(runs[0]);
    expect(runs[2]).toEqual(runs[0]);
    expect(runs[0][0].test).toHaveLength(24);
    const gap = kind === 'time-series' ? 2 : 0;
    expect(runs[0][0].train).toHaveLength(120 - 24 - gap);
  });

  it.each(ORDERLESS)('is tuned on every development row: %s', (kind) => {
    const [{ train }] = splitsOf(evaluation(kind, HELD), 'test', DATA);
    const folds = splitsOf(evaluation(kind, HELD), 'tune', DATA);
    for (const fold of folds) expect(rowsIn(fold).sort((a, b) => a - b)).toEqual([...train]);
  });

  it.each(ORDERLESS)('has other test rows and other folds with another seed: %s', (kind) => {
    const made = ([11, 12] as const).map((seed) =>
      splitsOf(evaluation(kind, HELD, seed), 'test', DATA)[0].test.join(' '),
    );
    expect(made[0]).not.toBe(made[1]);
    expect(splitsOf(evaluation(kind, HELD, 11), 'tune', DATA)).not.toEqual(
      splitsOf(evaluation(kind, HELD, 12), 'tune', DATA),
    );
  });

  it.each(GROUPED)('keeps groups whole in tuning and test: %s', (kind) => {
    const folds = (['tune', 'test'] as const).flatMap((phase) => splitsOf(evaluation(kind, HELD), phase, DATA));
    expect(folds.flatMap(({ train, test }) => shared(train, test))).toEqual([]);
  });

  it.each(KINDS.filter((kind) => !GROUPED.includes(kind)))(
    'does not go by groups where its split does not: %s',
    (kind) => {
      const data = { rows: 120, labels: LABELS };
      for (const phase of ['tune', 'test'] as const)
        expect(splitsOf(evaluation(kind, HELD), phase, DATA)).toEqual(splitsOf(evaluation(kind, HELD), phase, data));
    },
  );

  it.each(BY_CLASS)('keeps the shares of the classes in tuning and test: %s', (kind) => {
    const data = GROUPED.includes(kind) ? DATA : { labels: LABELS };
    const [{ test }] = splitsOf(evaluation(kind, HELD), 'test', data);
    const sick = counted(valuesAt(LABELS, test)).get('sick')!;
    expect(Math.abs(sick - 4.8)).toBeLessThan(1);
    for (const fold of splitsOf(evaluation(kind, HELD), 'tune', data)) {
      const share = counted(valuesAt(LABELS, fold.test)).get('sick')! / fold.test.length;
      expect(Math.abs(share - 0.2)).toBeLessThan(0.09);
    }
  });

  it('is tested on the last rows of a time series, training and tuning a gap before them', () => {
    const series = evaluation('time-series', HELD);
    const [final] = splitsOf(series, 'test', 120);
    expect([final.test[0], final.test.at(-1)]).toEqual([96, 119]);
    expect(final.train.at(-1)).toBe(93);
    const folds = splitsOf(series, 'tune', 120);
    expect(folds).toHaveLength(3);
    for (const { train, test } of folds) {
      expect(test[0] - train.at(-1)!).toBe(3);
      expect(test.at(-1)).toBeLessThanOrEqual(93);
    }
  });

  it('makes as many folds as its split says, times its repeats', () => {
    const counts = KINDS.map((kind) => splitsOf(evaluation(kind, HELD), 'tune', DATA).length);
    expect(counts).toEqual([1, 1, 1, 8, 4, 8, 3, 3, 96, 24]);
  });

  it('holds a quarter of the development rows out for validation where there is no split', () => {
    const [fold] = splitsOf({ test: HELD, seed: 3, repeat: 0 }, 'tune', 100);
    expect([fold.train.length, fold.test.length]).toEqual([60, 20]);
  });
});

describe('a trial whose test is by cross-validation', () => {
  it.each(KINDS)('is tuned on all rows: %s', (kind) => {
    const rows = splitsOf(evaluation(kind, CROSSED), 'tune', DATA).flatMap(rowsIn);
    expect(new Set(rows).size).toBe(120);
  });

  it.each(ORDERLESS)('judges every row once a repeat, in other parts each repeat and run: %s', (kind) => {
    const parts = [0, 1, 2].flatMap((repeat) => {
      const folds = splitsOf(evaluation(kind, CROSSED, 11, repeat), 'test', DATA);
      return [folds.slice(0, 5), folds.slice(5)];
    });
    expect(parts.every((part) => part.length === 5 && isPartition(part, 120))).toBe(true);
    expect(new Set(parts.map(foldOf)).size).toBe(6);
    for (const { train, test } of parts.flat()) if (GROUPED.includes(kind)) expect(shared(train, test)).toEqual([]);
  });

  it('divides otherwise than tuning does by the same split', () => {
    const same: TestSpec = { kind: 'cross-validation', folds: 4, repeats: 2 };
    for (const kind of ['k-fold', 'group'])
      expect(splitsOf(evaluation(kind, same), 'test', DATA)).not.toEqual(
        splitsOf(evaluation(kind, same), 'tune', DATA),
      );
  });

  it('keeps the shares of the classes also where the split is k-fold or leave-one-out, if labels are given', () => {
    for (const kind of ['k-fold', 'leave-one-out', 'stratified'])
      for (const { test } of splitsOf(evaluation(kind, CROSSED), 'test', { labels: LABELS }))
        expect(Math.abs(counted(valuesAt(LABELS, test)).get('sick')! - 4.8)).toBeLessThan(1);
  });

  it('keeps the order of time, once', () => {
    const folds = splitsOf(evaluation('time-series', CROSSED), 'test', 120);
    expect(folds).toHaveLength(5);
    for (const { train, test } of folds) expect(test[0] - train.at(-1)!).toBe(3);
  });
});

describe('a trial with test data of its own', () => {
  it.each(KINDS)('trains its test on all rows: %s', (kind) => {
    const folds = splitsOf(evaluation(kind, { kind: 'own' }), 'test', DATA);
    expect(folds).toHaveLength(1);
    expect([...folds[0].train]).toEqual(Array.from({ length: 120 }, (_, row) => row));
    expect(folds[0].test).toHaveLength(0);
  });

  it.each(KINDS)('is tuned as one tested by cross-validation: %s', (kind) => {
    expect(splitsOf(evaluation(kind, { kind: 'own' }), 'tune', DATA)).toEqual(
      splitsOf(evaluation(kind, CROSSED), 'tune', DATA),
    );
  });
});

describe('the folds of a trial', () => {
  it.each(KINDS)('are the same when asked for again: %s', (kind) => {
    for (const test of [HELD, CROSSED])
      for (const phase of ['tune', 'test'] as const)
        expect(splitsOf(evaluation(kind, test), phase, DATA)).toEqual(splitsOf(evaluation(kind, test), phase, DATA));
  });

  it('take labels and groups from any kind of list', () => {
    const codes = LABELS.map((label) => Number(label === 'sick'));
    for (const kind of ['stratified', 'no split'])
      expect(splitsOf(evaluation(kind, HELD), 'tune', { labels: Uint8Array.from(codes) })).toEqual(
        splitsOf(evaluation(kind, HELD), 'tune', { labels: LABELS }),
      );
  });

  it('are the same on every machine', () => {
    const labels = LABELS.slice(0, 20);
    const kept = { split: { kind: 'stratified', folds: 2, repeats: 1 }, seed: 7, repeat: 1 } as const;
    const texts = (test: TestSpec, phase: 'tune' | 'test'): string[] =>
      splitsOf({ ...kept, test }, phase, { labels }).map((fold) => fold.test.join(' '));
    expect(texts(HELD, 'test')).toEqual(['0 7 8 11']);
    expect(texts(HELD, 'tune')).toEqual(['1 3 6 9 10 13 17 18', '2 4 5 12 14 15 16 19']);
    expect(texts({ kind: 'cross-validation', folds: 2, repeats: 1 }, 'test')).toEqual([
      '0 3 5 10 11 13 14 15 18 19',
      '1 2 4 6 7 8 9 12 16 17',
    ]);
  });

  it.each([
    ['stratified', 'split stratified needs labels, but the data has none'],
    ['hold-out with stratify', 'split hold-out with stratify needs labels'],
    ['stratified-group', 'split stratified-group needs labels'],
    ['group', 'split group needs groups'],
    ['leave-one-group-out', 'split leave-one-group-out needs groups'],
  ])('need what their split goes by: %s', (kind, message) => {
    for (const phase of ['tune', 'test'] as const) {
      expect(() => splitsOf(evaluation(kind, HELD), phase, 120)).toThrow(message);
      expect(() => splitsOf(evaluation(kind, { kind: 'own' }), phase, 120)).toThrow(StudyDefinitionError);
    }
  });
});
