import { describe, expect, it } from 'vitest';
import {
  groupKFold,
  holdOut,
  holdOutLast,
  kFold,
  leaveOneGroupOut,
  leaveOneOut,
  nested,
  repeated,
  splitsOf,
  stratifiedGroupKFold,
  stratifiedKFold,
  timeSeries,
  trainValidationTest,
  type SplitData,
} from '../../../evaluation/splits/index.ts';
import { StudyDefinitionError } from '../../../study/errors.ts';
import type { TrialEvaluation } from '../../../study/evaluation/spec.ts';
import { letters } from './folds.ts';

const plain: TrialEvaluation = { test: { kind: 'hold-out', size: 0.2 }, seed: 1, repeat: 0 };
const crossed: TrialEvaluation = { ...plain, test: { kind: 'cross-validation', folds: 5, repeats: 1 } };
/** What has the wrong type, as it may come from JSON or JavaScript. */
const wrong = <T>(value: unknown): T => value as T;

const refused: [what: string, make: () => unknown, message: RegExp][] = [
  [
    'more folds than rows',
    () => kFold(3, { folds: 4 }),
    /folds is 4, but there are only 3 rows; expected at most 3: take/,
  ],
  ['one fold', () => kFold(3, { folds: 1 }), /folds is 1, expected a whole number, 2 to/],
  ['folds that are no number', () => kFold(9, { folds: Number.NaN }), /folds is NaN, expected a whole number/],
  ['half a fold', () => kFold(9, { folds: 2.5 }), /folds is 2.5, expected/],
  ['no rows', () => kFold(0, { folds: 2 }), /rows is 0, expected a whole number, 1 to/],
  ['rows that are no number', () => kFold(Number.NaN, { folds: 2 }), /rows is NaN/],
  ['a seed below 0', () => kFold(9, { folds: 2, seed: -1 }), /seed is -1, expected a whole number, 0 to 2\^53 - 1/],
  ['a seed that is no number', () => holdOut(9, { size: 0.5, seed: Number.NaN }), /seed is NaN/],
  [
    'more folds than rows of the rarest class',
    () => stratifiedKFold(letters('aaaabb'), { folds: 3 }),
    /class "b" has 2 rows, expected at least 3, one for each of 3 folds: take fewer folds, join or leave out rare/,
  ],
  [
    'a missing label',
    () => stratifiedKFold(wrong(['a', null]), { folds: 2 }),
    /labels\[1\] is null, expected a text or/,
  ],
  [
    'a label NaN',
    () => stratifiedKFold([1, Number.NaN], { folds: 2 }),
    /labels\[1\] is NaN, .* give the row its class/,
  ],
  ['an empty label', () => stratifiedKFold(['a', ''], { folds: 2 }), /labels\[1\] is "", expected/],
  ['no labels', () => stratifiedKFold([], { folds: 2 }), /labels is \[\], expected a list/],
  ['a text for a list', () => stratifiedKFold('abab', { folds: 2 }), /labels is "abab", expected a list/],
  ['more folds than groups', () => groupKFold([1, 1, 2], { folds: 3 }), /folds is 3, but there are only 2 groups/],
  ['an empty group', () => groupKFold(['a', '', 'b'], { folds: 2 }), /groups\[1\] is "", .* give the row its group/],
  ['a hole in groups', () => groupKFold(new Array<string>(3), { folds: 2 }), /groups\[0\] is undefined/],
  [
    'labels and groups of different lengths',
    () => stratifiedGroupKFold(letters('abab'), [1, 1, 2], { folds: 2 }),
    /labels has 4, groups has 3, expected one entry for each row/,
  ],
  [
    'more folds than rows of the rarest class, by groups',
    () => stratifiedGroupKFold(letters('aaab'), [1, 2, 3, 4], { folds: 2 }),
    /class "b" has 1 row, expected at least 2/,
  ],
  ['one row to leave out', () => leaveOneOut(1), /leave-one-out: rows is 1, expected at least 2/],
  [
    'folds beyond memory',
    () => leaveOneOut(20_000),
    /20000 folds of 20000 rows are 400000000 row numbers, expected at/,
  ],
  ['one group to leave out', () => leaveOneGroupOut(['a', 'a']), /all 2 rows are of one group, expected at least 2/],
  ['as many folds as rows in time', () => timeSeries(4, { folds: 4 }), /folds is 4 of 4 rows, expected fewer/],
  [
    'a gap too large',
    () => timeSeries(12, { folds: 3, gap: 3 }),
    /3 folds of 3 test rows with a gap of 3 leave no row/,
  ],
  ['a gap below 0', () => timeSeries(12, { folds: 3, gap: -1 }), /gap is -1, expected a whole number, 0 to 11/],
  ['a gap that is no number', () => timeSeries(12, { folds: 3, gap: Number.NaN }), /gap is NaN/],
  ['empty tests', () => timeSeries(12, { folds: 3, testSize: 0 }), /testSize is 0, expected a whole number, 1 to/],
  ['training on nothing', () => timeSeries(12, { folds: 3, maxTrain: 0 }), /maxTrain is 0/],
  [
    'a gap before the last rows',
    () => holdOutLast(10, { size: 0.5, gap: 5 }),
    /a gap of 5 before the last 5 of 10 rows/,
  ],
  [
    'a size NaN',
    () => holdOut(10, { size: Number.NaN }),
    /size is NaN, expected a share of the rows above 0 and below 1/,
  ],
  ['a size 1', () => holdOut(10, { size: 1 }), /size is 1, expected a share/],
  ['a size as text', () => holdOut(10, { size: wrong('0.2') }), /size is "0.2"/],
  [
    'a size that leaves nothing',
    () => holdOut(2, { size: 0.9 }),
    /size is 0.9: 2 of 2 rows, expected at least one row/,
  ],
  [
    'a class of one row',
    () => holdOut({ labels: [...letters('aabb'), 7] }, { size: 0.5 }),
    /class 7 has 1 row, expected at least 2/,
  ],
  [
    'fewer test rows than classes',
    () => holdOut({ labels: letters('abcabcabc') }, { size: 0.2 }),
    /a part would have 2 of 9 rows, expected at least 3, one for each class/,
  ],
  ['one group', () => holdOut({ groups: [5, 5, 5] }, { size: 0.5 }), /groups has 1 group, expected at least 2/],
  [
    'shares without training',
    () => trainValidationTest(10, { validation: 0.5, test: 0.5 }),
    /validation 0.5 and test 0.5 of 10 rows leave none to train/,
  ],
  ['a validation share 0', () => trainValidationTest(10, { validation: 0, test: 0.5 }), /validation is 0, expected/],
  [
    'two groups for three parts',
    () => trainValidationTest({ groups: [1, 2, 2, 1] }, { validation: 0.25, test: 0.25 }),
    /groups has 2 groups, expected at least 3/,
  ],
  ['no repeats', () => repeated(0, 1, () => []), /repeats is 0, expected a whole number, 1 to 1000/],
  [
    'repeats beyond memory',
    () => repeated(1000, 1, (seed) => kFold(10_000, { folds: 30, seed })),
    /30000 folds of 10000 rows/,
  ],
  [
    'inner folds of other rows',
    () => nested(kFold(6, { folds: 2 }), 1, () => kFold(6, { folds: 2 })),
    /an inner fold of outer fold 0 holds position 5, expected below 3/,
  ],
  ['data of no size', () => splitsOf(plain, 'tune', {}), /data has no rows, no labels and no groups/],
  ['data that is a text', () => splitsOf(plain, 'tune', wrong<SplitData>('150')), /data is "150", expected a number/],
  [
    'data of two sizes',
    () => splitsOf(plain, 'tune', { rows: 3, labels: ['a', 'b'] }),
    /rows is 3, labels has 2, expected one entry for each row/,
  ],
  ['another phase', () => splitsOf(plain, wrong<'tune'>('train'), 10), /phase is "train", expected 'tune' or 'test'/],
  [
    'another split',
    () => splitsOf({ ...plain, split: wrong({ kind: 'bootstrap' }) }, 'tune', 10),
    /split is \{ kind: "boots/,
  ],
  [
    'another test',
    () => splitsOf({ ...plain, test: wrong({ kind: 'jackknife' }) }, 'test', 10),
    /test is \{ kind: "jack/,
  ],
  ['a run below 0', () => splitsOf({ ...crossed, repeat: -1 }, 'test', 10), /repeat is -1, expected a whole number/],
  [
    'too few rows to tune',
    () => splitsOf(plain, 'tune', 2),
    /size is 0.25: 1 of 1 rows, expected at least one row to train/,
  ],
];

describe('a split that cannot be', () => {
  it.each(refused)('is refused in words: %s', (_, make, message) => {
    expect(make).toThrow(StudyDefinitionError);
    expect(make).toThrow(message);
  });
});
