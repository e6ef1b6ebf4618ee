/** The predictions of both candidates' runs, put side by side. */
import { TrialFailedError } from '../../study/errors.ts';
import type { Predictions } from '../../study/evaluation/predictions.ts';
import { align } from '../predictions.ts';

/** Predictions, why they cannot be read, or nothing where a run gave none. */
export type Read = Predictions | { readonly fault: string } | undefined;

export interface PredictionPair {
  /** By repeat, each on the same rows in the same order; absent where a run has none. */
  readonly champion?: readonly Predictions[];
  readonly challenger?: readonly Predictions[];
  /** Why the two cannot be compared by them, in words. */
  readonly fault?: string;
}

/** Rows of each repeat are those of the champion's run. */
export function pairPredictions({
  champion,
  challenger,
}: {
  readonly champion: readonly Read[];
  readonly challenger: readonly Read[];
}): PredictionPair {
  const fault = [...champion, ...challenger].find((read) => read && 'fault' in read);
  if (fault && 'fault' in fault) return { fault: fault.fault };
  const [theirs, ours] = [complete(champion), complete(challenger)];
  if (!theirs || !ours || theirs.length !== ours.length)
    return { ...(theirs && { champion: theirs }), ...(ours && { challenger: ours }) };
  try {
    const pairs = theirs.map((one, i) => align(one, ours[i]!));
    return { champion: pairs.map(({ a }) => a), challenger: pairs.map(({ b }) => b) };
  } catch (error) {
    if (!(error instanceof TrialFailedError)) throw error;
    return { champion: theirs, challenger: ours, fault: error.message };
  }
}

/** Whether all runs of both candidates are of the same rows, which one resample then stands for. */
export function onSameRows(runs: readonly Predictions[]): boolean {
  const [first, ...rest] = runs;
  return rest.every((run) => same(run.truth, first!.truth) && same(run.ids ?? [], first!.ids ?? []));
}

function same(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}

function complete(reads: readonly Read[]): readonly Predictions[] | undefined {
  const all = reads.filter((read): read is Predictions => read !== undefined && !('fault' in read));
  return all.length > 0 && all.length === reads.length ? all : undefined;
}
