/** Which trials to ask for, and the rows that come of it. */
import { fromBase64 } from '../base64.ts';
import type { SuggestedTrial } from '../contract.ts';
import { addOpen } from './outcomes.ts';
import { counted, epochAt, rowOf, type Ledger, type Slot } from './ledger.ts';
import type { LedgerRow, RowNotes } from './row.ts';

/** The trials to ask for now, in number order; changes nothing. */
export function slotsToAsk(ledger: Ledger): Slot[] {
  const { definition, state } = ledger;
  if (state.exhausted || ledger.asking.length > 0) return [];
  if (definition.order === 'trial') {
    // one ask, one sampler and space
    const epoch = (asOf: number): unknown => epochAt(state.epochs, asOf);
    const { opened } = state;
    const end = opened.findIndex(({ told, asOf }) => told || epoch(asOf) !== epoch(opened[0]!.asOf));
    return end < 0 ? [...opened] : opened.slice(0, end);
  }
  if (state.stopped || state.paused || state.opened.length > 0) return [];
  const budget = (definition.stop.trials ?? Infinity) - counted(state) - state.open.length;
  const wanted = Math.max(0, freeOfOwn(ledger) - waiting(ledger).length) + state.leases.filter(isUngranted).length;
  return Array.from({ length: Math.max(0, Math.min(wanted, budget)) }, (_, i) => {
    const queued = state.queue[i];
    return { number: state.next + i, asOf: state.seq, ...(queued && { queued }) };
  });
}

export function isUngranted({ number }: { readonly number?: number }): boolean {
  return number === undefined;
}

/** How many more trials the study's own workers may run. */
function freeOfOwn({ definition, state, rows }: Ledger): number {
  if (definition.trial.kind === 'external') return 0;
  const leased = new Set(state.leases.map(({ number }) => number));
  const own = state.open.filter((number) => !leased.has(number) && rows[number - state.firstRow]!.state === 'running');
  return Math.max(0, definition.parallel - own.length);
}

function waiting(ledger: Ledger): number[] {
  return ledger.state.open.filter((number) => rowOf(ledger, number).state === 'waiting');
}

/** Trials that have their parameters and may start now on the study's own workers, and those that are left for others. */
export function trialsToStart(ledger: Ledger): { own: LedgerRow[]; others: LedgerRow[] } {
  const { definition, state } = ledger;
  // what order `trial` has opened runs to its end, whatever was decided meanwhile
  const held = state.paused && !isResuming(ledger);
  const rows = waiting(ledger)
    .map((number) => rowOf(ledger, number))
    .filter((row) => !held || (definition.order === 'trial' && row.startedAt === undefined));
  const own = rows.slice(0, freeOfOwn(ledger));
  return { own, others: rows.slice(own.length) };
}

/** Whether a resume waits for what was paused to close. */
export function isResuming({ state }: Ledger): boolean {
  return state.edits.some(
    ({ edit, seq, refused }) => edit.kind === 'resume' && seq === undefined && refused === undefined,
  );
}

export function recordStart(row: LedgerRow, at: number): void {
  row.state = 'running';
  row.startedAt ??= at;
}

/** Whether an ask's answer is still to be used: not once the study was told to stop meanwhile. */
export function isStillWanted({ definition, state }: Ledger): boolean {
  return state.stopped === null || (definition.order === 'trial' && state.opened.length > 0);
}

/** Records the answer to what is being asked: one waiting row a suggestion; fewer than slots mean that the sampler has no more. */
export function recordSuggestions(ledger: Ledger, suggestions: readonly SuggestedTrial[], sampler: number): void {
  const { definition, state } = ledger;
  const slots = ledger.asking;
  ledger.asking = [];
  for (const [i, suggestion] of suggestions.entries()) {
    const slot = slots[i]!;
    const { queued } = slot;
    const notes: RowNotes = {
      ...(suggestion.fallback !== undefined && { reason: suggestion.fallback }),
      ...(queued && { fixed: queued.params }),
      ...(queued?.baseline && { baseline: true }),
    };
    addOpen(ledger, {
      number: slot.number,
      state: 'waiting',
      origin: suggestion.fallback !== undefined ? 'fallback' : queued ? 'enqueued' : 'sampler',
      x: Float64Array.from(suggestion.x, (value) => value ?? NaN),
      space: epochAt(state.epochs, slot.asOf).space.version,
      sampler,
      seed: suggestion.seed,
      asOf: slot.asOf,
      ...(suggestion.memo !== undefined && { memo: fromBase64(suggestion.memo) }),
      reports: [],
      attempts: 0,
      ...(Object.keys(notes).length > 0 && { notes }),
    });
  }
  if (definition.order === 'trial') state.opened.splice(0, slots.length);
  else state.queue.splice(0, suggestions.filter((_, i) => slots[i]!.queued).length);
  if (suggestions.length === slots.length) return;
  state.exhausted = true;
  state.opened = [];
}

/** An ask that came to nothing: its slots are free again. */
export function dropAsk(ledger: Ledger): void {
  ledger.asking = [];
}
