/** A user's workflows with a study as one of their steps. */
import { executeChild } from '@temporalio/workflow';
import type { StudyDefinition, StudyStatus } from '../../../index.ts';
import { studyOptions, studyWorkflow } from '../../../workflows/index.ts';

export * from '../../../workflows/index.ts';

export async function pipeline(definition: StudyDefinition): Promise<StudyStatus> {
  return executeChild(studyWorkflow, studyOptions(definition));
}

/** The study under an id of the server's making. */
export async function anonymous(definition: StudyDefinition): Promise<StudyStatus> {
  return executeChild(studyWorkflow, { args: [{ definition }] });
}
