/** What a newer version of the study workflow may look like: a step that runs of the older one do not have. */
import { patched, sleep } from '@temporalio/workflow';
import type { StudyInput, StudyStatus } from '../../study/contract.ts';
import { studyWorkflow as older } from '../../workflows/study.ts';

export { scheduleWorkflow } from '../../workflows/schedule/schedule.ts';

export async function studyWorkflow(input: StudyInput, rows?: Uint8Array): Promise<StudyStatus> {
  if (patched('a-newer-step')) await sleep(1);
  return older(input, rows);
}
