/**
 * When an edit is due, and when a trial may be opened.
 *
 * order `trial`: an edit is due when trial `at` could be opened, or when no trial could and all that were have closed. Both follow
 * from the log alone, so an edit's position does not depend on when it came or how trials were timed. While a worker still checks
 * one that is due, the log stands still: nothing is opened, nothing commits, nothing ends the study. Only how far a sampler that
 * ends by itself gets is known when it was asked: an edit `at` a trial beyond that is as reproducible as its timing.
 *
 * order `completion`: at once; those that a worker checks one after another, and what makes rows not while numbers are asked for.
 */
import type { EditRequest, LoggedEdit } from './edits.ts';
import { counted, nextToOpen, waitingEdits, type Ledger } from './ledger.ts';
import { isHalving, mayOpenSegment, segmentsOf } from './scheduling.ts';

/** Whether an edit waits for no trial number. A paused study's trials would never get there. */
export function isAtOnce({ definition, state }: Ledger, { edit }: EditRequest, isPaused: boolean): boolean {
  if (definition.order !== 'trial') return true;
  switch (edit.kind) {
    case 'note':
    case 'tag':
    case 'approve':
    case 'reject':
    case 'cancel':
    case 'fail':
      return true;
    case 'pause':
      return edit.now;
    case 'stop':
      return edit.now || state.frozen;
    case 'resume':
      return !isPaused;
    default:
      return false;
  }
}

/** The edit that takes effect now. */
export function dueEdit(ledger: Ledger): LoggedEdit | undefined {
  const waiting = waitingEdits(ledger);
  const atOnce = waiting.find((entry) => entry.at === undefined && isReady(ledger, entry));
  if (atOnce) return atOnce;
  const dated = datedEdit(ledger, waiting);
  return dated?.checking ? undefined : dated;
}

/** Whether the log stands still until a worker has checked an edit. */
export function isHeldUp(ledger: Ledger): boolean {
  return datedEdit(ledger, waitingEdits(ledger))?.checking !== undefined;
}

/** order `trial`: whether the next trial may be opened, edits aside. */
export function mayOpen(ledger: Ledger): boolean {
  const { definition, state } = ledger;
  if (isHalving(ledger)) return mayOpenSegment(ledger);
  if (state.stopped || state.paused || (state.exhausted && state.queue.length === 0)) return false;
  const uncommitted = state.open.length + state.opened.filter(({ given }) => !given).length;
  return uncommitted < definition.parallel && (definition.stop.trials ?? Infinity) - counted(state) - uncommitted > 0;
}

/** Whether there is nothing that could still close. */
export function isDrained(ledger: Ledger): boolean {
  const { state, asking } = ledger;
  const open = isHalving(ledger) ? segmentsOf(ledger) : state.open;
  return open.length === 0 && state.opened.length === 0 && asking.length === 0;
}

function isReady({ asking }: Ledger, { edit, checking }: LoggedEdit): boolean {
  // numbers that are being asked for are taken
  return !checking && ((edit.kind !== 'tell' && edit.kind !== 'import') || asking.length === 0);
}

/** The next of the edits that wait for a trial number, if its time has come. */
function datedEdit(ledger: Ledger, waiting: readonly LoggedEdit[]): LoggedEdit | undefined {
  const { state } = ledger;
  const dated = waiting.filter(({ at }) => at !== undefined).sort((a, b) => a.at! - b.at!);
  if (dated.length === 0 || state.stopped) return undefined;
  const drained = isDrained(ledger);
  if (!drained && !mayOpen(ledger)) return undefined;
  if (dated[0]!.at! <= nextToOpen(ledger)) return dated[0];
  // a paused study opens nothing, so its resume cannot wait for a trial to be opened
  return state.paused && drained ? dated.find(({ edit }) => edit.kind === 'resume') : undefined;
}
