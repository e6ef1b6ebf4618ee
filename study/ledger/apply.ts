/**
 * Edits taking effect, and the slots that open after them: what every change of a ledger ends with.
 *
 * order `trial`: an edit is due when trial `at` is about to be opened and there is room for it; while paused, when all that was
 * opened has closed. So its position in the log follows from the log alone. One that a worker still checks holds trial `at` back.
 */
import type { StudyDefinition } from '../study.ts';
import { compileSpace } from '../dimensions.ts';
import { encodeFull } from '../point.ts';
import { readResult } from '../result.ts';
import { changedStop, isKnown, namesOf, type EditRequest, type LoggedEdit } from './edits.ts';
import { counted, nextToOpen, rowOf, type Ledger, type Slot, type Verdict } from './ledger.ts';
import { closeWaiting, commitNext, takeTold } from './outcomes.ts';
import { stopVerdict } from './stopping.ts';

/** Accepts an edit that editFault does not refuse; `settle` lets it take effect. @returns false if it was accepted before */
export function recordEdit(ledger: Ledger, request: EditRequest, time: number): boolean {
  if (isKnown(ledger, request.requestId)) return false;
  const { definition, state } = ledger;
  const { kind } = request.edit;
  const at = definition.order === 'trial' && !isAtOnce(request) ? (request.at ?? nextToOpen(ledger)) : undefined;
  state.edits.push({
    ...request,
    time,
    ...(at !== undefined && { at }),
    ...((kind === 'sampler' || kind === 'space' || kind === 'parallel') && { checking: true }),
  });
  return true;
}

/** The edits that wait for a worker's word. */
export function editsToCheck({ state }: Ledger): LoggedEdit[] {
  return state.edits.filter(({ checking }) => checking);
}

/** A worker's word on an edit: why it is refused, or undefined. */
export function recordCheck(ledger: Ledger, requestId: string, refused: string | undefined): void {
  const entry = ledger.state.edits.find((edit) => edit.requestId === requestId)!;
  delete entry.checking;
  if (refused !== undefined) entry.refused = refused;
}

/** The definition once this edit has taken effect: what a worker is asked to check. */
export function editedDefinition(definition: StudyDefinition, { edit }: EditRequest): StudyDefinition {
  if (edit.kind === 'sampler') return { ...definition, sampler: edit.sampler };
  if (edit.kind === 'space') return { ...definition, space: edit.space };
  if (edit.kind === 'parallel') return { ...definition, parallel: edit.parallel };
  if (edit.kind === 'budget') return { ...definition, stop: changedStop(definition.stop, edit.stop) };
  return definition;
}

/**
 * Everything that follows from what was recorded, until nothing changes any more: one commit at a time, after each the edits that
 * are due, the stopping rules, and the slots that open. Called after every change.
 */
export function settle(ledger: Ledger, now: number): void {
  while (applyNext(ledger, now) || openNext(ledger, now) || takeTold(ledger) || commitNext(ledger));
}

function applyNext(ledger: Ledger, now: number): boolean {
  const due = dueEdit(ledger);
  if (due) takeEffect(ledger, due, now);
  return due !== undefined;
}

function openNext(ledger: Ledger, now: number): boolean {
  const { definition, state } = ledger;
  state.stopped ??= stopVerdict(definition.stop, definition.objectives[0]!, { ...state, counted: counted(state) });
  if (state.stopped) closeWaiting(ledger, now);
  if (definition.order !== 'trial' || !mayOpen(ledger)) return false;
  state.opened.push(slotAt(ledger, state.seq, state.queue.shift()));
  return true;
}

/** What cannot wait for a trial number. */
function isAtOnce({ edit }: EditRequest): boolean {
  return (
    edit.kind === 'note' ||
    edit.kind === 'tag' ||
    edit.kind === 'cancel' ||
    edit.kind === 'fail' ||
    ((edit.kind === 'stop' || edit.kind === 'pause') && edit.now)
  );
}

function isWaiting({ seq, refused }: LoggedEdit): boolean {
  return seq === undefined && refused === undefined;
}

function dueEdit(ledger: Ledger): LoggedEdit | undefined {
  const { definition, state } = ledger;
  const waiting = state.edits.filter(isWaiting);
  if (waiting.length === 0) return undefined;
  // a trial's number is taken when its row is made, so a told row waits while numbers are being asked for
  const ready = (entry: LoggedEdit): boolean =>
    !entry.checking && (entry.edit.kind !== 'tell' || definition.order === 'trial' || ledger.asking.length === 0);
  if (definition.order === 'completion') return ready(waiting[0]!) ? waiting[0] : undefined;
  const atOnce = waiting.find((entry) => entry.at === undefined);
  if (atOnce) return atOnce;
  const [first] = waiting.sort((a, b) => a.at! - b.at!);
  const isDue = nextToOpen(ledger) >= first!.at! && (state.paused ? isDrained(ledger) : hasRoom(ledger));
  return isDue && ready(first!) ? first : undefined;
}

function isDrained({ state, held }: Ledger): boolean {
  return state.open.length === 0 && state.opened.length === 0 && held.size === 0;
}

function hasRoom({ definition, state }: Ledger): boolean {
  return !state.stopped && state.open.length + state.opened.length < definition.parallel;
}

function mayOpen(ledger: Ledger): boolean {
  const { definition, state } = ledger;
  if (state.paused || state.exhausted || !hasRoom(ledger)) return false;
  // one that is still checked will act before its trial opens
  if (state.edits.some((entry) => isWaiting(entry) && entry.at !== undefined && entry.at <= nextToOpen(ledger)))
    return false;
  const told =
    state.opened.filter((slot) => slot.told).length +
    state.open.filter((number) => rowOf(ledger, number).origin === 'told').length;
  const uncommitted = state.open.length + state.opened.length - told;
  return (definition.stop.trials ?? Infinity) - counted(state) - uncommitted > 0;
}

function slotAt(ledger: Ledger, asOf: number, queued: Slot['queued']): Slot {
  return { number: nextToOpen(ledger), asOf, ...(queued && { queued }) };
}

function takeEffect(ledger: Ledger, entry: LoggedEdit, now: number): void {
  const { state } = ledger;
  const { edit } = entry;
  entry.seq = ++state.seq;
  ledger.definition = editedDefinition(ledger.definition, entry);
  const { space, sampler, parallel, stop } = ledger.definition;
  state.stop = stop;
  switch (edit.kind) {
    case 'pause':
      state.paused = true;
      return;
    case 'resume':
      state.paused = false;
      return;
    case 'stop':
      state.stopped ??= { status: 'stopped', reason: entry.why ?? 'stopped on request' };
      if (edit.now) state.opened = [];
      return;
    case 'enqueue':
      state.queue.push(...edit.trials);
      return;
    case 'tell':
      return tell(ledger, entry, now);
    case 'cancel':
    case 'fail':
      state.verdicts.push(verdictOf(entry, edit.kind, edit.number));
      return;
    case 'sampler':
    case 'space':
    case 'parallel':
      state.epochs.push({ seq: entry.seq, space, sampler, parallel, was: edit.kind === 'space' ? edit.was : {} });
      return;
    case 'tag':
      for (const [key, value] of Object.entries(edit.tags)) {
        if (value === null) delete state.tags[key];
        else state.tags[key] = value;
      }
      return;
    case 'budget':
    case 'note':
      return;
  }
}

function verdictOf({ who, why }: LoggedEdit, kind: 'cancel' | 'fail', number: number): Verdict {
  const what = kind === 'cancel' ? 'cancelled' : 'failed';
  const reason = `${what}${who === undefined ? '' : ` by ${who}`}${why === undefined ? '' : `: ${why}`}`;
  return { number, counts: kind === 'fail', reason };
}

/** A told trial is a job whose outcome is there before it starts. */
function tell(ledger: Ledger, { edit, who, why }: LoggedEdit, now: number): void {
  if (edit.kind !== 'tell') return;
  const { definition, state } = ledger;
  const reason = [who, why].filter((text) => text !== undefined).join(': ');
  const told = {
    x: Array.from(encodeFull(compileSpace(definition.space), edit.params)),
    result: readResult(edit.result, namesOf(definition)),
    ...(reason !== '' && { reason }),
    at: now,
  };
  state.opened.push({ ...slotAt(ledger, state.seq, undefined), told });
}
