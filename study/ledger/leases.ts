/**
 * Trials lent to others: whoever asks gets a trial for a while and tells how it ended. A lease that runs out gives its trial
 * back: it waits, with the same number and parameters, for the next who asks (or for the study's own workers). The first outcome
 * told for a trial is its only one.
 */
import { TrialFailedError } from '../errors.ts';
import { trialParams } from '../models.ts';
import { decode } from '../space/point.ts';
import { readResult } from '../trial/result.ts';
import type { Params } from '../space/space.ts';
import type { StudyDefinition } from '../study.ts';
import { isRecord, sameJson, show } from '../wording/json.ts';
import { isText } from './edit-shape.ts';
import { namesOf } from './given.ts';
import { rowOf, spaceOf, type Ledger } from './ledger.ts';
import { recordOutcome } from './outcomes.ts';
import { misfitIn } from './queue.ts';
import type { LedgerRow } from './row.ts';
import { isUngranted, recordStart, trialsToStart } from './slots.ts';

export interface LeaseRequest {
  /** The sender's own: the same id again is the same lease. */
  readonly requestId: string;
  readonly who?: string;
  /** How long the trial is lent, milliseconds; 1,000 to 30 days. */
  readonly leaseMs: number;
  /** Values that the trial is to have; absent: whatever the study suggests. */
  readonly fixed?: Params;
}

export interface Lease extends LeaseRequest {
  /** The trial; absent while there is none to give. */
  number?: number;
  /** The trial that was suggested with its fixed values, until it is lent. */
  reserved?: number;
  /** When it runs out, milliseconds since 1970. */
  until?: number;
}

/** How a lease ended. */
export interface EndedLease {
  readonly requestId: string;
  readonly number?: number;
  /** `trial ended`: by somebody's word (cancel, fail); `space changed`: it has no place for the fixed values any more. */
  readonly how: 'told' | 'given back' | 'ran out' | 'study ended' | 'trial ended' | 'space changed';
}

export interface TellRequest {
  /** requestId of the lease. */
  readonly lease: string;
  readonly outcome:
    | { readonly kind: 'result'; readonly result: unknown }
    | { readonly kind: 'failed'; readonly reason: string }
    /** Another leaseMs from now on. */
    | { readonly kind: 'renew' }
    /** The trial waits for somebody else. */
    | { readonly kind: 'give back' };
}

/** What a lease looks like from outside. */
export type LeaseView =
  | { readonly state: 'waiting' }
  | {
      readonly state: 'granted';
      readonly number: number;
      readonly params: Params;
      readonly seed: number;
      /** ISO 8601. */
      readonly until: string;
      /** Of an earlier lease that ran out. */
      readonly checkpoint?: string;
    }
  | { readonly state: 'ended'; readonly how: EndedLease['how']; readonly number?: number }
  | { readonly state: 'unknown' };

const MAX_LEASES = 1000;
const MAX_ENDED = 1000;
/** Fixed values of all open leases as JSON: leases cross continue-as-new in one message. */
const MAX_FIXED_CHARACTERS = 100_000;
const MAX_LEASE_MS = 30 * 86_400_000;

/** Why nobody may ask like this, in words; undefined if they may. */
export function leaseFault({ definition, state }: Ledger, request: LeaseRequest): string | undefined {
  const { requestId, who, leaseMs, fixed } = request ?? {};
  if (!isText(requestId, 1, 200)) return `ask: requestId is ${show(requestId)}, expected a text of your own`;
  if (who !== undefined && !isText(who, 0, 500)) return `ask: who is ${show(who)}, expected a text of at most 500`;
  if (!(Number.isInteger(leaseMs) && leaseMs >= 1000 && leaseMs <= MAX_LEASE_MS))
    return `ask: leaseMs is ${show(leaseMs)}, expected a whole number from 1000 to ${MAX_LEASE_MS} (30 days)`;
  if (isKnownLease(state, requestId)) return undefined;
  if (definition.order === 'trial')
    return 'ask: this study has order: trial, whose trials are its own; ask studies with order: completion';
  if (definition.scheduler)
    return `ask: this study has the scheduler ${definition.scheduler.name}, whose trials are its own; ask studies without one`;
  if (definition.defineByRun)
    return 'ask: trials of this study ask for parameters while they run (defineByRun), which a lent one cannot; ask studies with a space';
  if (state.stopped) return `ask: the study is ending (${state.stopped.reason})`;
  if (state.leases.length >= MAX_LEASES) return `ask: ${MAX_LEASES} leases are open, which is the most there can be`;
  return fixed === undefined ? undefined : valuesFault(definition, state, fixed);
}

function valuesFault(definition: StudyDefinition, { leases }: Ledger['state'], fixed: Params): string | undefined {
  if (!isRecord(fixed) || Object.keys(fixed).length === 0)
    return `ask: fixed is ${show(fixed)}, expected values of one parameter or more by name; leave it out for any trial`;
  const misfit = misfitIn(definition, { params: fixed, baseline: false });
  if (misfit !== undefined) return `ask: fixed: ${misfit}`;
  const characters = JSON.stringify([fixed, ...leases.map((lease) => lease.fixed ?? {})]).length;
  if (characters <= MAX_FIXED_CHARACTERS) return undefined;
  return `ask: the fixed values of all open leases would take ${characters} characters as JSON, expected at most ${MAX_FIXED_CHARACTERS}; ask again when others were told`;
}

function isKnownLease({ leases, endedLeases }: Ledger['state'], id: string): boolean {
  return [...leases, ...endedLeases].some(({ requestId }) => requestId === id);
}

export function recordLease({ state }: Ledger, { requestId, who, leaseMs, fixed }: LeaseRequest): void {
  if (!isKnownLease(state, requestId))
    state.leases.push({ requestId, ...(who !== undefined && { who }), leaseMs, ...(fixed && { fixed }) });
}

/** Gives trials that wait, and that the study's own workers leave, to those who asked first. */
export function grantLeases(ledger: Ledger, now: number): void {
  const { state } = ledger;
  const { others, reserved } = trialsToStart(ledger);
  for (const lease of state.leases.filter(isUngranted)) {
    const row = reserved.get(lease.requestId) ?? others.find((each) => fits(ledger, each, lease));
    if (!row) continue;
    if (others.includes(row)) others.splice(others.indexOf(row), 1);
    delete lease.reserved;
    lease.number = row.number;
    lease.until = now + lease.leaseMs;
    recordStart(row, now);
    row.attempts++;
  }
  if (!state.stopped) return;
  for (const lease of state.leases.filter(isUngranted)) endLease(ledger, lease, 'study ended');
}

/** Whether a trial has the values that somebody asks for. */
function fits({ state: { epochs } }: Ledger, { x, space }: LedgerRow, { fixed }: Lease): boolean {
  if (!fixed) return true;
  const { slotOf } = spaceOf(epochs, space);
  const params = decode(spaceOf(epochs, space), x);
  return Object.entries(fixed).every(([name, value]) => slotOf.has(name) && sameJson(params[name], value));
}

/** Ends what waits for values that the space, as it is now, does not have. */
export function endMisfits(ledger: Ledger): void {
  const { definition, state } = ledger;
  for (const lease of state.leases.filter(isUngranted))
    if (lease.fixed && lease.reserved === undefined && misfitIn(definition, { params: lease.fixed, baseline: false }))
      endLease(ledger, lease, 'space changed');
}

/** Takes back what was lent for too long. @returns when the next lease runs out, milliseconds since 1970 */
export function expireLeases(ledger: Ledger, now: number): number | undefined {
  for (const lease of ledger.state.leases.filter(({ until = Infinity }) => until <= now))
    giveBack(ledger, lease, 'ran out');
  const ends = ledger.state.leases.flatMap(({ until }) => (until === undefined ? [] : [until]));
  return ends.length === 0 ? undefined : Math.min(...ends);
}

/** Ends all leases: their trials wait again. */
export function endLeases(ledger: Ledger): void {
  for (const lease of ledger.state.leases) giveBack(ledger, lease, 'study ended');
}

/** Why this cannot be told, in words; undefined if it can. */
export function tellFault(ledger: Ledger, request: TellRequest): string | undefined {
  const { definition, state } = ledger;
  const { lease: id, outcome } = request ?? {};
  const lease = state.leases.find(({ requestId }) => requestId === id);
  const ended = state.endedLeases.findLast(({ requestId }) => requestId === id);
  if (outcome?.kind === 'give back' && (lease || ended?.how === 'given back')) return undefined;
  if (lease?.number === undefined && ended?.how !== 'told' && lateTrial(ledger, ended) === undefined) {
    if (lease) return `tell: lease ${id} has no trial yet`;
    if (!ended) return `tell: there is no lease ${show(id)}; ask for a trial first`;
    const was = ended.number === undefined ? '' : `; trial ${ended.number} went to somebody else or has its outcome`;
    return `tell: lease ${id} has ended (${ended.how})${was}`;
  }
  switch (outcome?.kind) {
    case 'result':
      try {
        readResult(outcome.result, namesOf(definition));
        return undefined;
      } catch (error) {
        if (error instanceof TrialFailedError) return `tell: ${error.message}`;
        throw error;
      }
    case 'failed':
      return typeof outcome.reason === 'string' && outcome.reason.length <= 2000
        ? undefined
        : `tell: reason is ${show(outcome.reason)}, expected a text of at most 2000`;
    case 'renew':
    case 'give back':
      return lease || ended?.how !== 'ran out' ? undefined : `tell: lease ${id} ran out; ask again`;
    default:
      return `tell: got ${show(outcome)}, expected one of kind result, failed, renew, give back`;
  }
}

/** What tellFault does not refuse; told twice it is told once. */
export function recordTell(ledger: Ledger, { lease: id, outcome }: TellRequest, now: number): void {
  const { definition, state } = ledger;
  const lease = state.leases.find(({ requestId }) => requestId === id);
  const number =
    lease?.number ??
    lateTrial(
      ledger,
      state.endedLeases.findLast(({ requestId }) => requestId === id),
    );
  if (outcome.kind === 'give back' && lease) giveBack(ledger, lease, 'given back');
  if (outcome.kind === 'give back' || number === undefined) return;
  if (outcome.kind === 'renew') lease!.until = now + lease!.leaseMs;
  else {
    const { attempts } = rowOf(ledger, number);
    if (lease) endLease(ledger, lease, 'told');
    else keepEnded(ledger, { requestId: id, number, how: 'told' });
    recordOutcome(
      ledger,
      number,
      outcome.kind === 'result'
        ? { kind: 'result', result: readResult(outcome.result, namesOf(definition)), attempts }
        : { kind: 'failed', attempts, notes: { reason: outcome.reason }, reports: [] },
      now,
    );
  }
}

export function leaseView(ledger: Ledger, id: string): LeaseView {
  const { state } = ledger;
  const lease = state.leases.find(({ requestId }) => requestId === id);
  if (lease?.number !== undefined) {
    const { number, x, space, seed, notes } = rowOf(ledger, lease.number);
    const params = trialParams(ledger.definition, decode(spaceOf(state.epochs, space), x));
    const until = new Date(lease.until!).toISOString();
    return {
      state: 'granted',
      number,
      params,
      seed,
      until,
      ...(notes?.checkpoint && { checkpoint: notes.checkpoint }),
    };
  }
  if (lease) return { state: 'waiting' };
  const ended = state.endedLeases.findLast(({ requestId }) => requestId === id);
  if (!ended) return { state: 'unknown' };
  return { state: 'ended', how: ended.how, ...(ended.number !== undefined && { number: ended.number }) };
}

/** The trial of a lease that ran out, while nobody else has it: a late outcome is not lost (I4). */
function lateTrial(ledger: Ledger, ended: EndedLease | undefined): number | undefined {
  const number = ended?.how === 'ran out' ? ended.number : undefined;
  if (number === undefined || !ledger.state.open.includes(number)) return undefined;
  return rowOf(ledger, number).state === 'waiting' ? number : undefined;
}

function giveBack(ledger: Ledger, lease: Lease, how: EndedLease['how']): void {
  if (lease.number !== undefined) rowOf(ledger, lease.number).state = 'waiting';
  endLease(ledger, lease, how);
}

export function endLease(ledger: Ledger, lease: Lease, how: EndedLease['how']): void {
  const { state } = ledger;
  const { requestId, number } = lease;
  state.leases = state.leases.filter((each) => each !== lease);
  keepEnded(ledger, { requestId, ...(number !== undefined && { number }), how });
}

function keepEnded({ state }: Ledger, ended: EndedLease): void {
  state.endedLeases.push(ended);
  if (state.endedLeases.length > MAX_ENDED) state.endedLeases.shift();
}
