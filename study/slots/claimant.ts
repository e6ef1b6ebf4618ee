/**
 * A study's side of the pools it takes slots of: what it claims, what it was granted, how many trials it may run. A pure state
 * machine; the study's workflow is its only writer.
 *
 * A trial starts only where every pool allows one more. Pools are claimed in the order of their names, each for as many trials as
 * those before it allow: whoever waits for a pool has all of those before it, so no two studies ever wait for each other.
 */
import type { SlotClaim, SlotGrant } from './protocol.ts';

/** Crosses continue-as-new as it is. */
export interface Claimant {
  /** By name of the pool, ascending. */
  readonly accounts: readonly PoolAccount[];
  /** Numbers of the trials in flight when it was last asked. */
  running: readonly number[];
}

/** What a study has to do with one pool. */
export interface PoolAccount {
  readonly pool: string;
  /** Slots a trial takes. */
  readonly each: number;
  wants: number;
  allowed: number;
  /** Slots in use by trials in flight. */
  using: number;
  /** Slots that came with the last grants and that no trial has used yet: each is good for one, also if it is asked back before. */
  fresh: number;
  /** Of the last claim. */
  seq: number;
  /** Of the last grant heard of. */
  heard: number;
  /** What the pool knows, or will know once all claims have arrived; absent: it has to be told. */
  told?: { wants: number; holds: number; ended?: true };
}

export interface Demand {
  /** Numbers of the study's own trials in flight. */
  readonly running: readonly number[];
  /** How many there would be if it got all the slots it could use. */
  readonly wanted: number;
  /** Nothing will ever run again. */
  readonly ended: boolean;
}

/** What is waited for. */
export interface PoolWait {
  readonly pool: string;
  /** Slots. */
  readonly wants: number;
  readonly granted: number;
}

/** @param slots names ascending */
export function openAccounts(slots: Readonly<Record<string, number>>): Claimant {
  const empty = { wants: 0, allowed: 0, using: 0, fresh: 0, seq: 0, heard: 0 };
  return { accounts: Object.entries(slots).map(([pool, each]) => ({ pool, each, ...empty })), running: [] };
}

/** Takes a grant in, unless a later one was heard of. */
export function hearGrant({ accounts }: Claimant, { pool, seq, allows, kept }: SlotGrant): void {
  const account = accounts.find((each) => each.pool === pool);
  if (!account || seq <= account.heard) return;
  account.heard = seq;
  // a slot that is still in use is allowed again, but not new
  account.fresh += Math.max(0, allows - holdsOf(account));
  account.allowed = allows;
  if (account.told) account.told.holds = kept;
}

/** Claims what is wanted and gives back what is not, as far as `claimOf` will tell the pools. @returns trials that may run at once */
export function demand(claimant: Claimant, { running, wanted }: Demand): number {
  const before = new Set(claimant.running);
  const started = running.filter((number) => !before.has(number)).length;
  claimant.running = running;
  let trials = wanted;
  let may = Infinity;
  for (const account of claimant.accounts) {
    const { each } = account;
    account.using = running.length * each;
    account.wants = trials * each;
    const useful = Math.max(account.wants, account.using);
    account.allowed = Math.min(account.allowed, useful);
    account.fresh = Math.min(Math.max(0, account.fresh - started * each), useful - account.using);
    may = Math.min(may, Math.floor(holdsOf(account) / each));
    trials = Math.min(trials, Math.max(running.length, may));
  }
  return may;
}

function holdsOf({ allowed, using, fresh }: PoolAccount): number {
  return Math.max(allowed, using + fresh);
}

/** The pools that keep trials waiting. */
export function waitsOf({ accounts }: Claimant): PoolWait[] {
  return accounts
    .filter((account) => account.wants > holdsOf(account))
    .map((account) => ({ pool: account.pool, wants: account.wants, granted: holdsOf(account) }));
}

/** What the pool has to be told now; it counts as told. @param now milliseconds since 1970 */
export function claimOf(
  account: PoolAccount,
  who: Pick<SlotClaim, 'study' | 'firstRunId' | 'lingerMs'>,
  ended: boolean,
  now: number,
): SlotClaim | undefined {
  const { told, wants, allowed, each, heard } = account;
  const holds = holdsOf(account);
  if (told && told.wants === wants && told.holds === holds && (told.ended ?? false) === ended) return undefined;
  account.told = { wants, holds, ...(ended && { ended }) };
  // the clock, since a study that was reset has forgotten what it said
  account.seq = Math.max(account.seq + 1, now);
  return { ...who, seq: account.seq, each, wants, allowed, holds, heard, ...(ended && { ended }) };
}

/** A claim that could not be delivered: all has to be told again. */
export function untold(account: PoolAccount): void {
  delete account.told;
}
