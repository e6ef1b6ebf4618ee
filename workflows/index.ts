/**
 * Door './workflows', and the bundle's entry: what a worker's workflowsPath re-exports. What is here is part of its user's workflow
 * code: no zod, no I/O.
 */
export { laneWorkflow } from './trial/lane.ts';
export { trialWorkflow } from './trial/long-trial.ts';
export { slotPoolWorkflow } from './slots/slot-pool.ts';
export { nightWorkflow } from './schedule/night.ts';
export { scheduleWorkflow } from './schedule/schedule.ts';
export { studyWorkflow } from './study.ts';
export { studyOptions, type StudyOptions } from './child.ts';
export { createReporter } from './trial/reporter.ts';
export type { WireTrial } from '../study/trial/wire.ts';
