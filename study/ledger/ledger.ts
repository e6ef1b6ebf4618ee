/**
 * The ledger: the table of a study's trials and everything else that it knows. A pure state machine; the study workflow
 * is its only writer (I1), and everything it decides follows from what was recorded before (I3).
 *
 * The event log is the sequence of closings and edits; `seq` is its length. A row stores the log position its suggestion saw
 * (`asOf`) and where it closed (`closed`), an edit where it took effect, so the log can be read off the two.
 *
 * order `completion`: an outcome closes its row at once; free slots ask with asOf = seq.
 * order `trial`: outcomes wait until all lower numbers have closed, each commit evaluates the stopping rules on the committed
 * prefix and then opens what has room, whose asOf is fixed at that moment. So suggestions do not depend on timing.
 *
 * begin.ts makes ledgers, slots.ts asks, outcomes.ts closes, edits.ts, due.ts and apply.ts change the study under way, given.ts
 * takes in trials that others ran, leases.ts lends trials to others.
 */
import type { AskSlot, BestTrial, BlockRef, StudyCounts } from '../contract.ts';
import { compileSpace, type CompiledSpace } from '../space/dimensions.ts';
import type { Candidate, Evaluation } from '../evaluation/contract.ts';
import type { Crossings, Lineage, Rung } from '../scheduling.ts';
import type { PoolWait } from '../slots/claimant.ts';
import type { Params, Space } from '../space/space.ts';
import type { EnqueuedTrial, StopRules, StudyDefinition } from '../study.ts';
import type { TrialResult } from '../trial/trial.ts';
import type { OpenAsk } from './by-run.ts';
import type { LoggedEdit } from './edits.ts';
import type { EndedLease, Lease } from './leases.ts';
import type { LedgerRow, RowNotes } from './row.ts';
import type { SchedulingRules, SchedulingState } from './scheduling.ts';
import type { StopVerdict } from './stopping.ts';

/** How a trial ended, before the ledger makes a state of it. */
export type Outcome = {
  readonly attempts: number;
  /** Reports of the last attempt that crossed. */
  readonly crossed?: LedgerRow['reports'];
} & (
  | { readonly kind: 'result'; readonly result: TrialResult }
  | { readonly kind: 'failed'; readonly notes: RowNotes; readonly reports: LedgerRow['reports'] }
  /** Cancelled on request, with what it had. */
  | { readonly kind: 'paused'; readonly notes: RowNotes }
);

/** What suggestions depend on besides the rows: in force for those whose asOf is at least `seq`. */
export interface Epoch {
  readonly seq: number;
  readonly space: Space;
  readonly sampler: StudyDefinition['sampler'];
  readonly parallel: number;
  /** What parameters that this space brought were worth in the trials before. */
  readonly was: Params;
}

/** A trial to be asked for. */
export interface Slot {
  readonly number: number;
  readonly asOf: number;
  readonly queued?: EnqueuedTrial;
  /** What it is for, where a scheduler has trials run in segments. */
  readonly rung?: Rung & { readonly final: boolean };
  /** Where it comes from, in a population. */
  readonly lineage?: NonNullable<LedgerRow['lineage']>;
  /** requestId of the lease whose fixed values `queued` has. */
  readonly lease?: string;
  /** A trial that others ran: nothing is asked, its row is made when its number's turn comes. */
  readonly given?: GivenRow;
}

/** A closed row before it has its number, as JSON; null where x is inactive. */
export type GivenRow = Omit<LedgerRow, 'number' | 'x' | 'memo'> & { readonly x: readonly (number | null)[] };

/** What was decided of an open trial, whatever it ends in: by a person that it has failed, by a scheduler that it is pruned. */
export type Verdict = { readonly number: number; readonly reason: string } & (
  | {
      /** Against maxFailures. */
      readonly counts: boolean;
    }
  | {
      /** The step that it is pruned at: what it reports later never was. */
      readonly prunedAt: number;
    }
);

/** Grows with every change of LedgerState that migrate.ts has to know. */
export const STATE_VERSION = 2;

/** The part that crosses continue-as-new as JSON; the rows cross as a block. */
export interface LedgerState {
  readonly version: number;
  seq: number;
  /** Number of the next trial to get a row. */
  next: number;
  /** Rows below this number have left for blocks. */
  firstRow: number;
  blocks: BlockRef[];
  counts: { -readonly [K in keyof StudyCounts]: number };
  /** Trials that do not count against the budget: told and imported ones. */
  told: number;
  /** Rows below this number have closed; with order `trial` it is the commit cursor. */
  committed: number;
  /** Numbers of the rows that have not closed, ascending. */
  open: number[];
  /** order `trial`: outcomes that wait for lower numbers, by number. */
  held: Record<number, { readonly outcome: Outcome; readonly at: number }>;
  /** order `trial`: slots opened and not yet asked for; given ones with any order. */
  opened: Slot[];
  /** Trials somebody wants tried, the next one first. */
  queue: EnqueuedTrial[];
  /** At least one, the first at seq 0. */
  epochs: Epoch[];
  stop: StopRules;
  edits: LoggedEdit[];
  verdicts: Verdict[];
  leases: Lease[];
  /** The last thousand. */
  endedLeases: EndedLease[];
  tags: Record<string, string>;
  best: BestTrial | null;
  /** The first trial of those marked as baseline that ended. */
  baseline?: Candidate;
  /** Looks at the test data before this study, by the one that it goes on from. */
  looks?: number;
  /** What became of the final test, once tuning is over. */
  evaluation?: Evaluation;
  front: BestTrial[];
  /** Counted trials since the best one. */
  sinceBest: number;
  cost: number;
  /** Nothing is opened or asked for, from a position of the log on. */
  paused: boolean;
  /** Nothing starts (`pause` now): no matter of the log, the trials that were opened only take longer. */
  frozen: boolean;
  /** The present sampler has no more points in the present space; what is queued is still tried. */
  exhausted: boolean;
  stopped: StopVerdict | null;
  startedAt: number;
  /** Absent without a scheduler. */
  scheduling?: SchedulingState;
  /** Parameters that trials have asked for and that have no value yet; absent where none was ever asked for. */
  asked?: OpenAsk[];
  /** Values that trials were given, where each sees what those in flight had; absent where none does. */
  given?: number;
}

export interface Ledger {
  /** As it now stands, edits included. */
  definition: StudyDefinition;
  readonly state: LedgerState;
  /** Rows firstRow, firstRow + 1, … */
  readonly rows: LedgerRow[];
  /** Slots being asked for. */
  asking: readonly Slot[];
  /** Rows that were made or closed since somebody took this list. */
  changed: LedgerRow[];
  /** The final test while it runs: runs in flight, by their position, and how many have not ended. */
  testing?: { readonly running: readonly number[]; readonly left: number };
  /** What decides budgets and ends, over state.scheduling; absent: every trial runs to its end. */
  readonly scheduling?: SchedulingRules['rules'];
  /** Reports that the scheduler hears of. */
  readonly crossings?: Crossings;
  /** What was known (`knowledgeOf`) when the sampler had nothing to try for more trials than there were. */
  stalled?: string;
  /** What pools of slots allow the study's own trials; absent: everything. */
  allowance?: { readonly trials: number; readonly waits: readonly PoolWait[] };
}

export function rowOf({ state, rows }: Ledger, number: number): LedgerRow {
  const row = rows[number - state.firstRow];
  if (!row) throw new RangeError(`trial ${number} is not among rows ${state.firstRow} to ${state.next - 1}`);
  return row;
}

/** Trials that count against the budget: complete, pruned or infeasible (I8). */
export function counted({ counts }: Pick<LedgerState, 'counts'>): number {
  return counts.complete + counts.pruned + counts.infeasible;
}

/** Whether nothing is left to ask for, to run or to wait for. */
export function isFinished({ state }: Ledger): boolean {
  return state.stopped !== null && state.open.length === 0 && state.opened.length === 0;
}

/** Whether a trial that has not closed yet has its outcome. */
export function isHeld({ state }: Ledger, number: number): boolean {
  return state.held[number] !== undefined;
}

/** Tells apart what samplers may know of trials at different times. */
export function knowledgeOf({ seq, given = 0 }: LedgerState): string {
  return `${seq} ${given}`;
}

/** The next number that no slot has. */
export function nextToOpen({ state }: Ledger): number {
  return state.next + state.opened.length;
}

/** The edits that have neither taken effect nor been refused. */
export function waitingEdits({ state }: Pick<Ledger, 'state'>): LoggedEdit[] {
  return state.edits.filter(({ seq, refused }) => seq === undefined && refused === undefined);
}

/** The space that a row's point is in. @throws RangeError if the study never had it */
export function spaceOf(epochs: readonly Epoch[], version: number): CompiledSpace {
  const epoch = epochs.findLast(({ space }) => space.version === version);
  if (!epoch) throw new RangeError(`there is no version ${version} of the space among the study's epochs`);
  return compileSpace(epoch.space);
}

/** What a suggestion that saw the log up to `asOf` was made with. */
export function epochAt(epochs: readonly Epoch[], asOf: number): Epoch {
  return epochs.findLast(({ seq }) => seq <= asOf) ?? epochs[0]!;
}

/** What an ask says of a slot. */
export function askSlot({ number, asOf, queued, rung, lineage }: Slot): AskSlot {
  return {
    number,
    asOf,
    ...(queued && { fixed: queued.params }),
    ...(rung && { rung: rungOf(rung) }),
    ...(lineage && { lineage: lineageSeen(lineage) }),
  };
}

/** What of its lineage concerns a sampler. */
export function lineageSeen({ parent, keeps }: Lineage): Lineage {
  return { parent, keeps };
}

/** What of a segment concerns a sampler. */
export function rungOf({ to, bracket, rung }: Rung): Rung {
  return { to, bracket, rung };
}
