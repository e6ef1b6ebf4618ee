import { describe, expect, it } from 'vitest';
import {
  budgetText,
  decisionText,
  guardsText,
  promotionSpecText,
  splitText,
  testText,
} from '../../../cli/verdict/settings.ts';
import { EVALUATED } from '../evaluated.ts';

describe('the settings of an evaluation in words', () => {
  it.each([
    [{ kind: 'hold-out', size: 0.25, stratify: true }, '25 % of the rows held out, by class'],
    [{ kind: 'k-fold', folds: 5, repeats: 1 }, '5-fold cross-validation'],
    [{ kind: 'stratified-group', folds: 5, repeats: 2 }, '5-fold cross-validation, 2 times, by group and class'],
    [{ kind: 'time-series', folds: 4, gap: 0 }, '4 folds in order of time'],
    [{ kind: 'time-series', folds: 4, gap: 7 }, '4 folds in order of time, 7 rows left out before each test'],
    [{ kind: 'leave-one-group-out' }, 'each group held out once'],
  ] as const)('say of the split %o: %s', (split, text) => expect(splitText(split)).toBe(text));

  it.each([
    [{ kind: 'hold-out', size: 0.2 }, '20 % of the rows, which tuning never sees'],
    [
      { kind: 'cross-validation', folds: 10, repeats: 3 },
      'all rows, divided otherwise than in tuning: 10-fold cross-validation, 3 times',
    ],
    [{ kind: 'own' }, "the trial's own test data"],
  ] as const)('say of the test %o: %s', (test, text) => expect(testText(test)).toBe(text));

  it('say what decides, and how strictly', () => {
    expect(decisionText(EVALUATED.evaluate!, 'accuracy')).toBe(
      'by balancedAccuracy (also computed: mcc, logLoss, rocAucOvr); worth a change: more than 0.005; ' +
        '5 % chance of a false promotion over all looks at the test data; 2 runs of each candidate',
    );
    const plain = { ...EVALUATED.evaluate!, metrics: [], minimumEffect: 0, repeats: 1, look: 3 };
    expect(decisionText(plain, 'accuracy')).toBe(
      'by accuracy; worth a change: any gain; ' +
        '5 % chance of a false promotion over all looks at the test data, of which this is look 3; one run of each candidate',
    );
  });

  it('say what the guards look for', () => {
    expect(guardsText(EVALUATED.evaluate!.guards)).toContain('by more than 0.1 is a warning');
    expect(guardsText(EVALUATED.evaluate!.guards)).toContain('off: seeds');
    const guards = { ...EVALUATED.evaluate!.guards, off: [], gap: { above: 0.2, as: 'penalty', weight: 2 } as const };
    expect(guardsText(guards)).toContain('by more than 0.2 is penalized 2 times');
    expect(guardsText(guards)).not.toContain('off');
    const { gap: _gap, ...own } = guards;
    expect(guardsText(own)).not.toContain('training');
  });

  it.each([
    [EVALUATED.promote!.action, 'runs ./deploy.sh --stage live'],
    [{ kind: 'activity', activity: 'ship', queue: 'ops' }, 'runs activity ship on queue ops'],
    [{ kind: 'webhook', url: 'http://localhost/hook' }, 'calls http://localhost/hook'],
  ] as const)('say of the promotion %o: %s', (action, what) => {
    expect(promotionSpecText({ ...EVALUATED.promote!, action })).toBe(
      `${what}, once somebody approves within 2d; at most 10m an attempt, repeated up to 3 times under the same key`,
    );
    expect(promotionSpecText({ action, timeoutMs: 1000, retries: 0 })).toBe(`${what}; at most 1s an attempt`);
  });

  it('say what ends the study', () => {
    expect(budgetText({ trials: 40, timeMs: 7_200_000, target: 0.99, patience: 10, cost: 3, maxFailures: 10 })).toBe(
      '40 trials, or 2h, or a value of 0.99, or 10 trials without a better one, or a cost of 3, or 10 failures',
    );
  });
});
