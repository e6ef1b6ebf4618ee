/** A user's training as a workflow of steps: what a trial of pipelines-crash.test.ts is. */
import { proxyActivities } from '@temporalio/workflow';
import { createReporter, type WireTrial } from '../../../workflows/index.ts';
import type { steps } from './ml-worker.ts';

const { prepare, epoch } = proxyActivities<typeof steps>({
  startToCloseTimeout: '2 seconds',
  retry: { initialInterval: '100ms', backoffCoefficient: 1 },
});

export async function training(trial: WireTrial): Promise<unknown> {
  const report = createReporter(trial);
  let loss = await prepare(trial.params);
  for (let step = 1; step <= 4; step++) {
    loss = await epoch(trial.params, loss);
    await report(step, loss);
  }
  return { value: loss, attributes: { steps: 4 } };
}
