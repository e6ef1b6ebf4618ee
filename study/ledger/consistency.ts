/** What a study's log and table must say of each other, whatever its samplers suggested: the part of an audit that needs none. */
import type { StudyStatus } from '../contract.ts';
import type { EnqueuedTrial, StudyDefinition } from '../study.ts';
import { sameJson } from '../wording/json.ts';
import { UNSEEN } from './apply.ts';
import { changedStop } from './budget.ts';
import type { LoggedEdit } from './edits.ts';
import { counted, epochAt, spaceOf } from './ledger.ts';
import { isFromQueue, isGiven, rewind, type StudyLog } from './rewind.ts';
import { restedSegments, type LedgerRow } from './row.ts';

/** Where a record is not what follows from the rest of it. */
export interface Difference {
  /** Absent where it is about the whole study. */
  readonly trial?: number;
  /** A parameter's name, or 'seed', 'memo', 'closed', 'counts' and the like. */
  readonly what: string;
  readonly recorded: unknown;
  /** A value, or in words what it must be. */
  readonly expected: unknown;
}

/** The first row, by number, that cannot be where it is; undefined if all can. */
export function rowDifference(
  definition: StudyDefinition,
  rows: readonly LedgerRow[],
  { edits, epochs }: StudyLog,
): Difference | undefined {
  const positions = new Map<number, string>();
  for (const { seq, edit } of edits)
    if (seq !== undefined && !UNSEEN.has(edit.kind)) positions.set(seq, `a change (${edit.kind})`);
  const nextQueued = queueOf(definition, edits);
  let before = 0;
  for (const [trial, row] of rows.entries()) {
    const { number, asOf, closed = Infinity, space, sampler, notes } = row;
    const wrong = (what: string, recorded: unknown, expected: unknown): Difference => ({
      trial,
      what,
      recorded,
      expected,
    });
    if (number !== trial) return wrong('number', number, trial);
    if (!Number.isInteger(asOf) || asOf < before) return wrong('asOf', asOf, `a whole number from ${before}`);
    before = asOf;
    if (closed <= asOf) return wrong('closed', closed, `a position after ${asOf}, where it was suggested`);
    const other = positions.get(closed);
    if (other !== undefined) return wrong('closed', closed, `a position of its own, not that of ${other}`);
    if (closed < Infinity) positions.set(closed, `trial ${trial}`);
    for (const { seq } of restedSegments(row)) positions.set(seq, `a segment of trial ${trial}`);
    const { version } = epochAt(epochs, asOf).space;
    if (space !== version) return wrong('space', space, version);
    const { length } = spaceOf(epochs, version).dimensions;
    if (row.x.length !== length) return wrong('numbers', row.x.length, length);
    // a study may begin with one trial that no sampler saw
    if (sampler === 0 && !isGiven(row) && !(trial === 0 && row.origin === 'enqueued'))
      return wrong('sampler', sampler, 'the version of the sampler that suggested it');
    const queued = isFromQueue(row) ? nextQueued(asOf) : undefined;
    if (isFromQueue(row) && !sameJson(notes?.fixed, queued?.params))
      return wrong('enqueued', notes?.fixed, queued?.params);
  }
  return undefined;
}

/** The first total of a closed study that does not follow from its rows. */
export function totalDifference(
  definition: StudyDefinition,
  rows: readonly LedgerRow[],
  log: StudyLog,
  status: StudyStatus,
): Difference | undefined {
  const past = rewind(definition, rows, log, rows.length);
  const { counts, told, best, front, tags } = past.state;
  const changed = past.rows.findIndex(({ state, closed }, i) => closed !== undefined && state !== rows[i]!.state);
  if (changed >= 0)
    return { trial: changed, what: 'state', recorded: rows[changed]!.state, expected: past.rows[changed]!.state };
  const totals = {
    asked: rows.length,
    counts,
    told,
    best,
    tags,
    front: definition.objectives.length > 1 ? front : best ? [best] : [],
  };
  for (const [what, expected] of Object.entries(totals)) {
    const recorded = status[what as keyof typeof totals];
    if (!sameJson(recorded, expected)) return { what, recorded, expected };
  }
  const most = largestBudget(definition, log.edits);
  if (counted({ counts }) <= most) return undefined;
  return { what: 'stop.trials', recorded: counted({ counts }), expected: `at most ${most} trials` };
}

/** The next trial of the queue as of a position of the log, each time it is asked. */
function queueOf(
  { enqueue }: StudyDefinition,
  edits: readonly LoggedEdit[],
): (asOf: number) => EnqueuedTrial | undefined {
  const queue = [...enqueue];
  const later = edits
    .filter(({ edit, seq }) => seq !== undefined && (edit.kind === 'enqueue' || edit.kind === 'retry'))
    .sort((a, b) => a.seq! - b.seq!);
  return (asOf) => {
    while (later[0] && later[0].seq! <= asOf) {
      const { edit, retried } = later.shift()!;
      if (edit.kind === 'enqueue') queue.push(...edit.trials);
      else queue.unshift(retried!);
    }
    return queue.shift();
  };
}

/** The largest number of trials that was ever allowed. */
function largestBudget({ stop }: StudyDefinition, edits: readonly LoggedEdit[]): number {
  let rules = stop;
  let most = rules.trials ?? Infinity;
  for (const { edit, seq } of edits) {
    if (edit.kind !== 'budget' || seq === undefined) continue;
    rules = changedStop(rules, edit.stop);
    most = Math.max(most, rules.trials ?? Infinity);
  }
  return most;
}
