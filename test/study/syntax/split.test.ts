import { describe, expect, it } from 'vitest';
import { define, faults } from '../studies.ts';

describe('evaluate.split', () => {
  it.each([
    ['{ kFold: 2 }', { kind: 'k-fold', folds: 2, repeats: 1 }],
    ['{ stratified: 5, repeats: 2 }', { kind: 'stratified', folds: 5, repeats: 2 }],
    ['{ group: 100, repeats: 100 }', { kind: 'group', folds: 100, repeats: 100 }],
    ['{ stratifiedGroup: 3 }', { kind: 'stratified-group', folds: 3, repeats: 1 }],
    ['{ timeSeries: 5 }', { kind: 'time-series', folds: 5, gap: 0 }],
    ['{ timeSeries: 5, gap: 24 }', { kind: 'time-series', folds: 5, gap: 24 }],
    ['{ holdOut: 0.25 }', { kind: 'hold-out', size: 0.25, stratify: false }],
    ['{ holdOut: 0.25, stratify: true }', { kind: 'hold-out', size: 0.25, stratify: true }],
    ['leaveOneOut', { kind: 'leave-one-out' }],
    ['leaveOneGroupOut', { kind: 'leave-one-group-out' }],
  ])('%s is kept', (written, split) => {
    expect(define(`evaluate: { split: ${written} }`).evaluate!.split).toEqual(split);
  });

  const kinds =
    'one of kFold, stratified, group, stratifiedGroup, timeSeries, holdOut, leaveOneOut or leaveOneGroupOut';
  const known = 'kFold, stratified, group, stratifiedGroup, timeSeries, holdOut, repeats, gap or stratify';
  const example = 'write split: { stratified: 5, repeats: 2 }, say';
  it.each([
    ['5', `is 5, expected ${kinds}; ${example}`],
    ['{}', `is {}, expected ${kinds}; ${example}`],
    ['{ repeats: 2 }', `is { repeats: 2 }, expected ${kinds}; ${example}`],
    ['cv', `is "cv", expected ${kinds}; ${example}`],
    ['leaveOneout', `is "leaveOneout", expected ${kinds}; did you mean 'leaveOneOut'?`],
    ['stratified', 'is "stratified", expected stratified with its size; write split: { stratified: 5 }, say'],
    ['holdOut', 'is "holdOut", expected holdOut with its size; write split: { holdOut: 0.25 }, say'],
    ['{ stratifed: 5 }', `.stratifed (value 5) is not a known key, expected ${known}; did you mean 'stratified'?`],
    ['{ kFold: 5, group: 5 }', 'is { kFold: 5, group: 5 }, expected one of kFold or group; remove the rest'],
    ['{ kFold: 1 }', '.kFold is 1, expected a whole number from 2 to 100; 5 or 10 are usual'],
    ['{ kFold: 101 }', '.kFold is 101, expected a whole number from 2 to 100; 5 or 10 are usual'],
    ['{ timeSeries: 2.5 }', '.timeSeries is 2.5, expected a whole number from 2 to 100; 5 or 10 are usual'],
    ['{ kFold: 5, repeats: 0 }', '.repeats is 0, expected a whole number from 1 to 100; leave it out for 1'],
    ['{ kFold: 5, repeats: 101 }', '.repeats is 101, expected a whole number from 1 to 100; leave it out for 1'],
    ['{ timeSeries: 5, repeats: 2 }', '.repeats is 2, expected no repeats beside timeSeries; leave it out'],
    ['{ kFold: 5, gap: 2 }', '.gap is 2, expected no gap beside kFold; leave it out'],
    ['{ stratified: 5, stratify: true }', '.stratify is true, expected no stratify beside stratified; leave it out'],
    ['{ timeSeries: 5, gap: -1 }', '.gap is -1, expected a whole number from 0 to 1000000000; leave it out for 0'],
    ['{ holdOut: 0.2, stratify: 1 }', '.stratify is 1, expected true or false; leave it out for false'],
    [
      '{ holdOut: 0 }',
      '.holdOut is 0, expected a share of the rows, above 0 and below 1; 0.2 holds out a fifth of them',
    ],
    [
      '{ holdOut: 1 }',
      '.holdOut is 1, expected a share of the rows, above 0 and below 1; 0.2 holds out a fifth of them',
    ],
  ])('%s is refused', (split, message) => {
    expect(faults(`evaluate: { split: ${split} }`)).toBe(
      `evaluate.split${message.startsWith('.') ? '' : ' '}${message}`,
    );
  });
});

describe('evaluate.test', () => {
  it.each([
    ['{ holdOut: 0.3 }', { kind: 'hold-out', size: 0.3 }],
    ['{ crossValidation: 10 }', { kind: 'cross-validation', folds: 10, repeats: 1 }],
    ['{ crossValidation: 10, repeats: 3 }', { kind: 'cross-validation', folds: 10, repeats: 3 }],
    ['own', { kind: 'own' }],
  ])('%s is kept', (written, test) => {
    expect(define(`evaluate: { test: ${written} }`).evaluate!.test).toEqual(test);
  });

  const expected = 'expected { holdOut }, { crossValidation } or own';
  const example = 'write test: { holdOut: 0.2 }, or leave it out for that';
  it.each([
    ['0.2', ` is 0.2, ${expected}; ${example}`],
    ['{}', ` is {}, ${expected}; ${example}`],
    ['Own', ' is "Own", expected own; did you mean \'own\'?'],
    [
      '{ holdOut: 0.2, crossValidation: 5 }',
      ' is { holdOut: 0.2, crossValidation: 5 }, expected one of holdOut or crossValidation; remove the rest',
    ],
    ['{ holdOut: 0.2, repeats: 3 }', '.repeats is 3, expected no repeats beside holdOut; leave it out'],
    [
      '{ holdOut: 20 }',
      '.holdOut is 20, expected a share of the rows, above 0 and below 1; 0.2 holds out a fifth of them',
    ],
    ['{ crossValidation: 1 }', '.crossValidation is 1, expected a whole number from 2 to 100; 5 or 10 are usual'],
    ['{ crossValidation: 5, repeats: 0 }', '.repeats is 0, expected a whole number from 1 to 100; leave it out for 1'],
  ])('%s is refused', (test, message) => {
    expect(faults(`evaluate: { test: ${test} }`)).toBe(`evaluate.test${message}`);
  });

  it('does not train on the future of a time series', () => {
    expect(faults('evaluate: { split: { timeSeries: 5 }, test: { crossValidation: 5 } }')).toBe(
      'evaluate.test is { crossValidation: 5 }, expected no crossValidation where the split is timeSeries, since it trains on the future; write test: { holdOut: 0.2 }, which is the end of the series, or test: own',
    );
    expect(define('evaluate: { split: { timeSeries: 5 }, test: { holdOut: 0.1 } }').evaluate!.test).toEqual({
      kind: 'hold-out',
      size: 0.1,
    });
  });
});
