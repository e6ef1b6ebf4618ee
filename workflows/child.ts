/** A study as one step of a user's own workflow: executeChild(studyWorkflow, studyOptions(definition)). */
import type { ParentClosePolicy } from '@temporalio/workflow';
import { workflowId, type StudyInput } from '../study/contract.ts';
import type { StudyDefinition } from '../study/study.ts';

export interface StudyOptions {
  /** What makes a study be found by its name, by `dtune` and by TuningClient: another id hides it until it has closed. */
  readonly workflowId: string;
  readonly args: [StudyInput];
  /** A parent that is terminated or times out has its study stop and record what it has. */
  readonly parentClosePolicy: typeof ParentClosePolicy.REQUEST_CANCEL;
}

/** Options of the child workflow; its asks run on the task queue of the parent, its trials on `trial.queue`. */
export function studyOptions(definition: StudyDefinition): StudyOptions {
  return { workflowId: workflowId(definition.name), args: [{ definition }], parentClosePolicy: 'REQUEST_CANCEL' };
}
