/** What a split needs to know of a data set: how many rows, and which of them belong together. */
import { StudyDefinitionError } from '../../study/errors.ts';
import type { Label } from '../../study/evaluation/predictions.ts';
import { show } from '../../study/wording/json.ts';
import { checkRows } from './checks.ts';
import { takeRows } from './fold.ts';

export interface Rows {
  readonly rows: number;
  /** Each row's class. Numbers that a model predicts (a price) are no classes: leave them out. */
  readonly labels?: ArrayLike<Label> | undefined;
  /** Each row's group (a patient, a day), where rows of one group must not be in training and test both. */
  readonly groups?: ArrayLike<Label> | undefined;
}

/** A number of rows, or lists with one entry for each row; `rows` may then be absent. */
export type SplitData = number | Partial<Rows>;

/** @throws StudyDefinitionError if there is no row, or lists are not of one length */
export function rowsOf(data: SplitData): Rows {
  if (typeof data === 'number') {
    checkRows(data);
    return { rows: data };
  }
  if (typeof data !== 'object' || data === null)
    throw new StudyDefinitionError(`data is ${show(data)}, expected a number of rows or { rows, labels, groups }`);
  const { labels, groups } = data;
  const rows = data.rows ?? labels?.length ?? groups?.length;
  if (rows === undefined)
    throw new StudyDefinitionError(
      'data has no rows, no labels and no groups, expected one of them; give { rows: 150 }, say',
    );
  checkRows(rows);
  checkLengths({ rows, labels, groups });
  return { rows, labels, groups };
}

/** Some of the rows, as data of their own. */
export function someRows({ labels, groups }: Rows, chosen: Int32Array): Rows {
  return {
    rows: chosen.length,
    labels: labels && takeRows(labels, chosen),
    groups: groups && takeRows(groups, chosen),
  };
}

/** @throws StudyDefinitionError if not all that are given have the same number of rows */
export function checkLengths({ rows, labels, groups }: Partial<Rows>): void {
  const lengths = Object.entries({ rows, labels: labels?.length, groups: groups?.length }).filter(
    ([, length]) => length !== undefined,
  );
  if (new Set(lengths.map(([, length]) => length)).size <= 1) return;
  throw new StudyDefinitionError(
    `${lengths.map(([name, length]) => `${name} ${name === 'rows' ? 'is' : 'has'} ${length}`).join(', ')}, ` +
      'expected one entry for each row; give lists of the same rows',
  );
}
