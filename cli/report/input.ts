/** What a report is made of: a study's record, and what its guards make of it. */
import { allTrials } from '../../client/all-trials.ts';
import type { StudyHandle } from '../../client/study-handle.ts';
import type { StudyStatus } from '../../study/contract.ts';
import { checkGuards, DEFAULT_GUARDS } from '../../evaluation/guards/index.ts';
import { decidingMetric } from '../../evaluation/judging/compare-candidates.ts';
import type { Unchecked, Warning } from '../../study/evaluation/contract.ts';
import type { StudyDefinition } from '../../study/study.ts';
import type { TrialRecord } from '../../study/trial/trial.ts';

/** A study, open or closed. */
export interface StudyRecord {
  /** As it now stands. */
  readonly definition: StudyDefinition;
  /** As it was started, where that differs. */
  readonly started?: StudyDefinition;
  readonly status: StudyStatus;
  /** By number. */
  readonly trials: readonly TrialRecord[];
  /** How often somebody changed it. */
  readonly edits?: number;
}

export interface ReportInput extends StudyRecord {
  readonly warnings: readonly Warning[];
  readonly unchecked: readonly Unchecked[];
  /** Default: as the reader's system is. */
  readonly theme?: 'light' | 'dark';
}

/** The one place that says which warnings a report and `dtune verdict` show. */
export function reportInputOf(study: StudyRecord): ReportInput {
  const { warnings, unchecked } = study.status.evaluation?.judgement ?? { warnings: warningsOf(study), unchecked: [] };
  return { ...study, warnings, unchecked };
}

/** What the guards see in tuning alone, before there is a judgement or where there will be none: nobody promised that they look. */
function warningsOf({ definition, status, trials }: StudyRecord): readonly Warning[] {
  const { evaluate, objectives } = definition;
  return checkGuards({
    definition,
    guards: evaluate?.guards ?? DEFAULT_GUARDS,
    trials,
    best: status.best,
    ...(evaluate?.costs && { costs: evaluate.costs }),
    metric: evaluate ? decidingMetric(definition) : objectives[0]!,
  }).warnings;
}

/** @throws StudyDefinitionError if there is no such study */
export async function readReportInput(study: StudyHandle): Promise<ReportInput> {
  // the status first: every trial that it names is among those that are read after it
  const status = await study.status();
  const { definition: started } = await study.found();
  const { definition, edits } = await study.edits();
  const trials = await allTrials(study);
  return reportInputOf({ definition, started, status, trials, edits: edits.length });
}
