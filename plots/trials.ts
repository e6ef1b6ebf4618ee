/** Which trials a plot shows, and what it says of the others. */
import type { Objective } from '../study/study.ts';
import type { TrialRecord, TrialState } from '../study/trial/trial.ts';

export interface Scored {
  readonly trial: TrialRecord;
  /** Finite, in the user's own direction. */
  readonly value: number;
}

const STATES: readonly TrialState[] = ['complete', 'infeasible', 'pruned', 'failed', 'running', 'paused', 'waiting'];

/** An axis' name: what is measured, and where it should go. */
export function objectiveLabel({ name, goal }: Objective): string {
  return `${name} (${goal})`;
}

/** The complete trials that have a value, by number. */
export function scored(trials: readonly TrialRecord[], { name }: Objective): Scored[] {
  return trials.flatMap((trial) => {
    const value = trial.values?.[name];
    return trial.state === 'complete' && value !== undefined ? [{ trial, value }] : [];
  });
}

/** The first of the best. */
export function bestOf<One extends Pick<Scored, 'value'>>(
  all: readonly One[],
  { goal }: Pick<Objective, 'goal'>,
): One | undefined {
  const isBetter = (a: number, b: number): boolean => (goal === 'maximize' ? a > b : a < b);
  return all.reduce<One | undefined>((best, one) => (best && !isBetter(one.value, best.value) ? best : one), undefined);
}

/** '40 trials: 30 complete, 5 pruned, 5 failed'. */
export function countsText(trials: readonly Pick<TrialRecord, 'state'>[]): string {
  const counts = STATES.map((state) => [state, trials.filter((trial) => trial.state === state).length] as const);
  const parts = counts.filter(([, count]) => count > 0).map(([state, count]) => `${count} ${state}`);
  return `${plural(trials.length, 'trial')}${parts.length > 0 ? `: ${parts.join(', ')}` : ''}`;
}

/** The counts, and that what is not complete is left out. */
export function completeNote(trials: readonly TrialRecord[]): string {
  const isLeftOut = trials.some(({ state }) => state !== 'complete');
  return `${countsText(trials)}${isLeftOut ? '; only complete ones are drawn' : ''}.`;
}

export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
