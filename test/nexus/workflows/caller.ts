/** Workflows of somebody else, who knows the service alone. */
import { createNexusServiceClient, type NexusServiceClient } from '@temporalio/workflow';
import type { BestTrial, StudyStatus } from '../../../index.ts';
import { tuningService, type StartStudyRequest, type TuningService } from '../../../nexus/service.ts';

const tuning = (): NexusServiceClient<TuningService> =>
  createNexusServiceClient({ endpoint: 'tuning', service: tuningService });

export async function start(request: StartStudyRequest): Promise<StudyStatus> {
  return tuning().executeOperation('start', request, { scheduleToCloseTimeout: '5 minutes' });
}

export async function status(study: string): Promise<StudyStatus> {
  return tuning().executeOperation('status', { study }, { scheduleToCloseTimeout: '1 minute' });
}

export async function best(study: string): Promise<BestTrial | null> {
  return tuning().executeOperation('best', { study }, { scheduleToCloseTimeout: '1 minute' });
}
