/** Edits taking effect, and the slots that open after them: what every change of a ledger ends with. */
import { decided } from '../evaluation/phase.ts';
import type { StudyDefinition } from '../study.ts';
import { changedTags } from './annotations.ts';
import { changedStop } from './budget.ts';
import { dueEdit, isAtOnce, isDrained, isHeldUp, mayOpen } from './due.ts';
import { isKnown, lateFault, willBePaused, type EditRequest, type LoggedEdit } from './edits.ts';
import { give, takeGiven } from './given.ts';
import { endLeases, endMisfits } from './leases.ts';
import { counted, nextToOpen, rowOf, waitingEdits, type Ledger } from './ledger.ts';
import { closeWaiting, commitNext } from './outcomes.ts';
import { retried } from './queue.ts';
import { isHalving, isResting, openSegment } from './scheduling.ts';
import { dropOpened } from './slots.ts';
import { stopVerdict, type StopVerdict } from './stopping.ts';
import { passVerdict } from './verdicts.ts';

/** Accepts an edit that editFault does not refuse; `settle` lets it take effect. @returns false if it was accepted before */
export function recordEdit(ledger: Ledger, request: EditRequest, time: number): boolean {
  if (isKnown(ledger, request.requestId)) return false;
  const { state } = ledger;
  const { requestId, who, why, edit } = request;
  const atOnce = isAtOnce(ledger, request, willBePaused(ledger, request.at));
  state.edits.push({
    requestId,
    ...(who !== undefined && { who }),
    ...(why !== undefined && { why }),
    edit,
    time,
    ...(!atOnce && { at: request.at ?? nextToOpen(ledger) }),
    ...(isChecked(edit.kind) && { checking: true }),
    ...(edit.kind === 'retry' && { retried: retried(ledger, edit.number) }),
  });
  // trials that were paused have to end before a resume with a trial number can take effect
  if (edit.kind === 'resume') thaw(ledger);
  return true;
}

/** The edits that wait for a worker's word; with order `completion` one after another, since each is checked on top of those before. */
export function editsToCheck(ledger: Ledger): LoggedEdit[] {
  const checking = waitingEdits(ledger).filter((entry) => entry.checking);
  return ledger.definition.order === 'trial' ? checking : checking.slice(0, 1);
}

/** A worker's word on an edit: why it is refused, or undefined. */
export function recordCheck(ledger: Ledger, requestId: string, refused: string | undefined): void {
  const entry = ledger.state.edits.find((edit) => edit.requestId === requestId)!;
  if (entry.checking === 'again') {
    entry.checking = true;
    return;
  }
  delete entry.checking;
  if (refused !== undefined) entry.refused ??= refused;
}

/** The definition once this edit has taken effect: what a worker is asked to check. */
export function editedDefinition(definition: StudyDefinition, { edit }: Pick<EditRequest, 'edit'>): StudyDefinition {
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
  while (
    applyNext(ledger, now) ||
    openNext(ledger, now) ||
    takeGiven(ledger) ||
    (!isHeldUp(ledger) && commitNext(ledger))
  );
}

function applyNext(ledger: Ledger, now: number): boolean {
  const due = dueEdit(ledger);
  if (due) takeEffect(ledger, due, now);
  return due !== undefined;
}

function openNext(ledger: Ledger, now: number): boolean {
  if (isHeldUp(ledger)) return false;
  const { definition, state } = ledger;
  const progress = { ...state, counted: counted(state) };
  state.stopped ??= stopVerdict(definition.stop, definition.objectives[0]!, progress) ?? endOfPoints(ledger);
  if (state.stopped) {
    closeWaiting(ledger, now);
    refuseWaiting(ledger, state.stopped);
  }
  if (isHalving(ledger)) {
    if (state.stopped && definition.order === 'completion') dropOpened(ledger);
    return mayOpen(ledger) && openSegment(ledger);
  }
  if (definition.order !== 'trial' || !mayOpen(ledger)) return false;
  const queued = state.queue.shift();
  state.opened.push({ number: nextToOpen(ledger), asOf: state.seq, ...(queued && { queued }) });
  return true;
}

/** A sampler without more points ends the study, unless an edit that is still checked may bring some. */
function endOfPoints(ledger: Ledger): StopVerdict | null {
  const { definition, state } = ledger;
  if (!state.exhausted || state.queue.length > 0 || !isDrained(ledger)) return null;
  if (waitingEdits(ledger).some((entry) => (entry.at ?? 0) <= nextToOpen(ledger))) return null;
  return { status: 'complete', reason: `sampler ${definition.sampler.name} has no more points` };
}

/** What waits for a trial that is never opened, or for a worker's word, when the study ends. */
function refuseWaiting(ledger: Ledger, { reason }: StopVerdict): void {
  for (const entry of waitingEdits(ledger)) {
    if (entry.at === undefined && !entry.checking) continue;
    const when = entry.at === undefined ? 'it was checked' : `trial ${entry.at} was opened`;
    refuse(entry, `the study ended before ${when} (${reason})`);
  }
}

function refuse(entry: LoggedEdit, reason: string): void {
  entry.refused = reason;
  delete entry.checking;
  if (entry.edit.kind === 'import') entry.edit = { kind: 'import', trials: [] };
}

function takeEffect(ledger: Ledger, entry: LoggedEdit, now: number): void {
  const fault = lateFault(ledger, entry);
  const { edit } = entry;
  if (fault !== undefined) return refuse(entry, fault.slice(`${edit.kind}: `.length));
  const { state } = ledger;
  entry.seq = isUnseen(entry) ? state.seq : ++state.seq;
  ledger.definition = editedDefinition(ledger.definition, entry);
  state.stop = ledger.definition.stop;
  switch (edit.kind) {
    case 'pause':
      if (edit.now) state.frozen = true;
      else state.paused = true;
      return;
    case 'resume':
      // one that acts at once with order `trial` only lets go on what was paused now
      if (entry.at !== undefined || ledger.definition.order === 'completion') state.paused = false;
      return;
    case 'stop':
      return stop(ledger, entry);
    case 'enqueue':
      state.queue.push(...edit.trials);
      return;
    case 'retry':
      state.queue.unshift(entry.retried!);
      return;
    case 'tell':
    case 'import':
      return give(ledger, entry, now);
    case 'cancel':
    case 'fail':
      return passVerdict(ledger, entry, now);
    case 'sampler':
    case 'space':
    case 'parallel':
      return beginEpoch(ledger, entry);
    case 'approve':
    case 'reject':
      state.evaluation = decided(state.evaluation!, entry);
      return;
    case 'tag':
      state.tags = changedTags(state.tags, edit.tags);
      return;
    case 'budget':
    case 'note':
      return;
  }
}

/** Kinds of edits that take no position of the log, or share that of the event before, where they do not wait for a trial. */
export const UNSEEN: ReadonlySet<string> = new Set([
  'note',
  'tag',
  'approve',
  'reject',
  'cancel',
  'fail',
  'pause',
  'resume',
]);

/** Whether no suggestion can tell that it happened: it takes no position of the log, so that its timing leaves no trace. */
function isUnseen({ edit, at }: LoggedEdit): boolean {
  return at === undefined && UNSEEN.has(edit.kind);
}

/** Whether a worker has to say if the samplers can serve an edit of this kind. */
export function isChecked(kind: LoggedEdit['edit']['kind']): boolean {
  return kind === 'sampler' || kind === 'space' || kind === 'parallel';
}

/** Trials that were paused with their study may go on. */
function thaw(ledger: Ledger): void {
  const { state } = ledger;
  state.frozen = false;
  for (const number of state.open) {
    const row = rowOf(ledger, number);
    if (row.state === 'paused' && !isResting(ledger, number)) row.state = 'waiting';
  }
}

function stop(ledger: Ledger, { edit, why }: LoggedEdit): void {
  const { state } = ledger;
  state.stopped ??= { status: 'stopped', reason: why ?? 'stopped on request' };
  if (edit.kind !== 'stop' || (!edit.now && !state.frozen)) return;
  dropOpened(ledger);
  if (!edit.now) return;
  // nothing starts any more: closeWaiting ends what does not run
  state.frozen = true;
  endLeases(ledger);
}

function beginEpoch(ledger: Ledger, { edit, seq }: LoggedEdit): void {
  const { definition, state } = ledger;
  const { space, sampler, parallel } = definition;
  state.epochs.push({ seq: seq!, space, sampler, parallel, was: edit.kind === 'space' ? edit.was : {} });
  if (edit.kind !== 'parallel') state.exhausted = false;
  if (edit.kind === 'space') endMisfits(ledger);
  // what a worker said, or is just asked, of the definition before may not hold any more
  for (const entry of waitingEdits(ledger))
    if (isChecked(entry.edit.kind)) entry.checking = entry.checking && definition.order === 'trial' ? 'again' : true;
}
