/** What a study's evaluation means for its trials. */
import type { Constraint, StudyDefinition } from '../study.ts';
import type { EvaluationSpec, TrialEvaluation } from './spec.ts';

/** Name of the constraint that `guards.gap` with `as: constraint` makes; workers fill it in. */
export const GAP_CONSTRAINT = 'gap';

/** What of `evaluate` a trial's request carries in tuning, or undefined where the study has none. */
export function trialEvaluation({ evaluate, objectives }: StudyDefinition): TrialEvaluation | undefined {
  if (!evaluate) return undefined;
  const { gap: rule } = evaluate.guards;
  const gap = rule && rule.as !== 'warning' && { ...rule, goal: objectives[0]!.goal };
  return { ...partsOf(evaluate), repeat: 0, ...(gap && { gap }) };
}

/** What the request of a run of the final test carries. */
export function testEvaluation(
  evaluate: EvaluationSpec,
  run: Required<Pick<TrialEvaluation, 'repeat' | 'candidate'>>,
): TrialEvaluation {
  return { ...partsOf(evaluate), ...run };
}

function partsOf({ split, test, seed }: EvaluationSpec): Pick<TrialEvaluation, 'split' | 'test' | 'seed'> {
  return { ...(split && { split }), test, seed };
}

/** The constraints that a final test is held to: the gap is a matter of tuning, and the judge speaks of it in its own words. */
export function testedConstraints({ evaluate, constraints }: StudyDefinition): readonly Constraint[] {
  if (evaluate?.guards.gap?.as !== 'constraint') return constraints;
  return constraints.filter(({ name }) => name !== GAP_CONSTRAINT);
}
