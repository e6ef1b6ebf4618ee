/** A bound on the regret comes with a suggestion, and ends the study right before that trial. */
import { describe, expect, it } from 'vitest';
import { settle } from '../../../study/ledger/apply.ts';
import type { Ledger } from '../../../study/ledger/ledger.ts';
import { isStillWanted, recordSuggestions } from '../../../study/ledger/slots.ts';
import { ask, end, pointFor, send, start, studyOf } from './rig.ts';

const STOP = { trials: 50, regret: 0.1, target: -5, maxFailures: 10 };
const REASON = 'no point is believed to be better than the best trial by more than 0.0123 (stop.regret is 0.1)';

/** Answers what is asked with these bounds, by trial number. */
function answer(ledger: Ledger, bounds: Readonly<Record<number, number>> = {}): void {
  const suggestions = ledger.asking.map((slot) => ({
    x: pointFor(ledger.definition.space, slot),
    seed: slot.number,
    ...(bounds[slot.number] !== undefined && { regret: bounds[slot.number] }),
  }));
  expect(isStillWanted(ledger)).toBe(true);
  recordSuggestions(ledger, suggestions, 1);
  settle(ledger, 0);
}
const openOf = ({ rows }: Ledger): number[] => rows.map(({ number }) => number);

describe('order completion', () => {
  it('stops before the trial that a bound comes with, and lets what runs end', () => {
    const ledger = studyOf({ stop: STOP, parallel: 3 });
    ask(ledger);
    answer(ledger);
    expect(start(ledger)).toEqual([0, 1, 2]);
    end(ledger, 0, 1);
    ask(ledger);
    answer(ledger, { 3: 0.012345 });
    expect(ledger.state.stopped).toEqual({ status: 'complete', reason: REASON });
    expect(ask(ledger)).toEqual([]);
    end(ledger, 1, 2);
    end(ledger, 2, 3);
    expect(openOf(ledger)).toEqual([0, 1, 2]);
    expect(ledger.state).toMatchObject({ open: [], opened: [], counts: { complete: 3 } });
  });

  it('goes on where the bound is above, or there is none', () => {
    const ledger = studyOf({ stop: STOP, parallel: 2 });
    ask(ledger);
    answer(ledger, { 1: 0.10001 });
    expect(openOf(ledger)).toEqual([0, 1]);
    expect(ledger.state.stopped).toBeNull();
  });

  it('does not mind a bound where the study has no such rule', () => {
    const ledger = studyOf({ stop: { trials: 50, maxFailures: 10 } });
    ask(ledger);
    answer(ledger, { 0: 0 });
    expect(ledger.state.stopped).toBeNull();
  });

  it('keeps the rule through changes of the others', () => {
    const ledger = studyOf({ stop: STOP });
    send(ledger, { kind: 'budget', stop: { trials: 60, target: null } });
    expect(ledger.definition.stop).toEqual({ trials: 60, regret: 0.1, maxFailures: 10 });
    ask(ledger);
    answer(ledger, { 0: 0.012345 });
    expect(ledger.state.stopped).toMatchObject({ reason: REASON });
  });
});

describe('order trial', () => {
  /** Trial 1 reaches the target while trial 2, opened before, is still asked for; its answer comes before or after that. */
  const played = (answerFirst: boolean): Ledger => {
    const ledger = studyOf({ stop: STOP, parallel: 2, order: 'trial' });
    settle(ledger, 0);
    ask(ledger);
    answer(ledger);
    expect(start(ledger)).toEqual([0, 1]);
    end(ledger, 0, 1);
    expect(ask(ledger).map(({ number, asOf }) => [number, asOf])).toEqual([[2, 1]]);
    if (answerFirst) answer(ledger, { 2: 0.012345 });
    end(ledger, 1, -6);
    if (!answerFirst) {
      expect(ledger.state.stopped!.reason).toContain('target');
      answer(ledger, { 2: 0.012345 });
    }
    return ledger;
  };

  it('stops before the same trial, for the same reason, however long the answer takes', () => {
    const [early, late] = [played(true), played(false)];
    expect(early.state).toMatchObject({ stopped: { reason: REASON }, open: [], opened: [], next: 2 });
    expect(late.state).toEqual(early.state);
    expect(late.rows).toEqual(early.rows);
  });
});
