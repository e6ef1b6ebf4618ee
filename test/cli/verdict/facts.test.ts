import { describe, expect, it } from 'vitest';
import { bayesianText, effectText, methodText, missingVerdict, promotionText } from '../../../cli/verdict/facts.ts';
import { EVALUATED, EVALUATION, statusOf, VERDICT } from '../evaluated.ts';

const { judgement: _judgement, ...UNJUDGED } = EVALUATION;

describe('why a study has no verdict', () => {
  it('is that its file has no evaluate', () => {
    const { evaluate: _evaluate, ...plain } = EVALUATED;
    expect(missingVerdict(plain, statusOf(undefined))).toBe(
      "study 'digits' has no evaluate: in its study file, so nothing was tested; add it and run the file with --new",
    );
  });

  it('is that it is still tuning', () => {
    const { finishedAt: _finishedAt, reason: _reason, ...open } = statusOf(undefined, { status: 'paused' });
    expect(missingVerdict(EVALUATED, open)).toBe(
      "study 'digits' is still tuning (paused); dtune watch digits follows it to its verdict",
    );
  });

  it('is that the final test is under way, or being judged', () => {
    expect(missingVerdict(EVALUATED, statusOf({ ...UNJUDGED, phase: 'testing' }))).toBe(
      'the final test is under way, 4 of 4 runs done; dtune watch digits follows it',
    );
    expect(missingVerdict(EVALUATED, statusOf({ ...UNJUDGED, phase: 'judging' }))).toBe(
      'the final test is being judged; dtune watch digits follows it',
    );
  });

  it('is that it was stopped before', () => {
    const stopped = statusOf(undefined, { status: 'stopped', reason: 'stopped on request' });
    expect(missingVerdict(EVALUATED, stopped)).toBe(
      "study 'digits' ended before its final test (stopped on request); dtune continue digits goes on with it",
    );
    const failed = statusOf(undefined, { status: 'failed', reason: '10 trials failed', best: null });
    expect(missingVerdict(EVALUATED, failed)).toBe(
      "study 'digits' has no complete trial that could be tested (10 trials failed)",
    );
  });

  it('is what the evaluation itself says', () => {
    expect(missingVerdict(EVALUATED, statusOf({ ...UNJUDGED, reason: 'stopped --now' }))).toBe(
      "study 'digits' ended its evaluation without a verdict (stopped --now)",
    );
  });

  it('is nothing where it has one', () => {
    expect(missingVerdict(EVALUATED, statusOf(EVALUATION))).toBeUndefined();
  });
});

describe('the facts of a verdict', () => {
  it('are the effect, with the interval at the confidence of this look', () => {
    expect(effectText(VERDICT)).toBe('+0.039 (95 % interval +0.0121 to +0.0661)');
    expect(effectText({ ...VERDICT, effect: -0.25, interval: [-0.5, 0], alpha: 0.025 })).toBe(
      '-0.25 (97.5 % interval -0.5 to 0)',
    );
    const { interval: _interval, ...single } = VERDICT;
    expect(effectText(single)).toBe('+0.039');
    const { effect: _effect, ...none } = VERDICT;
    expect(effectText(none)).toBeUndefined();
  });

  it('are the method, and on how much it looked', () => {
    expect(methodText(VERDICT)).toBe('paired bootstrap on 450 rows, p = 0.0034');
    expect(methodText({ ...VERDICT, method: 'corrected t', n: 15 })).toBe('corrected t on 15 folds, p = 0.0034');
    expect(methodText({ ...VERDICT, method: 'single values' })).toBe('one number each, so nothing is known of chance');
    expect(methodText({ ...VERDICT, method: 'none' })).toBe('there was nothing to compare');
  });

  it('are the posterior, where there is one', () => {
    expect(bayesianText({ ...VERDICT, bayesian: { worse: 0.02, equal: 0.1004, better: 0.8796 } })).toBe(
      'better with probability 88 %, practically equal 10 %, worse 2 %',
    );
    expect(bayesianText(VERDICT)).toBeUndefined();
  });
});

describe('a promotion in words', () => {
  const key = 'digits/run-1/promotion';
  const until = '2026-01-04T03:14:05.000Z';
  it.each([
    [
      { key, state: 'waiting for approval', until },
      'waits for approval until 2026-01-04 03:14 UTC: dtune approve digits, or dtune reject digits',
    ],
    [{ key, state: 'running', by: 'ada' }, 'is being carried out, approved by ada'],
    [{ key, state: 'done', finishedAt: until, output: 'live' }, 'done at 2026-01-04 03:14 UTC'],
    [
      { key, state: 'failed', by: 'ada', why: 'looks right', output: 'deploying\nno route to host\n' },
      'failed: no route to host, approved by ada: looks right',
    ],
    [{ key, state: 'rejected', by: 'ada', why: 'too slow' }, 'rejected by ada: too slow'],
    [{ key, state: 'expired', until }, 'not carried out: nobody approved until 2026-01-04 03:14 UTC'],
  ] as const)('says of %o: %s', (promotion, text) => {
    expect(promotionText(promotion, 'digits')).toBe(text);
  });
});
