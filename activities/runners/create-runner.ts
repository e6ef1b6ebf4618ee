/** Which runner a trial has, and what a worker lets it do. */
import { TrialFailedError } from '../../study/errors.ts';
import type { JobSpec } from '../../study/trial/remote.ts';
import type { RunnableSpec } from '../../study/study.ts';
import { runCommand } from './command.ts';
import { runFunctionProcess } from './function-process.ts';
import { createRegisteredRunner } from './registered.ts';
import { runHttp, type HttpRules } from './remote/http/run-http.ts';
import { runJob } from './remote/jobs/run-job.ts';
import type { RemoteLink } from './remote/run-remote.ts';
import type { RunLimits, TrialEvents, TrialFacts } from './runner.ts';
import type { TrialFunction } from './trial-context.ts';

export interface RunnerRules extends Partial<HttpRules> {
  /** Functions of this process, by the name a study calls them. */
  readonly functions: Readonly<Record<string, TrialFunction<never>>>;
  /** Whether this worker may run a command: program and arguments. */
  readonly allowCommand: (command: readonly string[]) => boolean;
  /** Whether this worker may submit such a job: it runs commands here or in a cluster; by default none may. */
  readonly allowJob?: (job: JobSpec) => boolean;
}

/** Runs an attempt of any kind. @param link  of those that run elsewhere @throws as a Runner does */
export type AnyRunner = (
  trial: RunnableSpec,
  facts: TrialFacts,
  events: TrialEvents,
  limits: RunLimits,
  link: RemoteLink,
) => Promise<unknown>;

export function createRunner({ functions, allowCommand, ...rules }: RunnerRules): AnyRunner {
  const { allowPrivateHttp = () => false, allowEnvironment = () => false, allowJob = () => false } = rules;
  const runRegistered = createRegisteredRunner(functions);
  return async (trial, facts, events, limits, link) => {
    switch (trial.kind) {
      case 'function':
        return trial.module === undefined
          ? runRegistered(trial, facts, events, limits)
          : runFunctionProcess({ ...trial, module: trial.module }, facts, events, limits);
      case 'http':
        return runHttp({ allowPrivateHttp, allowEnvironment }, trial.http, facts, events, limits, link);
      case 'job':
        if (allowJob(trial.job)) return runJob(trial.job, facts, events, limits, link);
        throw new TrialFailedError(
          'this worker submits no jobs for this study: expected one started with --allow-command',
        );
      case 'command':
        if (allowCommand(trial.command)) return runCommand(trial, facts, events, limits);
        throw new TrialFailedError(
          `this worker does not run the command '${trial.command.join(' ')}': expected one started with --allow-command`,
        );
    }
  };
}
