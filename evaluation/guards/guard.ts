/** What every guard is given and what it answers. A guard is a pure function: it looks at what was measured, and measures nothing. */
import type { BestTrial } from '../../study/contract.ts';
import type { TestedCandidate, Unchecked, Verdict, Warning } from '../../study/evaluation/contract.ts';
import type { Predictions } from '../../study/evaluation/predictions.ts';
import type { CostSpec, GuardSpec } from '../../study/evaluation/spec.ts';
import type { StudyDefinition } from '../../study/study.ts';
import type { TrialRecord } from '../../study/trial/trial.ts';

export interface GuardInput {
  readonly definition: StudyDefinition;
  readonly guards: GuardSpec;
  /** In any order; imported ones are left out of account, as the study's best leaves them out. */
  readonly trials: readonly TrialRecord[];
  readonly best: BestTrial | null;
  readonly champion?: TestedCandidate;
  readonly challenger?: TestedCandidate;
  /** On the same test rows. */
  readonly predictions?: { readonly champion?: Predictions; readonly challenger?: Predictions };
  readonly verdict?: Verdict;
  readonly costs?: CostSpec;
  /** What decides: a metric of the predictions, or the first objective. */
  readonly metric: { readonly name: string; readonly goal: 'minimize' | 'maximize' };
}

/** A warning, what the guard lacked, or null: it looked and saw nothing wrong. */
export type Finding = Omit<Warning, 'guard'> | Omit<Unchecked, 'guard'> | null;

export type Guard = (input: GuardInput) => Finding;
