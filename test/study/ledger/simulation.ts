/** Studies in memory: a real ledger, a sampler that mixes everything it may see, trials that always end the same way. */
import { editsToCheck, recordCheck, recordEdit, settle } from '../../../study/ledger/apply.ts';
import { createLedger } from '../../../study/ledger/begin.ts';
import type { Edit } from '../../../study/ledger/edits.ts';
import { epochAt, isFinished, type Ledger, type Outcome, type Slot } from '../../../study/ledger/ledger.ts';
import { recordOutcome } from '../../../study/ledger/outcomes.ts';
import type { LedgerRow } from '../../../study/ledger/row.ts';
import { recordStart, recordSuggestions, slotsToAsk, trialsToStart } from '../../../study/ledger/slots.ts';
import type { SuggestedTrial } from '../../../study/contract.ts';
import { toBase64 } from '../../../study/wording/base64.ts';
import type { StudyDefinition } from '../../../study/study.ts';

/** An edit at a trial number (order `trial`), or after so many outcomes, or while the next trial runs (order `completion`). */
export interface Planned {
  readonly at: number;
  readonly during: boolean;
  readonly edit: Edit;
}

/** Any difference in what a suggestion may see shows. */
function mixAll(ledger: Ledger): SuggestedTrial[] {
  return ledger.asking.map((slot) => mix(ledger, slot));
}

function mix({ definition, state, rows }: Ledger, { number, asOf, queued }: Slot): SuggestedTrial {
  const { sampler, space, parallel } = epochAt(state.epochs, asOf);
  let hash = number + 1 + sampler.name.length * 31 + space.version * 17 + parallel + definition.seed;
  for (let n = 0; n < number; n++) {
    // earlier ones of the same batch have no row yet: they are pending
    const row = rows[n];
    const seen =
      row?.closed !== undefined && row.closed <= asOf ? Math.round((row.values?.[0] ?? -1) * 1e6) + row.closed : -2;
    hash = (hash * 48271 + Math.abs(seen)) % 2147483647 || 1;
  }
  const unit = hash / 2147483647;
  const x = [Number(queued?.params['x'] ?? unit), 1 + unit];
  return { x, seed: hash, memo: toBase64(Uint8Array.of(hash & 255, number & 255)) };
}

function outcomeOf({ objectives }: StudyDefinition, { number, x, seed }: LedgerRow): Outcome {
  if (seed % 7 === 0)
    return { kind: 'failed', attempts: 2, notes: { reason: 'boom', checkpoint: `c${number}` }, reports: [[1, x[0]]] };
  const values = [(x[0] - 0.3) ** 2, x[1]].slice(0, objectives.length);
  const folds = [values[0] - 0.25, values[0] + 0.25];
  const measured = { values, constraints: [seed % 5], cost: 0.5, train: values[0] - 1, folds };
  const result = { ...measured, reports: [[1, 1]] as const, attributes: { seed } };
  return { kind: 'result', attempts: 1, result };
}

export interface SimulationOptions {
  /** Where to go on; default: the beginning. */
  readonly ledger?: Ledger;
  /** When to leave off; default: at the end. */
  readonly until?: (ledger: Ledger) => boolean;
  /** Answers what the ledger asks. */
  readonly suggest?: (ledger: Ledger) => SuggestedTrial[];
  /** How a trial ends. */
  readonly outcome?: (definition: StudyDefinition, row: LedgerRow) => Outcome;
}

/** Runs a study. @param pick which of the running trials ends next */
export function simulate(
  definition: StudyDefinition,
  plan: readonly Planned[],
  pick: (running: readonly number[]) => number,
  {
    ledger = createLedger(definition, 0),
    until = () => false,
    suggest = mixAll,
    outcome = outcomeOf,
  }: SimulationOptions = {},
): Ledger {
  const isTrial = definition.order === 'trial';
  const send = (isDue: (planned: Planned) => boolean): void => {
    for (const [i, planned] of plan.entries())
      if (isDue(planned))
        recordEdit(
          ledger,
          { requestId: `edit ${i}`, edit: structuredClone(planned.edit), ...(isTrial && { at: planned.at }) },
          0,
        );
    settleAll(ledger);
  };
  const ended = (): number =>
    ledger.rows.filter(({ closed, origin }) => closed !== undefined && origin !== 'told' && origin !== 'imported')
      .length;
  if (isTrial) send(() => true);
  for (let step = 0; step < 10_000; step++) {
    if (!isTrial) send(({ at, during }) => at < ended() || (at === ended() && !during));
    for (;;) {
      ledger.asking = slotsToAsk(ledger);
      if (ledger.asking.length === 0) break;
      recordSuggestions(ledger, suggest(ledger), 1);
      settleAll(ledger);
    }
    for (const row of trialsToStart(ledger).own) recordStart(row, 0);
    if (!isTrial) send(({ at }) => at <= ended());
    const running = ledger.state.open.filter(
      (number) => ledger.rows[number].state === 'running' && !ledger.state.held[number],
    );
    if (until(ledger)) return ledger;
    if (running.length === 0) {
      if (isFinished(ledger)) return ledger;
      throw new Error(`the study stands still: ${JSON.stringify(ledger.state)}`);
    }
    const number = pick(running);
    recordOutcome(ledger, number, outcome(definition, ledger.rows[number]), 0);
    settleAll(ledger);
  }
  throw new Error('the study never ends');
}

/** Workers find nothing wrong with an edit. */
function settleAll(ledger: Ledger): void {
  settle(ledger, 0);
  for (let checks; (checks = editsToCheck(ledger)).length > 0; settle(ledger, 0))
    for (const { requestId } of checks) recordCheck(ledger, requestId, undefined);
}

/** Everything about a study that its future and its readers see. */
export function wholeOf({ state, rows }: Ledger): unknown {
  const { edits, version: _version, ...rest } = state;
  return {
    ...rest,
    rows: rows.map((row) => ({ ...row, x: [...row.x], memo: row.memo && [...row.memo] })),
    // the log has them in the order they came
    edits: edits.map(({ requestId, seq }) => `${requestId} at ${seq}`).sort(),
  };
}
