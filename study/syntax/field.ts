/**
 * Reading what somebody wrote: a field is a value, the path to it and the list that its faults go to. A reader returns what it
 * read, or undefined after it has noted what is wrong, so that one pass finds every fault. A fault is one line: the path, the value
 * got, what was expected, what to do.
 */
import { parseDuration } from '../wording/duration.ts';
import { isRecord, show } from '../wording/json.ts';
import { nearest } from '../wording/nearest.ts';
import type { Scalar } from '../space/space.ts';

export interface Field {
  /** 'space.lr.step'; empty for the whole. */
  readonly path: string;
  readonly value: unknown;
  readonly faults: string[];
}

/** The fields of an object by key; keys that are undefined count as absent. */
export type Fields = ReadonlyMap<string, Field>;

/** Notes that a field is not what was expected. */
export function wrong(field: Field, expected: string, advice: string): undefined {
  const { path, value, faults } = field;
  faults.push(`${path || 'the whole'} is ${show(value)}, expected ${expected}; ${adviceFor(value, advice)}`);
}

function adviceFor(value: unknown, advice: string): string {
  if (value === null) return 'nothing stands there: write a value';
  if (value instanceof Date) return 'put it in quotes, or YAML reads a date';
  if (typeof value === 'number' && !Number.isFinite(value)) return 'write a finite number';
  return advice;
}

/** Notes that a key is absent which has to be there. */
export function missing(parent: Field, key: string, expected: string, advice: string): undefined {
  parent.faults.push(`${pathOf(parent, key)} is missing, expected ${expected}; ${advice}`);
}

export function child(parent: Field, key: string | number, value: unknown): Field {
  return { path: pathOf(parent, key), value, faults: parent.faults };
}

function pathOf({ path }: Field, key: string | number): string {
  if (typeof key === 'number') return `${path}[${key}]`;
  return path === '' ? key : `${path}.${key}`;
}

/** The value of a key that has to be there. */
export function need<T>(
  parent: Field,
  fields: Fields,
  key: string,
  expected: string,
  advice: string,
  read: (field: Field) => T | undefined,
): T | undefined {
  const field = fields.get(key);
  return field ? read(field) : missing(parent, key, expected, advice);
}

/** The fields of an object whose keys are names that the user chose. */
export function readEntries(field: Field, expected: string, advice: string): Fields | undefined {
  if (!isRecord(field.value)) return wrong(field, expected, advice);
  const entries = Object.entries(field.value).filter(([, value]) => value !== undefined);
  return new Map(entries.map(([key, value]) => [key, child(field, key, value)]));
}

/** The fields of an object with these keys; others are refused, `unbuilt` ones as not available in this version. */
export function readKeys(
  field: Field,
  keys: { readonly known: readonly string[]; readonly unbuilt?: readonly string[] },
  expected: string,
  advice: string,
): Fields | undefined {
  const fields = readEntries(field, expected, advice);
  const unbuilt = keys.unbuilt ?? [];
  for (const [key, { path, value, faults }] of fields ?? []) {
    if (keys.known.includes(key)) continue;
    if (unbuilt.includes(key))
      faults.push(`${path} (value ${show(value)}) is not available in this version; leave it out`);
    else
      faults.push(
        `${path} (value ${show(value)}) is not a known key, expected ${listed(keys.known)}; ` +
          meant(key, [...keys.known, ...unbuilt], 'remove it'),
      );
  }
  return fields;
}

/** The one key of `options` that an object has, which says what kind it is, and its fields: beside it only options of that kind. */
export function readKind<Kind extends string>(
  field: Field,
  options: Readonly<Record<Kind, readonly string[]>>,
  expected: string,
  advice: string,
  unbuilt: readonly string[] = [],
): { readonly kind: Kind; readonly value: Field; readonly fields: Fields } | undefined {
  const kinds = Object.keys(options) as Kind[];
  const known = [...new Set([...kinds, ...kinds.flatMap((kind) => options[kind])])];
  const before = field.faults.length;
  const fields = readKeys(field, { known, unbuilt }, expected, advice);
  if (!fields) return undefined;
  const [kind, ...others] = kinds.filter((each) => fields.has(each));
  if (others.length > 0) return wrong(field, `one of ${listed([kind!, ...others])}`, 'remove the rest');
  // a key that is not known was most likely meant to be it
  if (kind === undefined) return field.faults.length > before ? undefined : wrong(field, expected, advice);
  for (const [key, option] of fields)
    if (known.includes(key) && key !== kind && !options[kind].includes(key))
      wrong(option, `no ${key} beside ${kind}`, 'leave it out');
  return { kind, value: fields.get(kind)!, fields };
}

/** 'a, b or c'. */
export function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join() : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

/** "did you mean 'x'?", or `otherwise` where nothing is near. */
export function meant(word: string, candidates: Iterable<string>, otherwise: string): string {
  const near = nearest(word, candidates);
  return near === undefined ? otherwise : `did you mean '${near}'?`;
}

export function readList(field: Field, expected: string, advice: string): readonly Field[] | undefined {
  const { value } = field;
  return Array.isArray(value) ? value.map((item: unknown, i) => child(field, i, item)) : wrong(field, expected, advice);
}

/** A finite number that passes the test; -0 becomes 0. */
export function readNumber(
  field: Field,
  expected: string,
  passes: (value: number) => boolean,
  advice: string,
): number | undefined {
  const { value } = field;
  if (typeof value === 'number' && Number.isFinite(value) && passes(value)) return value + 0;
  return wrong(field, expected, isNumeric(value) ? 'remove the quotes' : advice);
}

/** Text that would be a number without its quotes. */
export function isNumeric(value: unknown): boolean {
  return typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value));
}

export function readWhole(field: Field, low: number, high: number, advice: string): number | undefined {
  const inRange = (value: number): boolean => Number.isInteger(value) && value >= low && value <= high;
  return readNumber(field, `a whole number from ${low} to ${high}`, inRange, advice);
}

/** Text of 1 to `longest` characters without control characters, and without space at its ends. */
export function readText(field: Field, longest: number, expected: string, advice: string): string | undefined {
  const { value } = field;
  const plain = typeof value === 'string' && value.length <= longest && isPlain(value);
  return plain ? value : wrong(field, expected, typeof value === 'number' ? 'put it in quotes' : advice);
}

export function isPlain(text: string): boolean {
  return text !== '' && text === text.trim() && !/\p{Cc}/u.test(text);
}

export function readFlag(field: Field, advice: string): boolean | undefined {
  return typeof field.value === 'boolean' ? field.value : wrong(field, 'true or false', advice);
}

export function readOneOf<Word extends string>(field: Field, words: readonly Word[], advice: string): Word | undefined {
  const { value } = field;
  const found = words.find((word) => word === value);
  return found ?? wrong(field, listed(words), typeof value === 'string' ? meant(value, words, advice) : advice);
}

/** A list of some of these words, each once. */
export function readWords<Word extends string>(
  field: Field,
  words: readonly Word[],
  expected: string,
  advice: string,
): readonly Word[] | undefined {
  const items = readList(field, expected, advice);
  const read = items?.map((item) => readOneOf(item, words, advice));
  read?.forEach((word, i) => {
    if (word !== undefined && read.indexOf(word) < i) wrong(items![i]!, 'each name once', 'remove one of the two');
  });
  return read?.includes(undefined) ? undefined : (read as readonly Word[] | undefined);
}

/** Milliseconds of a duration such as '10m', at least `least` and at most `most` (durations themselves). */
export function readDuration(field: Field, least: string, most: string, advice: string): number | undefined {
  const { value } = field;
  const ms = typeof value === 'string' ? parseDuration(value) : undefined;
  if (ms !== undefined && ms >= parseDuration(least)! && ms <= parseDuration(most)!) return ms;
  const unit = typeof value === 'number' || isNumeric(value);
  return wrong(
    field,
    `a duration from ${least} to ${most}`,
    unit ? `write its unit: ${String(value)}s or 1h30m` : advice,
  );
}

/** What a choice can hold: text, a finite number, true, false or null. */
export function isScalar(value: unknown): value is Scalar {
  if (typeof value === 'number') return Number.isFinite(value);
  return value === null || typeof value === 'string' || typeof value === 'boolean';
}
