/** For trials that are workflows: tells the study how training goes, as `report` does for functions. */
import { getExternalWorkflowHandle } from '@temporalio/workflow';
import { SIGNALS } from '../../study/contract.ts';
import { CrossingSteps } from '../../study/trial/crossings.ts';
import type { TrialReports } from '../../study/scheduling.ts';
import type { WireTrial } from '../../study/trial/wire.ts';

/**
 * A function that reports the first objective at a step of this trial: finite numbers, the step 0 or more, steps ascending. Only reports
 * that the study wants to hear of are sent; where its pruner wants no more of the trial, the workflow is cancelled.
 *
 * @param trial  what the workflow was started with
 * @returns a function whose promise resolves once the study has the report
 */
export function createReporter(trial: WireTrial): (step: number, value: number) => Promise<void> {
  const { workflow, firstRunId, number, attempt, crossings, crossed } = trial;
  const steps = crossings && new CrossingSteps(crossings, crossed?.at(-1)?.[0]);
  return async (step, value) => {
    if (!steps?.crosses(step)) return;
    const reports: TrialReports = { firstRunId, reports: [{ number, attempt, step, value }] };
    await getExternalWorkflowHandle(workflow).signal(SIGNALS.reports, reports);
  };
}
