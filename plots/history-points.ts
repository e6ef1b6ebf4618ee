/** How a study went: the value of each trial and the best so far, one objective at a time. */
import type { Objective } from '../study/study.ts';
import type { TrialRecord } from '../study/trial/trial.ts';

export interface HistoryPoint {
  readonly number: number;
  /** Finite, as `best`. */
  readonly value: number;
  /** Best of this and all earlier trials, by number. */
  readonly best: number;
}

/** The complete trials, by number. @param trials by number */
export function historyOf(trials: readonly TrialRecord[], { name, goal }: Objective): HistoryPoint[] {
  const points: HistoryPoint[] = [];
  for (const { state, values, number } of trials) {
    const value = values?.[name];
    if (state !== 'complete' || value === undefined) continue;
    const before = points.at(-1)?.best ?? value;
    points.push({ number, value, best: goal === 'maximize' ? Math.max(before, value) : Math.min(before, value) });
  }
  return points;
}

/**
 * The values a chart should span, [low, high]: all but the worst `hidden` share (0 <= hidden < 1), which would press all else
 * together, unless only one value were left.
 */
export function shownRange(points: readonly HistoryPoint[], goal: Objective['goal'], hidden: number): [number, number] {
  const values = points.map(({ value }) => value).sort((a, b) => (goal === 'maximize' ? a - b : b - a));
  const best = values.at(-1)!;
  const edge = values[Math.floor((values.length - 1) * hidden)]!;
  const worst = edge === best ? values[0]! : edge;
  return worst < best ? [worst, best] : [best, worst];
}
