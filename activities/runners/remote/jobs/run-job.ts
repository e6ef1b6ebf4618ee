/** Trials that are jobs of a cluster. */
import type { JobSpec } from '../../../../study/trial/remote.ts';
import type { RunLimits, TrialEvents, TrialFacts } from '../../runner.ts';
import { runRemote, type RemoteLink } from '../run-remote.ts';
import { createCommandService } from './commands.ts';
import { jobName } from './job-run.ts';
import { createKubernetesService } from './kubernetes.ts';

export async function runJob(
  job: JobSpec,
  facts: TrialFacts,
  events: TrialEvents,
  limits: RunLimits,
  link: RemoteLink,
): Promise<unknown> {
  const named = { ...facts, attempt: link.attempt };
  const { key } = link.run;
  const run = { facts: named, key, name: jobName(facts.study, facts.number, key) };
  if (job.kind === 'commands') return runRemote(createCommandService(job, run), job, events, limits, link);
  const service = await createKubernetesService(job, { ...run, timeoutMs: limits.timeoutMs });
  try {
    return await runRemote(service, job, events, limits, link);
  } finally {
    service.close();
  }
}
