/**
 * A study as it stood when its first trials had their outcomes: what a fork and a continuation start from, and what an audit
 * compares a study's totals with.
 *
 * The log is read again, one position after the other: rows open where they were asked for and close where they closed, edits take
 * effect where they did. What was open then is open again. With order `trial` the open slots are those of the record and, where the
 * record ends, those that the ledger opens itself, at the positions where it would have. So the future of a study that was rewound
 * and not changed is its own: with order `trial`, and with order `completion` one trial after another. (With several in flight order
 * `completion` depends on timing: the first trials are the same, what follows meets another log.)
 *
 * An edit is kept if it had taken effect by then; later ones belong to the future and are gone. A `stop` stays in the log, but has no
 * effect: a study is rewound to go on.
 *
 * With the rules of a population's scheduler its state is what it was then, too (rewind-scheduling.ts).
 */
import { hasReplicates } from '../trial/replicates.ts';
import type { EnqueuedTrial, StudyDefinition, StopRules } from '../study.ts';
import { changedTags } from './annotations.ts';
import { countGiven } from './by-run.ts';
import { emptyState, restoreLedger } from './begin.ts';
import { changedStop, type BudgetChange } from './budget.ts';
import { mayOpen } from './due.ts';
import type { LoggedEdit } from './edits.ts';
import {
  counted,
  epochAt,
  nextToOpen,
  type Epoch,
  type Ledger,
  type LedgerState,
  type Outcome,
  type Slot,
} from './ledger.ts';
import { addOpen, recordOutcome, takeBest } from './outcomes.ts';
import { bestOf } from './replicated.ts';
import { endRewinding, isScheduled, openScheduled } from './rewind-scheduling.ts';
import { restedSegments, type LedgerRow, type Segment } from './row.ts';
import { neededRows, openSegment, isHalving, type SchedulingRules } from './scheduling.ts';
import { stopVerdict } from './stopping.ts';
import { verdictOf } from './verdicts.ts';

/** What is known of a study beside its definition and its rows. */
export interface StudyLog {
  readonly edits: readonly LoggedEdit[];
  readonly epochs: readonly Epoch[];
  /** Milliseconds since 1970. */
  readonly startedAt: number;
}

export interface RewindOptions {
  /** Stopping rules that hold from the beginning on, whatever the definition and the edits say. */
  readonly stop?: BudgetChange;
  /** Milliseconds since 1970; by now the study has used as much time as it had then. Default: it started when it did. */
  readonly now?: number;
  /** Of a population. Default: what the scheduler knew is left out. */
  readonly scheduling?: SchedulingRules;
}

/** What a ledger is restored from (begin.ts). */
export interface Rewound {
  readonly state: LedgerState;
  readonly rows: LedgerRow[];
  /** Whether a closed row has to stay in the workflow. Default: none has. */
  readonly isNeeded?: (row: LedgerRow) => boolean;
}

/**
 * @param rows all of the study's, in number order; they are not changed
 * @param at how many trials to keep, 0 to rows.length; with all of them the whole log stays. Told and imported ones that were there
 * when the last of them ended are kept beyond that.
 * @returns the study then; trials without an outcome wait, with their parameters and checkpoints
 */
export function rewind(
  definition: StudyDefinition,
  rows: readonly LedgerRow[],
  log: StudyLog,
  at: number,
  { stop = {}, now, scheduling }: RewindOptions = {},
): Rewound {
  const past = pastOf(definition, rows, log, at);
  const { edits, epochs, events } = past;
  const state: LedgerState = { ...emptyState(definition, log.startedAt), edits: [...edits], epochs: [...epochs] };
  const ledger = restoreLedger(definition, state, [], scheduling);
  let rules = definition.stop;
  const arrive = (): void => {
    const { space, sampler, parallel } = epochAt(epochs, state.seq);
    state.stop = changedStop(rules, stop);
    ledger.definition = { ...definition, space, sampler, parallel, stop: state.stop };
    state.stopped ??= stopVerdict(state.stop, definition.objectives[0]!, { ...state, counted: counted(state) });
  };
  arrive();
  for (const event of events) {
    openAgain(ledger, past);
    if ('row' in event) closeAgain(ledger, event.row);
    else if ('segment' in event) state.seq = event.seq;
    else rules = editAgain(ledger, event.edit, rules);
    arrive();
  }
  state.seq = Math.max(state.seq, past.seq);
  openRest(ledger, past);
  if (hasReplicates(definition)) state.best = bestOf(definition, epochs, ledger.rows) ?? null;
  if (now !== undefined) state.startedAt = now - timeUsed(past, log);
  countGiven(ledger, rows.slice(past.rows.length));
  endRewinding(ledger);
  return { state, rows: ledger.rows, isNeeded: neededRows(ledger) };
}

/** Whether a trial was in the queue; the one that a study may begin with was not, nor those that were asked for from outside. */
export function isFromQueue({ notes, sampler }: LedgerRow): boolean {
  return notes?.fixed !== undefined && !notes.asked && sampler > 0;
}

/** One position of the log. */
type Event = { readonly seq: number } & (
  | { readonly row: LedgerRow }
  | { readonly edit: LoggedEdit }
  | { readonly segment: Segment }
);

interface Past {
  /** Trials that are kept. */
  readonly rows: readonly LedgerRow[];
  /** order `trial`: those after them. */
  readonly later: readonly LedgerRow[];
  readonly edits: readonly LoggedEdit[];
  readonly epochs: readonly Epoch[];
  readonly events: readonly Event[];
  /** The last position. */
  readonly seq: number;
}

function pastOf({ order }: StudyDefinition, all: readonly LedgerRow[], log: StudyLog, at: number): Past {
  let kept = at;
  let seq = lastPosition(all.slice(0, at));
  for (; isGiven(all[kept]) && all[kept]!.asOf <= seq; kept++) seq = Math.max(seq, all[kept]!.closed!);
  const cut = kept < all.length ? seq : Infinity;
  const rows = all.slice(0, kept);
  const after = all.slice(kept);
  const given = after.filter((row) => isGiven(row) && row.asOf <= cut);
  // numbers have no gaps: without the trials before them they cannot be there
  const gone = new Set(order === 'trial' ? [] : given.map(({ asOf }) => asOf));
  const isThere = (number: number): boolean =>
    number < kept || (order === 'trial' && number < all.length && all[number]!.asOf < seq);
  const edits = log.edits.filter(({ seq: position, edit }) => {
    if (position === undefined || position > cut || gone.has(position)) return false;
    return (edit.kind !== 'cancel' && edit.kind !== 'fail') || isThere(edit.number);
  });
  const events: Event[] = [
    ...[...rows.filter(hasOutcome), ...(order === 'trial' ? given : [])].map((row) => ({ seq: row.closed!, row })),
    ...rows.flatMap(restedSegments).map((segment) => ({ seq: segment.seq, segment })),
    ...edits.map((edit) => ({ seq: edit.seq!, edit })),
  ];
  events.sort((a, b) => a.seq - b.seq);
  return {
    rows,
    later: order === 'trial' ? after : [],
    edits,
    epochs: log.epochs.filter((epoch) => epoch.seq <= cut),
    events,
    seq: cut < Infinity ? cut : Math.max(0, ...events.slice(-1).map((event) => event.seq)),
  };
}

function lastPosition(rows: readonly LedgerRow[]): number {
  return rows.reduce((last, { asOf, closed = 0 }) => Math.max(last, asOf, closed), 0);
}

/** Told or imported: a closed row from the beginning. */
export function isGiven(row: LedgerRow | undefined): boolean {
  return row?.origin === 'told' || row?.origin === 'imported';
}

/** Opens what was opened at this position. */
function openAgain(ledger: Ledger, { rows, later, seq: last }: Past): void {
  const { definition, state } = ledger;
  for (;;) {
    const number = nextToOpen(ledger);
    const kept = rows[number];
    const row = kept ?? later[number - rows.length];
    if (!row) break;
    // what opens at the last position is to see what is changed there
    if (row.asOf > state.seq || (!kept && !isGiven(row) && row.asOf >= last)) return;
    if (kept) addAgain(ledger, row);
    else if (isScheduled(ledger, row)) openScheduled(ledger, row);
    else state.opened.push(slotOf(row, isFromQueue(row) ? state.queue.shift() : undefined));
  }
  while (definition.order === 'trial' && mayOpen(ledger)) {
    if (isHalving(ledger)) {
      if (!openSegment(ledger)) return;
      continue;
    }
    const queued = state.queue.shift();
    state.opened.push({ number: nextToOpen(ledger), asOf: state.seq, ...(queued && { queued }) });
  }
}

/** What the last position leaves: trials without an outcome wait. */
function openRest(ledger: Ledger, { rows, later }: Past): void {
  const { state } = ledger;
  while (state.next < rows.length) {
    addAgain(ledger, rows[state.next]!);
  }
  for (let row; (row = later[nextToOpen(ledger) - rows.length]) && isGiven(row) && row.asOf <= state.seq;)
    state.opened.push(slotOf(row));
  for (const number of state.open) {
    const { startedAt: _started, finishedAt: _finished, ...row } = ledger.rows[number]!;
    ledger.rows[number] = { ...row, state: 'waiting' };
  }
  state.committed = state.open[0] ?? state.next;
  const isAhead = (number: number): boolean =>
    state.open.includes(number) || state.opened.some((slot) => slot.number === number);
  state.verdicts = state.verdicts.filter(({ number }) => isAhead(number));
}

function addAgain(ledger: Ledger, row: LedgerRow): void {
  if (isGiven(row)) {
    ledger.rows.push({ ...row });
    ledger.state.next++;
    return;
  }
  const { closed: _closed, segments, ...open } = row;
  const scheduled = isScheduled(ledger, row);
  if (scheduled) {
    openScheduled(ledger, row);
    ledger.state.opened.pop();
  } else if (isFromQueue(row)) ledger.state.queue.shift();
  // not waiting: nothing may end it but its own outcome
  addOpen(ledger, { ...open, ...(segments && !scheduled && { segments }), state: 'running' });
}

function slotOf({ number, asOf, ...row }: LedgerRow, queued?: EnqueuedTrial): Slot {
  if (!isGiven({ number, asOf, ...row })) return { number, asOf, ...(queued && { queued }) };
  const { memo: _memo, x, ...given } = row;
  return { number, asOf, given: { ...given, asOf, x: Array.from(x, (value) => (Number.isNaN(value) ? null : value)) } };
}

/** At its own position, whatever the order. */
function closeAgain(ledger: Ledger, row: LedgerRow): void {
  const { definition, state } = ledger;
  if (isGiven(row)) {
    state.seq = row.closed!;
    state.told++;
    if (row.origin === 'told' && row.state === 'complete') takeBest(definition, state, row);
    return;
  }
  if (row.state === 'pruned' || (hasReplicates(definition) && row.state !== 'failed')) return sealAgain(ledger, row);
  state.seq = row.closed! - 1;
  const atOnce = { ...ledger, definition: { ...definition, order: 'completion' as const } };
  recordOutcome(atOnce, row.number, outcomeOf(row), row.finishedAt ?? 0);
}

/** Why it was pruned, or has as many replicates as it has, is not asked again: a scheduler's word stands in its row. */
function sealAgain({ state, rows }: Ledger, row: LedgerRow): void {
  state.seq = row.closed!;
  rows[row.number] = { ...row };
  state.counts[row.state as keyof LedgerState['counts']]++;
  state.sinceBest++;
  state.open = state.open.filter((number) => number !== row.number);
  state.committed = state.open[0] ?? state.next;
}

/** Whether it ended, and was not only stopped. */
function hasOutcome(row: LedgerRow): boolean {
  const isOver = row.state === 'failed' || row.state === 'pruned' || row.values !== undefined;
  return row.closed !== undefined && (isGiven(row) || isOver);
}

/** How a trial of the study's own ended. */
function outcomeOf({ state, values = [], constraints, cost, reports, notes = {}, attempts }: LedgerRow): Outcome {
  if (state === 'failed') return { kind: 'failed', attempts, notes, reports };
  const { attributes, curve, checkpoint, predictions, train, folds } = notes;
  const result = {
    values,
    reports,
    ...(constraints && { constraints }),
    ...(cost !== undefined && { cost }),
    ...(attributes && { attributes }),
    ...(curve !== undefined && { curve }),
    ...(checkpoint !== undefined && { checkpoint }),
    ...(predictions !== undefined && { predictions }),
    ...(train !== undefined && { train }),
    ...(folds && { folds }),
  };
  return { kind: 'result', attempts, result };
}

/** @returns the stopping rules from here on */
function editAgain({ definition, state }: Ledger, entry: LoggedEdit, rules: StopRules): StopRules {
  const { edit, at, retried } = entry;
  state.seq = entry.seq!;
  switch (edit.kind) {
    case 'pause':
      if (!edit.now) state.paused = true;
      break;
    case 'resume':
      if (at !== undefined || definition.order === 'completion') state.paused = false;
      break;
    case 'enqueue':
      state.queue.push(...edit.trials);
      break;
    case 'retry':
      state.queue.unshift(retried!);
      break;
    case 'cancel':
    case 'fail':
      state.verdicts.push(verdictOf(edit, entry));
      break;
    case 'tag':
      state.tags = changedTags(state.tags, edit.tags);
      break;
    case 'budget':
      return changedStop(rules, edit.stop);
  }
  return rules;
}

/** Milliseconds from the start to the last outcome. */
function timeUsed({ events }: Past, { startedAt }: StudyLog): number {
  return events.reduce(
    (used, event) => ('row' in event ? Math.max(used, (event.row.finishedAt ?? startedAt) - startedAt) : used),
    0,
  );
}
