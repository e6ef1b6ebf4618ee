/** Which of two candidates that were tested in the same night, on the same data, is the champion from then on. */
import type { Objective } from '../study.ts';
import type { Verdict } from '../evaluation/contract.ts';
import type { Test } from './contract.ts';

/**
 * The challenger has to be strictly better, by this objective. Without a test of its own it loses; it wins against one that
 * is not there or failed its test, since tomorrow could not use that one either.
 */
export function wins({ name, goal }: Objective, challenger: Test, champion: Test | undefined): boolean {
  if ('failed' in challenger) return false;
  if (!champion || 'failed' in champion) return true;
  const [ours, theirs] = [challenger.values[name]!, champion.values[name]!];
  return goal === 'maximize' ? ours > theirs : ours < theirs;
}

/** The same by the verdict of a final test: a challenger that may be better by chance alone does not win. */
export function winsBy({ decision }: Verdict, challenger: Test, champion: Test | undefined): boolean {
  if ('failed' in challenger) return false;
  return decision === 'promote' || !champion || 'failed' in champion;
}
