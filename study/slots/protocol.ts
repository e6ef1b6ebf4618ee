/**
 * What studies and the pools they share tell each other, by signal. Every number is absolute and every message numbered, so a later
 * one makes the earlier ones worthless, however late those arrive. Nothing is said while no number changes.
 */

/** Workflow id of a pool. */
export const slotPoolId = (pool: string): string => `dtune-slots/${pool}`;

export const POOL_NAME = "1 to 100 letters, digits, '.', '_' or '-'";

export function isPoolName(name: string): boolean {
  return /^[A-Za-z0-9._-]{1,100}$/.test(name);
}

/** Most slots a pool has. */
export const MAX_SLOTS = 100_000;

/** A study tells a pool what it wants and what it has. */
export interface SlotClaim {
  /** Workflow id and first run: together they name a study for ever. */
  readonly study: string;
  readonly firstRunId: string;
  /** Grows with every claim of the study on this pool. */
  readonly seq: number;
  /** Slots that each of its trials takes, at least 1: what is granted is a multiple of it. */
  readonly each: number;
  /** Slots it would use at once if it got them. */
  readonly wants: number;
  /** What it takes for granted. */
  readonly allowed: number;
  /** The most it will use before it hears of another grant: more than allowed, where that was more before. */
  readonly holds: number;
  /** The last grant it has heard of; 0: none. */
  readonly heard: number;
  /** How long its trials may run on once its workflow is gone, milliseconds. */
  readonly lingerMs: number;
  /** It has ended, and this is its last word. */
  readonly ended?: true;
}

/** A pool tells a study how much it may use. */
export interface SlotGrant {
  readonly pool: string;
  /** The study's. */
  readonly firstRunId: string;
  /** Grows with every grant of the pool. */
  readonly seq: number;
  /** Slots the study may use at once from now on; what uses more runs to its end. */
  readonly allows: number;
  /** Slots the pool keeps for the study until that says that it holds fewer. */
  readonly kept: number;
}

/** Somebody sets the size of a pool. */
export interface SetSlots {
  readonly capacity: number;
  readonly who?: string;
}

/** What a pool says of itself. */
export interface SlotPoolStatus {
  readonly pool: string;
  readonly capacity: number;
  /** Slots granted, and those still in use of grants that were taken back. */
  readonly used: number;
  readonly studies: readonly {
    /** Workflow id. */
    readonly study: string;
    readonly wants: number;
    readonly granted: number;
    readonly used: number;
  }[];
}

export interface FindGoneRequest {
  readonly studies: readonly Pick<SlotClaim, 'study' | 'firstRunId'>[];
}
