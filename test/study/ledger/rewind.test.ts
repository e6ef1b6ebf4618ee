import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recordEdit, settle } from '../../../study/ledger/apply.ts';
import { restoreLedger } from '../../../study/ledger/begin.ts';
import { decodeRows, encodeRows, shapeOf } from '../../../study/ledger/blocks.ts';
import type { Edit } from '../../../study/ledger/edits.ts';
import type { Ledger } from '../../../study/ledger/ledger.ts';
import { recordOutcome } from '../../../study/ledger/outcomes.ts';
import { rewind, type Rewound } from '../../../study/ledger/rewind.ts';
import type { StudyDefinition } from '../../../study/study.ts';
import { definitionOf } from '../definitions.ts';
import { simulate, wholeOf, type Planned } from './simulation.ts';

const base = (changes: Partial<StudyDefinition>): StudyDefinition =>
  definitionOf({
    objectives: [
      { name: 'loss', goal: 'minimize' },
      { name: 'size', goal: 'maximize' },
    ],
    constraints: [{ name: 'ms', below: 3 }],
    ...changes,
  });

const spaceEdit = (version: number): Edit => {
  const { space } = definitionOf();
  return { kind: 'space', space: { ...space, version }, was: {} };
};

const edits: fc.Arbitrary<Edit> = fc.oneof(
  fc.record({ kind: fc.constant('parallel' as const), parallel: fc.integer({ min: 1, max: 6 }) }),
  fc.record({
    kind: fc.constant('sampler' as const),
    sampler: fc.constantFrom('tpe', 'random').map((name) => ({ name, options: {} })),
  }),
  fc.record({ kind: fc.constant('budget' as const), stop: fc.record({ trials: fc.integer({ min: 15, max: 40 }) }) }),
  fc.record({
    kind: fc.constant('enqueue' as const),
    trials: fc.constantFrom(
      [{ params: { x: 0.25 }, baseline: false }],
      [
        { params: { x: 0.5 }, baseline: false },
        { params: { x: 0.75 }, baseline: false },
      ],
    ),
  }),
  fc.record({
    kind: fc.constant('tell' as const),
    params: fc.constant({ x: 0.3, y: 1 }),
    result: fc.constantFrom(
      { values: { loss: 0, size: 2 }, constraints: { ms: 1 } },
      { values: { loss: 1, size: 1 }, constraints: { ms: 9 } },
    ),
  }),
  fc.constant({
    kind: 'import' as const,
    trials: [
      { params: { x: 0.1, y: 2 }, state: 'complete' as const, values: { loss: 3, size: 1 }, constraints: { ms: 1 } },
      { params: { x: 0.2, y: 2 }, state: 'failed' as const },
    ],
  }),
  fc.constant({ kind: 'tag' as const, tags: { team: 'red' } }),
  fc.constant({ kind: 'note' as const, text: 'seen' }),
);

const plans: fc.Arbitrary<Planned[]> = fc
  .array(fc.record({ at: fc.nat(30), during: fc.boolean(), edit: edits }), { maxLength: 6 })
  .chain((plan) =>
    fc
      .nat(30)
      .map((at) => [
        ...plan.sort((a, b) => a.at - b.at),
        { at, during: false, edit: spaceEdit(2) },
        { at: at + 1, during: false, edit: { kind: 'pause', now: false } },
        { at: at + 1, during: false, edit: { kind: 'resume' } },
      ]),
  );

const enqueue = [0.9, 0.8, 0.7].map((x, i) => ({ params: { x }, baseline: i === 0 }));

/** The study again from what was rewound, as it crosses a wire. */
function restored(definition: StudyDefinition, { state, rows }: Rewound): Ledger {
  const bytes = encodeRows(rows, shapeOf(definition));
  return restoreLedger(definition, JSON.parse(JSON.stringify(state)), decodeRows(bytes));
}

function logOf({ state }: Ledger) {
  return { edits: state.edits, epochs: state.epochs, startedAt: state.startedAt };
}

const picker = (picks: readonly number[]): ((running: readonly number[]) => number) => {
  let i = 0;
  return (running) => running[picks[i++ % picks.length] % running.length];
};

describe('a study that is rewound and goes on', () => {
  it.each(['trial', 'completion'] as const)('with order %s equals the one it was, wherever it is cut', (order) => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: order === 'trial' ? 6 : 1 }),
        fc.integer({ min: 10, max: 30 }),
        fc.nat(3),
        fc.nat(40),
        plans,
        fc.array(fc.nat(), { minLength: 5, maxLength: 60 }),
        fc.nat(1000),
        (parallel, trials, queued, cut, plan, picks, seed) => {
          // more in flight of order completion depends on timing
          const kept =
            order === 'trial'
              ? plan.map((planned) => ({ ...planned, at: planned.at + parallel }))
              : plan.filter(({ edit }) => !['parallel', 'pause', 'resume'].includes(edit.kind));
          const definition = base({
            order,
            parallel,
            seed,
            stop: { trials, maxFailures: 12 },
            enqueue: enqueue.slice(0, queued),
          });
          const whole = simulate(definition, kept, picker(picks));
          const at = cut % (whole.rows.length + 1);
          const before = structuredClone(whole.rows);
          const past = rewind(definition, whole.rows, logOf(whole), at);
          expect(whole.rows).toEqual(before);
          expect(past.rows.slice(0, at).map(({ number, closed }) => [number, closed])).toEqual(
            whole.rows.slice(0, at).map(({ number, closed }) => [number, closed]),
          );
          const again = simulate(definition, kept, picker([...picks].reverse()), {
            ledger: restored(definition, past),
          });
          expect(wholeOf(again)).toEqual(wholeOf(whole));
        },
      ),
      { seed: 21, numRuns: 400 },
    );
  });

  it.each(['trial', 'completion'] as const)('with order %s equals the one it was, cut while it runs', (order) => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: order === 'trial' ? 6 : 1 }),
        fc.nat(24),
        fc.array(fc.nat(), { minLength: 5, maxLength: 60 }),
        fc.nat(1000),
        (parallel, asked, picks, seed) => {
          const definition = base({ order, parallel, seed, stop: { trials: 20, maxFailures: 12 }, enqueue });
          const whole = simulate(definition, [], picker(picks));
          const open = simulate(definition, [], picker(picks), { until: ({ rows }) => rows.length >= asked });
          const past = rewind(definition, open.rows, logOf(open), open.rows.length);
          expect(wholeOf(simulate(definition, [], picker(picks), { ledger: restored(definition, past) }))).toEqual(
            wholeOf(whole),
          );
        },
      ),
      { seed: 22, numRuns: 200 },
    );
  });

  it.each(['trial', 'completion'] as const)(
    'with order %s and a larger budget equals one that had it from the beginning',
    (order) => {
      fc.assert(
        fc.property(
          fc.integer({ min: 1, max: order === 'trial' ? 6 : 1 }),
          fc.constantFrom(
            { trials: 12 },
            { patience: 3 },
            { trials: 30, target: 0.01 },
            { trials: 40, maxFailures: 3 },
          ),
          plans,
          fc.array(fc.nat(), { minLength: 5, maxLength: 60 }),
          fc.nat(1000),
          (parallel, short, plan, picks, seed) => {
            // edits after the first end would have met a study that has stopped
            const early = plan
              .filter(({ at, edit }) => at < 3 && ['sampler', 'enqueue', 'tell', 'import', 'tag'].includes(edit.kind))
              .map((planned) => ({ ...planned, at: parallel }));
            const stop = { trials: 40, maxFailures: 30 };
            const definition = base({ order, parallel, seed, stop, enqueue });
            const whole = simulate(definition, early, picker(picks));
            const first = base({ ...definition, stop: { maxFailures: 30, ...short } });
            const ended = simulate(first, early, picker(picks));
            // a failed trial near the end of a budget is replaced later than in the middle of one
            fc.pre(ended.rows.every(({ number, asOf }) => whole.rows[number].asOf === asOf));
            fc.pre(ended.state.edits.every(({ seq }) => seq !== undefined));
            const past = rewind(first, ended.rows, logOf(ended), ended.rows.length, {
              stop: { patience: null, target: null, ...stop },
            });
            const again = simulate(definition, early, picker(picks), { ledger: restored(definition, past) });
            expect(wholeOf(again)).toEqual(wholeOf(whole));
          },
        ),
        { seed: 23, numRuns: 200 },
      );
    },
  );
});

describe('a rewound study', () => {
  const stopped = (now: boolean): Ledger => {
    const ledger = simulate(base({ parallel: 3 }), [], (r) => r[0], { until: ({ state }) => state.next >= 7 });
    recordEdit(ledger, { requestId: 'stop', edit: { kind: 'stop', now }, why: 'enough' }, 5);
    settle(ledger, 5);
    for (const number of ledger.state.open.slice())
      recordOutcome(ledger, number, { kind: 'paused', attempts: 1, notes: { checkpoint: `at ${number}` } }, 6);
    return ledger;
  };

  it('has the trials that were only stopped waiting, with their checkpoints', () => {
    const ledger = stopped(true);
    expect(ledger.rows.map(({ state }) => state).slice(-3)).toEqual(['paused', 'paused', 'paused']);
    const { state, rows } = rewind(base({ parallel: 3 }), ledger.rows, logOf(ledger), ledger.rows.length);
    const open = rows.slice(-3);
    expect(open.map((row) => row.state)).toEqual(['waiting', 'waiting', 'waiting']);
    expect(open.map(({ number, notes }) => notes?.checkpoint === `at ${number}`)).toEqual([true, true, true]);
    expect(open.every((row) => !('closed' in row) && !('startedAt' in row) && !('finishedAt' in row))).toBe(true);
    expect(state).toMatchObject({ open: open.map(({ number }) => number), stopped: null, committed: open[0].number });
    expect(state.edits).toMatchObject([{ requestId: 'stop' }]);
  });

  it('has used the time it had used then', () => {
    const ledger = stopped(false);
    const rows = ledger.rows.map((row) => ({ ...row, finishedAt: 1000 + row.number * 100 }));
    const log = { ...logOf(ledger), startedAt: 1000 };
    expect(rewind(base({ parallel: 3 }), rows, log, 3, { now: 50_000 }).state.startedAt).toBe(50_000 - 200);
    expect(rewind(base({ parallel: 3 }), rows, log, 0, { now: 50_000 }).state.startedAt).toBe(50_000);
    expect(rewind(base({ parallel: 3 }), rows, log, 3).state.startedAt).toBe(1000);
  });

  it('keeps a retried trial in the queue until it was opened, and a cancelled one cancelled', () => {
    const definition = base({ stop: { trials: 12, maxFailures: 12 } });
    const failedAt = simulate(definition, [], (r) => r[0]).rows.findIndex(({ state }) => state === 'failed');
    const plan: Planned[] = [
      { at: failedAt + 1, during: true, edit: { kind: 'retry', number: failedAt } },
      { at: failedAt + 3, during: true, edit: { kind: 'cancel', number: failedAt + 3 } },
    ];
    const whole = simulate(definition, plan, (r) => r[0]);
    expect(whole.rows[failedAt + 2].notes).toMatchObject({ from: `trial ${failedAt}`, checkpoint: `c${failedAt}` });
    expect(whole.rows[failedAt + 3]).toMatchObject({ state: 'failed', notes: { reason: 'cancelled' } });
    for (let at = 0; at <= whole.rows.length; at++) {
      const again = simulate(definition, plan, (r) => r[0], {
        ledger: restored(definition, rewind(definition, whole.rows, logOf(whole), at)),
      });
      expect(wholeOf(again)).toEqual(wholeOf(whole));
    }
  });
});
