/** How trials of elsewhere to start from are written: { study: digits } or { file: trials.csv, map: { learning_rate: lr }, keep: 50 }. */
import { FORMATS, formatOf } from '../exchange/formats.ts';
import type { Params } from '../space/space.ts';
import type { TrialFormat, WarmStart } from '../study.ts';
import { isJson } from '../wording/json.ts';
import {
  isPlain,
  readEntries,
  readFlag,
  readKeys,
  readList,
  readOneOf,
  readWhole,
  wrong,
  type Field,
} from './field.ts';
import { absolutePath } from './path.ts';

export interface WarmStartSyntax {
  /** Name of an open or closed study; or `file`. */
  readonly study?: string;
  /** Path of a file of trials, from the study file on. */
  readonly file?: string;
  /** Of the file; default: by its ending (.csv, .jsonl, .json). */
  readonly format?: TrialFormat;
  /** Our parameter names by theirs. */
  readonly map?: { readonly [theirs: string]: string };
  /** Our names of what is measured by theirs. */
  readonly values?: { readonly [theirs: string]: string };
  /** What their trials effectively had for parameters that they lack. */
  readonly assume?: Params;
  /** Their parameters to forget where the space has no place for them. */
  readonly drop?: readonly string[];
  /** The best so many of their complete trials alone; default: all trials that have ended. */
  readonly keep?: number;
  /** Trials that do not fit the space are left out, instead of refused; default false. */
  readonly skip?: boolean;
}

const KEYS = ['study', 'file', 'format', 'map', 'values', 'assume', 'drop', 'keep', 'skip'];
const EXAMPLE = 'write warmStart: { study: digits }, or warmStart: { file: trials.csv }';

export function readWarmStart(field: Field, directory: string): WarmStart | undefined {
  const fields = readKeys(field, { known: KEYS }, 'where trials come from', EXAMPLE);
  if (!fields) return undefined;
  const before = field.faults.length;
  const read = <T>(key: string, reader: (field: Field) => T | undefined): T | undefined => {
    const found = fields.get(key);
    return found && reader(found);
  };
  if (fields.has('study') === fields.has('file')) return wrong(field, 'either study or file', EXAMPLE);
  const study = read('study', readWord);
  const path = read('file', readWord);
  const given = read('format', (format) => readOneOf(format, FORMATS, `write one of ${FORMATS.join(', ')}`));
  if (fields.has('study') && fields.has('format'))
    wrong(fields.get('format')!, 'no format beside study', 'leave it out');
  const format = given ?? (path === undefined ? undefined : formatOf(path));
  if (path !== undefined && !fields.has('format') && !format)
    wrong(fields.get('file')!, 'a file that ends in .csv, .jsonl or .json', 'say which it is: format: csv');
  const more = {
    map: read('map', readNames),
    values: read('values', readNames),
    assume: read('assume', (assume) => {
      const entries = readEntries(assume, 'parameter values by name', 'write assume: { momentum: 0 }, say');
      return entries && isJson(assume.value) ? (assume.value as Params) : undefined;
    }),
    drop: read('drop', readWords),
    keep: read('keep', (keep) => readWhole(keep, 1, 1_000_000, 'leave it out for all')),
    skip: read('skip', (skip) => readFlag(skip, 'leave it out, and what does not fit is refused')) || undefined,
  };
  if (field.faults.length > before) return undefined;
  const source = study === undefined ? { file: absolutePath(directory, path!), format: format! } : { study };
  const said = Object.entries(more).filter(([, value]) => value !== undefined);
  return { ...source, ...Object.fromEntries(said) };
}

function readWord(field: Field): string | undefined {
  const { value } = field;
  return typeof value === 'string' && isPlain(value) ? value : wrong(field, 'a name or a path', EXAMPLE);
}

function readNames(field: Field): Readonly<Record<string, string>> | undefined {
  const example = 'write { theirs: ours }, say { learning_rate: lr }';
  const entries = readEntries(field, 'our names by theirs', example);
  if (!entries) return undefined;
  for (const each of entries.values()) if (typeof each.value !== 'string') wrong(each, 'a name of this study', example);
  return field.value as Record<string, string>;
}

function readWords(field: Field): readonly string[] | undefined {
  const items = readList(field, 'a list of names', 'write drop: [dropout], say');
  const words = items?.map((item) =>
    typeof item.value === 'string' ? item.value : wrong(item, 'a name', 'write text'),
  );
  return words?.includes(undefined) ? undefined : (words as string[] | undefined);
}
