/** Rows by class or by group: names become codes, so that no split depends on what classes are called. */
import { StudyDefinitionError } from '../../study/errors.ts';
import type { Label } from '../../study/evaluation/predictions.ts';
import { show } from '../../study/wording/json.ts';

export interface Partition {
  /** By code. */
  readonly names: readonly Label[];
  /** Code of each row. */
  readonly codeOf: Int32Array;
  /** Rows of each code, >= 1. */
  readonly counts: Int32Array;
}

/** The classes of the rows, coded as they first occur: renaming them changes nothing. */
export function classesOf(labels: ArrayLike<Label>): Partition {
  return partition('labels', labels);
}

/** The groups of the rows, coded in ascending order: numbers before texts. */
export function groupsOf(groups: ArrayLike<Label>): Partition {
  const { names, codeOf, counts } = partition('groups', groups);
  const order = names.map((_, code) => code).sort((a, b) => compare(names[a]!, names[b]!));
  const rank = new Int32Array(order.length);
  order.forEach((code, at) => (rank[code] = at));
  return {
    names: order.map((code) => names[code]!),
    codeOf: codeOf.map((code) => rank[code]!),
    counts: Int32Array.from(order, (code) => counts[code]!),
  };
}

function partition(list: 'labels' | 'groups', values: ArrayLike<Label>): Partition {
  if (typeof values !== 'object' || values === null || !(values.length > 0))
    throw new StudyDefinitionError(`${list} is ${show(values)}, expected a list with one text or number for each row`);
  const codes = new Map<Label, number>();
  const counts: number[] = [];
  const codeOf = new Int32Array(values.length);
  for (let row = 0; row < values.length; row++) {
    const value = values[row]!;
    if (!isLabel(value)) throw new StudyDefinitionError(missing(list, row, value));
    const code = codes.get(value) ?? counts.push(0) - 1;
    codes.set(value, code);
    counts[code]!++;
    codeOf[row] = code;
  }
  return { names: [...codes.keys()], codeOf, counts: Int32Array.from(counts) };
}

function isLabel(value: unknown): value is Label {
  return typeof value === 'string' ? value !== '' : Number.isFinite(value);
}

function missing(list: 'labels' | 'groups', row: number, value: unknown): string {
  const one = list === 'labels' ? 'class' : 'group';
  return `${list}[${row}] is ${show(value)}, expected a text or a finite number; give the row its ${one}, or leave it out`;
}

function compare(a: Label, b: Label): number {
  if (typeof a !== typeof b) return typeof a === 'number' ? -1 : 1;
  return a < b ? -1 : Number(a > b);
}
