/** The pipeline's own workflows, with a study as one of their steps; and, by one line, durable-tune's. */
import { createNexusServiceClient, executeChild, proxyActivities } from '@temporalio/workflow';
import { tuningService } from '../../nexus/service.ts';
import { studyOptions, studyWorkflow } from '../../workflows/index.ts';
import type { PipelineActivities, Published } from './activities.ts';

export * from '../../workflows/index.ts';

const { prepare, define, publish } = proxyActivities<PipelineActivities>({ startToCloseTimeout: '1 minute' });

/** The study as a child workflow, on this worker. */
export async function pipeline(study: string): Promise<Published> {
  const definition = await define(await prepare(study));
  const { best } = await executeChild(studyWorkflow, studyOptions(definition));
  return publish(study, best!);
}

/** The study as an operation of the Nexus service, on whatever worker answers it. */
export async function nexusPipeline(study: string): Promise<Published> {
  const tuning = createNexusServiceClient({ endpoint: 'tuning', service: tuningService });
  await tuning.executeOperation('start', { study: await prepare(study) }, { scheduleToCloseTimeout: '1 day' });
  const best = await tuning.executeOperation('best', { study }, { scheduleToCloseTimeout: '1 minute' });
  return publish(study, best!);
}
