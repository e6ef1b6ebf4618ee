import { fromBase64 } from '../../../study/wording/base64.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeRows, encodeRows } from '../../../study/ledger/blocks.ts';
import { recordEdit, settle } from '../../../study/ledger/apply.ts';
import { createLedger, restoreLedger } from '../../../study/ledger/begin.ts';
import { askSlot, isFinished, type Ledger, type Outcome } from '../../../study/ledger/ledger.ts';
import { recordOutcome as recordEnd } from '../../../study/ledger/outcomes.ts';
import type { LedgerRow } from '../../../study/ledger/row.ts';
import {
  isStillWanted,
  recordStart,
  recordSuggestions,
  slotsToAsk,
  trialsToStart,
} from '../../../study/ledger/slots.ts';
import { pageOf, statusOf } from '../../../study/ledger/status.ts';
import type { StudyDefinition } from '../../../study/study.ts';
import { definitionOf } from '../definitions.ts';

/** A sampler that mixes everything a suggestion may see: any difference in the prefix shows. */
function suggestion(ledger: Ledger, number: number, asOf: number): { x: number[]; seed: number } {
  let hash = number + 1;
  for (let n = 0; n < number; n++) {
    // earlier ones of the same batch have no row yet: they are pending
    const row = ledger.rows[n];
    const closed = row?.closed !== undefined && row.closed <= asOf ? row.closed : 0;
    const seen = closed > 0 ? (row.values?.[0] ?? -1) : -2;
    hash = (hash * 48271 + Math.round(seen * 1e6) + closed * 7 + n) % 2147483647 || 1;
  }
  const unit = Math.abs(hash) / 2147483647;
  return { x: [unit, 1 + unit], seed: number };
}

/** Asks for what is free and starts it. */
function ask(
  ledger: Ledger,
  suggest: (slot: { number: number; asOf: number }) => { x: number[]; seed: number } = ({ number, asOf }) =>
    suggestion(ledger, number, asOf),
  at = 0,
): LedgerRow[] {
  ledger.asking = slotsToAsk(ledger);
  recordSuggestions(ledger, ledger.asking.map(suggest), 1);
  settle(ledger, at);
  const { own } = trialsToStart(ledger);
  for (const row of own) recordStart(row, at);
  return own;
}

function recordOutcome(ledger: Ledger, number: number, outcome: Outcome, at: number): void {
  recordEnd(ledger, number, outcome, at);
  settle(ledger, at);
}

const result = (value: number, more: object = {}): Outcome => ({
  kind: 'result',
  result: { values: [value], reports: [], ...more },
  attempts: 1,
});
const failed: Outcome = { kind: 'failed', attempts: 1, notes: { reason: 'boom' }, reports: [] };

/** Runs a study in memory; `pick` says which running trial ends next, `crashes` which outcomes fail. */
function simulate(
  definition: StudyDefinition,
  pick: (running: readonly number[]) => number,
  crashes: (n: number) => boolean,
): Ledger {
  const ledger = createLedger(definition, 0);
  let running: number[] = [];
  for (let step = 0; step < 10_000; step++) {
    const rows = ask(ledger, undefined, step);
    running.push(...rows.map(({ number }) => number));
    expect(running.length).toBeLessThanOrEqual(definition.parallel);
    if (running.length === 0) return ledger;
    const ended = pick(running);
    running = running.filter((number) => number !== ended);
    const x = ledger.rows[ended].x[0];
    recordOutcome(ledger, ended, crashes(ended) ? failed : result((x - 0.3) ** 2), step);
  }
  throw new Error('the study never ends');
}

const table = (ledger: Ledger) =>
  ledger.rows.map(({ number, x, asOf, closed, values, state }) => [number, [...x], asOf, closed, values, state]);

describe('a ledger', () => {
  it('with order trial is the same whatever the order in which trials end', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 8 }),
        fc.integer({ min: 1, max: 60 }),
        fc.array(fc.nat(), { minLength: 5, maxLength: 300 }),
        fc.uniqueArray(fc.nat(40), { maxLength: 9 }),
        fc.constantFrom({}, { target: 0.01 }, { patience: 5 }),
        (parallel, trials, picks, failing, stop) => {
          const definition = definitionOf({ order: 'trial', parallel, stop: { trials, maxFailures: 10, ...stop } });
          let i = 0;
          const crashes = (n: number): boolean => failing.includes(n);
          const shuffled = simulate(
            definition,
            (running) => running[picks[i++ % picks.length] % running.length],
            crashes,
          );
          const inOrder = simulate(definition, (running) => Math.min(...running), crashes);
          expect(table(shuffled)).toEqual(table(inOrder));
          expect(shuffled.state).toEqual(inOrder.state);
        },
      ),
      { seed: 11, numRuns: 300 },
    );
  });

  it('meets its budget exactly, failures not counted', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('trial' as const, 'completion' as const),
        fc.integer({ min: 1, max: 16 }),
        fc.integer({ min: 1, max: 50 }),
        fc.array(fc.nat(), { minLength: 5, maxLength: 300 }),
        fc.uniqueArray(fc.nat(40), { maxLength: 9 }),
        (order, parallel, trials, picks, failing) => {
          let i = 0;
          const ledger = simulate(
            definitionOf({ order, parallel, stop: { trials, maxFailures: 10 } }),
            (running) => running[picks[i++ % picks.length] % running.length],
            (n) => failing.includes(n),
          );
          const { counts } = statusOf(ledger, 1);
          expect(counts.complete).toBe(trials);
          expect(counts.failed).toBe(failing.filter((n) => n < ledger.rows.length).length);
          expect(ledger.rows.map(({ number }) => number)).toEqual(ledger.rows.map((_, n) => n));
          expect(statusOf(ledger, 1)).toMatchObject({ status: 'complete', reason: `all ${trials} trials are done` });
        },
      ),
      { seed: 12, numRuns: 300 },
    );
  });

  it('with order trial suggests job k from jobs 0 to k - P alone', () => {
    const ledger = simulate(
      definitionOf({ order: 'trial', parallel: 4, stop: { trials: 20, maxFailures: 1 } }),
      (r) => r.at(-1)!,
      () => false,
    );
    expect(ledger.rows.map(({ asOf }) => asOf)).toEqual([0, 0, 0, 0, ...Array.from({ length: 16 }, (_, k) => k + 1)]);
    expect(ledger.rows.map(({ closed }) => closed)).toEqual(Array.from({ length: 20 }, (_, k) => k + 1));
  });

  it('with order trial finishes and records the jobs a stopping rule leaves behind', () => {
    const definition = definitionOf({ order: 'trial', parallel: 4, stop: { target: 1, maxFailures: 1 } });
    const ledger = createLedger(definition, 0);
    const asked = (): number => ask(ledger, ({ number }) => ({ x: [0.5, 1], seed: number })).length;
    expect(asked()).toBe(4);
    recordOutcome(ledger, 0, result(5), 0);
    recordOutcome(ledger, 2, result(0.5), 0);
    expect(asked()).toBe(1);
    recordOutcome(ledger, 1, result(5), 0);
    // jobs 1 and 2 commit together: job 1 opens job 5, job 2 reaches the target and opens nothing
    expect(asked()).toBe(1);
    expect(statusOf(ledger)).toMatchObject({ status: 'stopping', reason: 'trial 2 reached the target 1 with 0.5' });
    for (const number of [5, 4, 3]) recordOutcome(ledger, number, result(9), 0);
    expect(ledger.rows.map(({ state }) => state)).toEqual(Array(6).fill('complete'));
    expect(slotsToAsk(ledger)).toEqual([]);
  });

  it('goes on across continue-as-new as if it had not been', () => {
    const definition = definitionOf({ order: 'trial', parallel: 3, stop: { trials: 12, maxFailures: 3 } });
    const whole = simulate(
      definition,
      (r) => r[0],
      (n) => n === 4,
    );
    const ledger = createLedger(definition, 0);
    const half = { ...definition };
    let carried: Ledger = ledger;
    for (let step = 0; step < 20; step++) {
      const shape = { objectives: 1, constraints: 0 };
      carried = restoreLedger(
        half,
        JSON.parse(JSON.stringify(carried.state)),
        decodeRows(encodeRows(carried.rows, shape)),
      );
      const rows = ask(carried);
      for (const { number, x } of rows)
        recordOutcome(carried, number, number === 4 ? failed : result((x[0] - 0.3) ** 2), 0);
    }
    // quiet moments open all slots at once, at the positions their commits fixed
    expect(table(carried)).toEqual(table(whole));
  });

  it('asks for enqueued trials first and marks the baseline', () => {
    const ledger = createLedger(definitionOf({ enqueue: [{ params: { x: 0.5 }, baseline: true }] }), 0);
    expect(slotsToAsk(ledger).map(askSlot)).toEqual([{ number: 0, asOf: 0, fixed: { x: 0.5 } }]);
    const [row] = ask(ledger, () => ({ x: [0.5, 2], seed: 1 }));
    expect(row).toMatchObject({ origin: 'enqueued', notes: { baseline: true, fixed: { x: 0.5 } } });
  });

  it('ends when the sampler has no more points', () => {
    const ledger = createLedger(definitionOf({ parallel: 4 }), 0);
    ledger.asking = slotsToAsk(ledger);
    recordSuggestions(ledger, [{ x: [0, 1], seed: 0 }], 1);
    expect(slotsToAsk(ledger)).toEqual([]);
    recordOutcome(ledger, 0, result(1), 0);
    expect(statusOf(ledger, 1)).toMatchObject({
      status: 'complete',
      reason: 'sampler random has no more points',
      asked: 1,
    });
  });

  it('records constraints as measured and calls what breaks one infeasible', () => {
    const definition = definitionOf({
      constraints: [
        { name: 'ms', below: 50 },
        { name: 'auc', above: 0.5 },
      ],
    });
    const ledger = createLedger(definition, 0);
    for (const constraints of [
      [50, 0.5],
      [50.1, 1],
      [1, 0.4],
    ]) {
      ask(ledger, () => ({ x: [0, 1], seed: 0 }));
      recordOutcome(ledger, ledger.state.next - 1, result(1, { constraints }), 0);
    }
    expect(ledger.rows.map(({ state }) => state)).toEqual(['complete', 'infeasible', 'infeasible']);
    const page = pageOf(ledger, { from: 1, limit: 1 });
    expect(page.total).toBe(3);
    expect(decodeRows(fromBase64(page.rows))).toMatchObject([{ number: 1, constraints: [50.1, 1] }]);
  });

  it('keeps the non-dominated trials of several objectives', () => {
    const objectives = [
      { name: 'loss', goal: 'minimize' as const },
      { name: 'acc', goal: 'maximize' as const },
    ];
    const ledger = createLedger(definitionOf({ objectives }), 0);
    for (const values of [
      [1, 1],
      [2, 2],
      [2, 1],
      [0.5, 1],
      [0.5, 1],
    ]) {
      ask(ledger, () => ({ x: [0, 1], seed: 0 }));
      recordOutcome(ledger, ledger.state.next - 1, { kind: 'result', attempts: 1, result: { values, reports: [] } }, 0);
    }
    expect(statusOf(ledger).front.map(({ number }) => number)).toEqual([1, 3]);
  });

  it('fails after stop.maxFailures failures and says so', () => {
    const ledger = simulate(
      definitionOf({ stop: { trials: 10, maxFailures: 3 } }),
      (r) => r[0],
      () => true,
    );
    expect(statusOf(ledger, 1)).toMatchObject({
      status: 'failed',
      reason: '3 trials failed, stop.maxFailures is 3',
      counts: { failed: 3 },
    });
  });

  it('takes an edit once, whatever is retried, and drops an ask that was under way when told to stop', () => {
    const ledger = createLedger(definitionOf({ order: 'trial', parallel: 2 }), 0);
    const request = { requestId: 'a', edit: { kind: 'stop', now: true } } as const;
    ledger.asking = slotsToAsk(ledger);
    expect([recordEdit(ledger, request, 0), recordEdit(ledger, request, 0)]).toEqual([true, false]);
    settle(ledger, 0);
    expect(ledger.state.seq).toBe(1);
    expect(isStillWanted(ledger)).toBe(false);
    ledger.asking = [];
    expect(slotsToAsk(ledger)).toEqual([]);
    expect(isFinished(ledger)).toBe(true);
  });
});
