/**
 * The rows of one study, and what of them a suggestion may see: the study as it stood at a position of its event log.
 *
 * Rows come in any order and more than once, each version final for what it says: a pending row, later the same row with segments that
 * ended, then closed at a position `closed`. A view at (seq, number) shows the rows below `number`, each in its newest version as of
 * `seq` (row-versions.ts). Views grow: the next one costs what is new. A view that is no extension of the one before (an earlier
 * position, a row that turned out otherwise, one that was shown and has ended another segment) is made from the start, and
 * `generation` grows by one.
 */
import { ColdCacheError } from '../study/errors.ts';
import {
  asPending,
  byPosition,
  extendsVersions,
  sameSuggestion,
  saysAll,
  versionsOf,
  type Version,
} from './row-versions.ts';
import type { Problem, Row, Seq, View } from './sampler.ts';

export interface History {
  /** @throws Error on a row whose point has not the space's number of dimensions. */
  push(rows: readonly Row[]): void;
  has(number: number): boolean;
  /**
   * The study at `seq` as the suggestion of trial `number` sees it: lent until the next call.
   * @throws ColdCacheError if a row below `number` is missing
   */
  viewAt(seq: Seq, number: number): View;
  /** Grows whenever a view did not extend the one before: what was cached for that one is void. */
  readonly generation: number;
}

export function createHistory({ space }: Problem): History {
  const latest: (Row | undefined)[] = [];
  /** Each row as it was at first, and what it was after. */
  const pending: Row[] = [];
  const versions: (readonly Version[])[] = [];
  /** Versions by position, once sorted; views have taken in those before `next`, but for `held` ones. */
  let due: Version[] = [];
  let sorted = true;
  let next = 0;
  /** Versions of rows whose numbers views have not reached. */
  let held: Version[] = [];
  /** The current view. */
  const rows: Row[] = [];
  const closed: number[] = [];
  let seq: Seq = -1;
  let last: Version | undefined;
  let broken = false;
  let generation = 0;

  const add = (row: Row): void => {
    const { number, x } = row;
    if (row.space === space.space.version && x.length !== space.dimensions.length)
      throw new Error(
        `row ${number} has ${x.length} numbers, expected one for each of ${space.dimensions.length} dimensions`,
      );
    const known = latest[number];
    const same = known !== undefined && sameSuggestion(known, row);
    if (same && saysAll(known, row)) return;
    latest[number] = row;
    if (!same) pending[number] = asPending(row);
    const said = versionsOf(row);
    const kept = same && extendsVersions(versions[number], said) ? versions[number] : [];
    const added = said.slice(kept.length);
    versions[number] = [...kept, ...added];
    for (const version of added) {
      sorted &&= due.length === next || byPosition(due[due.length - 1], version) < 0;
      due.push(version);
    }
    if (number < rows.length && (newestAt(number, seq) ?? pending[number]) !== rows[number]) broken = true;
  };

  const newestAt = (number: number, at: Seq): Version | undefined =>
    versions[number].findLast((row) => row.closed <= at);

  const restart = (): void => {
    generation++;
    broken = false;
    rows.length = closed.length = 0;
    last = undefined;
    due = versions.flat();
    sorted = false;
    next = 0;
    held = [];
  };

  /** Shows what came about up to `at`. @returns false where a view that only grows could not show it. */
  const close = (at: Seq): boolean => {
    if (!sorted) {
      due = due.slice(next).sort(byPosition);
      sorted = true;
      next = 0;
    }
    const candidates = held;
    held = [];
    while (next < due.length && due[next].closed <= at) candidates.push(due[next++]);
    for (const version of candidates) {
      const { number } = version;
      // replaced, or said otherwise by now
      if (newestAt(number, at) !== version) continue;
      if (number >= rows.length) held.push(version);
      else if (rows[number].closed !== undefined || (last && byPosition(version, last) < 0)) return false;
      else {
        rows[number] = last = version;
        closed.push(number);
      }
    }
    return true;
  };

  const grow = (at: Seq, number: number): boolean => {
    for (let i = rows.length; i < number; i++) {
      if (!latest[i])
        throw new ColdCacheError(`the row cache lacks row ${i}, the ask for trial ${number} builds on it`);
      rows.push(pending[i]);
    }
    seq = at;
    return close(at);
  };

  return {
    push(added) {
      for (const row of added) add(row);
    },
    has: (number) => latest[number] !== undefined,
    viewAt(at, number) {
      if (broken || at < seq || number < rows.length) restart();
      if (!grow(at, number)) {
        restart();
        grow(at, number);
      }
      return { seq, rows, closed };
    },
    get generation() {
      return generation;
    },
  };
}
