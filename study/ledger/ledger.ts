/**
 * The ledger: the table of a study's trials and the rules by which it changes. A pure state machine; the study workflow
 * is its only writer (I1), and everything it decides follows from what was recorded before (I3).
 *
 * The event log is the sequence of closings and edits; `seq` is its length. A row stores the log position its suggestion saw
 * (`asOf`) and where it closed (`closed`), so the log can be read off the table.
 *
 * order `completion`: an outcome closes its row at once; free slots ask with asOf = seq.
 * order `trial`: outcomes wait until all lower numbers have closed, each commit evaluates the stopping rules on the committed
 * prefix and then opens at most one slot, whose asOf is fixed at that moment. So suggestions do not depend on timing.
 */
import { fromBase64 } from '../base64.ts';
import type { AskSlot, BestTrial, BlockRef, StopRequest, StudyCounts, SuggestedTrial } from '../contract.ts';
import { compileSpace } from '../dimensions.ts';
import { decode } from '../point.ts';
import { named, type LedgerRow, type RowNotes } from './row.ts';
import { stopVerdict, type StopVerdict } from './stopping.ts';
import type { StudyDefinition } from '../study.ts';
import type { TrialResult } from '../trial.ts';

/** How a trial ended, before the ledger makes a state of it. */
export type Outcome =
  | { readonly kind: 'result'; readonly result: TrialResult; readonly attempts: number }
  | {
      readonly kind: 'failed';
      readonly attempts: number;
      readonly notes: RowNotes;
      readonly reports: LedgerRow['reports'];
    }
  /** Cancelled on request, with what it had. */
  | { readonly kind: 'paused'; readonly attempts: number; readonly notes: RowNotes };

/** What somebody changed while the study ran. */
export interface Edit {
  readonly seq: number;
  readonly kind: 'stop';
  readonly at: number;
  readonly request: StopRequest;
}

/** The part that crosses continue-as-new as JSON; the rows cross as a block. */
export interface LedgerState {
  seq: number;
  /** Number of the next trial to be asked for. */
  next: number;
  /** Rows below this number have left for blocks. */
  firstRow: number;
  blocks: BlockRef[];
  counts: { -readonly [K in keyof StudyCounts]: number };
  /** Rows below this number have closed; with order `trial` it is the commit cursor. */
  committed: number;
  /** order `trial`: asOf of each opened slot that has not been asked for. */
  opened: number[];
  best: BestTrial | null;
  front: BestTrial[];
  /** Counted trials since the best one. */
  sinceBest: number;
  cost: number;
  edits: Edit[];
  exhausted: boolean;
  stopped: StopVerdict | null;
  startedAt: number;
}

export interface Ledger {
  readonly definition: StudyDefinition;
  readonly state: LedgerState;
  /** Rows firstRow, firstRow + 1, … */
  readonly rows: LedgerRow[];
  /** order `trial`: outcomes that wait for lower numbers. */
  readonly held: Map<number, { readonly outcome: Outcome; readonly at: number }>;
}

export function createLedger(definition: StudyDefinition, startedAt: number): Ledger {
  const state: LedgerState = {
    seq: 0,
    next: 0,
    firstRow: 0,
    blocks: [],
    counts: { complete: 0, pruned: 0, failed: 0, infeasible: 0 },
    committed: 0,
    opened: [],
    best: null,
    front: [],
    sinceBest: 0,
    cost: 0,
    edits: [],
    exhausted: false,
    stopped: null,
    startedAt,
  };
  const ledger = { definition, state, rows: [], held: new Map() };
  if (definition.order === 'trial') openSlots(ledger, definition.parallel);
  return ledger;
}

/** A ledger as it was before continue-as-new. */
export function restoreLedger(definition: StudyDefinition, state: LedgerState, rows: LedgerRow[]): Ledger {
  return { definition, state, rows, held: new Map() };
}

export function rowOf({ state, rows }: Ledger, number: number): LedgerRow {
  const row = rows[number - state.firstRow];
  if (!row) throw new RangeError(`trial ${number} is not among rows ${state.firstRow} to ${state.next - 1}`);
  return row;
}

/** Trials that count against the budget: complete, pruned or infeasible (I8). */
export function counted({ counts }: LedgerState): number {
  return counts.complete + counts.pruned + counts.infeasible;
}

/** The trials to ask for now, in number order; changes nothing. */
export function slotsToAsk(ledger: Ledger, inFlight: number): AskSlot[] {
  const { definition, state } = ledger;
  if (state.exhausted) return [];
  const slots = definition.order === 'trial' ? state.opened : free(ledger, inFlight).map(() => state.seq);
  return slots.map((asOf, i) => {
    const number = state.next + i;
    const enqueued = definition.enqueue[number];
    return { number, asOf, ...(enqueued && { fixed: enqueued.params }) };
  });
}

function free({ definition, state }: Ledger, inFlight: number): undefined[] {
  if (state.stopped) return [];
  const budget = (definition.stop.trials ?? Infinity) - counted(state) - inFlight;
  return Array.from({ length: Math.max(0, Math.min(definition.parallel - inFlight, budget)) });
}

/** Whether an ask's answer is still to be used: not once the study was told to stop meanwhile. */
export function isStillWanted({ definition, state }: Ledger): boolean {
  return state.stopped === null || (definition.order === 'trial' && state.opened.length > 0);
}

/** Records the answer to an ask: one running row a suggestion; fewer than slots mean that the sampler has no more. */
export function recordSuggestions(
  ledger: Ledger,
  slots: readonly AskSlot[],
  suggestions: readonly SuggestedTrial[],
  sampler: number,
  at: number,
): LedgerRow[] {
  const { definition, state, rows } = ledger;
  const added = suggestions.map((suggestion, i): LedgerRow => {
    const slot = slots[i]!;
    const enqueued = definition.enqueue[slot.number];
    const notes: RowNotes = {
      ...(suggestion.fallback !== undefined && { reason: suggestion.fallback }),
      ...(enqueued?.baseline && { baseline: true }),
    };
    return {
      number: slot.number,
      state: 'running',
      origin: suggestion.fallback !== undefined ? 'fallback' : enqueued ? 'enqueued' : 'sampler',
      x: Float64Array.from(suggestion.x, (value) => value ?? NaN),
      space: definition.space.version,
      sampler,
      seed: suggestion.seed,
      asOf: slot.asOf,
      ...(suggestion.memo !== undefined && { memo: fromBase64(suggestion.memo) }),
      reports: [],
      attempts: 0,
      startedAt: at,
      ...(Object.keys(notes).length > 0 && { notes }),
    };
  });
  rows.push(...added);
  state.next += added.length;
  if (definition.order === 'trial') state.opened.splice(0, slots.length);
  if (added.length < slots.length) {
    state.exhausted = true;
    state.opened = [];
  }
  return added;
}

/** Takes a trial's outcome in and closes what may close now. @returns the rows that closed, in the order they did. */
export function recordOutcome(ledger: Ledger, number: number, outcome: Outcome, at: number): LedgerRow[] {
  if (ledger.definition.order === 'completion') return [close(ledger, number, outcome, at)];
  ledger.held.set(number, { outcome, at });
  const closed: LedgerRow[] = [];
  for (let next = ledger.held.get(ledger.state.committed); next; next = ledger.held.get(ledger.state.committed)) {
    const committing = ledger.state.committed;
    ledger.held.delete(committing);
    closed.push(close(ledger, committing, next.outcome, next.at));
    openSlots(ledger, 1);
  }
  return closed;
}

function openSlots({ definition, state }: Ledger, most: number): void {
  for (let i = 0; i < most; i++) {
    const uncommitted = state.next + state.opened.length - state.committed;
    const budget = (definition.stop.trials ?? Infinity) - counted(state) - uncommitted;
    if (state.stopped || state.exhausted || budget <= 0 || uncommitted >= definition.parallel) return;
    state.opened.push(state.seq);
  }
}

function close(ledger: Ledger, number: number, outcome: Outcome, at: number): LedgerRow {
  const { definition, state } = ledger;
  const row = rowOf(ledger, number);
  row.closed = ++state.seq;
  row.attempts = outcome.attempts;
  row.finishedAt = at;
  if (outcome.kind === 'result') takeResult(ledger, row, outcome.result);
  else {
    row.state = outcome.kind;
    addNotes(row, outcome.notes);
    if (outcome.kind === 'failed') {
      state.counts.failed++;
      row.reports = outcome.reports;
    }
  }
  while (state.committed < state.next && rowOf(ledger, state.committed).closed !== undefined) state.committed++;
  state.stopped ??= stopVerdict(definition.stop, definition.objectives[0]!, { ...state, counted: counted(state) });
  return row;
}

function takeResult({ definition, state }: Ledger, row: LedgerRow, result: TrialResult): void {
  const { values, constraints, cost, reports, attributes, checkpoint, predictions } = result;
  row.values = values;
  row.reports = reports;
  if (constraints) row.constraints = constraints;
  if (cost !== undefined) {
    row.cost = cost;
    state.cost += cost;
  }
  addNotes(row, {
    ...(attributes && { attributes }),
    ...(checkpoint && { checkpoint }),
    ...(predictions && { predictions }),
  });
  row.state = isFeasible(definition, constraints) ? 'complete' : 'infeasible';
  state.counts[row.state]++;
  state.sinceBest++;
  if (row.state === 'complete') takeBest(definition, state, row);
}

function addNotes(row: LedgerRow, notes: RowNotes): void {
  if (Object.keys(notes).length > 0) row.notes = { ...row.notes, ...notes };
}

function isFeasible({ constraints }: StudyDefinition, values: readonly number[] | undefined): boolean {
  return constraints.every(({ below, above }, i) => {
    const value = values?.[i] ?? NaN;
    return (below === undefined || value <= below) && (above === undefined || value >= above);
  });
}

function takeBest(definition: StudyDefinition, state: LedgerState, row: LedgerRow): void {
  const { objectives } = definition;
  const values = named(objectives, row.values!);
  const better = objectives.map(({ name, goal }) => {
    const [ours, theirs] = [values[name]!, state.best?.values[name] ?? NaN];
    return goal === 'maximize' ? !(ours <= theirs) : !(ours >= theirs);
  });
  const trial: BestTrial = { number: row.number, params: decode(compileSpace(definition.space), row.x), values };
  if (better[0]) {
    state.best = trial;
    state.sinceBest = 0;
  }
  if (objectives.length > 1) state.front = withoutDominated(objectives, state.front, trial);
}

function withoutDominated(
  objectives: StudyDefinition['objectives'],
  front: BestTrial[],
  trial: BestTrial,
): BestTrial[] {
  const atLeastAsGood = (a: BestTrial, b: BestTrial): boolean =>
    objectives.every(({ name, goal }) =>
      goal === 'maximize' ? a.values[name]! >= b.values[name]! : a.values[name]! <= b.values[name]!,
    );
  if (front.some((other) => atLeastAsGood(other, trial))) return front;
  return [...front.filter((other) => !atLeastAsGood(trial, other)), trial];
}

/** Records a verdict that comes from outside the rows (time, a person); the first verdict stands. */
export function recordStop(ledger: Ledger, verdict: StopVerdict): void {
  ledger.state.stopped ??= verdict;
  ledger.state.opened = [];
}

/** Appends an edit to the event log, once a request id. @returns whether it was new. */
export function recordEdit({ state }: Ledger, kind: Edit['kind'], request: StopRequest, at: number): boolean {
  if (state.edits.some((edit) => edit.request.requestId === request.requestId)) return false;
  state.edits.push({ seq: ++state.seq, kind, at, request });
  return true;
}
