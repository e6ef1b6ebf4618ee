/** What a line of any format says about a trial, checked: faults are noted with their line, so that one pass finds them all. */
import { StudyDefinitionError } from '../errors.ts';
import { listed, meant, missing, need, readEntries, readNumber, wrong, type Field } from '../syntax/field.ts';
import { MAX_FOLDS } from '../trial/result.ts';
import { isRecord, show } from '../wording/json.ts';
import type { Params } from '../space/space.ts';
import type { Attributes, StudyDefinition } from '../study.ts';
import type { TrialState } from '../trial/trial.ts';
import type { ForeignTrial } from './foreign-trial.ts';

/** Keys are those of a TrialRecord; `value` may stand for `values` where there is one objective. */
export type RawTrial = Readonly<Record<string, unknown>>;

/** Our states, and Optuna's word for one of them. */
const STATES: Readonly<Record<string, TrialState>> = {
  complete: 'complete',
  pruned: 'pruned',
  failed: 'failed',
  infeasible: 'infeasible',
  waiting: 'waiting',
  running: 'running',
  paused: 'paused',
  fail: 'failed',
};
const STATE_WORDS = Object.keys(STATES).filter((word) => word !== 'fail');
const EXAMPLE = 'write {"params": {"lr": 0.1}, "value": 0.5}, say';
const MAX_FAULTS = 20;

/** The trial, or undefined where it is faulty or has not ended; `where` is 'line 3', say. */
export function readTrial(
  where: string,
  raw: RawTrial,
  definition: StudyDefinition,
  faults: string[],
): ForeignTrial | undefined {
  const before = faults.length;
  const fieldOf = (key: string): Field => ({ path: `${where}: ${key}`, value: raw[key], faults });
  const state = readState(fieldOf('state'), isGiven(raw['value']) || isGiven(raw['values']));
  if (state === undefined || state === 'waiting' || state === 'running' || state === 'paused') return undefined;
  const params = readParams(fieldOf('params'));
  const values = readValues(fieldOf, definition);
  const constraints = readNumbers(fieldOf('constraints'), namesOf(definition.constraints));
  const cost = optional(fieldOf('cost'), (field) =>
    readNumber(field, 'a finite number, 0 or more', (number) => number >= 0, 'correct it or leave it out'),
  );
  const isOurs = isOfFirst(raw['values'], definition);
  const train = isOurs ? optional(fieldOf('train'), finite) : undefined;
  const folds = isOurs ? optional(fieldOf('folds'), readFolds) : undefined;
  const attributes = optional(fieldOf('attributes'), (field) =>
    isRecord(field.value) ? (field.value as Attributes) : wrong(field, 'a JSON object', 'leave it out'),
  );
  if (state === 'complete' && !values && faults.length === before)
    missing(fieldOf('values'), definition.objectives[0]!.name, 'a finite number', 'a complete trial needs its values');
  if (faults.length > before || !params) return undefined;
  return {
    params,
    state,
    ...(values && { values }),
    ...(constraints && { constraints }),
    ...(cost !== undefined && { cost }),
    ...(train !== undefined && { train }),
    ...(folds && { folds }),
    ...(attributes && { attributes }),
    from: Number.isInteger(raw['number']) ? `trial ${String(raw['number'])}` : where,
  };
}

function readState(field: Field, measured: boolean): TrialState | undefined {
  const { value, path, faults } = field;
  if (!isGiven(value)) {
    if (measured) return 'complete';
    faults.push(`${path} is missing, and there are no values; write ${listed(STATE_WORDS)}`);
    return undefined;
  }
  const word = typeof value === 'string' ? value.trim().toLowerCase() : '';
  if (Object.hasOwn(STATES, word)) return STATES[word];
  return wrong(field, listed(STATE_WORDS), meant(word, STATE_WORDS, 'write one of them'));
}

function readParams(field: Field): Params | undefined {
  return readEntries(field, 'parameter values by name', EXAMPLE) && (field.value as Params);
}

function readValues(fieldOf: (key: string) => Field, { objectives }: StudyDefinition): readonly number[] | undefined {
  const [value, values] = [fieldOf('value'), fieldOf('values')];
  if (isGiven(values.value) || !isGiven(value.value)) return readNumbers(values, namesOf(objectives));
  if (objectives.length > 1)
    return wrong(value, `${objectives.length} values`, `write "values": { ${example(namesOf(objectives))} }`);
  const number = finite(value);
  return number === undefined ? undefined : [number];
}

/** Numbers given by name or in order; undefined where none is given, or not all are. Names that the study does not know are not ours. */
function readNumbers(field: Field, names: readonly string[]): readonly number[] | undefined {
  const { value, path, faults } = field;
  if (!isGiven(value) || names.length === 0) return undefined;
  if (Array.isArray(value) && value.length !== names.length)
    return wrong(field, `${names.length} numbers`, `write { ${example(names)} }`);
  const byName: unknown = Array.isArray(value) ? Object.fromEntries(names.map((name, i) => [name, value[i]])) : value;
  const fields = readEntries({ path, value: byName, faults }, `numbers by name`, `write { ${example(names)} }`);
  if (!fields || [...fields.values()].every((item) => item.value === null)) return undefined;
  const advice = `given is ${show([...fields.keys()])}`;
  const numbers = names.map((name) => need(field, fields, name, 'a finite number', advice, finite));
  return numbers.includes(undefined) ? undefined : (numbers as number[]);
}

function finite(field: Field): number | undefined {
  return readNumber(field, 'a finite number', () => true, 'correct it, or leave the trial out');
}

/** Whether what was measured of the first objective there was measured of ours: another study may have them in another order. */
function isOfFirst(values: unknown, { objectives }: StudyDefinition): boolean {
  const first = isRecord(values) ? Object.keys(values)[0] : undefined;
  return first === undefined || first === objectives[0]!.name;
}

function readFolds(field: Field): readonly number[] | undefined {
  const { value } = field;
  if (Array.isArray(value) && value.length >= 2 && value.length <= MAX_FOLDS && value.every(Number.isFinite))
    return value as number[];
  return wrong(field, `a list of 2 to ${MAX_FOLDS} finite numbers`, 'write [0.91, 0.89], say, or leave it out');
}

function optional<T>(field: Field, read: (field: Field) => T | undefined): T | undefined {
  return isGiven(field.value) ? read(field) : undefined;
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && !(isRecord(value) && Object.keys(value).length === 0);
}

function namesOf(list: readonly { readonly name: string }[]): readonly string[] {
  return list.map(({ name }) => name);
}

function example(names: readonly string[]): string {
  return names.map((name) => `${JSON.stringify(name)}: 0.5`).join(', ');
}

/** @throws StudyDefinitionError with the first faults, a line each, and how many more there are */
export function refuse(faults: readonly string[]): void {
  if (faults.length === 0) return;
  const more = faults.length - MAX_FAULTS;
  const rest = more > 0 ? [`… and ${more} more ${more === 1 ? 'fault' : 'faults'}`] : [];
  throw new StudyDefinitionError([...faults.slice(0, MAX_FAULTS), ...rest].join('\n'));
}
