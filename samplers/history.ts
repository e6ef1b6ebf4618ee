/**
 * The rows of one study, and what of them a suggestion may see: the study as it stood at a position of its event log.
 *
 * Rows come in any order and more than once, each version final for what it says: a pending row, later the same row closed
 * at a position `closed`. A view at (seq, number) shows the rows below `number`; those that closed at most at `seq` with
 * their results, the others as pending. Views grow: the next one costs what is new. A view that is no extension of the one
 * before (an earlier position, a row that turned out otherwise) is made from the start, and `generation` grows by one.
 */
import { ColdCacheError } from '../study/errors.ts';
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
  /** Each row as it was before it closed. */
  const pending: Row[] = [];
  /** Closed rows by the time they closed, once sorted; views have taken in those before `next`, but for `held` ones. */
  let due: Row[] = [];
  let sorted = true;
  let next = 0;
  /** Closed rows whose numbers views have not reached. */
  let held: Row[] = [];
  /** The current view. */
  const rows: Row[] = [];
  const closed: number[] = [];
  let seq: Seq = -1;
  let lastClosed: Seq = -1;
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
    if (same && known.closed !== undefined && (row.closed === undefined || row.closed === known.closed)) return;
    latest[number] = row;
    if (!same) pending[number] = asPending(row);
    const changed = Math.min(known?.closed ?? Infinity, row.closed ?? Infinity);
    if (number < rows.length && (!same || changed <= seq)) broken = true;
    if (known?.closed !== undefined) sorted = false;
    if (row.closed === undefined) return;
    sorted &&= due.length === next || due[due.length - 1].closed! < row.closed;
    due.push(row);
  };

  const restart = (): void => {
    generation++;
    broken = false;
    rows.length = closed.length = 0;
    lastClosed = -1;
    due = latest.filter((row) => row?.closed !== undefined) as Row[];
    sorted = false;
    next = 0;
    held = [];
  };

  /** Shows what closed up to `at`. @returns false where a row would have had to come before one already shown. */
  const close = (at: Seq): boolean => {
    if (!sorted) {
      due = due.slice(next).filter((row) => latest[row.number] === row);
      due.sort((a, b) => a.closed! - b.closed!);
      sorted = true;
      next = 0;
    }
    const candidates = held;
    held = [];
    while (next < due.length && due[next].closed! <= at) candidates.push(due[next++]);
    for (const row of candidates) {
      if (latest[row.number] !== row) continue;
      if (row.number >= rows.length) held.push(row);
      else if (row.closed! < lastClosed) return false;
      else {
        rows[row.number] = row;
        closed.push(row.number);
        lastClosed = row.closed!;
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

/** Whether two versions of a row were suggested alike: all that a row says before it closes. */
function sameSuggestion(a: Row, b: Row): boolean {
  return (
    a.space === b.space &&
    a.origin === b.origin &&
    a.seed === b.seed &&
    a.asOf === b.asOf &&
    sameItems(a.x, b.x) &&
    sameItems(a.memo ?? [], b.memo ?? [])
  );
}

function sameItems(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return false;
  return true;
}

function asPending({ number, space, origin, x, seed, asOf, memo }: Row): Row {
  return { number, space, origin, state: 'pending', x, seed, asOf, ...(memo && { memo }) };
}
