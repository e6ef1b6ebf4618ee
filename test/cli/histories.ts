/** Trials as a study leaves them, for tests of what is made of them. */
import type { TrialRecord } from '../../study/trial/trial.ts';

export function trialOf(number: number, value: number | null, changes: Partial<TrialRecord> = {}): TrialRecord {
  return {
    number,
    state: value === null ? 'failed' : 'complete',
    params: { x: number / 10, y: 1 },
    values: value === null ? null : { loss: value },
    reports: [],
    asOf: number,
    origin: 'sampler',
    startedAt: '2026-01-02T03:04:05.000Z',
    finishedAt: '2026-01-02T03:04:06.000Z',
    attempts: 1,
    seed: number,
    ...changes,
  };
}
