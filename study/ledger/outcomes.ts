/** How rows close: each has exactly one outcome (I1). */
import { MAX_REPORTS, type BestTrial } from '../contract.ts';
import type { Candidate } from '../evaluation/contract.ts';
import { paramsOf, suggestedBefore } from './by-run.ts';
import { mergeReports, thinReports } from '../trial/result.ts';
import { scoreOf } from '../scalarize.ts';
import { hasReplicates } from '../trial/replicates.ts';
import type { StudyDefinition } from '../study.ts';
import type { TrialResult } from '../trial/trial.ts';
import { noteEnd } from './ended-checkpoints.ts';
import { isHeld, rowOf, type Ledger, type Outcome, type Verdict } from './ledger.ts';
import { hearEnd, recordReports } from './reports.ts';
import { bestTrialOf, named, type LedgerRow, type RowNotes } from './row.ts';
import { takeReplicated } from './replicated.ts';
import {
  addSegment,
  endSegment,
  isHalving,
  isResting,
  reached,
  segmentsOf,
  soFar,
  strandedFault,
  type Replicates,
} from './scheduling.ts';

export function addOpen(ledger: Ledger, row: LedgerRow): void {
  ledger.rows.push(row);
  ledger.state.next++;
  ledger.state.open.push(row.number);
  ledger.changed.push(row);
}

/**
 * Takes a trial's outcome in; with order `trial` it waits for its turn. A trial paused for a while stays open. The first outcome is
 * the only one: what comes after it changes nothing.
 */
export function recordOutcome(ledger: Ledger, number: number, outcome: Outcome, at: number): void {
  const { definition, state } = ledger;
  if (!state.open.includes(number) || isHeld(ledger, number)) return;
  const { attempts, crossed = [] } = outcome;
  // what the study has not heard of yet: a message may have been lost
  recordReports(
    ledger,
    crossed.map(([step, value]) => ({ number, attempt: attempts, step, value })),
  );
  const isEnded = state.stopped !== null || state.verdicts.some((each) => each.number === number);
  if (outcome.kind === 'paused' && !isEnded) return suspend(ledger, rowOf(ledger, number), outcome);
  if (definition.order === 'trial') state.held[number] = { outcome, at };
  else close(ledger, number, outcome, at);
}

/** order `trial`: closes the next row if its outcome is there. */
export function commitNext(ledger: Ledger): boolean {
  const { state } = ledger;
  const number = isHalving(ledger) ? segmentsOf(ledger)[0]?.number : state.open[0];
  const next = number === undefined ? undefined : state.held[number];
  if (number === undefined || !next) return false;
  delete state.held[number];
  close(ledger, number, next.outcome, next.at);
  return true;
}

/**
 * Ends the open trials of a study that has stopped and that nothing runs: they never start. With order `trial` those that were
 * opened run to their end, unless the study is paused with all that ran.
 */
export function closeWaiting(ledger: Ledger, at: number): void {
  const { definition, state } = ledger;
  const runOn = definition.order === 'trial' && !state.frozen;
  for (const number of state.open.slice()) {
    const { state: how } = rowOf(ledger, number);
    if (isResting(ledger, number)) giveUp(ledger, number, at);
    else if (how === 'paused' || (how === 'waiting' && !runOn)) endIdle(ledger, number, at);
  }
}

/** Ends a trial that nothing runs, with what it had. */
export function endIdle(ledger: Ledger, number: number, at: number): void {
  const { attempts } = rowOf(ledger, number);
  recordOutcome(ledger, number, { kind: 'paused', attempts, notes: {} }, at);
}

/** A study that was resumed meanwhile starts it again. */
function suspend({ state }: Ledger, row: LedgerRow, { attempts, notes }: Outcome & { kind: 'paused' }): void {
  row.state = state.frozen ? 'paused' : 'waiting';
  row.attempts = attempts;
  addNotes(row, notes);
}

function close(ledger: Ledger, number: number, given: Outcome, at: number): void {
  const { definition, state } = ledger;
  const row = rowOf(ledger, number);
  const outcome = unlessStranded(ledger, row, given);
  const verdict = state.verdicts.find((each) => each.number === number);
  if (verdict) state.verdicts = state.verdicts.filter((each) => each !== verdict);
  const segment = state.scheduling?.segments.find((each) => each.number === number);
  const result = !verdict && outcome.kind === 'result' ? soFar(ledger, row, outcome.result) : undefined;
  const good = result && isFeasible(definition, result.constraints) ? result : undefined;
  state.seq++;
  row.attempts = outcome.attempts;
  if (good && segment && !segment.final) {
    takeSegment(ledger, row, good);
    if (state.stopped) seal(ledger, leave(ledger, row), at);
    else rest(ledger, row);
  } else {
    if (verdict) endByVerdict(ledger, row, verdict, outcome);
    else if (result) takeResult(ledger, row, result);
    else if (outcome.kind !== 'result') endWithout(ledger, row, outcome);
    seal(ledger, row, at);
  }
  forgetTraining(row);
  if (!segment) return hearEnd(ledger, row);
  if (result) noteEnd(ledger, row);
  const end = result ? reached(ledger, result) : ({ end: 'gone' } as const);
  for (const other of endSegment(ledger, number, end)) giveUp(ledger, other, at);
  if (hasReplicates(definition)) takeReplicated(ledger);
}

/** The outcome, or a failure where a member of a population got to its budget, but nobody could go on from there. */
function unlessStranded(ledger: Ledger, row: LedgerRow, outcome: Outcome): Outcome {
  if (outcome.kind !== 'result') return outcome;
  const reason = strandedFault(ledger, row, outcome.result);
  if (reason === undefined) return outcome;
  const { attempts, crossed, result } = outcome;
  return { kind: 'failed', attempts, notes: { reason }, reports: result.reports, ...(crossed && { crossed }) };
}

/** What a training brought is of use only until the trial was measured. */
function forgetTraining(row: LedgerRow): void {
  if (!row.notes?.trained) return;
  const { trained: _, ...notes } = row.notes;
  row.notes = notes;
}

/** Ends a trial that rests after its last segment: it never goes on. */
function giveUp(ledger: Ledger, number: number, at: number): void {
  // a person may have ended it before
  if (!ledger.state.open.includes(number)) return;
  ledger.state.seq++;
  seal(ledger, leave(ledger, rowOf(ledger, number)), at);
}

/** A trial between two segments stays open. */
function rest(ledger: Ledger, row: LedgerRow): void {
  row.state = 'paused';
  ledger.changed.push(row);
}

/** What a trial ends as that never goes on: a replicate is a whole trial. */
function leave({ definition, state }: Ledger, row: LedgerRow): LedgerRow {
  if (!hasReplicates(definition)) return prune(state, row);
  row.state = 'complete';
  state.counts.complete++;
  state.sinceBest++;
  return row;
}

function prune(state: Ledger['state'], row: LedgerRow): LedgerRow {
  row.state = 'pruned';
  state.counts.pruned++;
  state.sinceBest++;
  return row;
}

/** What a trial without a result ends as. */
function endWithout(ledger: Ledger, row: LedgerRow, outcome: Exclude<Outcome, { kind: 'result' }>): void {
  const { state } = ledger;
  addNotes(row, outcome.notes);
  if (outcome.kind === 'failed') {
    row.state = 'failed';
    row.reports = outcome.reports;
    state.counts.failed++;
    // what it brought at lower budgets stays among its segments
    delete row.values;
  } else if (row.segments) leave(ledger, row);
  else row.state = 'paused';
}

function endByVerdict(ledger: Ledger, row: LedgerRow, verdict: Verdict, outcome: Outcome): void {
  const { state } = ledger;
  if ('prunedAt' in verdict) {
    const { checkpoint } = outcome.kind === 'result' ? outcome.result : outcome.notes;
    addNotes(row, { ...(checkpoint !== undefined && { checkpoint }), reason: verdict.reason });
    row.reports = state.scheduling?.curves[row.number]?.reports ?? [];
    if (row.suggested) row.suggested = suggestedBefore(row, verdict.prunedAt)!;
    prune(state, row);
    return;
  }
  addNotes(row, { ...('notes' in outcome && outcome.notes), reason: verdict.reason });
  row.state = 'failed';
  delete row.values;
  if (verdict.counts) state.counts.failed++;
}

/** A trial's curve, with what the study heard of before its worker was lost. */
function withHeard({ state }: Ledger, { number }: LedgerRow, reports: LedgerRow['reports']): LedgerRow['reports'] {
  const heard = state.scheduling?.curves[number]?.reports;
  return heard ? thinReports(mergeReports([...heard, ...reports]), MAX_REPORTS) : reports;
}

/** A segment's result: the trial is worth this where it is trained to by now. */
function takeSegment(ledger: Ledger, row: LedgerRow, result: TrialResult & Replicates): void {
  // a replicate has a curve of its own
  const reports = result.replicates
    ? result.reports
    : thinReports(mergeReports([...row.reports, ...result.reports]), MAX_REPORTS);
  writeResult(row, { ...result, reports });
  ledger.state.cost += result.cost ?? 0;
  addSegment(ledger, row, result);
}

/** Closes a row at the present position of the log. */
function seal(ledger: Ledger, row: LedgerRow, at: number): void {
  const { state } = ledger;
  row.closed = state.seq;
  row.finishedAt = at;
  if (row.notes?.baseline) state.baseline ??= candidateOf(ledger, row);
  state.open.splice(state.open.indexOf(row.number), 1);
  state.committed = state.open[0] ?? state.next;
  ledger.changed.push(row);
}

function takeResult(ledger: Ledger, row: LedgerRow, result: TrialResult): void {
  const { definition, state } = ledger;
  row.state = isFeasible(definition, result.constraints) ? 'complete' : 'infeasible';
  if (row.rung && row.state === 'complete') takeSegment(ledger, row, result);
  else {
    writeResult(row, { ...result, reports: withHeard(ledger, row, result.reports) });
    state.cost += result.cost ?? 0;
  }
  state.counts[row.state]++;
  state.sinceBest++;
  if (row.state === 'complete' && !hasReplicates(definition)) takeBest(definition, state, row);
}

/** What a trial gave back, as its row keeps it. */
export function writeResult(row: LedgerRow, result: TrialResult & Replicates): void {
  const {
    values,
    constraints,
    cost,
    train,
    folds,
    replicates,
    reports,
    attributes,
    curve,
    checkpoint,
    restored,
    predictions,
  } = result;
  row.values = values;
  row.reports = reports;
  if (constraints) row.constraints = constraints;
  if (cost !== undefined) row.cost = cost;
  addNotes(row, {
    ...(attributes && { attributes }),
    ...(curve !== undefined && { curve }),
    ...(checkpoint && { checkpoint }),
    ...(restored && { restored }),
    ...(predictions && { predictions }),
    ...(train !== undefined && { train }),
    ...(folds && { folds }),
    ...(replicates && { replicates }),
  });
}

function candidateOf({ definition, state }: Ledger, row: LedgerRow): Candidate {
  const { number, values } = row;
  const params = paramsOf(state.epochs, row);
  return { number, params, ...(values && { values: named(definition.objectives, values) }) };
}

function addNotes(row: LedgerRow, notes: RowNotes): void {
  if (Object.keys(notes).length > 0) row.notes = { ...row.notes, ...notes };
}

export function isFeasible(
  { constraints }: Pick<StudyDefinition, 'constraints'>,
  values: readonly number[] | undefined,
): boolean {
  return constraints.every(({ below, above }, i) => {
    const value = values?.[i] ?? NaN;
    return (below === undefined || value <= below) && (above === undefined || value >= above);
  });
}

/** Whether a complete trial is the best, or on the front. */
export function takeBest(definition: StudyDefinition, state: Ledger['state'], row: LedgerRow): void {
  const { objectives } = definition;
  const score = scoreOf(definition, row.values!);
  const best = state.best && objectives.map(({ name }) => state.best!.values[name]!);
  const trial = bestTrialOf(definition, state.epochs, row);
  if (!best || score < scoreOf(definition, best)) {
    state.best = definition.scalarize ? { ...trial, scalar: score } : trial;
    state.sinceBest = 0;
  }
  if (objectives.length > 1) state.front = withoutDominated(objectives, state.front, trial);
}

function withoutDominated(
  objectives: StudyDefinition['objectives'],
  front: BestTrial[],
  trial: BestTrial,
): BestTrial[] {
  const atLeastAsGood = (a: BestTrial, b: BestTrial): boolean =>
    objectives.every(({ name, goal }) =>
      goal === 'maximize' ? a.values[name]! >= b.values[name]! : a.values[name]! <= b.values[name]!,
    );
  if (front.some((other) => atLeastAsGood(other, trial))) return front;
  return [...front.filter((other) => !atLeastAsGood(trial, other)), trial];
}
