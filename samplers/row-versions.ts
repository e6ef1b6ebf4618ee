/**
 * What a row says at positions of the event log: it is pending, then `pruned` at the last of its ended segments (`complete`, where they are
 * replicates), then closed.
 *
 * A row that closes as pruned, not trained any further since its last segment, says nothing new by it: it stays as it was then, without the
 * cost that only closing tells. So the trials that a scheduler gives up, most of all, change no view.
 */
import { sameNumbers } from './same-numbers.ts';
import type { Row, Seq } from './sampler.ts';

/** A row once it is more than pending: `closed` is the position from which on it is seen so. */
export type Version = Row & { readonly closed: Seq };

/** What a row is after it is pending, by position; a later one replaces it. */
export function versionsOf(row: Row): readonly Version[] {
  const versions = (row.segments ?? []).map((_, i) => atSegment(row, i));
  const last = versions.at(-1);
  if (isClosed(row) && !(last && addsNothing(row, last))) versions.push(row);
  return versions;
}

export function asPending({ number, space, origin, x, seed, asOf, memo, rung, parent }: Row): Row {
  return {
    number,
    space,
    origin,
    state: 'pending',
    x,
    seed,
    asOf,
    ...(memo && { memo }),
    ...(rung && { rung }),
    ...(parent !== undefined && { parent }),
  };
}

/** Whether `known` says all that `row`, suggested alike, does: what has closed never opens again, what has ended has ended. */
export function saysAll(known: Row, row: Row): boolean {
  if (row.closed !== undefined) return known.closed === row.closed;
  if (known.closed !== undefined) return true;
  return (row.segments ?? []).every(({ seq }, i) => known.segments?.[i]?.seq === seq);
}

/** Whether `now` only adds to what the same row, suggested alike, was `before`: a position tells what happened there. */
export function extendsVersions(before: readonly Version[], now: readonly Version[]): boolean {
  const isSame = (a: Version, b: Version | undefined): boolean =>
    a.closed === b?.closed && a.state === b.state && a.segments?.length === b.segments?.length;
  return before.every((version, i) => isSame(version, now[i]));
}

/** Whether two rows were suggested alike: all that a row says while it is pending. */
export function sameSuggestion(a: Row, b: Row): boolean {
  return (
    a.space === b.space &&
    a.origin === b.origin &&
    a.seed === b.seed &&
    a.asOf === b.asOf &&
    a.rung?.to === b.rung?.to &&
    a.rung?.bracket === b.rung?.bracket &&
    a.rung?.rung === b.rung?.rung &&
    a.parent === b.parent &&
    sameNumbers(a.x, b.x) &&
    sameNumbers(a.memo ?? [], b.memo ?? [])
  );
}

/** By position, then by number. */
export function byPosition(a: Version, b: Version): number {
  return a.closed - b.closed || a.number - b.number;
}

function atSegment(row: Row, i: number): Version {
  const segments = row.segments!.slice(0, i + 1);
  const { y, c, to, seq } = segments[i];
  if (row.replicated)
    return { ...asPending(row), state: 'complete', replicated: true, y, ...(c && { c }), segments, closed: seq };
  return { ...asPending(row), state: 'pruned', y, step: to, segments, closed: seq };
}

function isClosed(row: Row): row is Version {
  return row.closed !== undefined;
}

/** Steps may be counted in another unit than budgets: then the value tells. */
function addsNothing({ state, step, c, y, replicated }: Row, last: Version): boolean {
  if (replicated) return state === 'complete' && sameNumbers(y!, last.y!);
  if (state !== 'pruned' || c) return false;
  return step === undefined || step <= last.step! || (y !== undefined && sameNumbers(y, last.y!));
}
