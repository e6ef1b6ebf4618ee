/** Populations that are rewound: their scheduler's state follows from the rows that are kept. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rulesOf } from '../../../schedulers/rules.ts';
import { recordEdit, settle } from '../../../study/ledger/apply.ts';
import { restoreLedger } from '../../../study/ledger/begin.ts';
import { decodeRows, encodeRows, shapeOf } from '../../../study/ledger/blocks.ts';
import type { Ledger } from '../../../study/ledger/ledger.ts';
import { recordOutcome } from '../../../study/ledger/outcomes.ts';
import { rewind, type Rewound } from '../../../study/ledger/rewind.ts';
import type { StudyDefinition } from '../../../study/study.ts';
import { logOf, population, run } from './populations.ts';
import { wholeOf } from './simulation.ts';

const rewound = (definition: StudyDefinition, ledger: Ledger, at: number): Rewound => {
  const scheduling = rulesOf(definition)!;
  return rewind(definition, ledger.rows, logOf(ledger), at, { scheduling });
};

/** As it crosses a wire. */
const restored = (definition: StudyDefinition, { state, rows }: Rewound): Ledger =>
  restoreLedger(
    definition,
    JSON.parse(JSON.stringify(state)),
    decodeRows(encodeRows(rows, shapeOf(definition))),
    rulesOf(definition),
  );

/** All but what the ended trials left, which is another study's. */
function whole(ledger: Ledger): unknown {
  const { scheduling } = ledger.state;
  const { left: _, ...kept } = scheduling!;
  return wholeOf({ ...ledger, state: { ...ledger.state, scheduling: kept } });
}

const members = ({ rows }: Ledger): unknown[] =>
  rows.map(({ number, x, state, values, seed, lineage, rung, notes }) => {
    return { number, x: [...x], state, values, seed, lineage, rung, notes };
  });

const picker = (picks: readonly number[]): ((running: readonly number[]) => number) => {
  let i = 0;
  return (running) => running[picks[i++ % picks.length] % running.length];
};

const options = fc.record({
  population: fc.integer({ min: 2, max: 7 }),
  generations: fc.integer({ min: 1, max: 5 }),
  synchronous: fc.boolean(),
  selection: fc.constantFrom('truncation', 'tournament'),
  warmup: fc.integer({ min: 0, max: 1 }),
});
const picks = fc.array(fc.nat(), { minLength: 5, maxLength: 60 });
const changes = fc.record({
  parallel: fc.integer({ min: 1, max: 6 }),
  seed: fc.nat(1000),
  objectives: fc.constantFrom(
    [{ name: 'loss', goal: 'minimize' as const }],
    [
      { name: 'loss', goal: 'minimize' as const },
      { name: 'size', goal: 'maximize' as const },
    ],
  ),
  constraints: fc.constant([{ name: 'ms', below: 2.5 }]),
  enqueue: fc.constantFrom([], [{ params: { x: 0.9 }, baseline: true }]),
});
const edits = fc.array(
  fc.record({
    at: fc.nat(20),
    during: fc.boolean(),
    edit: fc.oneof(
      fc.record({ kind: fc.constant('parallel' as const), parallel: fc.integer({ min: 1, max: 6 }) }),
      fc.constant({ kind: 'enqueue' as const, trials: [{ params: { x: 0.25 }, baseline: false }] }),
      fc.constant({ kind: 'note' as const, text: 'seen' }),
      fc.constant({ kind: 'budget' as const, stop: { patience: 30 } }),
    ),
  }),
  { maxLength: 3 },
);

describe('a population that is rewound and goes on', () => {
  it('with order trial equals the one it was, wherever it is cut', () => {
    fc.assert(
      fc.property(options, changes, fc.nat(40), picks, edits, (wanted, more, cut, order, plan) => {
        const definition = population(wanted, { ...more, order: 'trial' });
        // those before the first were opened already
        const dated = plan.map((each) => ({ ...each, at: each.at + more.parallel })).sort((a, b) => a.at - b.at);
        const ledger = run(definition, picker(order), { plan: dated });
        const past = rewound(definition, ledger, cut % (ledger.rows.length + 1));
        const again = run(definition, picker([...order].reverse()), {
          ledger: restored(definition, past),
          plan: dated,
        });
        expect(whole(again)).toEqual(whole(ledger));
      }),
      { seed: 31, numRuns: 80 },
    );
  });

  it('with order completion has the same members, where timing decides nothing', () => {
    fc.assert(
      fc.property(options, changes, fc.nat(40), picks, (wanted, more, cut, order) => {
        const parallel = wanted.synchronous ? more.parallel : 1;
        const definition = population(wanted, { ...more, parallel });
        const ledger = run(definition, picker(order));
        const past = rewound(definition, ledger, cut % (ledger.rows.length + 1));
        const again = run(definition, picker([...order].reverse()), { ledger: restored(definition, past) });
        expect(members(again)).toEqual(members(ledger));
      }),
      { seed: 32, numRuns: 50 },
    );
  });

  it.each(['trial', 'completion'] as const)('with order %s and more generations equals one that had them', (how) => {
    fc.assert(
      fc.property(options, changes, fc.nat(3), picks, (wanted, more, fewer, order) => {
        const definition = population({ ...wanted, synchronous: true }, { ...more, order: how });
        const generations = Math.max(1, wanted.generations - fewer);
        const short = population({ ...wanted, generations, synchronous: true }, { ...more, order: how });
        const ended = run(short, picker(order));
        const past = rewound(definition, ended, ended.rows.length);
        const again = run(definition, picker(order), { ledger: restored(definition, past) });
        expect(members(again)).toEqual(members(run(definition, picker(order))));
      }),
      { seed: 33, numRuns: 25 },
    );
  });
});

describe('a rewound population', () => {
  it('has its stopped members waiting, each where it was, and equals one that nobody stopped', () => {
    const definition = population({}, { parallel: 3 });
    const ledger = run(definition, (running) => running[0], { until: ({ rows }) => rows.length >= 8 });
    recordEdit(ledger, { requestId: 'stop', edit: { kind: 'stop', now: true } }, 5);
    settle(ledger, 5);
    for (const number of ledger.state.open.slice())
      recordOutcome(ledger, number, { kind: 'paused', attempts: 1, notes: { checkpoint: `half ${number}` } }, 6);
    const past = rewound(definition, ledger, ledger.rows.length);
    const open = past.rows.filter(({ closed }) => closed === undefined);
    expect(open.map(({ number }) => number)).toEqual([5, 6, 7]);
    for (const { number, notes, state } of open)
      expect({ notes, state }).toMatchObject({ notes: { checkpoint: `half ${number}` }, state: 'waiting' });
    expect(past.state.scheduling!.segments.map(({ number }) => number)).toEqual([5, 6, 7]);
    expect(past.state).toMatchObject({ stopped: null });
    const again = run(definition, (running) => running[0], { ledger: restored(definition, past) });
    expect(members(again)).toEqual(members(run(definition, (running) => running[0])));
  });

  it('keeps the trials in the workflow that others may begin with, and takes away nothing of another study', () => {
    const definition = population({});
    const ledger = run(definition, (running) => running[0]);
    const past = rewound(definition, ledger, 10);
    expect(past.state.scheduling).not.toHaveProperty('left');
    const needed = past.rows.filter(past.isNeeded!).map(({ number }) => number);
    expect(needed.length).toBeGreaterThan(1);
    for (const { number, lineage } of ledger.rows.slice(10, 15))
      expect({ number, isNeeded: needed.includes(lineage!.parent) }).toEqual({ number, isNeeded: true });
  });

  it('would end at once where its generations are trained', () => {
    const definition = population({});
    const ledger = run(definition, (running) => running[0]);
    const { rows } = ledger;
    expect(rewound(definition, ledger, rows.length).state.stopped!.reason).toBe('all 4 generations are trained');
    expect(rewound(definition, ledger, rows.length - 1).state.stopped).toBeNull();
  });

  it('is refused where its scheduler decides otherwise than recorded, in words', () => {
    const definition = population({});
    const ledger = run(definition, (running) => running[0]);
    ledger.rows[7] = { ...ledger.rows[7], lineage: { ...ledger.rows[7].lineage!, parent: 4, keeps: false } };
    expect(() => rewound(definition, ledger, 9)).toThrow(
      /^trial 7 of study 'test' is \{"number":7,.*"parent":4.*\}, but the scheduler pbt decides \{.*\} after the trials before it: it was recorded with another version; start a study with warmStart: \{ study: test \}$/,
    );
  });
});
