/** A small request for a trial; each test changes what it is about. */
import type { TrialRequest } from '../../study/contract.ts';

export function trialRequest(changes: Partial<TrialRequest> = {}): TrialRequest {
  return {
    study: 'dtune/digits',
    firstRunId: 'run-1',
    number: 4,
    seed: 77,
    params: {},
    attemptsBefore: 0,
    trial: { kind: 'function', function: 'train', retries: 0, heartbeatMs: 60_000 },
    objectives: ['accuracy'],
    constraints: [],
    phase: 'tune',
    ...changes,
  };
}
