/** Ledgers to begin with: of a new study, of one that continues as new, and of one that starts from another's trials. */
import type { CarriedStudy } from '../contract.ts';
import type { EnqueuedTrial, StudyDefinition } from '../study.ts';
import { settle } from './apply.ts';
import { encodeRows, shapeOf } from './blocks.ts';
import { fullPoint } from './given.ts';
import { STATE_VERSION, type Ledger, type LedgerState } from './ledger.ts';
import type { LedgerRow } from './row.ts';
import type { SchedulingRules } from './scheduling.ts';

/** A trial of another study, with its point in this one's space. */
export interface ImportedTrial {
  readonly x: ArrayLike<number>;
  /** What it had that is not in the space; of a study whose trials ask for parameters. */
  readonly suggested?: NonNullable<LedgerRow['suggested']>;
  readonly state: 'complete' | 'pruned' | 'failed' | 'infeasible';
  readonly values?: readonly number[];
  readonly constraints?: readonly number[];
  readonly cost?: number;
  readonly train?: number;
  readonly folds?: readonly number[];
  /** Where it comes from. */
  readonly from?: string;
}

export function createLedger(definition: StudyDefinition, startedAt: number, scheduling?: SchedulingRules): Ledger {
  const ledger = ledgerOf(definition, emptyState(definition, startedAt), [], scheduling);
  settle(ledger, startedAt);
  return ledger;
}

/** A ledger as it was before continue-as-new. @param definition the one the study was started with */
export function restoreLedger(
  definition: StudyDefinition,
  state: LedgerState,
  rows: LedgerRow[],
  scheduling?: SchedulingRules,
): Ledger {
  const { space, sampler, parallel } = state.epochs.at(-1)!;
  return ledgerOf({ ...definition, space, sampler, parallel, stop: state.stop }, state, rows, scheduling);
}

/**
 * What a study that starts from other trials is started with. With `first` it runs that one as trial 0, the imported ones follow;
 * they are seen by the sampler, and count neither against the budget nor as the best.
 */
export function beginWith(
  definition: StudyDefinition,
  {
    first,
    imported,
  }: { readonly first?: EnqueuedTrial & { readonly seed: number }; readonly imported: readonly ImportedTrial[] },
  startedAt: number,
): { carried: CarriedStudy; rows: Uint8Array } {
  const state = emptyState(definition, startedAt);
  const rows: LedgerRow[] = [];
  const { version } = definition.space;
  if (first) {
    const x = fullPoint(definition, first.params).x;
    const notes = { fixed: first.params, ...(first.baseline && { baseline: true as const }) };
    const { seed } = first;
    rows.push({ ...EMPTY, seed, number: 0, state: 'waiting', origin: 'enqueued', x, space: version, asOf: 0, notes });
    state.open = [0];
  }
  for (const { x, from, train, folds, ...result } of imported) {
    const notes = {
      ...(from !== undefined && { from }),
      ...(train !== undefined && { train }),
      ...(folds && { folds }),
    };
    rows.push({
      ...EMPTY,
      number: rows.length,
      origin: 'imported',
      x: Float64Array.from(x),
      space: version,
      asOf: state.seq,
      closed: ++state.seq,
      finishedAt: startedAt,
      ...result,
      ...(Object.keys(notes).length > 0 && { notes }),
    });
  }
  state.next = rows.length;
  state.told = imported.length;
  state.committed = state.open[0] ?? state.next;
  return carriedWith(definition, state, rows);
}

/** @param rows those from state.firstRow on */
export function carriedWith(
  definition: StudyDefinition,
  state: LedgerState,
  rows: LedgerRow[],
): { carried: CarriedStudy; rows: Uint8Array } {
  const ledger = restoreLedger(definition, state, rows);
  return {
    carried: { ledger: state, label: '', changed: [], epochs: 0 },
    rows: encodeRows(ledger.rows, shapeOf(definition)),
  };
}

const EMPTY = { sampler: 0, seed: 0, reports: [], attempts: 0 };

export function emptyState(
  { space, sampler, parallel, stop, enqueue }: StudyDefinition,
  startedAt: number,
): LedgerState {
  return {
    version: STATE_VERSION,
    seq: 0,
    next: 0,
    firstRow: 0,
    blocks: [],
    counts: { complete: 0, pruned: 0, failed: 0, infeasible: 0 },
    told: 0,
    committed: 0,
    open: [],
    held: {},
    opened: [],
    queue: [...enqueue],
    epochs: [{ seq: 0, space, sampler, parallel, was: {} }],
    stop,
    edits: [],
    verdicts: [],
    leases: [],
    endedLeases: [],
    tags: {},
    best: null,
    front: [],
    sinceBest: 0,
    cost: 0,
    paused: false,
    frozen: false,
    exhausted: false,
    stopped: null,
    startedAt,
  };
}

function ledgerOf(
  definition: StudyDefinition,
  state: LedgerState,
  rows: LedgerRow[],
  scheduling: SchedulingRules | undefined,
): Ledger {
  if (scheduling) state.scheduling ??= { own: scheduling.begin(), segments: [], curves: {} };
  const { rules, crossings } = scheduling ?? {};
  const decides = { ...(rules && { scheduling: rules }), ...(crossings && { crossings }) };
  return { definition, state, rows, asking: [], changed: [], ...decides };
}
