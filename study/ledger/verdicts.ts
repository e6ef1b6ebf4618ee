/** A person's word on an open trial: cancelled or failed, whatever it ends in. */
import { show } from '../wording/json.ts';
import type { Edit, LoggedEdit } from './edits.ts';
import { isHeld, rowOf, type Ledger, type Verdict } from './ledger.ts';
import { endLease } from './leases.ts';
import { endIdle } from './outcomes.ts';

export function verdictFault(ledger: Ledger, kind: 'cancel' | 'fail', number: number): string | undefined {
  const { state } = ledger;
  if (!state.open.includes(number))
    return `${kind}: trial ${show(number)} is not open; open trials are ${state.open.join(', ') || 'none'}`;
  if (isHeld(ledger, number))
    return `${kind}: trial ${number} has ended already, and only waits for trials before it to close`;
  const earlier = state.verdicts.find((each) => each.number === number);
  return earlier && `${kind}: trial ${number} is being ended already (${earlier.reason})`;
}

/** One that runs on the study's own workers closes once they have let go of it; others close here, and their leases end. */
export function passVerdict(ledger: Ledger, entry: LoggedEdit, now: number): void {
  const { edit } = entry;
  if (edit.kind !== 'cancel' && edit.kind !== 'fail') return;
  const { state } = ledger;
  const { number } = edit;
  state.verdicts.push(verdictOf(edit, entry));
  const lease = state.leases.find((each) => each.number === number || each.reserved === number);
  if (lease) endLease(ledger, lease, 'trial ended');
  if (lease || rowOf(ledger, number).state !== 'running') endIdle(ledger, number, now);
}

export function verdictOf(
  { kind, number }: Edit & { readonly kind: 'cancel' | 'fail' },
  { who, why }: Pick<LoggedEdit, 'who' | 'why'>,
): Verdict {
  const what = kind === 'cancel' ? 'cancelled' : 'failed';
  const reason = `${what}${who === undefined ? '' : ` by ${who}`}${why === undefined ? '' : `: ${why}`}`;
  return { number, counts: kind === 'fail', reason };
}
