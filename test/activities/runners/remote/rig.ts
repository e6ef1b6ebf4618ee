/** A trial that runs elsewhere, as the activity runs it, with what it heartbeats and logs. */
import { ActivityCancellationDetails } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { createRunTrial, type RunTrialOptions } from '../../../../activities/run-trial.ts';
import type { TrialAnswer, TrialHeartbeat, TrialRequest } from '../../../../study/contract.ts';

export const REQUEST = {
  study: 'dtune/digits',
  firstRunId: 'run-1',
  number: 4,
  seed: 77,
  params: { lr: 0.01, kind: '$(reboot)' },
  attemptsBefore: 0,
  objectives: ['loss'],
  constraints: [],
  phase: 'tune',
} as const satisfies Omit<TrialRequest, 'trial'>;

export const LIMITS = { retries: 0, heartbeatMs: 60_000 };

export interface Started {
  readonly answer: Promise<TrialAnswer>;
  readonly environment: MockActivityEnvironment;
  readonly heartbeats: TrialHeartbeat[];
  readonly logs: string[];
}

type Info = NonNullable<ConstructorParameters<typeof MockActivityEnvironment>[0]>;

export function startTrial(
  request: Partial<TrialRequest> & Pick<TrialRequest, 'trial'>,
  options: Partial<RunTrialOptions> = {},
  info: Info = {},
): Started {
  const logs: string[] = [];
  const logger = new DefaultLogger('DEBUG', ({ message }) => void logs.push(message));
  // a heartbeat timeout this short has what is kept seen at once
  const environment = new MockActivityEnvironment({ heartbeatTimeoutMs: 30, ...info }, { logger });
  const heartbeats: TrialHeartbeat[] = [];
  environment.on('heartbeat', (details) => heartbeats.push(details as TrialHeartbeat));
  const runTrial = createRunTrial({ functions: {}, allowCommand: () => false, graceMs: 500, ...options });
  const answer = environment.run(runTrial, { ...REQUEST, ...request }) as Promise<TrialAnswer>;
  answer.catch(() => {});
  return { answer, environment, heartbeats, logs };
}

export async function failureOf(answer: Promise<unknown>): Promise<Error> {
  return answer.then(
    (value) => new Error(`it gave ${JSON.stringify(value)}`),
    (error: Error) => error,
  );
}

export const cancelled = (reason: 'cancelRequested' | 'workerShutdown' | 'paused' | 'timedOut') =>
  ['CANCELLED', new ActivityCancellationDetails({ [reason]: true })] as const;

export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}
