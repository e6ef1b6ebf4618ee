/** Which checkpoints of a study's trials are still needed: a pure rule over its rows, for whoever wants to take the others away. */
import type { TrialState } from './trial.ts';

/** What the rule looks at, of a row as well as of a TrialRecord. */
export interface CheckpointRow {
  readonly number: number;
  readonly state: TrialState;
  /** The newest that the ledger knows of. */
  readonly checkpoint?: string;
  /** The trial that it began from, where it went on from another one's checkpoint. */
  readonly parent?: number;
  readonly baseline?: true;
}

export interface CheckpointNeeds {
  /** These stay, wherever they are: some are of another trial, or of another study. */
  readonly pointers: ReadonlySet<string>;
  /** Those of them that a trial may go on from: of these the one before stays, too, should they be damaged. */
  readonly resumable: ReadonlySet<string>;
  /** Numbers of trials of which all stay: what they gave last has not come to the ledger yet. */
  readonly trials: ReadonlySet<number>;
}

/** Whether a checkpoint is a directory in an artifact store: other strings are the trial's own affair. */
export function isStored(checkpoint: string): boolean {
  return /^(?:file|s3):\/\//.test(checkpoint);
}

export interface ChosenTrials {
  /** Numbers of trials whose checkpoint stays whatever their state: best, front, champion, members of a population. */
  readonly chosen: Iterable<number>;
  /** Whether failed trials may be tried again: as long as the study is open. */
  readonly retries: boolean;
}

/**
 * The checkpoints that have to stay: of all trials that have not ended, of the parents they began from, of what was chosen and of
 * baselines, and of failed trials that may be tried again. O(rows).
 *
 * @param rows  all of a study, in any order
 */
export function checkpointsToKeep(rows: readonly CheckpointRow[], { chosen, retries }: ChosenTrials): CheckpointNeeds {
  const pointers = new Set<string>();
  const resumable = new Set<string>();
  const trials = new Set<number>();
  const stays = new Set(chosen);
  for (const { state, parent } of rows) if (isLive(state) && parent !== undefined) stays.add(parent);
  for (const { number, state, checkpoint, baseline } of rows) {
    if (state === 'running') trials.add(number);
    if (checkpoint === undefined) continue;
    const mayGoOn = isLive(state) || (retries && state === 'failed');
    if (mayGoOn) resumable.add(checkpoint);
    if (mayGoOn || baseline || stays.has(number)) pointers.add(checkpoint);
  }
  return { pointers, resumable, trials };
}

/**
 * Numbers of the ended trials of a population that others may go on from, by its rows alone: the last two of each member, since one that is
 * about to start may go on from a donor that has ended again, and whom these went on from, should their checkpoints be damaged.
 */
export function mayBeParents(
  rows: readonly {
    readonly number: number;
    readonly state: TrialState;
    readonly rung?: { readonly bracket: number };
    readonly lineage?: { readonly parent: number };
  }[],
): number[] {
  const ends = new Map<number, (readonly number[])[]>();
  for (const { number, state, rung, lineage } of rows) {
    if (!rung || (state !== 'complete' && state !== 'infeasible')) continue;
    const own = lineage ? [number, lineage.parent] : [number];
    ends.set(rung.bracket, [...(ends.get(rung.bracket) ?? []), own].slice(-2));
  }
  return [...new Set([...ends.values()].flat(2))];
}

function isLive(state: TrialState): boolean {
  return state === 'waiting' || state === 'running' || state === 'paused';
}
