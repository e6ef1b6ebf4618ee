/**
 * The checkpoints that a population's ended trials left: which of them somebody may still begin with, and which may go.
 *
 * Those stay that another trial may yet begin with, that one in flight or about to start began with, the one before each of these,
 * should it turn out to be damaged, and those of the best trial and the front. All stay where the scheduler's option `keep` says so: such a
 * study can be forked at any generation, and while it runs.
 */
import { isStored } from '../trial/checkpoints.ts';
import type { TidyRequest } from '../contract.ts';
import { rowOf, type Ledger } from './ledger.ts';
import type { LedgerRow } from './row.ts';
import type { StudyDefinition } from '../study.ts';
import { hasParents, parentsOf, type SchedulingState } from './scheduling.ts';

export interface EndedCheckpoint {
  readonly number: number;
  readonly member: number;
  readonly checkpoint: string;
  /** What the trial began with. */
  readonly from?: string;
}

/** Notes what a trial of a population has left in an artifact store. */
export function noteEnd(ledger: Ledger, { number, rung, lineage, notes }: LedgerRow): void {
  const checkpoint = notes?.checkpoint;
  if (!hasParents(ledger) || !checkpoint || !isStored(checkpoint)) return;
  const from = lineage?.checkpoint;
  const end = { number, member: rung!.bracket, checkpoint, ...(from !== undefined && { from }) };
  const left = (ledger.state.scheduling!.left ??= { ended: [], fresh: [] });
  left.ended.push(end);
  left.fresh.push(checkpoint);
}

/** What may go now, once it is worth the while: then it is forgotten here. */
export function takeTidying(ledger: Ledger): TidyRequest | undefined {
  const { left } = ledger.state.scheduling ?? {};
  if (!left || left.fresh.length === 0) return undefined;
  if (keepsAll(ledger.definition)) return takeFresh(left);
  const needed = neededOf(ledger, left.ended);
  const gone = left.ended.filter(({ checkpoint }) => !needed.has(checkpoint));
  const members = new Set(left.ended.map(({ member }) => member)).size;
  if (gone.length * 8 < members) return undefined;
  const ended = left.fresh.filter((checkpoint) => needed.has(checkpoint));
  left.ended = left.ended.filter(({ checkpoint }) => needed.has(checkpoint));
  left.fresh = [];
  return { gone: gone.map(({ checkpoint }) => checkpoint), ended };
}

/** Whether a population's ended trials keep what they left. */
export function keepsAll({ scheduler }: Pick<StudyDefinition, 'scheduler'>): boolean {
  return scheduler?.options['keep'] === true;
}

/** Of each trial the last stays. */
function takeFresh(left: NonNullable<SchedulingState['left']>): TidyRequest | undefined {
  if (left.fresh.length < AT_ONCE) return undefined;
  const ended = left.fresh;
  left.ended = [];
  left.fresh = [];
  return { gone: [], ended };
}

/** Each time costs the study's history a few events. */
const AT_ONCE = 8;

function neededOf(ledger: Ledger, ended: readonly EndedCheckpoint[]): Set<string> {
  const { state } = ledger;
  const parents = new Set(parentsOf(ledger));
  const chosen = new Set([...(state.best ? [state.best.number] : []), ...state.front.map(({ number }) => number)]);
  const began = [
    ...state.open.flatMap((number) => rowOf(ledger, number).lineage ?? []),
    ...state.opened.flatMap(({ lineage }) => lineage ?? []),
  ];
  return new Set([
    ...ended.filter(({ number }) => chosen.has(number)).map(({ checkpoint }) => checkpoint),
    ...ended
      .filter(({ number }) => parents.has(number))
      .flatMap(({ checkpoint, from }) => (from === undefined ? [checkpoint] : [checkpoint, from])),
    ...began.flatMap(({ checkpoint, before }) => (before === undefined ? [checkpoint] : [checkpoint, before])),
  ]);
}
