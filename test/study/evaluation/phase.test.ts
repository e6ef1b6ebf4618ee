import { describe, expect, it } from 'vitest';
import type { Evaluation, Judgement } from '../../../study/evaluation/contract.ts';
import {
  beginEvaluation,
  counted,
  cutShort,
  decided,
  decisionFault,
  judged,
  runOf,
  skipReason,
  tested,
  testsOf,
} from '../../../study/evaluation/phase.ts';
import { emptyState } from '../../../study/ledger/begin.ts';
import type { LoggedEdit } from '../../../study/ledger/edits.ts';
import type { LedgerState } from '../../../study/ledger/ledger.ts';
import { definitionOf, evaluationOf } from '../definitions.ts';

const SPEC = evaluationOf({ repeats: 2, seed: 5 });
const definition = definitionOf({ evaluate: SPEC });
const baseline = { number: 0, params: { x: 0.5, y: 1 }, values: { loss: 0.5 } };
const best = { number: 3, params: { x: 0.1, y: 1 }, values: { loss: 0.1 } };
const ended = (more: Partial<LedgerState> = {}): LedgerState => ({
  ...emptyState(definition, 0),
  stopped: { status: 'complete', reason: 'done' },
  best,
  baseline,
  ...more,
});
const begun = (more: Partial<LedgerState> = {}): Evaluation => beginEvaluation(definition, ended(more));

const PROMOTE: Judgement = {
  verdict: {
    decision: 'promote',
    reason: 'it is',
    metric: 'loss',
    goal: 'minimize',
    method: 'corrected t',
    minimumEffect: 0,
    look: 1,
    alpha: 0.025,
    alphaSpent: 0.025,
    alphaTotal: 0.05,
  },
  warnings: [],
  unchecked: [],
  scores: {},
};
const promoting = (approvalMs?: number): Evaluation => {
  const action = { kind: 'webhook', url: 'http://localhost/' } as const;
  const promote = { action, timeoutMs: 1000, retries: 0, ...(approvalMs !== undefined && { approvalMs }) };
  return judged(begun(), PROMOTE, { ...definition, promote }, 'key', 1000);
};
const word = (kind: 'approve' | 'reject'): LoggedEdit => ({
  requestId: 'a',
  who: 'ann',
  why: 'yes',
  edit: { kind },
  time: 0,
});

describe('a study that has ended tuning', () => {
  const stopNow: LoggedEdit = { requestId: 'a', edit: { kind: 'stop', now: true }, time: 0 };
  it.each<[string | undefined, Partial<LedgerState>]>([
    [undefined, {}],
    [undefined, { stopped: { status: 'stopped', reason: 'by ann' } }],
    ['the study failed', { stopped: { status: 'failed', reason: 'no' } }],
    ['the study was stopped at once', { edits: [stopNow] }],
    [undefined, { edits: [{ ...stopNow, refused: 'no' }] }],
    ['no trial is complete', { best: null }],
  ])('is evaluated, or not, since: %s', (reason, more) => {
    expect(skipReason(definition, ended(more))).toBe(reason);
  });

  it('is not evaluated without evaluate', () => {
    expect(skipReason(definitionOf(), ended())).toBe('its definition has no evaluate');
  });
});

describe('the candidates', () => {
  it('are baseline and best', () => {
    expect(begun()).toMatchObject({ champion: baseline, challenger: best, tests: { ended: 0, of: 4 }, look: 1 });
  });

  it('are one where the best has the parameters of the baseline', () => {
    const same = begun({ best: { ...best, params: baseline.params } });
    expect(same.challenger).toBeUndefined();
    expect(same).toMatchObject({ champion: { number: 0 }, tests: { of: 2 } });
  });

  it('are the best alone where there is no baseline', () => {
    const { baseline: _none, ...state } = ended();
    expect(beginEvaluation(definition, state)).toMatchObject({ challenger: best, tests: { of: 2 } });
  });

  it('are the champion of the nights before, and its trial where the best is that one', () => {
    const champion = { x: 0.9, y: 2 };
    const night = { ...definition, evaluate: { ...SPEC, champion } };
    expect(beginEvaluation(night, ended())).toMatchObject({ champion: { params: champion }, challenger: best });
    const again = beginEvaluation(night, ended({ best: { ...best, params: champion } }));
    expect(again).toMatchObject({ champion: { number: 3, values: best.values } });
  });

  it('are looked at once more by a study that goes on from one with a verdict', () => {
    expect(begun({ looks: 2 }).look).toBe(3);
  });
});

describe('the runs', () => {
  const tests = testsOf(begun(), SPEC);

  it('take turns, with the same seeds for both', () => {
    expect(tests.map(({ candidate, repeat }) => `${candidate} ${repeat}`)).toEqual([
      'champion 0',
      'challenger 0',
      'champion 1',
      'challenger 1',
    ]);
    expect(tests[0]!.seed).toBe(tests[1]!.seed);
    expect(tests[1]!.seed).not.toBe(tests[2]!.seed);
    for (const { seed } of testsOf(begun(), { ...SPEC, repeats: 30, seed: 2 ** 53 - 1 }))
      expect(Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32).toBe(true);
  });

  it('are sorted by candidate and repeat, in whatever order they ended', () => {
    const runs = tests.map(({ seed }, i) => ({ seed, values: [i] }));
    const { phase, champion, challenger } = tested(counted(begun()), tests, runs);
    expect(phase).toBe('judging');
    expect(champion!.runs.map((run) => 'values' in run && run.values[0])).toEqual([0, 2]);
    expect(challenger!.runs.map((run) => 'values' in run && run.values[0])).toEqual([1, 3]);
  });

  it('keep what a comparison needs, or why there is none', () => {
    const constrained = definitionOf({ constraints: [{ name: 'size', below: 1 }] });
    const result = {
      values: [1],
      reports: [],
      folds: [1, 2],
      train: 0.5,
      cost: 3,
      predictions: 'sha256:a',
      constraints: [0],
    };
    const kept = { seed: 4, values: [1], folds: [1, 2], train: 0.5, cost: 3, predictions: 'sha256:a' };
    expect(runOf(constrained, 4, { kind: 'result', attempts: 1, result })).toEqual(kept);
    expect(runOf(constrained, 4, { kind: 'result', attempts: 1, result: { ...result, constraints: [2] } })).toEqual({
      seed: 4,
      failed: 'it breaks a constraint',
    });
    const outcome = { kind: 'failed', attempts: 1, notes: { reason: 'no data' }, reports: [] } as const;
    expect(runOf(definition, 4, outcome)).toEqual({ seed: 4, failed: 'no data' });
    expect(runOf(definition, 4, { kind: 'paused', attempts: 1, notes: {} })).toEqual({
      seed: 4,
      failed: 'it was cancelled',
    });
  });
});

describe('a promotion', () => {
  it('follows a verdict to promote, where the study asks for one', () => {
    expect(judged(begun(), PROMOTE, definition, 'key', 0)).toMatchObject({ phase: 'over', judgement: PROMOTE });
    expect(judged(begun(), PROMOTE, definition, 'key', 0).promotion).toBeUndefined();
    expect(promoting()).toMatchObject({ phase: 'promoting', promotion: { state: 'running', key: 'key' } });
    expect(promoting(5000).promotion).toEqual({
      state: 'waiting for approval',
      key: 'key',
      until: '1970-01-01T00:00:06.000Z',
    });
  });

  it('takes one word, while it waits for it', () => {
    const waiting = promoting(5000);
    expect(decisionFault(waiting, 'approve')).toBeUndefined();
    const approved = decided(waiting, word('approve'));
    expect(approved).toMatchObject({ phase: 'promoting', promotion: { state: 'running', by: 'ann', why: 'yes' } });
    expect(decided(waiting, word('reject'))).toMatchObject({ phase: 'over', promotion: { state: 'rejected' } });
    expect(decisionFault(approved, 'reject')).toBe('reject: the promotion does not wait for approval (it is running)');
    expect(decisionFault(undefined, 'approve')).toMatch(/^approve: no promotion waits for approval; one does when/);
  });

  it('that a stop cuts short is rejected before it runs, and has failed while it does', () => {
    expect(cutShort(promoting(5000), 'enough')).toMatchObject({
      phase: 'over',
      reason: 'enough',
      promotion: { state: 'rejected', why: 'enough' },
    });
    expect(cutShort(promoting(), 'enough').promotion).toMatchObject({ state: 'failed', output: 'enough' });
    expect(cutShort(begun(), 'enough').promotion).toBeUndefined();
  });
});
