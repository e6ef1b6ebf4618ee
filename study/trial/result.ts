/**
 * What a trial gives back, checked where it enters: values of any origin become a TrialResult, or words that say what is wrong.
 * Unknown keys are refused rather than ignored, since a misspelt `cost` or `constraints` would be lost without a sign.
 */
import { MAX_CHECKPOINT_BYTES, MAX_REPORTS, MAX_RESULT_BYTES } from '../contract.ts';
import { TrialFailedError } from '../errors.ts';
import { isRecord, show } from '../wording/json.ts';
import { nearest } from '../wording/nearest.ts';
import { utf8Bytes } from '../wording/utf8.ts';
import type { ParameterValue } from '../space/space.ts';
import type { Attributes } from '../study.ts';
import type { Measurement, TrialResult } from './trial.ts';

/** Longest list of values by fold. */
export const MAX_FOLDS = 200;

/** Names in the definition's order. */
export interface ResultNames {
  readonly objectives: readonly string[];
  readonly constraints: readonly string[];
}

/** What was seen of a trial before its result. */
export interface LiveProgress {
  readonly reports: readonly Measurement[];
  readonly checkpoint?: string | undefined;
}

type Fields = Readonly<Record<string, unknown>>;

const KEYS = [
  'value',
  'values',
  'constraints',
  'cost',
  'train',
  'folds',
  'attributes',
  'reports',
  'checkpoint',
  'predictions',
];
/** What a training may give that is measured afterwards. */
const OF_TRAINING = ['cost', 'attributes', 'reports', 'checkpoint'];
const MAX_DEPTH = 50;

/**
 * The checked result of a trial: one finite number an objective and a constraint, in the definition's order, -0 as 0. Reports
 * are the live ones and the result's own together, at most MAX_REPORTS, by step; without a checkpoint of its own it keeps the last
 * live one; with one objective, `folds` stand for the `value` that is not there: it is their mean.
 *
 * @param raw  a number (one objective), or an object of `value` or `values`, and optionally `constraints`, `cost` (>= 0), `train`
 *             (a number), `folds` (1 to 200 numbers; one alone is only a value), `attributes` (a JSON object), `reports`, `checkpoint`, `predictions` (a URI:
 *             what a trial gives inline is kept by the worker that ran it, see splitPredictions)
 * @throws TrialFailedError naming the field, its value and what was expected
 */
export function readResult(raw: unknown, names: ResultNames, live: LiveProgress = { reports: [] }): TrialResult {
  const fields = fieldsOf(raw, names);
  const folds = fields['folds'] === undefined ? undefined : readFolds(fields['folds']);
  const values = readValues(fields, names.objectives, folds);
  const constraints = readConstraints(fields['constraints'], names.constraints);
  const checkpoint = fields['checkpoint'] === undefined ? live.checkpoint : readCheckpoint(fields['checkpoint']);
  const result: TrialResult = {
    values,
    ...(constraints && { constraints }),
    ...(fields['cost'] !== undefined && { cost: atLeastZero(fields['cost'], 'cost') }),
    ...(fields['train'] !== undefined && { train: finite(fields['train'], 'train') }),
    // one alone says nothing that the value does not
    ...(folds && folds.length > 1 && { folds }),
    ...(fields['attributes'] !== undefined && { attributes: readAttributes(fields['attributes']) }),
    reports: thinReports(mergeReports([...live.reports, ...readReports(fields['reports'])]), MAX_REPORTS),
    ...(checkpoint !== undefined && { checkpoint }),
    ...(fields['predictions'] !== undefined && { predictions: readUri(fields['predictions']) }),
  };
  const bytes = utf8Bytes(JSON.stringify(result));
  if (bytes > MAX_RESULT_BYTES)
    fail(
      `the result takes ${bytes} bytes as JSON: expected at most ${MAX_RESULT_BYTES}; ` +
        'write large data to a file and give its URI as predictions or among the attributes',
    );
  return result;
}

/**
 * What a training brought that is measured by a step of its own: a result without values. It must have left a checkpoint.
 *
 * @param raw  nothing, or an object of `cost`, `attributes`, `reports`, `checkpoint`
 * @throws TrialFailedError naming the field, its value and what was expected
 */
export function readTraining(raw: unknown, live: LiveProgress): TrialResult {
  const given = raw === undefined || raw === null ? {} : raw;
  const fields = isRecord(given) ? given : { value: given };
  const strange = Object.keys(fields).find((key) => fields[key] !== undefined && !OF_TRAINING.includes(key));
  if (strange !== undefined)
    fail(
      `the training gave ${strange} (${show(fields[strange])}): expected at most ${OF_TRAINING.join(', ')}, ` +
        'since trial.evaluate measures what it left; return it there',
    );
  const { values: _, ...result } = readResult({ ...fields, values: {} }, { objectives: [], constraints: [] }, live);
  if (result.checkpoint === undefined)
    fail('the training left no checkpoint: expected one, saved at its end, since trial.evaluate measures that');
  return { ...result, values: [] };
}

/** A result without the predictions that it has inline, as an object of columns, and those: unchecked, both of them. */
export function splitPredictions(raw: unknown): { readonly rest: unknown; readonly inline?: Fields } {
  if (!isRecord(raw) || !isRecord(raw['predictions'])) return { rest: raw };
  const { predictions: inline, ...rest } = raw;
  return { rest, inline: inline as Fields };
}

/** All measurements of a trial whose result readResult takes, by step. */
export function curveOf(raw: unknown, live: LiveProgress): Measurement[] {
  return mergeReports([...live.reports, ...(isRecord(raw) ? readReports(raw['reports']) : [])]);
}

/** A checked report: a step, finite and >= 0, and a finite value. @throws TrialFailedError naming what it is instead. */
export function readMeasurement(raw: unknown): Measurement {
  if (!Array.isArray(raw) || raw.length !== 2) fail(`a report is ${show(raw)}: expected [step, value]`);
  const [step, value] = raw as unknown[];
  return [atLeastZero(step, "a report's step"), finite(value, `the value reported at step ${show(step)}`)];
}

/** A checked checkpoint: a string of at most MAX_CHECKPOINT_BYTES. @throws TrialFailedError naming what it is instead. */
export function readCheckpoint(raw: unknown): string {
  if (typeof raw !== 'string') fail(`the checkpoint is ${show(raw)}: expected a string, such as the path of a file`);
  const bytes = utf8Bytes(raw);
  if (bytes > MAX_CHECKPOINT_BYTES)
    fail(
      `the checkpoint takes ${bytes} bytes: expected at most ${MAX_CHECKPOINT_BYTES}; ` +
        'write the state to a file and give its path or URI',
    );
  return raw;
}

/** Reports in step order, the first value of a step alone. */
export function mergeReports(reports: readonly Measurement[]): Measurement[] {
  const first = new Map<number, Measurement>();
  for (const report of reports) if (!first.has(report[0])) first.set(report[0], report);
  return [...first.values()].sort(([a], [b]) => a - b);
}

/**
 * At most `most` (>= 4) of these reports, evenly spaced by position; the first, the last, the lowest and the highest stay.
 * The same reports give the same choice.
 */
export function thinReports(reports: readonly Measurement[], most: number): readonly Measurement[] {
  if (reports.length <= most) return reports;
  const last = reports.length - 1;
  const kept = new Set(Array.from({ length: most - 2 }, (_, i) => Math.round((i * last) / (most - 3))));
  let [lowest, highest] = [0, 0];
  reports.forEach(([, value], i) => {
    if (value < reports[lowest]![1]) lowest = i;
    if (value > reports[highest]![1]) highest = i;
  });
  kept.add(lowest).add(highest);
  return reports.filter((_, i) => kept.has(i));
}

function fieldsOf(raw: unknown, { objectives }: ResultNames): Fields {
  if (typeof raw === 'number') return { value: raw };
  if (raw === undefined) fail(`there is no result: expected ${shape(objectives)}`);
  if (!isRecord(raw)) fail(`the result is ${show(raw)}: expected ${shape(objectives)}`);
  const unknown = Object.keys(raw).find((key) => raw[key] !== undefined && !KEYS.includes(key));
  if (unknown !== undefined) fail(`the result has the unknown key '${unknown}': ${placeFor(unknown, objectives)}`);
  return raw;
}

function placeFor(unknown: string, objectives: readonly string[]): string {
  if (objectives.includes(unknown)) return `an objective goes into values, as {"values": ${named(objectives)}}`;
  return `expected ${KEYS.join(', ')}${suggestion(unknown, KEYS)}; put other data into attributes`;
}

function readValues(
  { value, values }: Fields,
  objectives: readonly string[],
  folds: readonly number[] | undefined,
): number[] {
  if (values !== undefined) {
    if (value !== undefined) fail('the result has both value and values: expected one of them');
    return byName(values, 'values', 'objective', objectives);
  }
  if (value === undefined && folds && objectives.length === 1)
    return [finite(folds.reduce((sum, each) => sum + each, 0) / folds.length, `${objectives[0]!}, the mean of folds,`)];
  if (value === undefined) fail(`the result has no value: expected ${shape(objectives)}`);
  if (objectives.length > 1)
    fail(`value is ${show(value)}, but there are ${objectives.length} objectives: expected ${shape(objectives)}`);
  return [finite(value, objectives[0]!)];
}

function readConstraints(raw: unknown, constraints: readonly string[]): number[] | undefined {
  if (raw === undefined && constraints.length === 0) return undefined;
  if (raw === undefined) fail(`the result has no constraints: expected {"constraints": ${named(constraints)}}`);
  const numbers = byName(raw, 'constraints', 'constraint', constraints);
  return numbers.length > 0 ? numbers : undefined;
}

function byName(raw: unknown, field: string, kind: string, names: readonly string[]): number[] {
  if (!isRecord(raw)) fail(`${field} is ${show(raw)}: expected ${named(names)}`);
  const unknown = Object.keys(raw).find((name) => raw[name] !== undefined && !names.includes(name));
  if (unknown !== undefined)
    fail(
      `there is no ${kind} '${unknown}' (value ${show(raw[unknown])}): ` +
        (names.length > 0
          ? `expected ${named(names)}${suggestion(unknown, names)}`
          : `the study has none; put other data into attributes`),
    );
  return names.map((name) => {
    if (!Object.hasOwn(raw, name) || raw[name] === undefined)
      fail(`the ${kind} '${name}' is missing: expected {"${field}": ${named(names)}}`);
    return finite(raw[name], name);
  });
}

function readAttributes(raw: unknown): Attributes {
  if (!isRecord(raw)) fail(`attributes is ${show(raw)}: expected an object of JSON values`);
  return json(raw, 'attributes', 0) as Attributes;
}

function json(value: unknown, path: string, depth: number): ParameterValue {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'number') return finite(value, path);
  if (depth === MAX_DEPTH) fail(`${path.slice(0, 80)}… is nested deeper than ${MAX_DEPTH} levels: expected JSON`);
  if (Array.isArray(value)) return Array.from(value, (item, i) => json(item, `${path}[${i}]`, depth + 1));
  if (!isRecord(value)) fail(`${path} is ${show(value)}: expected JSON`);
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(entries.map(([key, item]) => [key, json(item, `${path}.${key}`, depth + 1)]));
}

function readReports(raw: unknown): Measurement[] {
  if (raw === undefined) return [];
  if (!Array.isArray(raw)) fail(`reports is ${show(raw)}: expected a list of [step, value]`);
  return Array.from(raw as unknown[], readMeasurement);
}

function readFolds(raw: unknown): number[] {
  const expected = `expected a list of 1 to ${MAX_FOLDS} finite numbers, the first objective by fold`;
  if (!Array.isArray(raw)) fail(`folds is ${show(raw)}: ${expected}`);
  if (raw.length < 1 || raw.length > MAX_FOLDS)
    fail(`folds has ${raw.length} numbers: ${expected}; of more give the mean as value`);
  return Array.from(raw as unknown[], (value, i) => finite(value, `folds[${i}]`));
}

function readUri(raw: unknown): string {
  if (isRecord(raw))
    fail(
      `predictions is ${show(raw)}: expected a URI here; only a trial that a worker of the study runs may give columns inline`,
    );
  if (typeof raw !== 'string' || !/^[a-z][a-z0-9+.-]*:\S+$/i.test(raw))
    fail(`predictions is ${show(raw)}: expected a URI, such as "file:///data/predictions.csv"`);
  return raw;
}

function finite(value: unknown, what: string): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) fail(`${what} is ${show(value)}: expected a finite number`);
  return value === 0 ? 0 : value;
}

function atLeastZero(value: unknown, what: string): number {
  if (typeof value !== 'number' || !Number.isFinite(value) || value < 0)
    fail(`${what} is ${show(value)}: expected a finite number, 0 or more`);
  return value === 0 ? 0 : value;
}

function suggestion(word: string, candidates: readonly string[]): string {
  const meant = nearest(word, candidates);
  return meant === undefined ? '' : ` (did you mean '${meant}'?)`;
}

/** A result as it should be, for messages. */
function shape(objectives: readonly string[]): string {
  return objectives.length === 1 ? `{"value": number}` : `{"values": ${named(objectives)}}`;
}

function named(names: readonly string[]): string {
  return `{${names.map((name) => `${JSON.stringify(name)}: number`).join(', ')}}`;
}

function fail(message: string): never {
  throw new TrialFailedError(message);
}
