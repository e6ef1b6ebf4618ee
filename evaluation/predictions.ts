/** Predictions as text and back, checked, and two of them side by side. */
import { TrialFailedError } from '../study/errors.ts';
import type { Predictions } from '../study/evaluation/predictions.ts';
import { predictionsOfCsv } from './predictions/csv.ts';
import { KEYS, readPredictions } from './predictions/read.ts';

export { align } from './predictions/align.ts';
export { classesOf, kindOf } from './predictions/classes.ts';
export { readPredictions };

/** @throws TrialFailedError naming what is not as expected, and where */
export function parsePredictions(text: string, kind: 'json' | 'csv'): Predictions {
  return readPredictions(kind === 'csv' ? predictionsOfCsv(text) : jsonOf(text));
}

/** As JSON on one line: the same predictions give the same text. */
export function encodePredictions(predictions: Predictions): string {
  return JSON.stringify(predictions, [...KEYS]);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    const advice = /\b(NaN|Infinity)\b/.test(text) ? 'JSON has no NaN or Infinity; leave such rows out' : String(error);
    throw new TrialFailedError(`the predictions are no JSON: ${advice}`);
  }
}
