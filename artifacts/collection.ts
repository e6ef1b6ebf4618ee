/**
 * What of a store nothing needs any more: a pure decision over what there is and what is known. A thing goes if its study is known and
 * has no use for it; what belongs to nothing that is known goes only on request, since a store may serve studies of other servers. What
 * is younger than the grace always stays: its pointer may be on its way.
 */
import type { CheckpointNeeds } from '../study/trial/checkpoints.ts';
import { readCheckpointUri } from './checkpoint-name.ts';
import type { StoredThing } from './inventory.ts';

/** One run of a study that the server or the archive knows. */
export interface KnownRun {
  readonly study: string;
  /** Its first run. */
  readonly run: string;
  readonly isOpen: boolean;
  readonly needs: CheckpointNeeds;
  /** SHA-256 of every blob that it speaks of. */
  readonly blobs: ReadonlySet<string>;
}

export interface CollectionRules {
  /** The one study whose things may go; absent: all. */
  readonly study?: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Things stay at least so long after they were written, milliseconds. */
  readonly graceMs: number;
  /** Whether what belongs to no known study may go, too, of any study. */
  readonly orphans: boolean;
  /** The checkpoint before one that a trial may go on from, where its manifest says it: by pointer. */
  readonly previous: ReadonlyMap<string, string>;
}

/**
 * How old things at least are that only an absence speaks against, milliseconds: a final test that still runs, of a night say, is not
 * to be seen in what is known.
 */
export const ORPHAN_GRACE_MS: number = 7 * 24 * 60 * 60_000;

/** The things that may go, in their order. O(things + rows of the known studies). */
export function collectable(
  things: readonly StoredThing[],
  known: readonly KnownRun[],
  rules: CollectionRules,
): StoredThing[] {
  const { study, now, graceMs, orphans, previous } = rules;
  const runs = new Map(known.map((each) => [each.run, each]));
  const blobs = new Set(known.flatMap((each) => [...each.blobs]));
  // by name: one store may be known by several places
  const needed = new Set<string | undefined>();
  for (const { needs } of known) {
    for (const pointer of needs.pointers) needed.add(readCheckpointUri(pointer)?.name);
    for (const pointer of needs.resumable) needed.add(readCheckpointUri(previous.get(pointer) ?? '')?.name);
  }
  const isUnneeded = (thing: StoredThing): boolean => {
    const age = now - thing.writtenAt;
    const isOld = age > Math.max(graceMs, ORPHAN_GRACE_MS);
    if (age <= graceMs) return false;
    if (thing.kind === 'leftover') return study === undefined;
    if (thing.kind === 'blob') return orphans && isOld && study === undefined && !blobs.has(thing.name);
    if (thing.kind !== 'checkpoint' || needed.has(thing.name)) return false;
    const { run, trial, study: owner } = thing.of!;
    const owned = runs.get(run);
    if (!owned) return orphans && isOld && (study === undefined || owner === study);
    if (study !== undefined && owned.study !== study) return false;
    if (!/^\d+$/.test(trial)) return !owned.isOpen && isOld;
    return !owned.needs.trials.has(Number(trial));
  };
  return things.filter(isUnneeded);
}
