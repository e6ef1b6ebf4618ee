/** What a study does about a trial that does better on the rows it was trained on: applied where the trial's result is read. */
import { TrialFailedError } from '../../study/errors.ts';
import type { GapSpec } from '../../study/evaluation/spec.ts';
import type { Objective } from '../../study/study.ts';
import type { TrialResult } from '../../study/trial.ts';

export { GAP_CONSTRAINT } from '../../study/evaluation/trial-evaluation.ts';

/** A result after the rule. */
export interface RuledResult {
  /** One number an objective; the first one is worse where it was penalized. */
  readonly values: readonly number[];
  /** What the constraint 'gap' (below: `above`) measures; with `constraint` alone. */
  readonly gap?: number;
}

/** By how much training is better than validation; negative where it is worse. */
export function gapOf(train: number, value: number, goal: Objective['goal']): number {
  return goal === 'maximize' ? train - value : value - train;
}

/**
 * A trial's values in tuning, with the rule applied; final tests are left as they are.
 *
 * @param goal  of the first objective
 * @throws TrialFailedError where the rule needs a training score and the result has none
 */
export function applyGap(
  { values, train }: Pick<TrialResult, 'values' | 'train'>,
  spec: GapSpec,
  goal: Objective['goal'],
): RuledResult {
  if (spec.as === 'warning') return { values };
  if (train === undefined)
    throw new TrialFailedError(
      `the result has no train, which guards.gap (as: ${spec.as}) compares with the first objective: ` +
        'return the first objective on the training rows as train, or set as: warning',
    );
  const [first, ...rest] = values as [number, ...number[]];
  const gap = gapOf(train, first, goal);
  if (spec.as === 'constraint') return { values, gap };
  const worse = (spec.weight ?? 1) * Math.max(0, gap - spec.above);
  return { values: [goal === 'maximize' ? first - worse : first + worse, ...rest] };
}

/** The first objective as the trial measured it, of a value that a penalty may have made worse. */
export function unpenalized(
  value: number,
  train: number | undefined,
  spec: GapSpec | undefined,
  goal: Objective['goal'],
): number {
  if (spec?.as !== 'penalty' || train === undefined) return value;
  const excess = gapOf(train, value, goal) - spec.above;
  if (excess <= 0) return value;
  // gap + weight (gap - above) was seen: what the penalty added of that
  const weight = spec.weight ?? 1;
  const worse = (weight / (1 + weight)) * excess;
  return goal === 'maximize' ? value + worse : value - worse;
}
