import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ColdCacheError } from '../../study/errors.ts';
import { createSession } from '../../samplers/session.ts';
import type { Row, Sampler } from '../../samplers/sampler.ts';
import { createStudySession, type StudySession } from '../../samplers/study-session.ts';
import type { SuggestAnswer } from '../../study/contract.ts';
import type { Edit } from '../../study/ledger/edits.ts';
import { askSlot, type Epoch, type Ledger, type Slot } from '../../study/ledger/ledger.ts';
import type { LedgerRow } from '../../study/ledger/row.ts';
import { recordSuggestions, slotsToAsk } from '../../study/ledger/slots.ts';
import { settle } from '../../study/ledger/apply.ts';
import type { Space } from '../../study/space/space.ts';
import { samplerRow } from '../../samplers/rows.ts';
import { definitionOf } from '../study/definitions.ts';
import { check, choice, end, failed, float, running, send, spaceOf, start, studyOf } from '../study/ledger/rig.ts';

const tpe = { name: 'tpe', options: { startup: 4 } };
const one = spaceOf(1, float('x', 0, 1));
const wider = spaceOf(2, float('x', 0, 2), choice('kind', 'a', 'b'));
const narrower = spaceOf(3, float('x', 0, 0.5));

/** A row as a ledger keeps it. */
function rowOf(number: number, x: number[], more: Partial<LedgerRow> = {}): LedgerRow {
  return {
    number,
    state: 'complete',
    origin: 'sampler',
    x: Float64Array.from(x),
    space: 1,
    sampler: 1,
    seed: number,
    asOf: 0,
    closed: number + 1,
    values: [x[0]],
    reports: [],
    attempts: 1,
    ...more,
  };
}

const epochOf = (seq: number, space: Space, more: Partial<Epoch> = {}): Epoch => ({
  seq,
  space,
  sampler: tpe,
  parallel: 1,
  was: {},
  ...more,
});

/** Suggestions as they are where nothing was known before. */
function fresh(epochs: readonly Epoch[], rows: readonly LedgerRow[]): StudySession {
  const session = createStudySession(definitionOf({ space: epochs[0].space, sampler: tpe }), epochs);
  session.push(rows);
  return session;
}

describe('a study session', () => {
  const rows = Array.from({ length: 12 }, (_, n) => rowOf(n, [n / 12]));

  it('keeps what the study fixes in every suggestion, as far as the epoch’s space has it', () => {
    const definition = definitionOf({ space: wider, sampler: tpe, fixed: { kind: 'b' } });
    const session = createStudySession(definition, [epochOf(0, wider), epochOf(100, narrower)]);
    session.push(rows.map((row) => ({ ...row, space: 2, x: Float64Array.of(row.x[0], 0) })));
    const { suggestions } = session.ask([
      { number: 12, asOf: 12 },
      { number: 13, asOf: 12, fixed: { x: 1.5 } },
      { number: 14, asOf: 12, fixed: { kind: 'a' } },
    ]);
    expect(suggestions.map(({ x }) => x)).toEqual([
      [expect.any(Number), 1],
      [1.5, 1],
      [expect.any(Number), 0],
    ]);
    session.push([12, 13, 14].map((number) => rowOf(number, [0.1, 1], { space: 2 })));
    expect(session.ask([{ number: 15, asOf: 100 }]).suggestions[0]?.x).toHaveLength(1);
  });

  it('refuses fixed values that the space has no place for', () => {
    const definition = definitionOf({ space: wider, sampler: tpe, fixed: { x: 3 } });
    expect(() => createStudySession(definition, [epochOf(0, wider)]).ask([{ number: 0, asOf: 0 }])).toThrow(
      'fixed: x cannot be 3: expected a number from 0 to 2',
    );
  });

  it('suggests in the space, and with the sampler, of the epoch that a slot belongs to', () => {
    const epochs = [epochOf(0, one), epochOf(20, wider, { was: { kind: 'b' } })];
    const session = fresh(epochs, rows);
    const before = session.ask([{ number: 12, asOf: 19 }]);
    const after = session.ask([{ number: 12, asOf: 20 }]);
    expect([before.suggestions[0].x.length, after.suggestions[0].x.length]).toEqual([1, 2]);
    expect(session.ask([])).toEqual({ sampler: 0, suggestions: [], exhausted: false });
  });

  it('answers asks of two epochs in any order as a new one would', () => {
    const epochs = [epochOf(0, one), epochOf(9, wider, { was: { kind: 'b' } })];
    const session = fresh(epochs, rows);
    for (const asOf of [8, 12, 8, 9, 11, 5])
      expect(session.ask([{ number: 12, asOf }])).toEqual(fresh(epochs, rows).ask([{ number: 12, asOf }]));
  });

  it('takes in epochs that begin and rows that close', () => {
    const session = fresh([epochOf(0, one)], rows.slice(0, 6));
    session.ask([{ number: 6, asOf: 6 }]);
    const begun = epochOf(7, wider, { was: { kind: 'a' } });
    session.push(rows.slice(6), [begun]);
    const ask = [{ number: 12, asOf: 13 }];
    expect(session.ask(ask)).toEqual(fresh([epochOf(0, one), begun], rows).ask(ask));
    const late = rowOf(11, [0.001], { closed: 14 });
    session.push([late]);
    const again = [{ number: 12, asOf: 14 }];
    expect(session.ask(again)).toEqual(fresh([epochOf(0, one), begun], [...rows.slice(0, 11), late]).ask(again));
  });

  it('sees trials of an earlier space as points of the present one', () => {
    const epochs = [epochOf(0, one), epochOf(20, wider, { was: { kind: 'b' } })];
    const points = rows.map((each) => rowOf(each.number, [each.x[0], 1], { space: 2 }));
    const native = createSession(definitionOf({ space: wider, sampler: tpe }));
    native.push(points.map((each) => samplerRow(definitionOf(), each)));
    const ask = [{ number: 12, asOf: 21 }];
    expect(fresh(epochs, rows).ask(ask)).toEqual(native.ask(ask));
  });

  it('does not see trials that are not in the present space', () => {
    const epochs = [epochOf(0, one), epochOf(20, { ...narrower, version: 2 })];
    const inside = rows.filter(({ x }) => x[0] <= 0.5).length;
    const ask = [{ number: 12, asOf: 21 }];
    const other = rows.map((each) => (each.number < inside ? each : rowOf(each.number, [0.9], { values: [-5] })));
    expect(fresh(epochs, other).ask(ask)).toEqual(fresh(epochs, rows).ask(ask));
    // not even how many there were: before its first trials a sampler has nothing to go by
    const none = rows.map(({ number }) => rowOf(number, [0.75]));
    const pending = rows.map(({ number }) =>
      rowOf(number, [0.75], { state: 'running', closed: undefined, values: undefined } as never),
    );
    expect(fresh(epochs, none).ask(ask)).toEqual(fresh(epochs, pending).ask(ask));
    const random = createSession(definitionOf({ space: narrower, sampler: { name: 'random', options: {} } }));
    random.push(none.map((each) => samplerRow(definitionOf(), { ...each, x: Float64Array.of(0.25) })));
    expect(fresh(epochs, none).ask(ask).suggestions[0].x).toEqual(random.ask(ask).suggestions[0].x);
  });

  it('takes every point of the new grid that no trial in it has had', () => {
    const grid = { name: 'grid', options: {} };
    const epochs = [
      epochOf(0, spaceOf(1, choice('k', 'a', 'b', 'c')), { sampler: grid }),
      epochOf(9, spaceOf(2, choice('k', 'd', 'c', 'b')), { sampler: grid }),
    ];
    const tried = [0, 1].map((n) => rowOf(n, [n]));
    const session = createStudySession(definitionOf({ space: epochs[0].space, sampler: grid }), epochs);
    session.push(tried);
    const slots = [2, 3, 4].map((number) => ({ number, asOf: 9 }));
    // a is gone, b was tried
    expect(session.ask(slots)).toMatchObject({ suggestions: [{ x: [0] }, { x: [1] }], exhausted: true });
  });

  it('tells the sampler what trials are for, and what their segments brought', () => {
    const seen: unknown[] = [];
    const spy: Sampler<null> = {
      name: 'spy',
      version: 1,
      options: {},
      supports: () => true,
      advance: () => null,
      suggest: (_cache, { rows }, { rung }) => {
        const { state, segments, rung: earlier } = rows.at(-1) as Row;
        seen.push([rung, earlier, state, segments?.map(({ to, y }) => [to, ...y])]);
        return { x: Float64Array.of(0.5) };
      },
    };
    const definition = definitionOf({
      space: one,
      objectives: [{ name: 'accuracy', goal: 'maximize' }],
      sampler: { name: 'spy', options: {} },
    });
    const session = createStudySession(definition, [epochOf(0, one, { sampler: definition.sampler })], [spy]);
    const rung = { to: 1, bracket: 2, rung: 0 };
    const segments = [
      { ...rung, values: [0.25], seq: 3 },
      { ...rung, to: 3, rung: 1, values: [0.5], seq: 5 },
    ];
    const { closed: _closed, values: _values, ...open } = rowOf(0, [0.5], { state: 'paused' });
    session.push([{ ...open, rung, segments }]);
    for (const asOf of [2, 4, 5]) session.ask([{ number: 1, asOf, rung: { ...rung, bracket: asOf } }]);
    // a suggestion is itself a row for the next, with what it was for
    session.ask([{ number: 2, asOf: 5 }]);
    expect(seen).toEqual([
      [{ ...rung, bracket: 2 }, rung, 'pending', undefined],
      [{ ...rung, bracket: 4 }, rung, 'pruned', [[1, -0.25]]],
      [
        { ...rung, bracket: 5 },
        rung,
        'pruned',
        [
          [1, -0.25],
          [3, -0.5],
        ],
      ],
      [undefined, { ...rung, bracket: 5 }, 'pending', undefined],
    ]);
  });

  it('says that rows are missing, whichever they are', () => {
    const session = fresh([epochOf(0, one), epochOf(9, wider)], [rows[0], rows[2]]);
    for (const asOf of [5, 9]) expect(() => session.ask([{ number: 3, asOf }])).toThrow(ColdCacheError);
    session.push([rows[1]]);
    expect(session.ask([{ number: 3, asOf: 5 }]).suggestions.length).toBe(1);
  });
});

describe('a session that goes along with a study whose space, sampler and parallelism change', () => {
  const edits: readonly Edit[] = [
    { kind: 'space', space: wider, was: { kind: 'b' } },
    { kind: 'space', space: narrower, was: {} },
    { kind: 'sampler', sampler: { name: 'quasi-random', options: {} } },
    { kind: 'sampler', sampler: tpe },
    { kind: 'parallel', parallel: 3 },
    { kind: 'tell', params: { x: 0.25 }, result: -1 },
    { kind: 'import', trials: [{ params: { x: 0.125 }, state: 'complete', value: -2 }] },
    { kind: 'enqueue', trials: [{ params: { x: 0.375 }, baseline: false }] },
  ];
  const move = fc.oneof(
    fc.record({ what: fc.constant('edit' as const), which: fc.nat(edits.length - 1) }),
    fc.record({ what: fc.constant('end' as const), which: fc.nat(3) }),
    fc.record({ what: fc.constant('crash' as const), which: fc.nat(3) }),
  );

  it.each(['completion', 'trial'] as const)(
    'with order %s answers every ask as a new one from the same rows',
    (order) => {
      fc.assert(
        fc.property(fc.array(move, { minLength: 10, maxLength: 40 }), (moves) => {
          const ledger: Ledger = studyOf({ order, parallel: 3, sampler: tpe, stop: { trials: 40, maxFailures: 40 } });
          const { definition } = ledger;
          const warm = createStudySession(definition, ledger.state.epochs.slice(0, 1));
          let epochs = 1;
          const push = (): void => {
            warm.push(ledger.changed.splice(0), ledger.state.epochs.slice(epochs));
            epochs = ledger.state.epochs.length;
          };
          const answerAll = (): void => {
            for (let slots: Slot[]; (slots = slotsToAsk(ledger)).length > 0; settle(ledger, 0)) {
              push();
              const asks = slots.map(askSlot);
              const answer: SuggestAnswer = warm.ask(asks);
              const cold = createStudySession(definition, ledger.state.epochs);
              cold.push(ledger.rows);
              expect(answer).toEqual(cold.ask(asks));
              ledger.asking = slots;
              recordSuggestions(ledger, answer.suggestions, answer.sampler);
            }
            start(ledger);
          };
          answerAll();
          for (const { what, which } of moves) {
            const [...open] = running(ledger);
            if (what === 'edit') {
              if (
                typeof send(ledger, edits[which]) !== 'string' &&
                ['space', 'sampler', 'parallel'].includes(edits[which].kind)
              )
                check(ledger);
            } else if (open.length > 0) {
              const number = open[which % open.length];
              const { x } = ledger.rows[number];
              end(ledger, number, what === 'crash' ? failed : (x[0] - 0.3) ** 2);
            }
            answerAll();
          }
        }),
        { seed: 61, numRuns: 60 },
      );
    },
  );
});
