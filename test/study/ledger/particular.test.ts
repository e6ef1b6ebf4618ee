/** Trials asked for with values of one's own, and studies that fix some. */
import { describe, expect, it } from 'vitest';
import { isFromQueue, rewind } from '../../../study/ledger/rewind.ts';
import { leaseView } from '../../../study/ledger/leases.ts';
import { slotsToAsk } from '../../../study/ledger/slots.ts';
import { borrow, lending, look, tell } from './lending.ts';
import { answer, ask, check, choice, float, row, send, spaceOf, start, states, studyOf } from './rig.ts';

const space = spaceOf(1, float('x', 0, 1), choice('o', 'a', 'b'));

describe('a trial that is asked for with values', () => {
  it('has them, recorded as fixed, and the rest is suggested', () => {
    const ledger = lending({ space });
    borrow(ledger, 'a', 0, { fixed: { o: 'b' } });
    expect(leaseView(ledger, 'a')).toMatchObject({ state: 'granted', number: 0, params: { x: 0.5, o: 'b' } });
    expect(row(ledger, 0)).toMatchObject({ origin: 'enqueued', notes: { fixed: { o: 'b' }, asked: true } });
    expect(tell(ledger, 'a', 0.25)).toBeUndefined();
    expect(states(ledger)).toEqual(['complete']);
  });

  it('goes to whoever asked for it, past the study’s own workers and those who asked before', () => {
    const ledger = studyOf({ space, parallel: 2 });
    borrow(ledger, 'plain');
    borrow(ledger, 'mine', 0, { fixed: { x: 0.125 } });
    look(ledger, 0);
    const mine = leaseView(ledger, 'mine') as { number: number };
    expect(mine).toMatchObject({ state: 'granted', params: { x: 0.125 } });
    expect(leaseView(ledger, 'plain')).toMatchObject({ state: 'granted', params: { x: 0.5 } });
    const others = ledger.rows.filter(({ number }) => number !== mine.number);
    expect(others.map(({ x }) => x[0])).toEqual(others.map(() => 0.5));
    expect(ledger.state.open).toHaveLength(4);
  });

  it('leaves the queue as it is', () => {
    const ledger = lending({ space, enqueue: [{ params: { x: 0.75 }, baseline: false }] });
    borrow(ledger, 'mine', 0, { fixed: { x: 0.125 } });
    expect(ledger.state.queue).toHaveLength(1);
    borrow(ledger, 'next');
    expect(leaseView(ledger, 'next')).toMatchObject({ params: { x: 0.75 } });
    expect(ledger.rows.map(isFromQueue)).toEqual([false, true]);
    tell(ledger, 'mine', 1);
    tell(ledger, 'next', 2);
    const { edits, epochs } = ledger.state;
    const past = rewind(ledger.definition, ledger.rows, { edits, epochs, startedAt: 0 }, 1);
    expect(past.state.queue).toEqual([{ params: { x: 0.75 }, baseline: false }]);
  });

  it('is one that waits where one has these values, so that it is not made twice', () => {
    const ledger = lending({ space });
    borrow(ledger, 'a', 0, { fixed: { o: 'b' } });
    tell(ledger, 'a', { kind: 'give back' });
    expect(row(ledger, 0).state).toBe('waiting');
    borrow(ledger, 'b', 0, { fixed: { o: 'a' } });
    expect(leaseView(ledger, 'b')).toMatchObject({ number: 1, params: { o: 'a' } });
    borrow(ledger, 'c', 0, { fixed: { o: 'b' } });
    expect(leaseView(ledger, 'c')).toMatchObject({ number: 0 });
  });

  it('counts in the budget like any other', () => {
    const ledger = lending({ space, stop: { trials: 1, maxFailures: 10 } });
    borrow(ledger, 'a', 0, { fixed: { o: 'b' } });
    borrow(ledger, 'b', 0, { fixed: { o: 'a' } });
    expect(leaseView(ledger, 'b')).toEqual({ state: 'waiting' });
    tell(ledger, 'a', 1);
    expect(leaseView(ledger, 'b')).toEqual({ state: 'ended', how: 'study ended' });
    expect(ledger.rows).toHaveLength(1);
  });

  it('that is given back before it came is anybody’s', () => {
    const ledger = lending({ space });
    ledger.state.leases.push({ requestId: 'a', leaseMs: 1000, fixed: { o: 'b' } });
    expect(ask(ledger)).toMatchObject([{ number: 0, lease: 'a', queued: { params: { o: 'b' } } }]);
    tell(ledger, 'a', { kind: 'give back' });
    answer(ledger);
    borrow(ledger, 'b');
    expect(leaseView(ledger, 'b')).toMatchObject({ number: 0, params: { o: 'b' } });
  });

  it('that is cancelled ends its lease', () => {
    const ledger = lending({ space });
    ledger.state.leases.push({ requestId: 'a', leaseMs: 1000, fixed: { o: 'b' } });
    ask(ledger);
    answer(ledger);
    expect(ledger.state.leases).toMatchObject([{ reserved: 0 }]);
    expect(start(ledger)).toEqual([]);
    send(ledger, { kind: 'cancel', number: 0 });
    expect(leaseView(ledger, 'a')).toEqual({ state: 'ended', how: 'trial ended' });
  });

  it('is not asked for again once the sampler has no more points', () => {
    const ledger = lending({ space });
    ledger.state.leases.push({ requestId: 'a', leaseMs: 1000, fixed: { o: 'b' } });
    ask(ledger);
    answer(ledger, 0);
    expect(slotsToAsk(ledger)).toEqual([]);
  });

  it('ends where the space loses the place for it', () => {
    const ledger = lending({ space, stop: { trials: 1, maxFailures: 10 } });
    borrow(ledger, 'first');
    borrow(ledger, 'x', 0, { fixed: { x: 0.125 } });
    borrow(ledger, 'o', 0, { fixed: { o: 'b' } });
    send(ledger, { kind: 'space', space: spaceOf(2, float('x', 0, 1)), was: {} });
    check(ledger);
    expect(leaseView(ledger, 'o')).toEqual({ state: 'ended', how: 'space changed' });
    expect(leaseView(ledger, 'x')).toEqual({ state: 'waiting' });
  });

  it.each([
    [{}, 'ask: fixed is {}, expected values of one parameter or more by name; leave it out for any trial'],
    [[1] as never, 'ask: fixed is [1], expected values of one parameter or more by name; leave it out for any trial'],
    [{ x: 2 }, 'ask: fixed: x cannot be 2: expected a number from 0 to 1'],
    [{ q: 2 }, "ask: fixed: there is no parameter 'q' (value 2); parameters are x, o"],
    [{ o: 'b' }, 'ask: fixed: o is "b", but this study fixes it to "a"; leave it out'],
  ])('%j is refused', (fixed, message) => {
    expect(borrow(lending({ space, fixed: { o: 'a' } }), 'a', 0, { fixed })).toBe(message);
  });

  it('is refused where all open leases’ values would be too many', () => {
    const items = Array.from({ length: 400 }, (_, i) => `item number ${i}`);
    const ledger = lending({
      space: spaceOf(1, float('x', 0, 1), { name: 'p', domain: { kind: 'permutation', items } }),
    });
    const refusals = Array.from({ length: 20 }, (_, i) => borrow(ledger, `${i}`, 0, { fixed: { p: items } }));
    expect(refusals.filter((refusal) => refusal === undefined)).not.toHaveLength(0);
    expect(refusals.at(-1)).toMatch(/^ask: the fixed values of all open leases would take \d+ characters as JSON/);
  });
});

describe('a study with fixed values', () => {
  it('refuses an enqueued trial that says otherwise, but for a baseline', () => {
    const ledger = studyOf({ space, fixed: { o: 'a' } });
    const enqueue = (params: object, baseline = false): unknown =>
      send(ledger, { kind: 'enqueue', trials: [{ params: params as never, baseline }] });
    expect(enqueue({ o: 'b' })).toBe('enqueue: o is "b", but this study fixes it to "a"; leave it out');
    expect(enqueue({ o: 'a', x: 0.25 })).toMatchObject({ seq: 1 });
    expect(enqueue({ o: 'b', x: 0.25 }, true)).toMatchObject({ seq: 2 });
  });

  it('forgets one whose parameter the space loses, and refuses a space that has no place for the value', () => {
    const ledger = studyOf({ space, fixed: { o: 'a', x: 0.5 } });
    const set = (...parameters: Parameters<typeof spaceOf> extends [number, ...infer P] ? P : never): unknown =>
      send(ledger, { kind: 'space', space: spaceOf(2, ...parameters), was: {} });
    expect(set(float('x', 0, 0.25), float('y', 0, 1))).toBe(
      'space: fixed: x cannot be 0.5: expected a number from 0 to 0.25',
    );
    expect(set(float('x', 0, 1))).toBe(
      'space: fixed leaves nothing to tune, expected one parameter or more that is free; fix less',
    );
    expect(set(float('x', 0, 1), float('y', 0, 1))).toMatchObject({ checking: true });
  });
});
