/** A study that lends its trials, and those who borrow them. */
import { settle } from '../../../study/ledger/apply.ts';
import {
  expireLeases,
  grantLeases,
  leaseFault,
  recordLease,
  recordTell,
  tellFault,
  type LeaseRequest,
  type TellRequest,
} from '../../../study/ledger/leases.ts';
import type { Ledger } from '../../../study/ledger/ledger.ts';
import type { StudyDefinition } from '../../../study/study.ts';
import { answer, ask, start, studyOf } from './rig.ts';

export const external = { kind: 'external', retries: 0, heartbeatMs: 10_000 } as const;

/** A study that runs no trials itself. */
export const lending = (changes: Partial<StudyDefinition> = {}): Ledger => studyOf({ trial: external, ...changes });

/** What the workflow does whenever something has happened. */
export function look(ledger: Ledger, now: number): void {
  expireLeases(ledger, now);
  settle(ledger, now);
  start(ledger);
  grantLeases(ledger, now);
  if (ask(ledger).length > 0) answer(ledger);
  settle(ledger, now);
  start(ledger);
  grantLeases(ledger, now);
}

export function borrow(
  ledger: Ledger,
  requestId: string,
  now = 0,
  more: Partial<LeaseRequest> = {},
): string | undefined {
  const request = { requestId, leaseMs: 1000, ...more };
  const fault = leaseFault(ledger, request);
  if (fault !== undefined) return fault;
  recordLease(ledger, request);
  look(ledger, now);
  return undefined;
}

export function tell(
  ledger: Ledger,
  lease: string,
  outcome: TellRequest['outcome'] | number,
  now = 0,
): string | undefined {
  const request = {
    lease,
    outcome: typeof outcome === 'number' ? ({ kind: 'result', result: outcome } as const) : outcome,
  };
  const fault = tellFault(ledger, request);
  if (fault !== undefined) return fault;
  recordTell(ledger, request, now);
  look(ledger, now);
  return undefined;
}
