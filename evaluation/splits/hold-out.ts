/** A part of the rows held out: at random, with the shares of the classes, or by whole groups. */
import { StudyDefinitionError } from '../../study/errors.ts';
import { checkShare } from './checks.ts';
import { rowsOf, type Rows, type SplitData } from './data.ts';
import { foldsOf, type Fold } from './fold.ts';
import { groupParts } from './group-parts.ts';
import { classesOf, groupsOf, type Partition } from './partition.ts';
import { derivedSeed, shuffled } from './shuffle.ts';
import { checkClasses, membersOf } from './stratified.ts';

export interface HoldOutOptions {
  /** Share of the rows that are held out, 0 < size < 1. */
  readonly size: number;
  /** Whole, 0 to 2^53 - 1; absent: nothing is shuffled, the last rows (of each class) are held out. */
  readonly seed?: number | undefined;
}

export interface ThreePartOptions {
  /** Shares of all rows, each above 0, together below 1. */
  readonly validation: number;
  readonly test: number;
  /** As in HoldOutOptions. */
  readonly seed?: number | undefined;
}

/** Three parts that have no row in common and are all rows together. */
export interface ThreeParts extends Fold {
  readonly validation: Int32Array;
}

/**
 * One fold whose test rows are the part held out: ceil(size * rows) of them, with labels each class within 1 of its
 * share; by groups as near as whole groups come, within half the largest one, and with labels near in every class.
 *
 * @param data  with labels to keep the shares of the classes, with groups to keep groups whole
 * @throws      StudyDefinitionError if a part would be empty, there are fewer than 2 groups, a class has fewer than 2 rows
 *              or a part has fewer rows than there are classes (no such rule by groups), or lists differ in length
 */
export function holdOut(data: SplitData, { size, seed }: HoldOutOptions): Fold {
  checkShare('size', size);
  const read = rowsOf(data);
  const [, fold] = foldsOf(partOfRows(read, [heldCount('size', size, read.rows)], seed), 2);
  return fold!;
}

/**
 * Training, validation and test rows. Of each class the test rows are held out first, and validation rows from the rest.
 * @throws  StudyDefinitionError as `holdOut`; each class needs 3 rows, and there have to be 3 groups
 */
export function trainValidationTest(data: SplitData, { validation, test, seed }: ThreePartOptions): ThreeParts {
  checkShare('validation', validation);
  checkShare('test', test);
  const read = rowsOf(data);
  const { rows } = read;
  const counts = [heldCount('validation', validation, rows), heldCount('test', test, rows)] as const;
  if (counts[0] + counts[1] >= rows)
    throw new StudyDefinitionError(
      `validation ${validation} and test ${test} of ${rows} rows leave none to train, expected shares that are together ` +
        'below 1; hold out less, or give more rows',
    );
  const partOf = partOfRows(read, counts, seed);
  const [train, validated, tested] = foldsOf(partOf, 3).map((fold) => fold.test);
  return { train: train!, validation: validated!, test: tested! };
}

/** Rows of a share, one begun counts; at least one is left. */
export function heldCount(name: string, share: number, rows: number): number {
  const count = Math.ceil(share * rows);
  if (count < rows) return count;
  throw new StudyDefinitionError(
    `${name} is ${share}: ${count} of ${rows} rows, expected at least one row to train on; hold out less, or give more rows`,
  );
}

/** The part of each row: parts 1, 2 … have that many rows, part 0 has the others. */
function partOfRows(data: Rows, counts: readonly number[], seed: number | undefined): Int32Array {
  if (data.groups) return partsOfGroups(data, counts, seed);
  const order = shuffled(data.rows, seed);
  if (!data.labels) return dealt([order], (part) => [counts[part - 1]!], counts.length);
  const classes = classesOf(data.labels);
  checkClasses(classes, counts.length + 1, 'one for each part: get more rows of it');
  checkRoom(classes, counts);
  const left = classes.counts.slice();
  const members = membersOf(classes, order);
  return dealt(
    members,
    (part) => {
      const ties = seed === undefined ? undefined : derivedSeed(seed, 'hold-out', part);
      const shares = evenShares(left, counts[part - 1]!, ties);
      shares.forEach((share, code) => (left[code]! -= share));
      return shares;
    },
    counts.length,
  );
}

/** Gives the last rows of each list to the last part, those before to the part before, and so on. */
function dealt(lists: readonly Int32Array[], sharesOf: (part: number) => ArrayLike<number>, parts: number): Int32Array {
  const partOf = new Int32Array(lists.reduce((sum, { length }) => sum + length, 0));
  const ends = lists.map(({ length }) => length);
  for (let part = parts; part > 0; part--) {
    const shares = sharesOf(part);
    lists.forEach((list, at) => {
      const end = ends[at]!;
      ends[at] = end - shares[at]!;
      for (const row of list.subarray(ends[at], end)) partOf[row] = part;
    });
  }
  return partOf;
}

/** How many of `count` rows are from which class: even shares rounded by largest remainder, equal ones at random. */
function evenShares(classes: Int32Array, count: number, ties: number | undefined): Int32Array {
  const rows = classes.reduce((sum, each) => sum + each, 0);
  const shares = classes.map((each) => Math.floor((each * count) / rows));
  const missing = count - shares.reduce((sum, share) => sum + share, 0);
  const remainder = (code: number): number => (classes[code]! * count) % rows;
  const order = shuffled(classes.length, ties).sort((a, b) => remainder(b) - remainder(a));
  for (const code of order.subarray(0, missing)) shares[code]!++;
  return shares;
}

function partsOfGroups({ rows, labels, groups }: Rows, held: readonly number[], seed: number | undefined): Int32Array {
  const byGroup = groupsOf(groups!);
  const found = byGroup.counts.length;
  const parts = held.length + 1;
  if (found < parts)
    throw new StudyDefinitionError(
      `groups has ${found} group${found === 1 ? '' : 's'}, expected at least ${parts}, one for each part; ` +
        'give smaller groups, or none',
    );
  const byClass = labels ? classesOf(labels) : oneClass(rows);
  const counts = [held.reduce((left, count) => left - count, rows), ...held];
  const partOf = groupParts(
    byGroup,
    byClass,
    counts.map((count) => count / rows),
    seed,
  );
  return byGroup.codeOf.map((group) => partOf[group]!);
}

function oneClass(rows: number): Partition {
  return { names: [0], codeOf: new Int32Array(rows), counts: Int32Array.of(rows) };
}

function checkRoom({ codeOf, counts: { length: classes } }: Partition, held: readonly number[]): void {
  const counts = [held.reduce((left, count) => left - count, codeOf.length), ...held];
  const least = counts.reduce((a, b) => Math.min(a, b));
  if (least >= classes) return;
  throw new StudyDefinitionError(
    `a part would have ${least} of ${codeOf.length} rows, expected at least ${classes}, one for each class; ` +
      'change its share, or do without labels',
  );
}
