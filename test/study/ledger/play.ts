/**
 * A study played at random: which of all that could happen next happens next is drawn, what comes of it is not. A suggestion mixes
 * everything that it may see of the log, so a log that differs anywhere differs everywhere after.
 */
import { editsToCheck, recordCheck, recordEdit, settle } from '../../../study/ledger/apply.ts';
import { createLedger, restoreLedger } from '../../../study/ledger/begin.ts';
import { decodeRows, encodeRows, shapeOf } from '../../../study/ledger/blocks.ts';
import { editFault, type Edit } from '../../../study/ledger/edits.ts';
import {
  expireLeases,
  grantLeases,
  leaseFault,
  recordLease,
  recordTell,
  tellFault,
} from '../../../study/ledger/leases.ts';
import { epochAt, isFinished, nextToOpen, type Ledger, type Outcome, type Slot } from '../../../study/ledger/ledger.ts';
import { recordOutcome } from '../../../study/ledger/outcomes.ts';
import type { LedgerRow } from '../../../study/ledger/row.ts';
import {
  dropAsk,
  isStillWanted,
  recordStart,
  recordSuggestions,
  slotsToAsk,
  trialsToStart,
} from '../../../study/ledger/slots.ts';
import type { StudyDefinition } from '../../../study/study.ts';
import { pointFor, running } from './rig.ts';

export interface Scripted {
  readonly id: string;
  readonly edit: Edit;
  readonly at?: number;
}

export interface Game {
  readonly definition: StudyDefinition;
  /** Sent in this order, each at a moment that is drawn; with a trial number in time. */
  readonly script: readonly Scripted[];
  readonly crashes: readonly number[];
  /** What may happen besides. */
  readonly also?: readonly ('freeze' | 'note' | 'cancel' | 'lease')[];
  /** Points the first sampler has; all. */
  readonly points?: number;
  /** The widest the study gets. */
  readonly widest: number;
}

const STEPS = 4000;

/** @param draw  numbers in [0, 1); @param carries  whether a quiet moment is used to carry the ledger over */
export function play(game: Game, draw: () => number, carries: () => boolean = () => false): Ledger {
  const { definition, script, also = [] } = game;
  let ledger = createLedger(definition, 0);
  const letGo = new Set<number>();
  let now = 0;
  let sent = 0;
  let more = 0;

  const look = (): void => {
    expireLeases(ledger, now);
    settle(ledger, now);
    for (const { number } of ledger.state.verdicts) letGo.add(number);
    if (ledger.state.frozen) for (const number of own()) letGo.add(number);
    ledger.changed.splice(0);
    grantLeases(ledger, now);
  };
  const own = (): number[] => {
    const leased = new Set(ledger.state.leases.map(({ number }) => number));
    return running(ledger).filter((number) => !leased.has(number));
  };
  const request = (id: string, edit: Edit, at?: number): boolean => {
    const all = { requestId: id, edit, ...(at !== undefined && { at }) };
    if (editFault(ledger, all) !== undefined) return false;
    recordEdit(ledger, all, now);
    return true;
  };
  /** A script's edit is sent before any event could open its trial. */
  const isLate = ({ at }: Scripted): boolean => at !== undefined && at <= nextToOpen(ledger) + game.widest;

  const outcomeOf = (row: LedgerRow): Outcome => {
    const { number } = row;
    const attempts = row.attempts + 1;
    if (letGo.delete(number) && draw() < 0.7)
      return { kind: 'paused', attempts, notes: { checkpoint: `c${number}.${attempts}` } };
    if (game.crashes.includes(number)) return { kind: 'failed', attempts, notes: { reason: 'boom' }, reports: [] };
    return { kind: 'result', attempts, result: { values: [valueOf(row)], cost: number % 3, reports: [[1, number]] } };
  };

  const actions = (): (() => void)[] => {
    const { state } = ledger;
    const all: (() => void)[] = [];
    const { [sent]: next } = script;
    // one without a trial number that is refused is not sent again
    if (next) all.push(() => (sent += Number(request(next.id, next.edit, next.at) || next.at === undefined)));
    for (const { requestId } of editsToCheck(ledger)) all.push(() => recordCheck(ledger, requestId, undefined));
    if (ledger.asking.length > 0) all.push(() => answer(ledger, game.points));
    else if (slotsToAsk(ledger).length > 0) all.push(() => (ledger.asking = slotsToAsk(ledger)));
    for (const row of trialsToStart(ledger).own.slice(0, 1)) all.push(() => recordStart(row, now));
    for (const number of own())
      all.push(() => recordOutcome(ledger, number, outcomeOf(ledger.rows[number - state.firstRow]), now));
    if (also.includes('freeze') && (more < 40 || state.frozen) && draw() < 0.2)
      all.push(() => request(`more ${more++}`, state.frozen ? { kind: 'resume' } : { kind: 'pause', now: true }));
    if (also.includes('note') && more < 40) all.push(() => request(`more ${more++}`, { kind: 'note', text: 'odd' }));
    if (also.includes('cancel') && more < 40 && state.open.length > 0 && draw() < 0.1)
      all.push(() =>
        request(`more ${more++}`, { kind: 'cancel', number: state.open[Math.floor(draw() * state.open.length)] }),
      );
    if (also.includes('lease')) all.push(() => lease());
    return all;
  };
  const lease = (): void => {
    const { leases } = ledger.state;
    const lent = leases[Math.floor(draw() * leases.length)];
    const what = draw();
    now += Math.floor(draw() * 300);
    if (what < 0.3) {
      // every third for a trial with a value of one's own
      const fixed = more % 3 === 0 && { fixed: { x: 0.125 } };
      const ask = { requestId: `lease ${more++}`, leaseMs: 1000, ...fixed };
      if (leases.length < 5 && leaseFault(ledger, ask) === undefined) recordLease(ledger, ask);
    } else if (lent) {
      const value = lent.number === undefined ? 0 : valueOf(ledger.rows[lent.number - ledger.state.firstRow]);
      const outcome = what < 0.5 ? ({ kind: 'give back' } as const) : ({ kind: 'result', result: value } as const);
      const told = { lease: lent.requestId, outcome };
      if (tellFault(ledger, told) === undefined) recordTell(ledger, told, now);
    }
  };

  for (let step = 0; step < STEPS; step++) {
    look();
    if (isFinished(ledger) && editsToCheck(ledger).length === 0 && ledger.asking.length === 0) return ledger;
    const isQuiet = own().length === 0 && ledger.asking.length === 0 && editsToCheck(ledger).length === 0;
    if (isQuiet && carries()) ledger = carried(definition, ledger);
    const late = script[sent];
    if (late && isLate(late)) {
      // what cannot be accepted now is not sent at all
      request(late.id, late.edit, late.at);
      sent++;
      continue;
    }
    const all = actions();
    all[Math.floor(draw() * all.length)]?.();
  }
  throw new Error(`the study never ends: ${JSON.stringify(ledger.state)}`);
}

/** The ledger over continue-as-new. */
export function carried(definition: StudyDefinition, { state, rows }: Ledger): Ledger {
  return restoreLedger(
    definition,
    JSON.parse(JSON.stringify(state)) as Ledger['state'],
    decodeRows(encodeRows(rows, shapeOf(definition))),
  );
}

function answer(ledger: Ledger, points = Infinity): void {
  if (!isStillWanted(ledger)) return dropAsk(ledger);
  const { asking, state } = ledger;
  const epoch = epochAt(state.epochs, asking[0].asOf);
  const left = epoch === state.epochs[0] ? asking.findIndex(({ number, queued }) => number >= points && !queued) : -1;
  const served = left < 0 ? asking : asking.slice(0, left);
  // a batch is a fold: each suggestion is a pending row for the next
  const pending: Seen[] = [...ledger.rows];
  const suggestions = served.map((slot) => {
    const x = pointFor(epoch.space, slot, mixed(pending, epoch.seq, slot));
    pending[slot.number - state.firstRow] = { number: slot.number, x: Float64Array.from(x, (value) => value ?? NaN) };
    return { x, seed: slot.number };
  });
  recordSuggestions(ledger, suggestions, 1);
}

type Seen = Pick<LedgerRow, 'number' | 'x'> & Partial<LedgerRow>;

/** Everything that a suggestion may see, as a number from 0 to 1. */
function mixed(rows: readonly Seen[], epoch: number, { number, asOf }: Slot): number {
  let hash = number + 1 + epoch * 31;
  const mix = (value: number): void => void (hash = (hash * 48271 + Math.round(value * 1e6)) % 2147483647 || 1);
  for (const row of rows) {
    if (row.number >= number) break;
    mix(row.x.reduce((sum, value) => sum + (value || 0), row.number));
    if (row.closed === undefined || row.closed > asOf) continue;
    mix(row.closed + (row.values?.[0] ?? 0.5) + row.state!.length);
  }
  return Math.abs(hash) / 2147483647;
}

function valueOf({ x, number }: LedgerRow): number {
  return x.reduce((sum, value) => sum + (value || 0), 0) + (number % 7);
}

/** What two plays of one study have in common, however they were timed. */
export function essence({ rows, state }: Ledger): object {
  const { seq, next, epochs, counts, told, best, front, sinceBest, cost, stopped, committed } = state;
  return {
    rows: rows.map(({ startedAt: _s, finishedAt: _f, attempts: _a, notes, memo: _m, ...row }) => {
      const { checkpoint: _c, ...rest } = notes ?? {};
      return { ...row, x: [...row.x], notes: rest };
    }),
    edits: state.edits.flatMap(({ requestId, at, seq: position }) =>
      at === undefined || position === undefined ? [] : [[requestId, at, position]],
    ),
    log: { seq, next, epochs, counts, told, best, front, sinceBest, cost, stopped, committed },
  };
}
