/** The bundle's entry: what a worker's workflowsPath re-exports. */
export { laneWorkflow } from './lane.ts';
export { trialWorkflow } from './long-trial.ts';
export { studyWorkflow } from './study.ts';
