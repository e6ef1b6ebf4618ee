/**
 * Door './workflows', and the bundle's entry: what a worker's workflowsPath re-exports. What is here is part of its user's workflow
 * code: no zod, no I/O.
 */
export { laneWorkflow } from './lane.ts';
export { trialWorkflow } from './long-trial.ts';
export { slotPoolWorkflow } from './slot-pool.ts';
export { nightWorkflow } from './night.ts';
export { scheduleWorkflow } from './schedule.ts';
export { studyWorkflow } from './study.ts';
export { studyOptions, type StudyOptions } from './child.ts';
export { createReporter } from './reporter.ts';
export type { WireTrial } from '../study/wire.ts';
