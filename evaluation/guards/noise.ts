/**
 * How much a score would differ if it were measured again: by folds, by repeated parameters, by the seeds of the test.
 *
 * [Scheffé 1959] Scheffé, "The Analysis of Variance", Wiley: section 4.1, the two-way layout with one observation a cell.
 */
import { mean } from '../../study/numerics/mean.ts';
import { tQuantile } from '../comparison/student-t.ts';
import type { Measured } from './measured.ts';

export interface Noise {
  /** Standard deviation, in the first objective's unit. */
  readonly sd: number;
  /** Degrees of freedom it was estimated with, >= 1. */
  readonly df: number;
}

/**
 * Of a trial's value, from its folds: what is left of them after what the trials and what the folds have in common. A fold
 * that is hard for everybody makes no trial look better than others.
 *
 * @param folds  how many the trials must have to count, >= 2
 * @returns      undefined with fewer than two such trials
 */
export function noiseOfFolds(trials: readonly Measured[], folds: number): Noise | undefined {
  const rows = trials.flatMap(({ record }) => (record.folds?.length === folds ? [record.folds] : []));
  if (rows.length < 2 || folds < 2) return undefined;
  const ofFold = Array.from({ length: folds }, (_, fold) => mean(rows.map((row) => row[fold]!)));
  const all = mean(ofFold);
  let squares = 0;
  for (const row of rows) {
    const ofTrial = mean(row);
    row.forEach((value, fold) => (squares += square(value - ofTrial - ofFold[fold]! + all)));
  }
  const df = (rows.length - 1) * (folds - 1);
  return { sd: withoutRounding(Math.sqrt(squares / df / folds), rows), df };
}

/** Of a value, from groups of values that nothing but chance tells apart; undefined where no group has two. */
export function noiseWithin(groups: readonly (readonly number[])[]): Noise | undefined {
  const repeated = groups.filter((group) => group.length > 1);
  if (repeated.length === 0) return undefined;
  const df = repeated.reduce((sum, group) => sum + group.length - 1, 0);
  const squares = repeated.map((group) => {
    const middle = mean(group);
    return group.reduce((sum, value) => sum + square(value - middle), 0);
  });
  const sd = Math.sqrt(squares.reduce((sum, each) => sum + each, 0) / df);
  return { sd: withoutRounding(sd, repeated), df };
}

/** Of a trial's value, from complete trials that had the same parameters. */
export function noiseOfRepeats(trials: readonly Measured[]): Noise | undefined {
  const groups = new Map<string, number[]>();
  for (const { record, value } of trials) {
    const params = JSON.stringify(Object.entries(record.params).toSorted(([a], [b]) => (a < b ? -1 : 1)));
    groups.set(params, [...(groups.get(params) ?? []), value]);
  }
  return noiseWithin([...groups.values()]);
}

/** Standard errors that a difference stays within, in 95 of 100 cases, if it is noise alone: 1.96 with many degrees of freedom. */
export function marginOf(df: number): number {
  return tQuantile(0.975, df);
}

/** Values that differ in nothing but their last bits do not differ. */
function withoutRounding(sd: number, values: readonly (readonly number[])[]): number {
  const largest = values.flat().reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return sd <= 1e-13 * largest ? 0 : sd;
}

function square(x: number): number {
  return x * x;
}
