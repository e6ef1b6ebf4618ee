/** What a study does about a trial that does better on the rows it was trained on: applied where the trial's result is read. */
import type { TrialRequest } from '../contract.ts';
import { TrialFailedError } from '../errors.ts';
import { readResult, type LiveProgress } from '../trial/result.ts';
import type { Objective } from '../study.ts';
import type { TrialResult } from '../trial/trial.ts';
import type { GapSpec } from './spec.ts';
import { GAP_CONSTRAINT } from './trial-evaluation.ts';

/** A result after the rule. */
export interface RuledResult {
  /** One number an objective; the first one is worse where it was penalized. */
  readonly values: readonly number[];
  /** What the constraint 'gap' (below: `above`) measures; with `constraint` alone. */
  readonly gap?: number;
}

/**
 * A trial's result as readResult takes it, with the rule applied: as a constraint no trial gives it itself.
 *
 * @throws TrialFailedError naming the field, its value and what was expected
 */
export function readRuledResult(
  raw: unknown,
  { objectives, constraints, evaluation }: Pick<TrialRequest, 'objectives' | 'constraints' | 'evaluation'>,
  live?: LiveProgress,
): TrialResult {
  const gap = evaluation?.gap;
  if (!gap) return readResult(raw, { objectives, constraints }, live);
  const at = gap.as === 'constraint' ? constraints.indexOf(GAP_CONSTRAINT) : -1;
  const result = readResult(raw, { objectives, constraints: constraints.filter((_, i) => i !== at) }, live);
  const ruled = applyGap(result, gap, gap.goal);
  return {
    ...result,
    values: ruled.values,
    ...(at >= 0 && { constraints: (result.constraints ?? []).toSpliced(at, 0, ruled.gap!) }),
  };
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
