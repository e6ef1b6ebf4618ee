/**
 * The part of a ledger that a scheduler decides: segments in flight and promotions, or reports of running trials.
 *
 * Segments (halving): a trial is started for its first segment and resumed for each later one; between them it rests, paused, with a
 * checkpoint. Segments are opened one by one and commit as trials do: with order `trial` in the order they were opened, at most
 * `parallel` of them uncommitted, so that the scheduler hears and decides the same whatever was faster.
 */
import { compileSpace } from '../space/dimensions.ts';
import { minimised } from '../scalarize.ts';
import { mean } from '../numerics/mean.ts';
import { hasReplicates } from '../trial/replicates.ts';
import type { Crossings, HalvingRules, Lineage, PruningRules, Rung, SegmentEnd } from '../scheduling.ts';
import type { StudyDefinition } from '../study.ts';
import type { TrialResult } from '../trial/trial.ts';
import { counted, nextToOpen, rowOf, rungOf, type Ledger } from './ledger.ts';
import type { EndedCheckpoint } from './ended-checkpoints.ts';
import type { LedgerRow, RowNotes } from './row.ts';

export interface SchedulingRules {
  readonly rules: PruningRules | HalvingRules;
  /** Reports that a pruner hears of. */
  readonly crossings?: Crossings;
  /** The scheduler's state as a study begins. */
  readonly begin: () => unknown;
}

export interface SchedulingState {
  /** The scheduler's own, as JSON. */
  readonly own: unknown;
  /** Segments in flight, opened first to last. */
  segments: OpenSegment[];
  /** Reports of open trials that the study has heard of, by number. */
  curves: Record<number, Curve>;
  /** Of a population: what its ended trials left and is still there, and what of it has come since somebody tidied up. */
  left?: { ended: EndedCheckpoint[]; fresh: string[] };
}

/** The first objective by replicate, of a study that has them. */
export type Replicates = Pick<RowNotes, 'replicates'>;

interface OpenSegment {
  readonly number: number;
  /** The trial is complete when it gets there. */
  readonly final: boolean;
}

export interface Curve {
  /** The latest that has been heard of. */
  attempt: number;
  /** [step, value in the user's own direction], by step. */
  readonly reports: (readonly [step: number, value: number])[];
}

/** Whether trials run in segments. */
export function isHalving({ scheduling }: Pick<Ledger, 'scheduling'>): boolean {
  return scheduling?.form === 'halving';
}

/** Whether a trial rests between two segments, or after its last. */
export function isResting(ledger: Ledger, number: number): boolean {
  return isHalving(ledger) && !segmentsOf(ledger).some((segment) => segment.number === number);
}

export function segmentsOf({ state }: Ledger): readonly OpenSegment[] {
  return state.scheduling!.segments;
}

/** Whether the next segment may be opened. */
export function mayOpenSegment({ definition, state }: Ledger): boolean {
  return !state.stopped && !state.paused && state.scheduling!.segments.length < definition.parallel;
}

/** Opens what the scheduler wants next. @returns false where it wants nothing now; the study has stopped if that is for good */
export function openSegment(ledger: Ledger): boolean {
  const { state } = ledger;
  const { own, segments } = state.scheduling!;
  const move = halving(ledger).next(own, mayStart(ledger) ? nextToOpen(ledger) : undefined);
  if (move.do === 'start') {
    const lineage = move.lineage && begun(ledger, move.lineage);
    // what somebody wants tried is tried from the start, unless it is one of several intervals
    const queued = lineage && !move.enqueued ? undefined : state.queue.shift();
    const rung = { ...rungOf(move), final: move.final };
    segments.push({ number: nextToOpen(ledger), final: move.final });
    state.opened.push({
      number: nextToOpen(ledger),
      asOf: state.seq,
      rung,
      ...(queued && { queued }),
      ...(lineage && { lineage }),
    });
    return true;
  }
  if (move.do === 'resume') {
    // a person ended it while it rested
    if (!state.open.includes(move.number)) {
      halving(ledger).ended(own, move.number, { end: 'gone' });
      return true;
    }
    const row = rowOf(ledger, move.number);
    segments.push({ number: move.number, final: move.final });
    row.target = { ...rungOf(move), final: move.final };
    row.state = 'waiting';
    // a replicate begins from the beginning
    if (hasReplicates(ledger.definition)) {
      const { checkpoint: _ended, ...notes } = row.notes ?? {};
      row.notes = notes;
    }
    ledger.changed.push(row);
    return true;
  }
  if (segments.length > 0) return false;
  // what waits with nothing in flight waits for ever
  const reason = move.do === 'finish' ? move.reason : 'the scheduler has nothing left to run';
  state.stopped = { status: 'complete', reason };
  return true;
}

/**
 * Which closed trials stay in the workflow: those where a later move may have another one begin, and those from whose replicates the best
 * and the noise follow.
 */
export function neededRows(ledger: Ledger): (row: LedgerRow) => boolean {
  const parents = new Set(parentsOf(ledger));
  return ({ number, notes }) => (notes?.replicates?.length ?? 0) > 1 || parents.has(number);
}

/** Whether trials go on from each other's checkpoints. */
export function hasParents({ scheduling }: Ledger): boolean {
  return scheduling?.form === 'halving' && !!scheduling.parents;
}

/** Numbers of the ended trials that others may yet begin from. */
export function parentsOf(ledger: Ledger): readonly number[] {
  return hasParents(ledger) ? halving(ledger).parents!(ledger.state.scheduling!.own) : [];
}

/** Takes in that a trial's segment has ended. @returns trials that never go on */
export function endSegment(ledger: Ledger, number: number, end: SegmentEnd): readonly number[] {
  const scheduling = ledger.state.scheduling!;
  if (!scheduling.segments.some((segment) => segment.number === number)) return [];
  scheduling.segments = scheduling.segments.filter((segment) => segment.number !== number);
  return halving(ledger).ended(scheduling.own, number, end);
}

/** Notes in its row what a segment brought, at the present position of the log. */
export function addSegment({ definition, state }: Ledger, row: LedgerRow, result: TrialResult): void {
  const { values, constraints } = result;
  const measured = { values, ...(constraints && hasReplicates(definition) && { constraints }) };
  row.segments = [...(row.segments ?? []), { ...rungOf(targetOf(row)), ...measured, seq: state.seq }];
}

/** Where a trial's present segment, or its last, leads. */
export function targetOf({ rung, target }: LedgerRow): Rung {
  return (target ?? rung)!;
}

/**
 * A segment's result as that of the whole trial so far. Where budgets are folds it may say the scores of its own folds alone, or its
 * own fold's as value: those that are recorded count on.
 */
export function soFar(ledger: Ledger, row: LedgerRow, result: TrialResult): TrialResult & Replicates {
  const { scheduling } = ledger;
  if (hasReplicates(ledger.definition)) return meanSoFar(row, result);
  if (scheduling?.form !== 'halving' || !scheduling.folds || !row.rung) return result;
  const own = result.folds ?? [result.values[0]!];
  const folds = own.length >= targetOf(row).to ? own : [...(row.notes?.folds ?? []), ...own];
  const [, ...others] = result.values;
  return { ...result, folds, values: [mean(folds), ...others] };
}

/** A trial with one more replicate is worth the mean of all; of the rest the newest stands. */
function meanSoFar({ notes, constraints }: LedgerRow, result: TrialResult): TrialResult & Replicates {
  const replicates = [...(notes?.replicates ?? []), result.values[0]!];
  const { length } = replicates;
  return {
    ...result,
    values: [mean(replicates)],
    replicates,
    ...(result.constraints && {
      constraints: result.constraints.map((value, i) => {
        const before = constraints?.[i] ?? value;
        return before + (value - before) / length;
      }),
    }),
  };
}

/**
 * Why a member of a population that got to its budget has failed all the same, in words: nobody could go on from it. Undefined where
 * that is not so.
 */
export function strandedFault(ledger: Ledger, { lineage }: LedgerRow, { checkpoint }: TrialResult): string | undefined {
  if (!hasParents(ledger)) return undefined;
  if (checkpoint !== undefined && checkpoint !== lineage?.checkpoint && checkpoint !== lineage?.before)
    return undefined;
  const left = lineage && checkpoint !== undefined ? 'only the one that it began with' : 'none';
  return `it left no checkpoint to go on from (${left}): expected one of its own, saved where it has got to its budget, since the members of a population go on from each other's`;
}

/** What a result is to a scheduler. */
export function reached({ definition }: Ledger, { values, folds, constraints }: TrialResult): SegmentEnd {
  const violation = violationOf(definition, constraints);
  const y = minimised(definition, values);
  if (violation > 0) return { end: 'infeasible', y, violation };
  const sign = definition.objectives[0]!.goal === 'maximize' ? -1 : 1;
  return { end: 'reached', y, ...(folds && { folds: folds.map((value) => sign * value + 0) }) };
}

/**
 * Most trials of such a study: a trial that rests may be promoted at any time, so it and all after it stay in the workflow, and
 * cross continue-as-new in one message of at most 2 MiB.
 */
export function mostTrials({ space }: Pick<StudyDefinition, 'space'>): number {
  const rowBytes = 300 + 8 * compileSpace(space).dimensions.length;
  return Math.floor(1_500_000 / rowBytes);
}

function mayStart({ definition, state, rows }: Ledger): boolean {
  if (state.exhausted && state.queue.length === 0) return false;
  if (rows.length + state.opened.length >= mostTrials(definition)) return false;
  const made = counted(state) + state.open.length + state.opened.filter(({ given }) => !given).length;
  return made < (definition.stop.trials ?? Infinity);
}

/** How far a trial is beyond its constraints' bounds in all: 0 where it is feasible; finite. */
function violationOf({ constraints }: StudyDefinition, values: readonly number[] = []): number {
  const beyond = constraints.map(({ below = Infinity, above = -Infinity }, i) => {
    const value = values[i] ?? NaN;
    return Number.isNaN(value) ? MOST : Math.max(0, value - below, above - value);
  });
  return Math.min(
    MOST,
    beyond.reduce((sum, each) => sum + each, 0),
  );
}

const MOST = Number.MAX_VALUE;

/** A lineage with the checkpoint that its parent ended with. */
function begun(ledger: Ledger, { parent, keeps }: Lineage): NonNullable<LedgerRow['lineage']> {
  const { notes, lineage } = rowOf(ledger, parent);
  const { checkpoint } = notes ?? {};
  if (checkpoint === undefined) throw new RangeError(`trial ${parent} left no checkpoint to begin from`);
  return { parent, keeps, checkpoint, ...(lineage && { before: lineage.checkpoint }) };
}

function halving({ scheduling }: Ledger): HalvingRules {
  return scheduling as HalvingRules;
}
