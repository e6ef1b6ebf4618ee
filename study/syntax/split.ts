/**
 * How rows are divided, for tuning ({ stratified: 5, repeats: 2 }) and for the last test ({ holdOut: 0.2 }). The kinds are those of
 * scikit-learn's splitters.
 */
import { listed, meant, readFlag, readKind, readNumber, readOneOf, readWhole, wrong, type Field } from './field.ts';
import type { SplitSpec, TestSpec } from '../evaluation/spec.ts';

interface RepeatsSyntax {
  /** How often, with other parts each time, 1 to 100; default 1. */
  readonly repeats?: number;
}

/** How trials divide their rows in tuning; folds are 2 to 100. */
export type SplitSyntax =
  /** Each row, or each group, is held out once. */
  | 'leaveOneOut'
  | 'leaveOneGroupOut'
  | ({ readonly kFold: number } & RepeatsSyntax)
  /** Each class has the same share in all folds. */
  | ({ readonly stratified: number } & RepeatsSyntax)
  /** The rows of a group stay together. */
  | ({ readonly group: number } & RepeatsSyntax)
  | ({ readonly stratifiedGroup: number } & RepeatsSyntax)
  | {
      /** Each fold is tested by a model that was trained on what came before it. */
      readonly timeSeries: number;
      /** Rows left out between training and test, >= 0; default 0. */
      readonly gap?: number;
    }
  | {
      /** Share of the rows held out, above 0 and below 1. */
      readonly holdOut: number;
      /** Whether each class has the same share in both parts; default false. */
      readonly stratify?: boolean;
    };

/** What the last test is made on. */
export type TestSyntax =
  /** Share of the rows that tuning never gets, above 0 and below 1. */
  | { readonly holdOut: number }
  /** All rows, in 2 to 100 folds that are others than in tuning. */
  | ({ readonly crossValidation: number } & RepeatsSyntax)
  /** The trial has test data of its own. */
  | 'own';

const FOLDED = {
  kFold: 'k-fold',
  stratified: 'stratified',
  group: 'group',
  stratifiedGroup: 'stratified-group',
} as const;
const LEFT_OUT = { leaveOneOut: 'leave-one-out', leaveOneGroupOut: 'leave-one-group-out' } as const;

const SPLITS = {
  kFold: ['repeats'],
  stratified: ['repeats'],
  group: ['repeats'],
  stratifiedGroup: ['repeats'],
  timeSeries: ['gap'],
  holdOut: ['stratify'],
} as const;
const WORDS = Object.keys(LEFT_OUT) as (keyof typeof LEFT_OUT)[];

const MAX_ROWS = 1_000_000_000;
const DEFAULT_TEST: TestSpec = { kind: 'hold-out', size: 0.2 };

export function readSplit(field: Field): SplitSpec | undefined {
  const expected = `one of ${listed([...Object.keys(SPLITS), ...WORDS])}`;
  const example = 'write split: { stratified: 5, repeats: 2 }, say';
  const { value } = field;
  const word = WORDS.find((each) => each === value);
  if (word) return { kind: LEFT_OUT[word] };
  if (typeof value === 'string')
    return Object.hasOwn(SPLITS, value)
      ? wrong(field, `${value} with its size`, `write split: { ${value}: ${value === 'holdOut' ? 0.25 : 5} }, say`)
      : wrong(field, expected, meant(value, [...WORDS, ...Object.keys(SPLITS)], example));
  const read = readKind(field, SPLITS, expected, example);
  if (!read) return undefined;
  const { kind, value: size, fields } = read;
  if (kind === 'holdOut') {
    const stratify = fields.get('stratify');
    const flag = stratify ? readFlag(stratify, 'leave it out for false') : false;
    const share = readShare(size);
    return share === undefined || flag === undefined ? undefined : { kind: 'hold-out', size: share, stratify: flag };
  }
  const folds = readFolds(size);
  if (kind === 'timeSeries') {
    const gap = fields.get('gap');
    const rows = gap ? readWhole(gap, 0, MAX_ROWS, 'leave it out for 0') : 0;
    return folds === undefined || rows === undefined ? undefined : { kind: 'time-series', folds, gap: rows };
  }
  const repeats = readRepeats(fields.get('repeats'));
  return folds === undefined || repeats === undefined ? undefined : { kind: FOLDED[kind], folds, repeats };
}

/** What the last test is made on; beside `split`, which it must not look into the future of. */
export function readTest(field: Field | undefined, split: SplitSpec | undefined): TestSpec | undefined {
  if (!field) return DEFAULT_TEST;
  const expected = '{ holdOut }, { crossValidation } or own';
  const example = 'write test: { holdOut: 0.2 }, or leave it out for that';
  if (typeof field.value === 'string') return readOneOf(field, ['own'], example) && { kind: 'own' };
  const read = readKind(field, { holdOut: [], crossValidation: ['repeats'] }, expected, example);
  if (!read) return undefined;
  const { kind, value: size, fields } = read;
  if (kind === 'holdOut') {
    const share = readShare(size);
    return share === undefined ? undefined : { kind: 'hold-out', size: share };
  }
  if (split?.kind === 'time-series')
    return wrong(
      field,
      'no crossValidation where the split is timeSeries, since it trains on the future',
      'write test: { holdOut: 0.2 }, which is the end of the series, or test: own',
    );
  const [folds, repeats] = [readFolds(size), readRepeats(fields.get('repeats'))];
  return folds === undefined || repeats === undefined ? undefined : { kind: 'cross-validation', folds, repeats };
}

function readFolds(field: Field): number | undefined {
  return readWhole(field, 2, 100, '5 or 10 are usual');
}

function readRepeats(field: Field | undefined): number | undefined {
  return field ? readWhole(field, 1, 100, 'leave it out for 1') : 1;
}

function readShare(field: Field): number | undefined {
  const isShare = (value: number): boolean => value > 0 && value < 1;
  return readNumber(field, 'a share of the rows, above 0 and below 1', isShare, '0.2 holds out a fifth of them');
}
