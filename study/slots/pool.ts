/**
 * A pool of slots that studies share: how many there are, who wants some, who has some. A pure state machine; the pool's workflow is
 * its only writer.
 *
 * What is `kept` for a study bounds from above what its trials use, whatever is on its way: a grant raises it before it is sent, and
 * only a claim made after the last grant was heard lowers it. Grants never make the sum of what is kept exceed the capacity.
 */
import { StudyDefinitionError } from '../errors.ts';
import { fairShares } from './shares.ts';
import type { SetSlots, SlotClaim, SlotGrant, SlotPoolStatus } from './protocol.ts';

interface Claim extends SlotClaim {
  /** The last allowance sent; UNKNOWN where it may not have arrived. */
  granted: number;
  kept: number;
  /** The last grant sent; 0: none. */
  sent: number;
  /** When it began to wait, or got its first slots: a position in the pool's own order. */
  since: number;
  /** The last grant could not be delivered: nothing is sent until its study was looked after, or says something. */
  deaf?: true;
  /** When its workflow was found gone, milliseconds since 1970. */
  goneAt?: number;
}

const UNKNOWN = -1;

/** Grows with every change of PoolState. */
const STATE_VERSION = 1;

/** Crosses continue-as-new as it is. */
export interface PoolState {
  readonly version: number;
  readonly pool: string;
  capacity: number;
  /** Of the last grant. */
  seq: number;
  /** Grows whenever somebody begins to wait or gets slots. */
  turn: number;
  claims: Claim[];
}

export interface AddressedGrant {
  /** Workflow id. */
  readonly study: string;
  readonly grant: SlotGrant;
}

export interface SlotPoolInput {
  readonly pool: string;
  /** While somebody waits, those who have slots are looked after this often, milliseconds; 10,000. */
  readonly lookMs?: number;
  /** From this many history events on, continue as new; the server's own advice counts too. */
  readonly quietEvents?: number;
  /** Set by continue-as-new alone. */
  readonly carried?: PoolState;
}

/** The pool that a run begins with. @throws StudyDefinitionError on a version this program does not know */
export function poolOf({ pool, carried }: SlotPoolInput): PoolState {
  if (!carried) return emptyPool(pool);
  if (carried.version <= STATE_VERSION) return carried;
  throw new StudyDefinitionError(
    `pool '${pool}' was carried on by a newer durable-tune (its state has version ${carried.version}, this program reads up to ` +
      `${STATE_VERSION}): start a worker of that version, or a newer one`,
  );
}

export function emptyPool(pool: string): PoolState {
  return { version: STATE_VERSION, pool, capacity: 0, seq: 0, turn: 0, claims: [] };
}

export function setCapacity(state: PoolState, { capacity }: SetSlots): void {
  state.capacity = capacity;
}

/** Takes a study's claim in, unless a later one is there. */
export function recordClaim(state: PoolState, claim: SlotClaim): void {
  const before = state.claims.find(({ firstRunId }) => firstRunId === claim.firstRunId);
  if (before && claim.seq <= before.seq) return;
  const others = state.claims.filter((each) => each !== before);
  if (claim.ended) {
    state.claims = others;
    return;
  }
  const { granted = 0, kept = 0, sent = 0, since = 0 } = before ?? {};
  const isHeard = claim.heard >= sent;
  const now: Claim = {
    ...claim,
    granted: isHeard ? claim.allowed : before?.deaf ? UNKNOWN : granted,
    kept: isHeard ? claim.holds : Math.max(kept, claim.holds),
    sent,
    since,
  };
  const waited = before !== undefined && isWaiting(before);
  if (isWaiting(now) && !waited) now.since = ++state.turn;
  // a study keeps its place in the list, on which ties depend
  state.claims = before ? state.claims.map((each) => (each === before ? now : each)) : [...others, now];
}

function isWaiting({ kept, wants }: Pick<Claim, 'kept' | 'wants'>): boolean {
  return kept === 0 && wants > 0;
}

/** Shares the slots out anew. @returns the grants that have changed, to be sent to the studies; @param now milliseconds since 1970 */
export function shareOut(state: PoolState, now: number): AddressedGrant[] {
  const live = state.claims.filter(({ goneAt }) => goneAt === undefined);
  const goals = fairShares(live, state.capacity);
  const changed: AddressedGrant[] = [];
  // first what is asked back: it is not free before it is given back
  const byTurn = live.map((claim, i) => ({ claim, goal: goals[i]! })).sort((a, b) => a.claim.since - b.claim.since);
  for (const { claim, goal } of byTurn) {
    const allows = Math.min(goal, claim.kept + wholeTrials(claim, Math.min(goal - claim.kept, free(state))));
    if (allows === claim.granted || claim.deaf) continue;
    if (claim.kept === 0 && allows > 0) claim.since = ++state.turn;
    claim.granted = allows;
    claim.kept = Math.max(claim.kept, allows);
    claim.sent = state.seq = Math.max(state.seq + 1, now);
    const { study, firstRunId, kept, sent: seq } = claim;
    changed.push({ study, grant: { pool: state.pool, firstRunId, seq, allows, kept } });
  }
  return changed;
}

function wholeTrials({ each }: Claim, slots: number): number {
  return Math.max(0, Math.floor(slots / each) * each);
}

function free(state: PoolState): number {
  return Math.max(0, state.capacity - usedOf(state));
}

export function usedOf({ claims }: PoolState): number {
  return claims.reduce((sum, { kept }) => sum + kept, 0);
}

/** A grant that could not be delivered: it is sent again, unless its study turns out to be gone. */
export function recordDeaf(state: PoolState, { firstRunId }: SlotGrant): void {
  const claim = state.claims.find((each) => each.firstRunId === firstRunId);
  if (claim) claim.deaf = true;
}

/** The studies to look after: those who have slots that others wait for, or who do not hear. None while nobody waits. */
export function toLookAfter({ claims, capacity }: PoolState): Claim[] {
  const live = claims.filter(({ goneAt }) => goneAt === undefined);
  const waits = capacity > 0 && live.some(({ wants, granted }) => wants > granted);
  return live.filter(({ kept, deaf }) => deaf || (waits && kept > 0));
}

/** What became of studies that were looked after. The trials of those that are gone may still run for a while. */
export function recordLook(
  { claims }: PoolState,
  looked: readonly string[],
  gone: readonly string[],
  now: number,
): void {
  for (const claim of claims) {
    if (gone.includes(claim.firstRunId)) claim.goneAt = now;
    else if (looked.includes(claim.firstRunId) && claim.deaf) {
      delete claim.deaf;
      claim.granted = UNKNOWN;
    }
  }
}

/** Takes back the slots of studies that are gone. @returns when the next of them can be taken back, milliseconds since 1970 */
export function dropGone(state: PoolState, now: number): number | undefined {
  const end = ({ goneAt, lingerMs }: Claim): number => (goneAt ?? Infinity) + lingerMs;
  state.claims = state.claims.filter((claim) => end(claim) > now);
  const next = Math.min(...state.claims.map(end));
  return next === Infinity ? undefined : next;
}

export function poolStatus(state: PoolState): SlotPoolStatus {
  return {
    pool: state.pool,
    capacity: state.capacity,
    used: usedOf(state),
    studies: state.claims
      .filter(({ wants, kept }) => wants > 0 || kept > 0)
      .map(({ study, wants, granted, kept }) => ({ study, wants, granted: Math.max(0, granted), used: kept })),
  };
}
