/**
 * The scheduler of a study that is rewound: it decides once more, trial by trial, what it decided then, and so gets to the state it had.
 * Of trials after those that are kept it has heard nothing: none of these was decided by their ends.
 *
 * So are populations rewound, whose trials close as others do. A scheduler whose trials rest between segments has no prefix of trials
 * to go back to, and what a pruner heard is no function of the rows.
 */
import { StudyDefinitionError } from '../errors.ts';
import { sameJson } from '../wording/json.ts';
import { lineageSeen, rungOf, type Ledger, type LedgerState, type Slot } from './ledger.ts';
import type { LedgerRow } from './row.ts';
import { isHalving, openSegment, segmentsOf } from './scheduling.ts';

/** Whether a scheduler decided that this trial was to be opened. */
export function isScheduled(ledger: Ledger, { rung }: LedgerRow): boolean {
  return isHalving(ledger) && rung !== undefined;
}

/**
 * Has the scheduler open what it opened then.
 * @throws StudyDefinitionError where it decides something else: the study was recorded with another version of it
 */
export function openScheduled(ledger: Ledger, row: LedgerRow): Slot {
  const { state, definition } = ledger;
  const { number, rung, lineage } = row;
  const recorded = { number, rung: rungOf(rung!), ...(lineage && { lineage: lineageSeen(lineage) }) };
  const before = state.opened.length;
  openSegment(ledger);
  const slot = state.opened.length > before ? state.opened.at(-1) : undefined;
  const decided = slot && {
    number: slot.number,
    rung: rungOf(slot.rung!),
    ...(slot.lineage && { lineage: lineageSeen(slot.lineage) }),
  };
  if (!slot || !sameJson(decided, recorded))
    throw new StudyDefinitionError(
      `trial ${number} of study '${definition.name}' is ${JSON.stringify(recorded)}, but the scheduler ${definition.scheduler!.name} ` +
        `decides ${decided ? JSON.stringify(decided) : 'to start none'} after the trials before it: it was recorded with another version; ` +
        `start a study with warmStart: { study: ${definition.name} }`,
    );
  return slot;
}

/** Ends a study whose scheduler has nothing left to do, and forgets whose checkpoints it might take away: they are another study's. */
export function endRewinding({ state, ...ledger }: Ledger): void {
  const { scheduling } = state;
  if (!scheduling) return;
  delete scheduling.left;
  // what it opens, the study that goes on opens itself
  const ahead: Ledger = { ...ledger, state: JSON.parse(JSON.stringify(state)) as LedgerState };
  if (state.opened.length > 0 || segmentsOf(ahead).length > 0) return;
  openSegment(ahead);
  state.stopped ??= ahead.state.stopped;
}
