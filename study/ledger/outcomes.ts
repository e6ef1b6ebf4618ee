/** How rows close: each has exactly one outcome (I1). */
import type { BestTrial } from '../contract.ts';
import { decode } from '../point.ts';
import type { StudyDefinition } from '../study.ts';
import type { TrialResult } from '../trial.ts';
import { rowOf, spaceOf, type Ledger, type Outcome } from './ledger.ts';
import { named, type LedgerRow, type RowNotes } from './row.ts';

export function addOpen(ledger: Ledger, row: LedgerRow): void {
  ledger.rows.push(row);
  ledger.state.next++;
  ledger.state.open.push(row.number);
  ledger.changed.push(row);
}

/** Takes a trial's outcome in; with order `trial` it waits for its turn. A trial paused for a while stays open. */
export function recordOutcome(ledger: Ledger, number: number, outcome: Outcome, at: number): void {
  const { definition, state } = ledger;
  const verdict = state.verdicts.find((each) => each.number === number);
  if (outcome.kind === 'paused' && !verdict && !state.stopped) return suspend(rowOf(ledger, number), outcome);
  if (definition.order === 'trial') ledger.held.set(number, { outcome, at });
  else close(ledger, number, outcome, at);
}

/** order `trial`: closes the next row if its outcome is there. */
export function commitNext(ledger: Ledger): boolean {
  const { state, held } = ledger;
  const number = state.open[0];
  const next = number === undefined ? undefined : held.get(number);
  if (number === undefined || !next) return false;
  held.delete(number);
  close(ledger, number, next.outcome, next.at);
  return true;
}

/** A told trial's row: made, and its outcome known, in one step. */
export function takeTold(ledger: Ledger): boolean {
  const { state } = ledger;
  const told = state.opened[0]?.told;
  if (!told || ledger.asking.length > 0) return false;
  const { number, asOf } = state.opened.shift()!;
  const { reason, result, at } = told;
  addOpen(ledger, {
    number,
    state: 'running',
    origin: 'told',
    x: Float64Array.from(told.x, (value) => value ?? NaN),
    space: ledger.definition.space.version,
    sampler: 0,
    seed: 0,
    asOf,
    reports: [],
    attempts: 0,
    startedAt: at,
    ...(reason !== undefined && { notes: { reason } }),
  });
  recordOutcome(ledger, number, { kind: 'result', result, attempts: 0 }, at);
  return true;
}

/** Ends the open trials that nothing runs: those of a study that has stopped never start. */
export function closeWaiting(ledger: Ledger, at: number): void {
  const { definition, state, held } = ledger;
  for (const number of [...state.open]) {
    const row = rowOf(ledger, number);
    const idle = row.state === 'paused' || (row.state === 'waiting' && (definition.order !== 'trial' || row.startedAt));
    if (idle && !held.has(number))
      recordOutcome(ledger, number, { kind: 'paused', attempts: row.attempts, notes: {} }, at);
  }
}

function suspend(row: LedgerRow, { attempts, notes }: Outcome & { kind: 'paused' }): void {
  row.state = 'paused';
  row.attempts = attempts;
  addNotes(row, notes);
}

function close(ledger: Ledger, number: number, outcome: Outcome, at: number): void {
  const { definition, state } = ledger;
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
  state.open.splice(state.open.indexOf(number), 1);
  state.committed = state.open[0] ?? state.next;
  ledger.changed.push(row);
}

function takeResult({ definition, state }: Ledger, row: LedgerRow, result: TrialResult): void {
  const { values, constraints, cost, reports, attributes, checkpoint, predictions } = result;
  row.values = values;
  row.reports = reports;
  if (constraints) row.constraints = constraints;
  if (cost !== undefined) {
    row.cost = cost;
    state.cost += cost;
  }
  addNotes(row, {
    ...(attributes && { attributes }),
    ...(checkpoint && { checkpoint }),
    ...(predictions && { predictions }),
  });
  row.state = isFeasible(definition, constraints) ? 'complete' : 'infeasible';
  if (row.origin === 'told') state.told++;
  else {
    state.counts[row.state]++;
    state.sinceBest++;
  }
  if (row.state === 'complete') takeBest(definition, state, row);
}

function addNotes(row: LedgerRow, notes: RowNotes): void {
  if (Object.keys(notes).length > 0) row.notes = { ...row.notes, ...notes };
}

export function isFeasible({ constraints }: StudyDefinition, values: readonly number[] | undefined): boolean {
  return constraints.every(({ below, above }, i) => {
    const value = values?.[i] ?? NaN;
    return (below === undefined || value <= below) && (above === undefined || value >= above);
  });
}

function takeBest(definition: StudyDefinition, state: Ledger['state'], row: LedgerRow): void {
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
