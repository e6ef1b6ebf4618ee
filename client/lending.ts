/** Trials lent to others: asked for, granted for a while, told. */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { QUERIES, UPDATES, type StudyStatus } from '../study/contract.ts';
import { StudyDefinitionError } from '../study/errors.ts';
import type { LeaseRequest, LeaseView, TellRequest } from '../study/ledger/leases.ts';
import type { Params } from '../study/space/space.ts';
import type { StudyReader } from './study-reader.ts';
import { patiently } from './history.ts';
import { sendUpdate } from './updates.ts';

export interface AskOptions {
  readonly who?: string;
  /** How long the trial is lent, milliseconds, 1,000 to 30 days; 3,600,000. */
  readonly leaseMs?: number;
  /** The same id again is the same lease. Default: a new one. */
  readonly requestId?: string;
  /** How long to wait for a trial where there is none to give, milliseconds; 10,000, since a suggestion takes a moment. */
  readonly waitMs?: number;
}

/** A trial lent to whoever asked, until it is told or the lease runs out. */
export type LeasedTrial = LeaseView & { readonly state: 'granted' } & { readonly lease: string };

/** How long a client waits before it looks again: from the first to the last of these, milliseconds. A suggestion takes a moment. */
const [FIRST_MS, LAST_MS] = [50, 1000];

/** @param fixed values that the trial is to have, by dotted name */
export async function borrow(
  reader: StudyReader,
  {
    who,
    leaseMs = 3_600_000,
    requestId = randomUUID(),
    waitMs = 10_000,
    fixed,
  }: AskOptions & { readonly fixed?: Params },
): Promise<LeasedTrial | undefined> {
  const request: LeaseRequest = { requestId, leaseMs, ...(who !== undefined && { who }), ...(fixed && { fixed }) };
  let view = await sendUpdate<LeaseView>(reader, UPDATES.ask, `ask ${requestId}`, request);
  const look = async (): Promise<LeaseView> =>
    (await reader.query<LeaseView>(QUERIES.lease, requestId)) ?? { state: 'unknown' };
  const end = Date.now() + waitMs;
  for (let pause = FIRST_MS; view.state === 'waiting' && Date.now() < end; pause = Math.min(LAST_MS, pause * 1.5)) {
    await delay(Math.min(pause, end - Date.now()));
    view = (await patiently(look)) ?? view;
  }
  if (view.state === 'granted') return { ...view, lease: requestId };
  if (view.state !== 'waiting') return undefined;
  // it may be granted at this very moment, and must then not be lost for an hour
  await tellLease(reader, { lease: requestId, outcome: { kind: 'give back' } }).catch((error: unknown) => {
    // the study has ended, and its leases with it
    if (!(error instanceof StudyDefinitionError)) throw error;
  });
  return undefined;
}

/** @throws StudyDefinitionError where the study refuses it */
export function tellLease(reader: StudyReader, request: TellRequest): Promise<StudyStatus> {
  const { lease, outcome } = request;
  // a lease ends once, but may be renewed many times
  const updateId =
    outcome.kind === 'renew' ? randomUUID() : `${outcome.kind === 'give back' ? 'back' : 'tell'} ${lease}`;
  return sendUpdate<StudyStatus>(reader, UPDATES.tell, updateId, request);
}
