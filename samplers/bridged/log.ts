/**
 * A study as a library lived through it: asked for a trial as its row was opened, told of it as it ended, in the order of the log.
 *
 * To a library that is asked again a trial has ended when it first brought something: what was told cannot be taken back, and what was
 * suggested since was suggested by that. One that is told everything afresh hears the newest.
 */
import { byPosition, versionsOf, type Version } from '../row-versions.ts';
import type { Row, View } from '../sampler.ts';
import { wirePoint, type Exact } from './call.ts';
import { decodeNote } from './memo.ts';

/** @param digest  of the settings: rows that were suggested by these are asked for again in a replay */
export function libraryLog({ rows, seq }: View, exact: Exact, digest: string): string[] {
  // a row without a point is of another space
  const seen = rows.filter(({ x }) => x.length > 0);
  const ends = seen
    .flatMap((row) => {
      const version = exact === 'replay' ? versionsOf(row)[0] : row.closed === undefined ? undefined : (row as Version);
      return version && version.closed <= seq ? [version] : [];
    })
    .sort(byPosition);
  const log: string[] = [];
  // those that ended, as told and imported trials do, where they began
  const early = new Map<number, Version>();
  let next = 0;
  const tell = (begun: number, until: number): void => {
    for (; next < ends.length && ends[next].closed <= until; next++) {
      const end = ends[next];
      if (end.number < begun) log.push(toldOf(end));
      else early.set(end.number, end);
    }
  };
  for (const row of seen) {
    tell(row.number, row.asOf);
    log.push(exact === 'replay' ? begunOf(row, digest) : added(row));
    const end = early.get(row.number);
    if (end) log.push(toldOf(end));
  }
  tell(rows.length, seq);
  return log;
}

function begunOf(row: Row, digest: string): string {
  const note = decodeNote(row.memo, row.x.length);
  if (note?.digest !== digest) return added(row);
  const x = wirePoint(row.x);
  return recalled(
    row.number,
    x.map((value, i) => (note.given[i] ? value : null)),
    x,
  );
}

/** A trial that was asked for, with what was given of it, and what it became. */
export function recalled(number: number, fixed: readonly (number | null)[], x: readonly (number | null)[]): string {
  return JSON.stringify({ recall: number, fixed, x });
}

function added({ number, x }: Row): string {
  return JSON.stringify({ add: number, x: wirePoint(x) });
}

function toldOf({ number, state, y, c, step }: Version): string {
  return JSON.stringify({
    tell: number,
    state,
    ...(y && { y: Array.from(y) }),
    ...(c && { c: Array.from(c) }),
    ...(step !== undefined && { step }),
  });
}
