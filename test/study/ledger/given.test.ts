import { describe, expect, it } from 'vitest';
import type { Edit } from '../../../study/ledger/edits.ts';
import { isFinished } from '../../../study/ledger/ledger.ts';
import { recordOf } from '../../../study/ledger/row.ts';
import { slotsToAsk } from '../../../study/ledger/slots.ts';
import { statusOf } from '../../../study/ledger/status.ts';
import {
  answer,
  ask,
  check,
  choice,
  end,
  endAll,
  float,
  go,
  paused,
  row,
  running,
  send,
  spaceOf,
  states,
  studyOf,
} from './rig.ts';

const ORDERS = ['completion', 'trial'] as const;

const tell = (x: number, result: unknown): Edit => ({ kind: 'tell', params: { x }, result });

/** A study that measures a loss and a latency that may not be above 50. */
const measured = (changes = {}) =>
  studyOf({ constraints: [{ name: 'ms', below: 50 }], stop: { trials: 5, maxFailures: 5 }, ...changes });

describe.each(ORDERS)('with order %s', (order) => {
  const study = (changes = {}) => studyOf({ order, stop: { trials: 3, maxFailures: 3 }, ...changes });

  describe('tell', () => {
    it('makes a closed row that is in no budget, but may be the best', () => {
      const ledger = study({ order });
      go(ledger);
      end(ledger, 0, 1);
      send(ledger, tell(0.25, { value: 0.1, cost: 3, attributes: { by: 'hand' } }), {
        who: 'Ann',
        why: 'last year',
      });
      go(ledger);
      endAll(ledger, 2);
      if (ledger.rows.length < 3) endAll(ledger, (go(ledger), 2));
      const told = ledger.rows.find(({ origin }) => origin === 'told')!;
      expect(recordOf(ledger.definition, ledger.state.epochs, told)).toMatchObject({
        state: 'complete',
        params: { x: 0.25 },
        values: { loss: 0.1 },
        cost: 3,
        attributes: { by: 'hand' },
        reason: 'Ann: last year',
        attempts: 0,
      });
      expect(statusOf(ledger)).toMatchObject({
        told: 1,
        counts: { complete: 2 },
        best: { number: told.number, values: { loss: 0.1 } },
      });
      expect([told.asOf, told.closed]).toEqual([ledger.state.edits[0].seq, ledger.state.edits[0].seq! + 1]);
    });

    it('leaves the budget exact, however many there are', () => {
      const ledger = study({ parallel: 2, stop: { trials: 10, cost: 100, maxFailures: 3 } });
      for (let i = 0; i < 30; i++) {
        send(ledger, tell(0.5, { value: 5 + i, cost: 90 }));
        go(ledger);
        for (const number of running(ledger)) end(ledger, number, 9);
      }
      const { told } = statusOf(ledger);
      expect(statusOf(ledger, 1)).toMatchObject({ reason: 'all 10 trials are done', counts: { complete: 10 } });
      expect([told > 3, ledger.rows.length]).toEqual([true, 10 + told]);
      // what it cost was paid elsewhere
      expect(ledger.state.cost).toBe(0);
    });

    it('that breaks a constraint is infeasible, and not the best', () => {
      const ledger = measured({ order });
      send(ledger, tell(0.5, { value: 0, constraints: { ms: 51 } }), order === 'trial' ? { at: 1 } : {});
      go(ledger);
      endAll(ledger, { kind: 'result', attempts: 1, result: { values: [1], constraints: [1], reports: [] } });
      expect(ledger.rows.map(({ origin, state }) => `${origin} ${state}`).toSorted()).toEqual([
        'sampler complete',
        'told infeasible',
      ]);
      expect(statusOf(ledger)).toMatchObject({ told: 1, counts: { infeasible: 0 }, best: { values: { loss: 1 } } });
    });

    it('may reach the target', () => {
      const ledger = study({ stop: { target: 0.1, maxFailures: 3 } });
      go(ledger);
      send(ledger, tell(0.5, 0.05));
      endAll(ledger, 1);
      expect(statusOf(ledger, 1)).toMatchObject({ status: 'complete', best: { values: { loss: 0.05 } } });
      expect(statusOf(ledger).reason).toMatch(/^trial 1 reached the target 0.1 with 0.05$/);
    });

    it('while numbers are being asked for comes after them', () => {
      const ledger = study({ parallel: 2 });
      ask(ledger);
      const edit = send(ledger, tell(0.125, 1));
      expect(ledger.rows).toEqual([]);
      answer(ledger);
      go(ledger);
      if (order === 'trial') end(ledger, 0, 1);
      expect(edit).toHaveProperty('seq');
      expect(ledger.rows.find(({ origin }) => origin === 'told')).toMatchObject({ number: 2, state: 'complete' });
    });

    it('may come while the study is paused', () => {
      const ledger = study();
      go(ledger);
      send(ledger, { kind: 'pause', now: false });
      end(ledger, 0, 1);
      send(ledger, tell(0.125, 1));
      expect(ledger.rows[1]).toMatchObject({ origin: 'told', state: 'complete' });
    });

    it('reads -0 as 0, which is all that a carried ledger knows', () => {
      const ledger = studyOf({ order, space: spaceOf(1, float('x', -1, 1)) });
      send(ledger, tell(-0, -0), order === 'trial' ? { at: 1 } : {});
      go(ledger);
      if (order === 'trial') end(ledger, 0, 1);
      const told = ledger.rows.find(({ origin }) => origin === 'told')!;
      expect([Object.is(told.x[0], 0), Object.is(told.values![0], 0)]).toEqual([true, true]);
    });

    it.each([
      [{ x: 2 }, 1, 'tell: x cannot be 2: expected a number from 0 to 1'],
      [{}, 1, 'tell: x is missing: expected a number from 0 to 1'],
      [{ x: 0.5 }, { loss: 1 }, /^tell: the result has the unknown key 'loss': an objective goes into values/],
      [{ x: 0.5 }, Infinity, 'tell: loss is Infinity: expected a finite number'],
      [[], 1, 'tell: params is [], expected values of the parameters by name'],
    ])('is refused where it cannot be: %#', (params, result, words) => {
      const fault = send(study(), { kind: 'tell', params, result } as never);
      if (typeof words === 'string') expect(fault).toBe(words);
      else expect(fault).toMatch(words);
    });
  });

  describe('import', () => {
    const trials = [
      {
        params: { x: 0.1 },
        state: 'complete',
        values: { loss: 0 },
        constraints: { ms: 3 },
        cost: 2,
        from: 'trial 4 of a',
      },
      { params: { x: 0.2 }, state: 'complete', value: -1, constraints: { ms: 60 } },
      { params: { x: 0.3 }, state: 'pruned', value: 4, constraints: { ms: 1 } },
      { params: { x: 0.4 }, state: 'pruned' },
      { params: { x: 0.5 }, state: 'failed' },
      { params: { x: 0.6 }, state: 'infeasible' },
    ] as const;

    const imported = () => {
      const ledger = measured({ order, parallel: 2 });
      go(ledger);
      send(ledger, { kind: 'import', trials });
      if (order === 'trial')
        end(ledger, 0, { kind: 'result', attempts: 1, result: { values: [9], constraints: [1], reports: [] } });
      return ledger;
    };

    it('makes a closed row of each trial, neither in the budget nor the best', () => {
      const ledger = imported();
      const rows = ledger.rows.filter(({ origin }) => origin === 'imported');
      expect(rows.map(({ number, state }) => [number, state])).toEqual([
        [2, 'complete'],
        [3, 'infeasible'],
        [4, 'pruned'],
        [5, 'pruned'],
        [6, 'failed'],
        [7, 'infeasible'],
      ]);
      expect(rows[0]).toMatchObject({
        values: [0],
        constraints: [3],
        cost: 2,
        space: 1,
        notes: { from: 'trial 4 of a' },
      });
      const { seq } = ledger.state.edits[0];
      expect(rows.map(({ asOf, closed }) => [asOf, closed])).toEqual([1, 2, 3, 4, 5, 6].map((i) => [seq, seq! + i]));
      const done = order === 'trial' ? 1 : 0;
      expect(statusOf(ledger)).toMatchObject({
        told: 6,
        counts: { complete: done, pruned: 0, failed: 0, infeasible: 0 },
      });
      expect(statusOf(ledger).best?.values['loss']).toBe(order === 'trial' ? 9 : undefined);
      expect(ledger.state.cost).toBe(0);
    });

    it('is seen by the next that is asked for, and goes on counting after it', () => {
      const ledger = imported();
      if (order === 'completion')
        end(ledger, 0, { kind: 'result', attempts: 1, result: { values: [9], constraints: [1], reports: [] } });
      expect(slotsToAsk(ledger)).toEqual([{ number: 8, asOf: 8 }]);
      // the window is as wide as before
      expect(go(ledger)).toEqual([8]);
    });

    it('leaves its trials to the rows: the log keeps how many there were', () => {
      const ledger = imported();
      expect(ledger.state.edits).toMatchObject([{ edit: { kind: 'import', trials: [] }, imported: 6 }]);
    });

    it('takes what fits into an edit', () => {
      const ledger = study();
      const many = Array.from({ length: 4000 }, (_, i) => ({
        params: { x: i / 4000 },
        state: 'complete' as const,
        value: i,
      }));
      go(ledger);
      expect(send(ledger, { kind: 'import', trials: many })).toMatch(
        /^import: it takes 2\d{5} characters as JSON, expected at most 200000; split it$/,
      );
      send(ledger, { kind: 'import', trials: many.slice(0, 2000) });
      send(ledger, { kind: 'import', trials: many.slice(2000) });
      if (order === 'trial') end(ledger, 0, 1);
      expect([statusOf(ledger).told, JSON.stringify(ledger.state).length < 5000]).toEqual([4000, true]);
    });

    it.each([
      [[], 'import: got [], expected a list of trials'],
      [
        [{ state: 'complete', value: 1 }],
        'import: trials[0]: params is undefined, expected values of the parameters by name',
      ],
      [
        [trials[4], { params: { x: 0.5 }, state: 'running' }],
        'import: trials[1]: state is "running", expected one of complete, pruned, failed, infeasible',
      ],
      [
        [{ params: { x: 0.5 }, state: 'complete' }],
        'import: trials[0]: the result has no value: expected {"value": number}',
      ],
      [
        [{ params: { x: 0.5 }, state: 'complete', value: 1 }],
        'import: trials[0]: the result has no constraints: expected {"constraints": {"ms": number}}',
      ],
      [
        [{ params: { x: 0.5 }, state: 'failed', value: 1 }],
        'import: trials[0]: it has failed, but has value; leave them out',
      ],
      [[{ params: { x: 5 }, state: 'failed' }], 'import: trials[0]: x cannot be 5: expected a number from 0 to 1'],
      [
        [{ params: { x: 0.5 }, state: 'failed', from: 4 }],
        'import: trials[0]: from is 4, expected a text of at most 500',
      ],
    ])('is refused whole where one trial cannot be: %#', (wrong, words) => {
      const ledger = measured({ order });
      expect(send(ledger, { kind: 'import', trials: wrong } as never)).toBe(words);
      expect(ledger.rows).toEqual([]);
    });
  });
});

describe('with order trial', () => {
  const study = (changes = {}) =>
    studyOf({ order: 'trial', parallel: 2, stop: { trials: 9, maxFailures: 3 }, ...changes });

  it('what was told is seen by the very trial that it is for, and takes no place among those that run', () => {
    const ledger = study();
    send(ledger, tell(0.125, 1), { at: 3 });
    go(ledger);
    end(ledger, 0, 1);
    go(ledger);
    end(ledger, 1, 1);
    // event 3 is the edit, 4 the told trial's closing
    expect(row(ledger, 3)).toMatchObject({ origin: 'told', asOf: 3, closed: 4 });
    expect(slotsToAsk(ledger)).toEqual([{ number: 4, asOf: 4 }]);
    go(ledger);
    expect(running(ledger)).toEqual([2, 4]);
  });

  it('a told trial counts from its position on, though its row waits for those asked for before it', () => {
    const ledger = study({ stop: { target: 0.1, maxFailures: 3 } });
    ask(ledger);
    send(ledger, tell(0.125, 0.01), { at: 2 });
    answer(ledger);
    go(ledger);
    end(ledger, 0, 1);
    ask(ledger);
    expect(ledger.state.opened).toEqual([]);
    expect(statusOf(ledger)).toMatchObject({ status: 'stopping', best: { number: 2 } });
    expect(states(ledger)).toEqual(['complete', 'running', 'complete']);
  });

  it('is not lost where a stop now drops the trials opened before it', () => {
    const ledger = study({ parallel: 3 });
    go(ledger);
    send(ledger, tell(0.125, 0.01), { at: 4 });
    end(ledger, 0, 1);
    ask(ledger);
    end(ledger, 1, 1);
    expect(ledger.state.opened.map(({ number, given }) => [number, given !== undefined])).toEqual([
      [3, false],
      [4, true],
      [5, false],
    ]);
    send(ledger, { kind: 'stop', now: true });
    answer(ledger);
    end(ledger, 2, paused());
    expect(states(ledger)).toEqual(['complete', 'complete', 'paused', 'complete']);
    expect(statusOf(ledger, 1)).toMatchObject({ told: 1, best: { number: 3, params: { x: 0.125 } }, asked: 4 });
    expect(isFinished(ledger)).toBe(true);
  });

  it('is not lost where the sampler has no more points before it', () => {
    const ledger = study({ parallel: 3 });
    go(ledger);
    send(ledger, tell(0.125, 0.01), { at: 4 });
    end(ledger, 0, 1);
    ask(ledger);
    end(ledger, 1, 1);
    answer(ledger, 0);
    expect(row(ledger, 3)).toMatchObject({ origin: 'told', state: 'complete' });
    end(ledger, 2, 1);
    expect(statusOf(ledger, 1)).toMatchObject({
      reason: 'sampler random has no more points',
      best: { number: 3 },
      asked: 4,
    });
  });

  it('stays in the space it was told in, though the space changes before its row is made', () => {
    const ledger = study({ parallel: 3 });
    go(ledger);
    send(ledger, { kind: 'tell', params: { x: 0.9 }, result: 1 }, { at: 4 });
    send(
      ledger,
      { kind: 'space', space: spaceOf(2, choice('kind', 'a', 'b'), float('x', 0, 0.5)), was: {} },
      { at: 5 },
    );
    check(ledger);
    end(ledger, 0, 1);
    ask(ledger);
    end(ledger, 1, 1);
    expect(ledger.definition.space.version).toBe(2);
    answer(ledger);
    expect(row(ledger, 4)).toMatchObject({ origin: 'told', space: 1, x: Float64Array.of(0.9) });
    go(ledger);
    expect(row(ledger, 5)).toMatchObject({ space: 2 });
    expect(recordOf(ledger.definition, ledger.state.epochs, row(ledger, 4)).params).toEqual({ x: 0.9 });
  });
});
