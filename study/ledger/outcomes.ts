/** How rows close: each has exactly one outcome (I1). */
import type { BestTrial } from '../contract.ts';
import type { Candidate } from '../evaluation/contract.ts';
import { decode } from '../point.ts';
import type { StudyDefinition } from '../study.ts';
import type { TrialResult } from '../trial.ts';
import { isHeld, rowOf, spaceOf, type Ledger, type Outcome } from './ledger.ts';
import { named, type LedgerRow, type RowNotes } from './row.ts';

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
  const isEnded = state.stopped !== null || state.verdicts.some((each) => each.number === number);
  if (outcome.kind === 'paused' && !isEnded) return suspend(ledger, rowOf(ledger, number), outcome);
  if (definition.order === 'trial') state.held[number] = { outcome, at };
  else close(ledger, number, outcome, at);
}

/** order `trial`: closes the next row if its outcome is there. */
export function commitNext(ledger: Ledger): boolean {
  const { state } = ledger;
  const number = state.open[0];
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
    if (how === 'paused' || (how === 'waiting' && !runOn)) endIdle(ledger, number, at);
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

function close(ledger: Ledger, number: number, outcome: Outcome, at: number): void {
  const { state } = ledger;
  const row = rowOf(ledger, number);
  const verdict = state.verdicts.find((each) => each.number === number);
  row.closed = ++state.seq;
  row.attempts = outcome.attempts;
  row.finishedAt = at;
  if (verdict) {
    state.verdicts = state.verdicts.filter((each) => each !== verdict);
    row.state = 'failed';
    addNotes(row, { ...('notes' in outcome && outcome.notes), reason: verdict.reason });
    if (verdict.counts) state.counts.failed++;
  } else if (outcome.kind === 'result') takeResult(ledger, row, outcome.result);
  else {
    row.state = outcome.kind;
    addNotes(row, outcome.notes);
    if (outcome.kind === 'failed') {
      state.counts.failed++;
      row.reports = outcome.reports;
    }
  }
  if (row.notes?.baseline) state.baseline ??= candidateOf(ledger, row);
  state.open.splice(state.open.indexOf(number), 1);
  state.committed = state.open[0] ?? state.next;
  ledger.changed.push(row);
}

function takeResult({ definition, state }: Ledger, row: LedgerRow, result: TrialResult): void {
  writeResult(row, result);
  row.state = isFeasible(definition, result.constraints) ? 'complete' : 'infeasible';
  state.cost += result.cost ?? 0;
  state.counts[row.state]++;
  state.sinceBest++;
  if (row.state === 'complete') takeBest(definition, state, row);
}

/** What a trial gave back, as its row keeps it. */
export function writeResult(row: LedgerRow, result: TrialResult): void {
  const { values, constraints, cost, train, folds, reports, attributes, curve, checkpoint, predictions } = result;
  row.values = values;
  row.reports = reports;
  if (constraints) row.constraints = constraints;
  if (cost !== undefined) row.cost = cost;
  addNotes(row, {
    ...(attributes && { attributes }),
    ...(curve !== undefined && { curve }),
    ...(checkpoint && { checkpoint }),
    ...(predictions && { predictions }),
    ...(train !== undefined && { train }),
    ...(folds && { folds }),
  });
}

function candidateOf({ definition, state }: Ledger, { number, x, space, values }: LedgerRow): Candidate {
  const params = decode(spaceOf(state.epochs, space), x);
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
  const values = named(objectives, row.values!);
  const [{ name, goal }] = objectives as [StudyDefinition['objectives'][number]];
  const [ours, theirs] = [values[name]!, state.best?.values[name] ?? NaN];
  const trial: BestTrial = { number: row.number, params: decode(spaceOf(state.epochs, row.space), row.x), values };
  if (goal === 'maximize' ? !(ours <= theirs) : !(ours >= theirs)) {
    state.best = trial;
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
