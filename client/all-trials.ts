import type { TrialRecord } from '../study/trial/trial.ts';

/** All trials of a study, in number order. @throws StudyDefinitionError if there is no such study */
export async function allTrials(study: { trials(): AsyncIterable<TrialRecord> }): Promise<TrialRecord[]> {
  const trials: TrialRecord[] = [];
  for await (const trial of study.trials()) trials.push(trial);
  return trials;
}
