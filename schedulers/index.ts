/** Door './schedulers': the built-in schedulers as pure state machines, for programs that schedule trials themselves. */
export { checkScheduler, schedulerByName, schedulerOptions, SCHEDULERS, schedulingProblem } from './registry.ts';
export type * from './scheduler.ts';
