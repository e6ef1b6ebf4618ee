/** The bundle's entry: what a worker's workflowsPath re-exports. */
export { studyWorkflow } from './study.ts';
