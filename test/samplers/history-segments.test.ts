/** Views of rows whose segments end one by one, against the law of such a view read word by word. */
import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { createHistory, type History } from '../../samplers/history.ts';
import type { Row, Segment, View } from '../../samplers/sampler.ts';
import { complete, float, pending, problemOf, spaceOf } from './spaces.ts';

const problem = problemOf(spaceOf({ x: float(0, 1) }));
const RUNG = { to: 1, bracket: 0, rung: 0 };

/** How rows go on: another segment, or an end of one kind. */
type Step =
  | 'segment'
  | 'complete'
  | 'given up'
  | 'given up at step 50'
  | 'pruned later'
  | 'pruned with constraints'
  | 'failed';

const ENDS: Record<Exclude<Step, 'segment'>, (last: Segment | undefined) => Partial<Row>> = {
  complete: () => ({ state: 'complete', y: Float64Array.of(0.5), cost: 2 }),
  'given up': (last) => ({ state: 'pruned', ...(last && { y: last.y, step: last.to }), cost: 1 }),
  'given up at step 50': (last) => ({ state: 'pruned', y: last?.y ?? Float64Array.of(3), step: 50 }),
  'pruned later': (last) => ({ state: 'pruned', y: Float64Array.of(7), step: (last?.to ?? 0) + 0.5 }),
  'pruned with constraints': (last) => ({ state: 'pruned', ...(last && { y: last.y }), c: Float64Array.of(1) }),
  failed: () => ({ state: 'failed' }),
};

interface Log {
  readonly count: number;
  /** What happened at positions 1, 2, …: to which row, and what. */
  readonly events: readonly (readonly [number: number, step: Step])[];
}

/** Row `number` as the study's table has it at position `at`; `variant` is how it was suggested. */
function rowAt({ events }: Log, number: number, at: number, variant: number): Row {
  let row = pending(number, [0.1], { rung: { ...RUNG, bracket: variant } });
  for (const [i, [who, step]] of events.slice(0, at).entries()) {
    if (who !== number || row.closed !== undefined) continue;
    const { segments = [] } = row;
    if (step === 'segment') {
      const to = segments.length + 1;
      row = {
        ...row,
        segments: [...segments, { to, bracket: variant, rung: to - 1, y: Float64Array.of(to / 10), seq: i + 1 }],
      };
    } else row = { ...row, ...ENDS[step](segments.at(-1)), closed: i + 1 };
  }
  return row;
}

/** What a view is to show of a row at `seq`, by the law. */
function shown(row: Row, seq: number): Row {
  const { y: _y, c: _c, cost: _cost, step: _step, closed, segments = [], ...open } = row;
  const ended = segments.filter((segment) => segment.seq <= seq);
  const last = ended.at(-1);
  const isClosed = closed !== undefined && closed <= seq;
  const goesOn = row.step !== undefined && last && row.step > last.to && row.y?.[0] !== last.y[0];
  const addsNothing = last && row.state === 'pruned' && !row.c && !goesOn;
  if (isClosed && !addsNothing) return row;
  if (last) return { ...open, state: 'pruned', y: last.y, step: last.to, segments: ended, closed: last.seq };
  return { ...open, state: 'pending' };
}

function naive(rows: readonly Row[], seq: number, number: number): object {
  const seen = rows.slice(0, number).map((row) => shown(row, seq));
  const closed = seen.filter((row) => row.closed !== undefined).sort((a, b) => a.closed! - b.closed!);
  return { seq, rows: seen, closed: closed.map((row) => row.number) };
}

function copyOf({ seq, rows, closed }: View): View {
  return { seq, rows: [...rows], closed: [...closed] };
}

function anew(rows: readonly Row[]): History {
  const history = createHistory(problem);
  history.push(rows.toReversed());
  return history;
}

const log = fc.integer({ min: 1, max: 8 }).chain((count) =>
  fc.record({
    count: fc.constant(count),
    events: fc.array(
      fc.tuple(
        fc.nat(count - 1),
        fc.oneof(
          { weight: 3, arbitrary: fc.constant<Step>('segment') },
          { weight: 2, arbitrary: fc.constantFrom<Step>(...(Object.keys(ENDS) as (keyof typeof ENDS)[])) },
        ),
      ),
      { maxLength: 30 },
    ),
  }),
);

/** What is done to a history, in fractions of what there is. */
const act = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      push: fc.double({ min: 0, max: 0.999, noNaN: true }),
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      otherwise: fc.integer({ min: 0, max: 19 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      ask: fc.double({ min: 0, max: 1, noNaN: true }),
      at: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
  },
);

describe('history of rows with segments', () => {
  it('shows the newest version of each row, whatever was pushed and asked for before', () => {
    let restarts = 0;
    let extended = 0;
    fc.assert(
      fc.property(log, fc.array(act, { maxLength: 60 }), (study, acts) => {
        const history = createHistory(problem);
        /** Position each row is known at, and how it was suggested. */
        const known = Array.from({ length: study.count }, () => ({ at: 0, variant: 0 }));
        const rowsKnown = (): Row[] => known.map(({ at, variant }, number) => rowAt(study, number, at, variant));
        history.push(rowsKnown());
        let before: { seen: ReturnType<typeof copyOf>; generation: number } | undefined;
        for (const each of acts) {
          const at = Math.round(each.at * study.events.length);
          if ('push' in each) {
            const number = Math.floor(each.push * study.count);
            const old = known[number];
            // now and then a row turns out to have been suggested otherwise
            const variant = each.otherwise === 0 ? old.variant + 1 : old.variant;
            history.push([rowAt(study, number, at, variant)]);
            known[number] = { at: variant === old.variant ? Math.max(at, old.at) : at, variant };
            continue;
          }
          const number = Math.round(each.ask * study.count);
          const seen = copyOf(history.viewAt(at, number));
          const expected = naive(rowsKnown(), at, number);
          expect(seen).toEqual(expected);
          expect(copyOf(anew(rowsKnown()).viewAt(at, number))).toEqual(expected);
          if (before && before.generation === history.generation) {
            extended++;
            // so a cache made for the view before is one for this view's beginning
            expect(seen.closed.slice(0, before.seen.closed.length)).toEqual(before.seen.closed);
            for (const [i, row] of before.seen.rows.entries())
              if (row.closed !== undefined) expect(seen.rows[i]).toEqual(row);
          } else restarts++;
          before = { seen, generation: history.generation };
        }
      }),
      { seed: 5, numRuns: 1500 },
    );
    expect(restarts).toBeGreaterThan(1000);
    expect(extended).toBeGreaterThan(1000);
  });

  it('keeps its generation while segments end for the first time and trials are given up', () => {
    const study: Log = {
      count: 3,
      events: [
        [0, 'segment'],
        [1, 'segment'],
        [0, 'given up'],
        [2, 'segment'],
        [1, 'given up'],
      ],
    };
    const history = createHistory(problem);
    for (let at = 0; at <= study.events.length; at++) {
      history.push([0, 1, 2].map((number) => rowAt(study, number, at, 0)));
      history.viewAt(at, 3);
    }
    expect(history.generation).toBe(0);
    const { rows, closed } = history.viewAt(study.events.length, 3);
    expect(closed).toEqual([0, 1, 2]);
    expect(rows.map((row) => [row.state, row.closed, row.cost])).toEqual([
      ['pruned', 1, undefined],
      ['pruned', 2, undefined],
      ['pruned', 4, undefined],
    ]);
  });

  it('starts a new generation where a row that was shown ends another segment, or completes', () => {
    const study: Log = {
      count: 2,
      events: [
        [0, 'segment'],
        [1, 'segment'],
        [0, 'segment'],
        [0, 'complete'],
      ],
    };
    const history = createHistory(problem);
    history.push([0, 1].map((number) => rowAt(study, number, 4, 0)));
    const at = (seq: number): unknown => {
      const { rows, closed } = history.viewAt(seq, 2);
      return [history.generation, [...closed], rows[0].step, rows[0].segments?.length];
    };
    expect(at(2)).toEqual([0, [0, 1], 1, 1]);
    expect(at(3)).toEqual([1, [1, 0], 2, 2]);
    expect(at(4)).toEqual([2, [1, 0], undefined, 2]);
    expect(history.viewAt(4, 2).rows[0].state).toBe('complete');
  });

  it('sees a segment that ends where its row closes as closed', () => {
    const row = { ...complete(0, [0.5], 2), rung: RUNG, segments: [{ ...RUNG, y: Float64Array.of(1), seq: 2 }] };
    const history = createHistory(problem);
    history.push([row]);
    expect(copyOf(history.viewAt(2, 1))).toEqual({ seq: 2, rows: [row], closed: [0] });
  });

  it('takes rows for suggested otherwise whose rungs differ', () => {
    const history = createHistory(problem);
    history.push([pending(0, [0.5], { rung: RUNG })]);
    history.viewAt(0, 1);
    history.push([pending(0, [0.5], { rung: { ...RUNG } })]);
    history.viewAt(0, 1);
    expect(history.generation).toBe(0);
    for (const change of [{ to: 3 }, { bracket: 1 }, { rung: 1 }]) {
      const before = history.generation;
      history.push([pending(0, [0.5], { rung: { ...RUNG, ...change } })]);
      expect(history.viewAt(0, 1).rows[0].rung).toEqual({ ...RUNG, ...change });
      expect(history.generation).toBe(before + 1);
    }
    history.push([pending(0, [0.5])]);
    expect(history.viewAt(0, 1).rows[0].rung).toBeUndefined();
  });
});
