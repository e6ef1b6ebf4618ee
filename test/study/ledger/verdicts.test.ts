import { describe, expect, it } from 'vitest';
import { expireLeases, grantLeases, leaseView, recordLease, tellFault } from '../../../study/ledger/leases.ts';
import { trialsToStart } from '../../../study/ledger/slots.ts';
import { statusOf } from '../../../study/ledger/status.ts';
import { answer, ask, end, endAll, failed, go, paused, row, running, send, start, states, studyOf } from './rig.ts';

const ORDERS = ['completion', 'trial'] as const;

describe.each(ORDERS)('with order %s', (order) => {
  const study = (changes = {}) => studyOf({ order, parallel: 3, stop: { trials: 5, maxFailures: 2 }, ...changes });

  it.each([
    ['cancel', 'cancelled by Ann: hopeless', 0],
    ['fail', 'failed by Ann: hopeless', 1],
  ] as const)('%s of a trial that runs makes it a failed one, whatever it ends in', (kind, reason, counts) => {
    for (const outcome of [
      paused('c'),
      failed,
      { kind: 'result', attempts: 1, result: { values: [0], reports: [] } } as const,
    ]) {
      const ledger = study();
      go(ledger);
      send(ledger, { kind, number: 0 }, { who: 'Ann', why: 'hopeless' });
      // its workers are still to let go of it
      expect([row(ledger, 0).state, ledger.state.verdicts.length]).toEqual(['running', 1]);
      end(ledger, 0, outcome);
      expect(row(ledger, 0)).toMatchObject({ state: 'failed', notes: { reason } });
      expect(row(ledger, 0).values).toBeUndefined();
      expect(statusOf(ledger)).toMatchObject({ counts: { failed: counts, complete: 0 }, best: null });
      expect(ledger.state.verdicts).toEqual([]);
    }
  });

  it('cancel keeps the checkpoint of what it ends, and takes no place in the budget', () => {
    const ledger = study();
    go(ledger);
    send(ledger, { kind: 'cancel', number: 1 });
    end(ledger, 1, paused('/c/1'));
    for (let i = 0; i < 6; i++) {
      go(ledger);
      endAll(ledger, 1);
    }
    expect(row(ledger, 1).notes).toEqual({ checkpoint: '/c/1', reason: 'cancelled' });
    expect(statusOf(ledger, 1)).toMatchObject({ counts: { complete: 5, failed: 0 }, asked: 6 });
  });

  it('fail counts against maxFailures', () => {
    const ledger = study();
    go(ledger);
    for (const number of [0, 1]) {
      send(ledger, { kind: 'fail', number });
      end(ledger, number, paused());
    }
    expect(statusOf(ledger)).toMatchObject({ reason: '2 trials failed, stop.maxFailures is 2' });
  });

  it('closes a trial that waits, which then never starts', () => {
    const ledger = study();
    ask(ledger);
    answer(ledger);
    send(ledger, { kind: 'cancel', number: 1 });
    expect(trialsToStart(ledger).own.map(({ number }) => number)).toEqual([0, 2]);
    start(ledger);
    end(ledger, 0, 1);
    expect(row(ledger, 1)).toMatchObject({ state: 'failed', notes: { reason: 'cancelled' } });
  });

  it('closes a trial that was paused with its study, with its checkpoint', () => {
    const ledger = study();
    go(ledger);
    send(ledger, { kind: 'pause', now: true });
    for (const number of running(ledger)) end(ledger, number, paused(`c${number}`));
    send(ledger, { kind: 'cancel', number: 0 });
    expect(row(ledger, 0)).toMatchObject({ state: 'failed', attempts: 1, notes: { checkpoint: 'c0' } });
    send(ledger, { kind: 'resume' });
    expect(go(ledger)).toEqual([1, 2, 3]);
  });

  it('takes no position of the log: a trial cancelled sooner or later is the same', () => {
    const rows = [0, 1, 2].map((when) => {
      const ledger = study();
      go(ledger);
      for (let i = 0; i < 3; i++) {
        if (i === when) send(ledger, { kind: 'cancel', number: 2 });
        end(ledger, i, i === 2 ? paused() : 1);
        go(ledger);
      }
      return ledger.rows.map(({ state, asOf, closed }) => [state, asOf, closed]);
    });
    expect(rows[1]).toEqual(rows[0]);
    expect(rows[2]).toEqual(rows[0]);
  });

  it('is refused for a trial that is not open, or that is being ended already', () => {
    const ledger = study();
    go(ledger);
    expect(send(ledger, { kind: 'cancel', number: 7 })).toBe('cancel: trial 7 is not open; open trials are 0, 1, 2');
    send(ledger, { kind: 'cancel', number: 1 }, { who: 'Ann' });
    expect(send(ledger, { kind: 'fail', number: 1 })).toBe('fail: trial 1 is being ended already (cancelled by Ann)');
    end(ledger, 0, 1);
    expect(send(ledger, { kind: 'fail', number: 0 })).toMatch(/^fail: trial 0 is not open; open trials are 1, 2/);
    expect(send(study({ parallel: 1, enqueue: [] }), { kind: 'cancel', number: 0 })).toBe(
      'cancel: trial 0 is not open; open trials are none',
    );
  });

  it('lets the first outcome stand: what comes twice changes nothing', () => {
    const ledger = study();
    go(ledger);
    end(ledger, 0, 0.5);
    end(ledger, 0, failed);
    end(ledger, 1, 0.7);
    end(ledger, 1, 0.1);
    end(ledger, 9, 0.1);
    end(ledger, 2, 0.9);
    expect(ledger.rows.slice(0, 3).map(({ values }) => values)).toEqual([[0.5], [0.7], [0.9]]);
    expect(statusOf(ledger)).toMatchObject({ counts: { complete: 3, failed: 0 } });
    expect(ledger.state.open.every((number) => number > 2)).toBe(true);
  });
});

describe('with order trial', () => {
  it('a trial that has ended, and waits for lower numbers, keeps its outcome', () => {
    const ledger = studyOf({ order: 'trial', parallel: 2 });
    go(ledger);
    end(ledger, 1, 0.25);
    for (const kind of ['cancel', 'fail'] as const)
      expect(send(ledger, { kind, number: 1 })).toBe(
        `${kind}: trial 1 has ended already, and only waits for trials before it to close`,
      );
    end(ledger, 0, 1);
    expect(row(ledger, 1)).toMatchObject({ state: 'complete', values: [0.25] });
  });

  it('a trial that was cancelled before it started waits for its turn to close, and is not started', () => {
    const ledger = studyOf({ order: 'trial', parallel: 2 });
    ask(ledger);
    answer(ledger);
    send(ledger, { kind: 'cancel', number: 1 });
    expect([start(ledger), row(ledger, 1).closed]).toEqual([[0], undefined]);
    end(ledger, 0, 1);
    expect(states(ledger)).toEqual(['complete', 'failed']);
  });
});

describe('a leased trial', () => {
  it('that is cancelled closes at once; its lease has ended and opens nothing again', () => {
    const ledger = studyOf({ parallel: 1, trial: { kind: 'external', retries: 0, heartbeatMs: 1000 } });
    for (const requestId of ['a', 'b']) recordLease(ledger, { requestId, leaseMs: 1000 });
    ask(ledger);
    answer(ledger);
    grantLeases(ledger, 0);
    send(ledger, { kind: 'fail', number: 0 }, { why: 'broken' });
    expect(row(ledger, 0)).toMatchObject({ state: 'failed', notes: { reason: 'failed: broken' }, closed: 1 });
    expect(leaseView(ledger, 'a')).toEqual({ state: 'ended', how: 'trial ended', number: 0 });
    expect(tellFault(ledger, { lease: 'a', outcome: { kind: 'result', result: 1 } })).toBe(
      'tell: lease a has ended (trial ended); trial 0 went to somebody else or has its outcome',
    );
    expireLeases(ledger, 1e9);
    expect([states(ledger), ledger.state.open]).toEqual([['failed', 'waiting'], [1]]);
  });
});
