/** Predictions of any origin, checked where they enter. Unknown keys are refused: a misspelt `weights` would be lost without a sign. */
import { TrialFailedError } from '../../study/errors.ts';
import type { Label, Predictions } from '../../study/evaluation/predictions.ts';
import { listed, meant } from '../../study/syntax/field.ts';
import { isRecord, show } from '../../study/wording/json.ts';
import { classesOf } from './classes.ts';

export const KEYS = ['truth', 'predicted', 'classes', 'scores', 'groups', 'weights', 'ids'] as const;

type Kind = 'string' | 'number';

/**
 * The checked predictions, with their keys in the order of KEYS, -0 as 0. Without `predicted` the class with the largest score is
 * predicted, the first of equal ones. A row of `scores` may be a lone number: the second class's.
 * @param raw  an object such as JSON.parse gives; keys that are undefined or null count as absent
 * @throws TrialFailedError naming the key, its value and what was expected
 */
export function readPredictions(raw: unknown): Predictions {
  const fields = fieldsOf(raw);
  const truth = labels(fields, 'truth');
  const kind = typeof truth[0] as Kind;
  const rows = truth.length;
  const scores = given(fields, 'scores') ? scoreRows(fields['scores'], rows) : undefined;
  const stated = given(fields, 'classes') ? classList(fields['classes'], kind) : undefined;
  const written = given(fields, 'predicted') ? labels(fields, 'predicted', rows, kind) : undefined;
  if (!written && !scores) fail('predicted is missing: expected a class or number for each row, or scores');
  const classes = scores ? (stated ?? classesOf({ truth, predicted: written ?? [] })) : stated;
  if (scores) checkShape(scores, classes!, stated !== undefined);
  const predicted = written ?? scores!.map((row, i) => classes![largest(row, i)]!);
  if (stated)
    for (const [name, list] of [
      ['truth', truth],
      ['predicted', predicted],
    ] as const)
      checkAmong(list, name, stated);
  return {
    truth,
    predicted,
    ...(stated && { classes: stated }),
    ...(scores && { scores }),
    ...(given(fields, 'groups') && { groups: labels(fields, 'groups', rows) }),
    ...(given(fields, 'weights') && { weights: weightList(fields['weights'], rows) }),
    ...(given(fields, 'ids') && { ids: distinct(labels(fields, 'ids', rows), 'ids') }),
  };
}

type Fields = Readonly<Record<string, unknown>>;

function fieldsOf(raw: unknown): Fields {
  if (!isRecord(raw))
    fail(`the predictions are ${show(raw)}: expected an object with truth and predicted, a list each`);
  const unknown = Object.keys(raw).find((key) => given(raw, key) && !(KEYS as readonly string[]).includes(key));
  if (unknown !== undefined)
    fail(
      `the predictions have the unknown key '${unknown}': expected ${listed(KEYS)}; ${meant(unknown, KEYS, 'remove it')}`,
    );
  return raw;
}

function given(fields: Fields, key: string): boolean {
  return fields[key] !== undefined && fields[key] !== null;
}

function list(value: unknown, name: string, rows?: number): readonly unknown[] {
  if (!Array.isArray(value)) fail(`${name} is ${show(value)}: expected a list`);
  if (value.length === 0) fail(`${name} is empty: expected at least one row`);
  if (rows !== undefined && value.length !== rows)
    fail(`${name} has ${value.length} rows, truth ${rows}: expected one each; write them in the same order`);
  return value;
}

/** All text, or all finite numbers. */
function labels(fields: Fields, name: string, rows?: number, kind?: Kind): readonly Label[] {
  if (!given(fields, name)) fail(`${name} is missing: expected a list with a class or number for each row`);
  const values = list(fields[name], name, rows);
  return labelList(values, name, kind ?? (typeof values[0] === 'string' ? 'string' : 'number'));
}

function labelList(values: readonly unknown[], name: string, kind: Kind): readonly Label[] {
  return Array.from(values, (value, i) => {
    if (typeof value === kind && (kind === 'string' || Number.isFinite(value)))
      return value === 0 ? 0 : (value as Label);
    const expected = kind === 'string' ? 'text as before it, or in truth' : 'a finite number';
    const advice = typeof value === 'boolean' ? '; write booleans as text or as 0 and 1' : '';
    return fail(`${name}[${i}] is ${show(value)}: expected ${expected}; all are text, or all are numbers${advice}`);
  });
}

function classList(value: unknown, kind: Kind): readonly Label[] {
  return distinct(labelList(list(value, 'classes'), 'classes', kind), 'classes');
}

function distinct(values: readonly Label[], name: string): readonly Label[] {
  const seen = new Map<Label, number>();
  for (const [i, value] of values.entries()) {
    if (seen.has(value))
      fail(`${name}[${i}] is ${show(value)}, as ${name}[${seen.get(value)}] is: expected each only once`);
    seen.set(value, i);
  }
  return values;
}

function scoreRows(value: unknown, rows: number): readonly (readonly number[])[] {
  return Array.from(list(value, 'scores', rows), (row, i) => {
    const scores: unknown = typeof row === 'number' ? [row] : row;
    if (!Array.isArray(scores)) fail(`scores[${i}] is ${show(row)}: expected a list with a score of each class`);
    return Array.from(scores as unknown[], (score, c) => finite(score, `scores[${i}][${c}]`));
  });
}

function checkShape(scores: readonly (readonly number[])[], classes: readonly Label[], stated: boolean): void {
  const advice = stated ? '' : '; state all classes as `classes`, in the order of the scores';
  if (classes.length < 2)
    fail(`there are scores, but only the class ${show(classes[0])}: expected two classes or more${advice}`);
  const columns = scores[0]!.length;
  if (columns !== classes.length && !(columns === 1 && classes.length === 2))
    fail(
      `scores[0] has ${columns} scores, but there are ${classes.length} classes ${show(classes)}: expected one each${advice}`,
    );
  const uneven = scores.findIndex((row) => row.length !== columns);
  if (uneven >= 0) fail(`scores[${uneven}] has ${scores[uneven]!.length} scores: expected ${columns} as in scores[0]`);
}

/** Index of the class with the largest score, the first of equal ones; a lone score is the second class's probability. */
function largest(row: readonly number[], i: number): number {
  if (row.length > 1) return row.reduce((best, score, c) => (score > row[best]! ? c : best), 0);
  const score = row[0]!;
  if (score < 0 || score > 1)
    fail(
      `scores[${i}][0] is ${score}, no probability, and predicted is missing: expected it; write the classes predicted`,
    );
  return score > 0.5 ? 1 : 0;
}

function checkAmong(values: readonly Label[], name: string, classes: readonly Label[]): void {
  const known = new Set(classes);
  const i = values.findIndex((value) => !known.has(value));
  if (i >= 0) fail(`${name}[${i}] is ${show(values[i])}: expected one of the classes ${show(classes)}`);
}

function weightList(value: unknown, rows: number): readonly number[] {
  const weights = Array.from(list(value, 'weights', rows), (weight, i) => {
    if (finite(weight, `weights[${i}]`) < 0) fail(`weights[${i}] is ${show(weight)}: expected 0 or more`);
    return weight === 0 ? 0 : (weight as number);
  });
  if (weights.every((weight) => weight === 0)) fail('all weights are 0: expected at least one above');
  return weights;
}

function finite(value: unknown, name: string): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) fail(`${name} is ${show(value)}: expected a finite number`);
  return value === 0 ? 0 : value;
}

function fail(message: string): never {
  throw new TrialFailedError(message);
}
