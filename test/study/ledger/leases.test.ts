import { describe, expect, it } from 'vitest';
import {
  endLeases,
  expireLeases,
  leaseFault,
  leaseView,
  recordLease,
  tellFault,
} from '../../../study/ledger/leases.ts';
import { isFinished } from '../../../study/ledger/ledger.ts';
import { slotsToAsk } from '../../../study/ledger/slots.ts';
import { statusOf } from '../../../study/ledger/status.ts';
import { borrow, lending, look, tell } from './lending.ts';
import { answer, ask, end, row, running, send, states, studyOf } from './rig.ts';

describe('a lease', () => {
  it('lends a trial for a while, with all that is needed to run it', () => {
    const ledger = lending();
    borrow(ledger, 'a', 5000, { who: 'Ann' });
    expect(leaseView(ledger, 'a')).toEqual({
      state: 'granted',
      number: 0,
      params: { x: 0.5 },
      seed: 0,
      until: '1970-01-01T00:00:06.000Z',
    });
    expect(row(ledger, 0)).toMatchObject({ state: 'running', startedAt: 0 + 5000, attempts: 1 });
    expect(tell(ledger, 'a', { kind: 'result', result: { value: 0.25, cost: 3 } }, 5500)).toBeUndefined();
    expect(row(ledger, 0)).toMatchObject({ state: 'complete', values: [0.25], cost: 3, finishedAt: 5500, attempts: 1 });
    expect(leaseView(ledger, 'a')).toEqual({ state: 'ended', how: 'told', number: 0 });
  });

  it('that is asked for again under its id is the same', () => {
    const ledger = lending();
    borrow(ledger, 'a');
    borrow(ledger, 'a');
    expect([ledger.state.leases.length, ledger.rows.length]).toEqual([1, 1]);
    tell(ledger, 'a', 1);
    expect(borrow(ledger, 'a')).toBeUndefined();
    expect(leaseView(ledger, 'a')).toMatchObject({ state: 'ended', how: 'told' });
    expect(leaseView(ledger, 'b')).toEqual({ state: 'unknown' });
  });

  it('that is renewed runs out later', () => {
    const ledger = lending();
    borrow(ledger, 'a');
    tell(ledger, 'a', { kind: 'renew' }, 900);
    expect(expireLeases(ledger, 1899)).toBe(1900);
    expect(leaseView(ledger, 'a').state).toBe('granted');
    expect(expireLeases(ledger, 1900)).toBeUndefined();
    expect(leaseView(ledger, 'a')).toEqual({ state: 'ended', how: 'ran out', number: 0 });
    expect(tell(ledger, 'a', { kind: 'renew' })).toBe('tell: lease a ran out; ask again');
  });

  it('that runs out, or is given back, leaves its trial to the next who asks: the same number, parameters and checkpoint', () => {
    const ledger = lending();
    borrow(ledger, 'a');
    look(ledger, 1000);
    expect(row(ledger, 0).state).toBe('waiting');
    borrow(ledger, 'b', 1000);
    expect(leaseView(ledger, 'b')).toMatchObject({ state: 'granted', number: 0, params: { x: 0.5 }, seed: 0 });
    tell(ledger, 'b', { kind: 'give back' }, 1000);
    expect(leaseView(ledger, 'b')).toEqual({ state: 'ended', how: 'given back', number: 0 });
    row(ledger, 0).notes = { checkpoint: 'half' };
    borrow(ledger, 'c', 1000);
    expect(leaseView(ledger, 'c')).toMatchObject({ number: 0, checkpoint: 'half' });
    expect([row(ledger, 0).attempts, ledger.rows.length]).toEqual([3, 1]);
  });

  it('goes to those who asked first', () => {
    const ledger = lending({ stop: { trials: 2, maxFailures: 5 } });
    for (const id of ['a', 'b', 'c', 'd']) borrow(ledger, id);
    expect(['a', 'b', 'c', 'd'].map((id) => leaseView(ledger, id).state)).toEqual([
      'granted',
      'granted',
      'waiting',
      'waiting',
    ]);
    tell(ledger, 'b', { kind: 'failed', reason: 'out of memory' });
    expect(row(ledger, 1)).toMatchObject({ state: 'failed', notes: { reason: 'out of memory' } });
    expect(['c', 'd'].map((id) => leaseView(ledger, id).state)).toEqual(['granted', 'waiting']);
  });

  it("takes what the study's own workers leave", () => {
    const ledger = studyOf({ parallel: 2 });
    borrow(ledger, 'a');
    expect([running(ledger), leaseView(ledger, 'a')]).toEqual([
      [0, 1, 2],
      expect.objectContaining({ state: 'granted', number: 2 }),
    ]);
    // what it gives back waits for a free worker
    look(ledger, 1000);
    expect(row(ledger, 2).state).toBe('waiting');
    end(ledger, 0, 1);
    look(ledger, 1000);
    expect([row(ledger, 2).state, ledger.rows.length]).toEqual(['running', 3]);
  });

  it('that runs out while the study is paused is lent again once it is resumed', () => {
    const ledger = lending();
    borrow(ledger, 'a');
    send(ledger, { kind: 'pause', now: true });
    borrow(ledger, 'b', 1000);
    expect([states(ledger), leaseView(ledger, 'b')]).toEqual([['waiting'], { state: 'waiting' }]);
    send(ledger, { kind: 'resume' });
    look(ledger, 1000);
    expect(leaseView(ledger, 'b')).toMatchObject({ state: 'granted', number: 0 });
  });

  it('may be told while the study is paused, or stops', () => {
    const ledger = lending();
    for (const id of ['a', 'b', 'c']) borrow(ledger, id);
    send(ledger, { kind: 'pause', now: false });
    expect(tell(ledger, 'a', 1)).toBeUndefined();
    send(ledger, { kind: 'stop', now: false });
    expect(tell(ledger, 'b', 2)).toBeUndefined();
    expect(isFinished(ledger)).toBe(false);
    // nobody gets it any more
    look(ledger, 1000);
    expect(states(ledger)).toEqual(['complete', 'complete', 'paused']);
    expect(isFinished(ledger)).toBe(true);
    expect(tell(ledger, 'c', 3)).toBe(
      'tell: lease c has ended (ran out); trial 2 went to somebody else or has its outcome',
    );
  });

  it('ends with its study, granted or not', () => {
    const ledger = lending({ stop: { trials: 1, maxFailures: 1 } });
    borrow(ledger, 'a');
    borrow(ledger, 'b');
    tell(ledger, 'a', 1);
    expect(leaseView(ledger, 'b')).toEqual({ state: 'ended', how: 'study ended' });
    expect(borrow(ledger, 'c')).toBe('ask: the study is ending (all 1 trials are done)');
  });

  it('ends at once with a study that is stopped now', () => {
    const ledger = lending();
    borrow(ledger, 'a');
    send(ledger, { kind: 'stop', now: true });
    endLeases(ledger);
    expect([states(ledger), leaseView(ledger, 'a')]).toEqual([
      ['paused'],
      { state: 'ended', how: 'study ended', number: 0 },
    ]);
    expect(isFinished(ledger)).toBe(true);
  });

  it('is ended too where the sampler has no more points', () => {
    const ledger = lending({ sampler: { name: 'grid', options: {} } });
    borrow(ledger, 'a');
    recordLease(ledger, { requestId: 'b', leaseMs: 1000 });
    ask(ledger);
    answer(ledger, 0);
    look(ledger, 0);
    expect(leaseView(ledger, 'b')).toEqual({ state: 'waiting' });
    tell(ledger, 'a', 1);
    expect([leaseView(ledger, 'b'), isFinished(ledger)]).toEqual([{ state: 'ended', how: 'study ended' }, true]);
  });

  it('that its owner does not want any more asks for nothing', () => {
    const ledger = lending();
    recordLease(ledger, { requestId: 'a', leaseMs: 1000 });
    expect(slotsToAsk(ledger).length).toBe(1);
    tell(ledger, 'a', { kind: 'give back' });
    expect(slotsToAsk(ledger)).toEqual([]);
    expect(tell(ledger, 'a', { kind: 'give back' })).toBeUndefined();
    expect(ledger.state.endedLeases.length).toBe(1);
  });

  it('asks for no more trials than wait for those who ask', () => {
    const ledger = lending();
    borrow(ledger, 'a');
    expireLeases(ledger, 1000);
    recordLease(ledger, { requestId: 'b', leaseMs: 1000 });
    expect(slotsToAsk(ledger)).toEqual([]);
  });

  it.each([
    [{ requestId: '' }, 'ask: requestId is "", expected a text of your own'],
    [{ who: 7 }, 'ask: who is 7, expected a text of at most 500'],
    [{ leaseMs: 999 }, 'ask: leaseMs is 999, expected a whole number from 1000 to 2592000000 (30 days)'],
    [{ leaseMs: 1e10 }, 'ask: leaseMs is 10000000000, expected a whole number from 1000 to 2592000000 (30 days)'],
  ])('is refused where it cannot be: %o', (change, words) => {
    expect(borrow(lending(), 'a', 0, change as never)).toBe(words);
    expect(leaseFault(lending(), undefined as never)).toBe('ask: requestId is undefined, expected a text of your own');
  });

  it('is refused by a study with order trial, and when a thousand are open', () => {
    expect(borrow(lending({ order: 'trial' }), 'a')).toBe(
      'ask: this study has order: trial, whose trials are its own; ask studies with order: completion',
    );
    const ledger = lending();
    for (let i = 0; i < 1000; i++) recordLease(ledger, { requestId: `r${i}`, leaseMs: 1000 });
    expect(borrow(ledger, 'a')).toBe('ask: 1000 leases are open, which is the most there can be');
  });
});

describe('what is told', () => {
  it('twice is told once', () => {
    const ledger = lending();
    borrow(ledger, 'a');
    tell(ledger, 'a', 0.5);
    expect(tell(ledger, 'a', 0.25)).toBeUndefined();
    expect(row(ledger, 0).values).toEqual([0.5]);
    expect(ledger.state.endedLeases.map(({ how }) => how)).toEqual(['told']);
    expect(statusOf(ledger).counts.complete).toBe(1);
  });

  it('late is taken while nobody else has the trial', () => {
    const ledger = lending();
    borrow(ledger, 'a');
    look(ledger, 5000);
    expect(tell(ledger, 'a', 0.5, 6000)).toBeUndefined();
    expect(row(ledger, 0)).toMatchObject({ state: 'complete', values: [0.5] });
    expect(leaseView(ledger, 'a')).toEqual({ state: 'ended', how: 'told', number: 0 });
    expect(tell(ledger, 'a', 0.25, 6000)).toBeUndefined();
    expect(row(ledger, 0).values).toEqual([0.5]);
  });

  it('too late is refused: somebody else got the trial, or told it', () => {
    const ledger = lending();
    borrow(ledger, 'a');
    borrow(ledger, 'b', 1000);
    const words = 'tell: lease a has ended (ran out); trial 0 went to somebody else or has its outcome';
    expect(tell(ledger, 'a', 0.5, 1100)).toBe(words);
    tell(ledger, 'b', 0.75, 1100);
    expect(tell(ledger, 'a', 0.5, 1100)).toBe(words);
    expect(row(ledger, 0).values).toEqual([0.75]);
  });

  it('is refused where it cannot be', () => {
    const ledger = lending({ stop: { trials: 1, maxFailures: 2 } });
    borrow(ledger, 'a');
    borrow(ledger, 'b');
    expect(tell(ledger, 'a', { kind: 'result', result: { loss: 1 } })).toMatch(
      /^tell: the result has the unknown key 'loss'/,
    );
    expect(tell(ledger, 'a', { kind: 'failed' } as never)).toBe(
      'tell: reason is undefined, expected a text of at most 2000',
    );
    expect(tell(ledger, 'a', { kind: 'done' } as never)).toBe(
      'tell: got { kind: "done" }, expected one of kind result, failed, renew, give back',
    );
    expect(tell(ledger, 'b', 1)).toBe('tell: lease b has no trial yet');
    expect(tell(ledger, 'c', 1)).toBe('tell: there is no lease "c"; ask for a trial first');
    expect(tellFault(ledger, undefined as never)).toBe('tell: there is no lease undefined; ask for a trial first');
    tell(ledger, 'a', { kind: 'give back' });
    expect(tell(ledger, 'a', 1)).toBe(
      'tell: lease a has ended (given back); trial 0 went to somebody else or has its outcome',
    );
    expect(states(ledger)).toEqual(['running']);
  });

  it('of the last thousand leases is remembered', () => {
    const ledger = lending({ stop: { trials: 5000, maxFailures: 5 } });
    for (let i = 0; i < 1100; i++) {
      borrow(ledger, `r${i}`, i * 10_000);
      // every other one late
      if (i % 2 === 1) look(ledger, i * 10_000 + 5000);
      tell(ledger, `r${i}`, i, i * 10_000 + 5000);
    }
    expect(ledger.state.endedLeases.length).toBe(1000);
    expect(leaseView(ledger, 'r1099')).toMatchObject({ how: 'told', number: 1099 });
    expect(leaseView(ledger, 'r0')).toEqual({ state: 'unknown' });
  });
});
