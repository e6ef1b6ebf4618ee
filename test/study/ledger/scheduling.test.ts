/** Studies whose trials run in segments, played without a server: whatever happens first, the same is decided. */
import { describe, expect, it } from 'vitest';
import { settle } from '../../../study/ledger/apply.ts';
import { createLedger, restoreLedger } from '../../../study/ledger/begin.ts';
import { decodeRows, encodeRows, shapeOf } from '../../../study/ledger/blocks.ts';
import { rowDifference } from '../../../study/ledger/consistency.ts';
import { isFinished, rowOf, type Ledger } from '../../../study/ledger/ledger.ts';
import { rewind } from '../../../study/ledger/rewind.ts';
import { recordOf } from '../../../study/ledger/row.ts';
import type { SchedulingRules } from '../../../study/ledger/scheduling.ts';
import type { HalvingRules } from '../../../study/scheduling.ts';
import type { StudyDefinition } from '../../../study/study.ts';
import { definitionOf } from '../definitions.ts';
import { answer, ask, end, failed, float, go, paused, result, running, send, spaceOf, start } from './rig.ts';

interface State {
  /** Values at the lower budget of those that rest there. */
  resting: [number: number, y: number][];
  heard: string[];
}

/** Budgets 1 and 3: each second trial that gets to 1 sends the best that rests there on, the others are given up at the end. */
const ladder: SchedulingRules = {
  begin: (): State => ({ resting: [], heard: [] }),
  rules: {
    form: 'halving',
    next(state, number) {
      const ended = state.heard.length;
      if (state.resting.length > 1 || (state.resting.length > 0 && number === undefined)) {
        state.resting.sort(([a, x], [b, y]) => x - y || a - b);
        return { do: 'resume', number: state.resting.shift()![0], to: 3, bracket: 0, rung: 1, final: true };
      }
      if (number !== undefined) return { do: 'start', to: 1, bracket: 0, rung: 0, final: false };
      return { do: 'finish', reason: `all has ended after ${ended} segments` };
    },
    ended(state, number, ending) {
      state.heard.push(`${number} ${ending.end}${ending.end === 'reached' ? ` ${ending.y[0]}` : ''}`);
      if (
        ending.end === 'gone' ||
        state.heard.some((line) => line.startsWith(`${number} reached`) && line !== state.heard.at(-1))
      )
        return [];
      if (ending.y[0]! > 100) return [number];
      state.resting.push([number, ending.y[0]!]);
      return [];
    },
  } satisfies HalvingRules<State> as HalvingRules,
};

const study = (changes: Partial<StudyDefinition> = {}): Ledger =>
  createLedger(
    definitionOf({
      space: spaceOf(1, float('x', 0, 1)),
      scheduler: { name: 'ladder', options: {} },
      stop: { trials: 4, maxFailures: 10 },
      ...changes,
    }),
    0,
    ladder,
  );

const heard = ({ state }: Ledger): string[] => (state.scheduling!.own as State).heard;

describe('a trial that runs in segments', () => {
  it('rests after a segment, open, with what it brought, and goes on when it is promoted', () => {
    const ledger = study();
    expect(go(ledger)).toEqual([0]);
    end(ledger, 0, result(5, { checkpoint: 'c0' }));
    expect(rowOf(ledger, 0)).toMatchObject({
      state: 'paused',
      values: [5],
      segments: [{ to: 1, rung: 0, values: [5], seq: 1 }],
      notes: { checkpoint: 'c0' },
    });
    expect(go(ledger)).toEqual([1]);
    end(ledger, 1, 3);
    // 1 is the better of the two that rest
    expect(go(ledger)).toEqual([1]);
    expect(rowOf(ledger, 1).target).toEqual({ to: 3, bracket: 0, rung: 1, final: true });
    end(ledger, 1, 2);
    expect(rowOf(ledger, 1)).toMatchObject({ state: 'complete', values: [2], closed: 3 });
    expect(ledger.state.best).toMatchObject({ number: 1, values: { loss: 2 } });
    expect(recordOf(ledger.definition, ledger.state.epochs, rowOf(ledger, 1))).toMatchObject({
      rung: { to: 3, bracket: 0, rung: 1 },
      segments: [
        { to: 1, values: { loss: 3 } },
        { to: 3, values: { loss: 2 } },
      ],
    });
  });

  it('counts against the budget while it rests, and is pruned once nothing more can happen', () => {
    const ledger = study({ stop: { trials: 3, maxFailures: 10 } });
    for (const value of [5, 3, 2, 1, 0.5, 0.4]) {
      go(ledger);
      end(ledger, running(ledger)[0]!, value);
    }
    expect(isFinished(ledger)).toBe(true);
    expect(ledger.state.counts).toEqual({ complete: 3, pruned: 0, failed: 0, infeasible: 0 });
    expect(ledger.state.stopped).toEqual({ status: 'complete', reason: 'all 3 trials are done' });
  });

  it('is pruned where the scheduler gives it up', () => {
    const ledger = study();
    go(ledger);
    end(ledger, 0, 101);
    expect(rowOf(ledger, 0)).toMatchObject({ state: 'pruned', values: [101], closed: 2, segments: [{ seq: 1 }] });
    expect(ledger.state.counts.pruned).toBe(1);
  });

  it('fails in any segment, and keeps what earlier ones brought', () => {
    const ledger = study({ parallel: 2 });
    go(ledger);
    end(ledger, 0, 5);
    go(ledger);
    end(ledger, 1, 3);
    go(ledger);
    end(ledger, 1, failed);
    expect(rowOf(ledger, 1)).toMatchObject({ state: 'failed', segments: [{ values: [3] }] });
    expect(rowOf(ledger, 1).values).toBeUndefined();
    expect(heard(ledger)).toContain('1 gone');
  });

  it('goes on in its segment after a pause of the study', () => {
    const ledger = study();
    go(ledger);
    send(ledger, { kind: 'pause', now: true });
    end(ledger, 0, paused('c'));
    expect(rowOf(ledger, 0).state).toBe('paused');
    send(ledger, { kind: 'resume' });
    expect(go(ledger)).toEqual([0]);
    expect(heard(ledger)).toEqual([]);
  });

  it('does not wake up by a resume of the study while it rests', () => {
    const ledger = study({ stop: { trials: 1, maxFailures: 10 }, parallel: 1 });
    go(ledger);
    end(ledger, 0, 5);
    // resumed for its last segment
    expect(rowOf(ledger, 0).state).toBe('waiting');
    const other = study();
    go(other);
    end(other, 0, 5);
    send(other, { kind: 'pause', now: true });
    send(other, { kind: 'resume' });
    expect(rowOf(other, 0).state).toBe('paused');
  });

  it('is pruned where it rests when the study stops', () => {
    const ledger = study();
    go(ledger);
    end(ledger, 0, 5);
    go(ledger);
    send(ledger, { kind: 'stop', now: false });
    expect(rowOf(ledger, 0).state).toBe('pruned');
    end(ledger, 1, 7);
    expect(rowOf(ledger, 1)).toMatchObject({ state: 'pruned', values: [7] });
    expect(isFinished(ledger)).toBe(true);
  });

  it('is ended by a person', () => {
    const ledger = study();
    go(ledger);
    end(ledger, 0, 5);
    send(ledger, { kind: 'cancel', number: 0 });
    expect(rowOf(ledger, 0)).toMatchObject({ state: 'failed', notes: { reason: 'cancelled' } });
    for (const value of [7, 6]) {
      go(ledger);
      end(ledger, running(ledger)[0]!, value);
    }
    // 0 would have been the best of those that rest
    expect(go(ledger)).toEqual([2]);
    expect(heard(ledger)).toEqual(['0 reached 5', '1 reached 7', '0 gone', '2 reached 6']);
  });
});

describe('where budgets are folds', () => {
  const folded: SchedulingRules = {
    ...ladder,
    rules: { ...(ladder.rules as HalvingRules<State>), folds: true } as HalvingRules,
  };
  const begin = (): Ledger =>
    createLedger(definitionOf({ space: spaceOf(1, float('x', 0, 1)), stop: { trials: 1, maxFailures: 1 } }), 0, folded);

  it('a trial is worth the mean of all folds so far, told one by one, several or all at once', () => {
    for (const last of [result(9), result(99, { folds: [5, 6, 9] })]) {
      const ledger = begin();
      go(ledger);
      end(ledger, 0, result(3));
      expect(rowOf(ledger, 0)).toMatchObject({ values: [3], notes: { folds: [3] } });
      go(ledger);
      end(ledger, 0, last);
      const folds = last.kind === 'result' && last.result.folds ? [5, 6, 9] : [3, 9];
      expect(rowOf(ledger, 0)).toMatchObject({
        state: 'complete',
        values: [folds.reduce((a, b) => a + b) / folds.length],
        notes: { folds },
      });
    }
  });
});

describe('a study with segments', () => {
  it('refuses to lend trials, and another number of trials', () => {
    const ledger = study();
    expect(send(ledger, { kind: 'budget', stop: { trials: 9 } })).toBe(
      'budget: the scheduler ladder has planned with trials: 4, which stays; change another rule, or start a study with more',
    );
  });

  it('takes enqueued trials first', () => {
    const ledger = study({ enqueue: [{ params: { x: 0.25 }, baseline: true }] });
    go(ledger);
    expect(rowOf(ledger, 0)).toMatchObject({ origin: 'enqueued', rung: { to: 1 }, notes: { baseline: true } });
  });

  it('goes on over continue-as-new in the middle of everything', () => {
    let ledger = study({ parallel: 2 });
    for (const value of [5, 3, 2, 4, 1, 0.5, 0.7, 0.6]) {
      const state = JSON.parse(JSON.stringify(ledger.state)) as Ledger['state'];
      const shape = shapeOf(ledger.definition);
      const rows = decodeRows(encodeRows(ledger.rows, shape));
      ledger = restoreLedger(ledger.definition, state, rows, ladder);
      settle(ledger, 0);
      go(ledger);
      end(ledger, running(ledger)[0]!, value);
    }
    expect(isFinished(ledger)).toBe(true);
    expect(ledger.state.counts.complete).toBe(4);
  });

  it('reads its log again as it was', () => {
    const ledger = played(1, { parallel: 3, stop: { trials: 12, maxFailures: 10 } });
    const { edits, epochs, startedAt } = ledger.state;
    const log = { edits, epochs, startedAt };
    expect(rowDifference(ledger.definition, ledger.rows, log)).toBeUndefined();
    const { state } = rewind(ledger.definition, ledger.rows, log, ledger.rows.length);
    const { counts, best, seq } = ledger.state;
    expect({ counts: state.counts, best: state.best, seq: state.seq }).toEqual({ counts, best, seq });
  });
});

describe('with order trial', () => {
  const changes = { order: 'trial', parallel: 3, stop: { trials: 12, maxFailures: 10 } } as const;

  it('every timing gives the same rows, and the scheduler hears the same', () => {
    const first = played(0, changes);
    // one failed, which does not count
    expect(first.rows.length).toBe(13);
    expect(first.rows.some(({ segments = [] }) => segments.length > 1)).toBe(true);
    for (let seed = 1; seed < 30; seed++) {
      const other = played(seed, changes);
      expect(other.rows).toEqual(first.rows);
      expect(heard(other)).toEqual(heard(first));
    }
  });

  it('of one segment after another a study is the same as with order completion', () => {
    const one = { parallel: 1, stop: changes.stop };
    expect(played(3, { ...one, order: 'trial' }).rows).toEqual(played(4, one).rows);
  });
});

/** A study whose events come in an order that the seed draws; a trial's value depends on its number and budget alone. */
function played(seed: number, changes: Partial<StudyDefinition>): Ledger {
  let drawn = seed * 7919 + 1;
  const draw = (n: number): number => {
    drawn = (Math.imul(drawn, 1103515245) + 12345) & 0x7fffffff;
    return (drawn >>> 8) % n;
  };
  const ledger = study(changes);
  for (let i = 0; i < 500 && !isFinished(ledger); i++) {
    const can = [
      ...running(ledger).map((number) => () => {
        const { target } = rowOf(ledger, number);
        const value = ((number * 37 + 11) % 23) / target!.to + (number % 5 === 4 && target!.to === 1 ? 100 : 0);
        end(ledger, number, number === 7 ? failed : value);
      }),
      ...(ledger.asking.length > 0 ? [() => answer(ledger)] : []),
    ];
    if (ledger.asking.length === 0) ask(ledger);
    start(ledger);
    const next = can[draw(can.length || 1)];
    next?.();
  }
  expect(isFinished(ledger)).toBe(true);
  for (const row of ledger.rows) {
    delete row.startedAt;
    delete row.finishedAt;
  }
  return ledger;
}
