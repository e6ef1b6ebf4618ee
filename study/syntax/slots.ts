/** How a study takes slots of pools that it shares with others: slots: { gpu: 1 } is one slot of pool 'gpu' a trial. */
import { readEntries, readWhole, wrong, type Field } from './field.ts';
import { isPoolName, MAX_SLOTS, POOL_NAME } from '../slots/protocol.ts';

/** Slots that each trial takes while it runs, by pool. */
export type SlotsSyntax = { readonly [pool: string]: number };

const EXAMPLE = 'write slots: { gpu: 1 }, say';
const MAX_POOLS = 10;

export function readSlots(field: Field): Readonly<Record<string, number>> | undefined {
  const fields = readEntries(field, 'slots by pool', EXAMPLE);
  if (!fields) return undefined;
  if (fields.size === 0 || fields.size > MAX_POOLS)
    return wrong(field, `slots of 1 to ${MAX_POOLS} pools`, 'leave it out for none');
  const slots: [string, number | undefined][] = [];
  for (const [pool, each] of fields) {
    if (!isPoolName(pool)) wrong({ ...each, value: pool }, `a pool's name (${POOL_NAME})`, 'rename the pool');
    slots.push([pool, readWhole(each, 1, MAX_SLOTS, 'how many of its slots each trial takes')]);
  }
  // in one order for all studies: pools are claimed one after the other (study/slots/claimant.ts)
  return Object.fromEntries(slots.sort(([a], [b]) => (a < b ? -1 : 1))) as Record<string, number>;
}
