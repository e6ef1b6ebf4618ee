/**
 * The newest entries of a study, as of any late position of its log: what bounds a pruner's state.
 *
 * An entry carries the position it was taken in at. A verdict looks at the newest `size` of those at or before its position; as many
 * more are kept as may come between a trial's opening and its last report, so that those make no difference: twice the parallelism
 * that the study began with, 64 at least.
 */
import type { SchedulingProblem } from '../scheduler.ts';

/** Plain JSON. */
export interface Window<Entry> {
  readonly size: number;
  readonly kept: number;
  readonly entries: (readonly [seq: number, entry: Entry])[];
  /** How many there were that are no longer kept. */
  dropped: number;
}

export function openWindow<Entry>(size: number, { parallel }: SchedulingProblem): Window<Entry> {
  return { size, kept: size + Math.max(64, 2 * parallel), entries: [], dropped: 0 };
}

export function take<Entry>(window: Window<Entry>, seq: number, entry: Entry): void {
  window.entries.push([seq, entry]);
  if (window.entries.length > window.kept) {
    window.entries.shift();
    window.dropped++;
  }
}

/** The newest of those as of a position, oldest first, and how many there have been by then. */
export function asOfPosition<Entry>(
  { entries, size, dropped }: Window<Entry>,
  asOf: number,
): { readonly newest: readonly Entry[]; readonly count: number } {
  let end = entries.length;
  while (end > 0 && entries[end - 1]![0] > asOf) end--;
  const newest = entries.slice(Math.max(0, end - size), end).map(([, entry]) => entry);
  return { newest, count: dropped + end };
}
