/** What scikit-learn made of the cases in fixtures/metrics.py, which writes metrics.json. */
import { readFileSync } from 'node:fs';
import { expect } from 'vitest';

/** null stands for NaN. */
export type Expected = number | null | 'Infinity' | '-Infinity';

export interface LabelCase {
  readonly name: string;
  readonly classes: number;
  readonly truth: readonly number[];
  readonly predicted: readonly number[];
  readonly weights: readonly number[] | null;
  readonly costs: readonly (readonly number[])[];
  readonly confusion: readonly (readonly number[])[];
  readonly accuracy: Expected;
  readonly balancedAccuracy: Expected;
  readonly adjusted: Expected;
  readonly mcc: Expected;
  readonly kappa: Expected;
  readonly gMean: Expected;
  readonly expectedCost: Expected;
  readonly averaged: readonly {
    /** null: one value a class. */
    readonly average: 'macro' | 'micro' | 'weighted' | null;
    readonly zeroDivision: number | null;
    readonly over: 'occurring' | 'all';
    readonly values: Readonly<Record<string, Expected | readonly Expected[]>>;
  }[];
}

export interface ScoreCase {
  readonly name: string;
  readonly truth: readonly number[];
  readonly scores: readonly (readonly number[])[];
  readonly weights: readonly number[] | null;
  readonly rocAuc: readonly Expected[];
  readonly averagePrecision: readonly Expected[];
  readonly averagePrecisionMacro: Expected;
  readonly topK?: readonly Expected[];
  readonly ovrMacro?: Expected;
  readonly ovrWeighted?: Expected;
  readonly ovoMacro?: Expected;
  readonly ovoWeighted?: Expected;
  readonly logLoss?: Expected;
  readonly brier?: Expected;
  readonly brierWhole?: Expected;
  readonly calibrationError?: Readonly<Record<string, Expected>>;
}

export interface NumberCase {
  readonly name: string;
  readonly truth: readonly number[];
  readonly predicted: readonly number[];
  readonly weights: readonly number[] | null;
  readonly mae: Expected;
  readonly medianAe: Expected;
  readonly mape: Expected;
  readonly mse: Expected;
  readonly rmse: Expected;
  readonly r2: Expected;
  readonly pinball: Readonly<Record<string, Expected>>;
}

export const ORACLE: {
  readonly labels: readonly LabelCase[];
  readonly scores: readonly ScoreCase[];
  readonly numbers: readonly NumberCase[];
} = JSON.parse(readFileSync(new URL('../fixtures/metrics.json', import.meta.url), 'utf8'));

/** Equal within 1e-12, of the value where that is above 1. */
export function expectNear(value: number, expected: Expected | undefined, what: string): void {
  expect(expected, `${what} has a reference`).not.toBe(undefined);
  const wanted = expected === null ? NaN : Number(expected);
  const near =
    Object.is(value, wanted) || value === wanted || Math.abs(value - wanted) <= 1e-12 * Math.max(1, Math.abs(wanted));
  expect(near, `${what} is ${value}, the reference ${wanted}`).toBe(true);
}
