/** Which trials to ask for, and the rows that come of it. */
import { fromBase64 } from '../wording/base64.ts';
import type { SuggestedTrial } from '../contract.ts';
import { isTestAhead } from '../evaluation/phase.ts';
import { addOpen } from './outcomes.ts';
import type { Demand } from '../slots/claimant.ts';
import {
  counted,
  epochAt,
  isFinished,
  isHeld,
  knowledgeOf,
  nextToOpen,
  rowOf,
  rungOf,
  waitingEdits,
  type Ledger,
  type Slot,
} from './ledger.ts';
import type { LedgerRow, RowNotes } from './row.ts';
import { endSegment, isHalving } from './scheduling.ts';
import { regretVerdict, type StopVerdict } from './stopping.ts';

/** The trials to ask for now, in number order; changes nothing. */
export function slotsToAsk(ledger: Ledger): Slot[] {
  const { definition, state } = ledger;
  if (ledger.asking.length > 0) return [];
  if (opensAhead(ledger)) {
    if (definition.order === 'completion' && (state.stopped || state.paused || state.frozen)) return [];
    // one ask, one sampler and space
    const { opened } = state;
    const epoch = opened[0] && epochAt(state.epochs, opened[0].asOf);
    const end = opened.findIndex(({ given, asOf }) => given || epochAt(state.epochs, asOf) !== epoch);
    return end < 0 ? [...opened] : opened.slice(0, end);
  }
  if (state.stopped || state.paused || state.frozen || state.opened.length > 0) return [];
  if (ledger.stalled === knowledgeOf(state)) return [];
  const budget = Math.max(0, (definition.stop.trials ?? Infinity) - counted(state) - state.open.length);
  const ungranted = state.leases.filter(isUngranted);
  const particular = ungranted.filter(({ fixed, reserved }) => fixed && reserved === undefined);
  const asked = state.exhausted ? [] : particular.slice(0, budget);
  const others = ungranted.filter(({ fixed }) => !fixed).length;
  const wanted = freeOfOwn(ledger) + others - unreserved(ledger).length;
  const left = state.exhausted ? state.queue.length : Infinity;
  const rest = Math.max(0, Math.min(wanted, budget - asked.length, left));
  return [
    ...asked.map(({ requestId, fixed }) => ({ queued: { params: fixed!, baseline: false }, lease: requestId })),
    ...Array.from({ length: rest }, (_, i) => (state.queue[i] ? { queued: state.queue[i] } : {})),
  ].map((slot, i) => ({ number: state.next + i, asOf: state.seq, ...slot }));
}

export function isUngranted({ number }: { readonly number?: number }): boolean {
  return number === undefined;
}

/** How many more trials the study's own workers may run. */
function freeOfOwn(ledger: Ledger): number {
  const { definition, allowance } = ledger;
  if (definition.trial.kind === 'external') return 0;
  return Math.max(0, Math.min(definition.parallel, allowance?.trials ?? Infinity) - ownInFlight(ledger).length);
}

function ownInFlight(ledger: Ledger): number[] {
  const { state } = ledger;
  const leased = new Set(state.leases.map(({ number }) => number));
  return state.open.filter(
    (number) => rowOf(ledger, number).state === 'running' && !leased.has(number) && !isHeld(ledger, number),
  );
}

/** What the study would use of pools of slots. */
export function demandOf(ledger: Ledger): Demand {
  const { definition, state, testing } = ledger;
  if (testing) return { running: testing.running, wanted: Math.min(definition.parallel, testing.left), ended: false };
  const running = ownInFlight(ledger);
  const opened = state.opened.filter(({ given }) => !given).length;
  const inBudget = (definition.stop.trials ?? Infinity) - counted(state) - state.open.length;
  const left = state.exhausted ? Math.min(inBudget, state.queue.length) : inBudget;
  const goesOn = !state.stopped && !state.paused && !state.frozen;
  // all that it keeps busy, not what happens to run at this moment: pools are told of changes alone
  const trials = goesOn
    ? state.open.length -
      state.leases.filter((lease) => (lease.number ?? lease.reserved) !== undefined).length +
      Math.max(left, opened)
    : running.length + mayStart(ledger).length + opened;
  return {
    running,
    wanted: Math.min(definition.parallel, trials),
    ended: isFinished(ledger) && !isTestAhead(definition, state),
  };
}

function waiting(ledger: Ledger): number[] {
  return ledger.state.open.filter((number) => rowOf(ledger, number).state === 'waiting' && !isHeld(ledger, number));
}

/** Waiting trials that nobody in particular has asked for. */
function unreserved(ledger: Ledger): number[] {
  const reserved = new Set(ledger.state.leases.map((lease) => lease.reserved));
  return waiting(ledger).filter((number) => !reserved.has(number));
}

/** Trials that have their parameters and may start now. */
export interface Startable {
  /** On the study's own workers. */
  readonly own: LedgerRow[];
  /** Left for whoever asks. */
  readonly others: LedgerRow[];
  /** Asked for with fixed values, by the requestId of the lease. */
  readonly reserved: ReadonlyMap<string, LedgerRow>;
}

export function trialsToStart(ledger: Ledger): Startable {
  const leases = new Map(ledger.state.leases.map(({ reserved, requestId }) => [reserved, requestId]));
  const reserved = new Map<string, LedgerRow>();
  const rows: LedgerRow[] = [];
  for (const row of mayStart(ledger)) {
    const lease = leases.get(row.number);
    if (lease === undefined) rows.push(row);
    else reserved.set(lease, row);
  }
  const own = rows.slice(0, freeOfOwn(ledger));
  return { own, others: rows.slice(own.length), reserved };
}

function mayStart(ledger: Ledger): LedgerRow[] {
  const { definition, state } = ledger;
  // what order `trial` has opened runs to its end, whatever is decided for those after it
  if (state.frozen || (state.paused && definition.order !== 'trial')) return [];
  return waiting(ledger).map((number) => rowOf(ledger, number));
}

export function recordStart(row: LedgerRow, at: number): void {
  row.state = 'running';
  row.startedAt ??= at;
}

/** Whether an ask's answer is still to be used: not once the study was told to stop meanwhile. */
export function isStillWanted(ledger: Ledger): boolean {
  const { state, asking } = ledger;
  return opensAhead(ledger) ? asking[0] !== undefined && state.opened.includes(asking[0]) : state.stopped === null;
}

/**
 * Records the answer to what is being asked: one waiting row a suggestion; fewer than slots mean that the sampler has no more, or has more
 * `later`.
 */
export function recordSuggestions(
  ledger: Ledger,
  suggestions: readonly SuggestedTrial[],
  sampler: number,
  later = false,
): void {
  const { definition, state } = ledger;
  const slots = ledger.asking;
  ledger.asking = [];
  const verdicts = suggestions.map(({ regret }) => regretVerdict(definition.stop, regret));
  const end = verdicts.findIndex((verdict) => verdict !== null);
  for (const [i, suggestion] of suggestions.slice(0, end < 0 ? Infinity : end).entries()) {
    const slot = slots[i]!;
    const { queued, lease } = slot;
    const notes: RowNotes = {
      ...(suggestion.fallback !== undefined && { reason: suggestion.fallback }),
      ...(queued && { fixed: queued.params }),
      ...(lease !== undefined && { asked: true as const }),
      ...(queued?.baseline && { baseline: true }),
      ...(queued?.checkpoint !== undefined && { checkpoint: queued.checkpoint }),
      ...(slot.lineage && { checkpoint: slot.lineage.checkpoint }),
      ...(queued?.from !== undefined && { from: queued.from }),
      ...(queued?.seed !== undefined && { seeded: true as const }),
    };
    addOpen(ledger, {
      number: slot.number,
      state: 'waiting',
      origin: suggestion.fallback !== undefined ? 'fallback' : queued ? 'enqueued' : 'sampler',
      x: Float64Array.from(suggestion.x, (value) => value ?? NaN),
      space: epochAt(state.epochs, slot.asOf).space.version,
      sampler,
      seed: queued?.seed ?? suggestion.seed,
      asOf: slot.asOf,
      ...(slot.rung && { rung: rungOf(slot.rung), target: slot.rung }),
      ...(slot.lineage && { lineage: slot.lineage }),
      ...(suggestion.memo !== undefined && { memo: fromBase64(suggestion.memo) }),
      reports: [],
      attempts: 0,
      ...(Object.keys(notes).length > 0 && { notes }),
    });
    const borrower = lease === undefined ? undefined : state.leases.find(({ requestId }) => requestId === lease);
    if (borrower) borrower.reserved = slot.number;
  }
  const answered = slots.slice(0, end < 0 ? suggestions.length : end);
  if (opensAhead(ledger)) state.opened.splice(0, answered.length);
  if (end >= 0) stopBefore(ledger, verdicts[end]!);
  else if (later) ledger.stalled = knowledgeOf(state);
  else if (answered.length < slots.length) endOfPoints(ledger, slots, answered);
  if (opensAhead(ledger)) return;
  const asked = new Set(answered.map(({ queued }) => queued));
  state.queue = state.queue.filter((trial) => !asked.has(trial));
}

/**
 * Ends the study before the trial whose position of the log showed that it may. With order `trial` a rule of a later position may have
 * ended it before this word came: the earlier one counts, however long the answer took.
 */
function stopBefore(ledger: Ledger, verdict: StopVerdict): void {
  const { state } = ledger;
  state.stopped = verdict;
  dropOpened(ledger);
}

/** The sampler has no more points: only what is queued, given or of another epoch is still opened. */
function endOfPoints(ledger: Ledger, slots: readonly Slot[], answered: Slot[]): void {
  const { state } = ledger;
  const epoch = epochAt(state.epochs, slots[0]!.asOf);
  // a newer sampler or space may have more
  if (epoch === epochAt(state.epochs, state.seq)) state.exhausted = true;
  const first = slots[answered.length]!;
  // one that is queued and has no answer never gets one
  if (first.queued) answered.push(first);
  if (!opensAhead(ledger)) return;
  const before = nextToOpen(ledger);
  dropOpened(
    ledger,
    (slot) => slot !== first && (slot.queued !== undefined || epochAt(state.epochs, slot.asOf) !== epoch),
  );
  // what was meant for a trial after those opened in vain is for the next one
  const next = nextToOpen(ledger);
  for (const edit of waitingEdits(ledger)) if (edit.at! > next && edit.at! <= before) edit.at = next;
}

/** Whether slots are opened one by one, each with its place in the log, and asked for afterwards. */
function opensAhead(ledger: Ledger): boolean {
  return ledger.definition.order === 'trial' || isHalving(ledger);
}

/** Gives up opened slots; given ones and those to keep move up, since numbers have no gaps. */
export function dropOpened(ledger: Ledger, keeps: (slot: Slot) => boolean = () => false): void {
  const { state } = ledger;
  let kept = state.opened.filter((slot) => slot.given || keeps(slot));
  if (isHalving(ledger)) {
    // a scheduler knows its trials by number: those to keep are opened anew
    for (const { number } of state.opened) endSegment(ledger, number, { end: 'gone', unmade: true });
    state.queue.unshift(...kept.flatMap(({ queued }) => queued ?? []));
    kept = kept.filter(({ given }) => given);
  }
  const moved = new Map(kept.map(({ number }, i) => [number, state.next + i]));
  const follow = <T extends { readonly number: number }>(item: T): T => ({
    ...item,
    number: moved.get(item.number) ?? item.number,
  });
  state.opened = kept.map(follow);
  state.best &&= follow(state.best);
  state.front = state.front.map(follow);
}

/** An ask that came to nothing: its slots are free again. */
export function dropAsk(ledger: Ledger): void {
  ledger.asking = [];
}
