import { describe, expect, it } from 'vitest';
import { statusOf } from '../../../study/ledger/status.ts';
import { check, end, endAll, failed, go, running, send, studyOf } from './rig.ts';

const ORDERS = ['completion', 'trial'] as const;
const four = { parallel: 4, stop: { trials: 20, maxFailures: 10 } };

describe.each(ORDERS)('with order %s', (order) => {
  const study = () => studyOf({ ...four, order });

  describe('budget', () => {
    it('changes the rules it names, and null takes one away', () => {
      const ledger = study();
      send(ledger, { kind: 'budget', stop: { target: 0.1, trials: null } });
      go(ledger);
      end(ledger, 0, 1);
      expect(ledger.definition.stop).toEqual({ target: 0.1, maxFailures: 10 });
      expect(ledger.state.stop).toEqual(ledger.definition.stop);
      go(ledger);
      expect(statusOf(ledger)).not.toHaveProperty('trials');
      end(ledger, 1, 0.05);
      expect(statusOf(ledger)).toMatchObject({ reason: 'trial 1 reached the target 0.1 with 0.05' });
    });

    it('below what is counted ends the study; what runs is recorded', () => {
      const ledger = study();
      go(ledger);
      endAll(ledger, 1);
      go(ledger);
      send(ledger, { kind: 'budget', stop: { trials: 3 } });
      endAll(ledger, 1);
      expect(statusOf(ledger, 1)).toMatchObject({
        status: 'complete',
        reason: 'all 3 trials are done',
        counts: { complete: 8 },
      });
    });

    it('is exact after a raise', () => {
      const ledger = studyOf({ parallel: 3, stop: { trials: 4, maxFailures: 10 }, order });
      go(ledger);
      end(ledger, 0, 1);
      send(ledger, { kind: 'budget', stop: { trials: 7 } });
      for (let i = 0; i < 9; i++) {
        go(ledger);
        const [next] = running(ledger);
        if (next !== undefined) end(ledger, next, next === 2 ? failed : 1);
      }
      expect(statusOf(ledger, 1)).toMatchObject({ status: 'complete', counts: { complete: 7, failed: 1 }, asked: 8 });
    });

    it('is refused once all trials are done', () => {
      const ledger = studyOf({ stop: { trials: 1, maxFailures: 1 }, order });
      end(ledger, go(ledger)[0], 1);
      expect(send(ledger, { kind: 'budget', stop: { trials: 2 } })).toBe(
        'budget: the study is ending (all 1 trials are done); continue it once it has closed',
      );
    });

    it.each([
      [{ time: 5 }, "budget: there is no rule 'time', expected trials, timeMs, target, patience, cost, maxFailures"],
      [{}, 'budget: got {}, expected one or more of the rules trials, timeMs, target, patience, cost, maxFailures'],
      [{ trials: 0 }, 'budget: trials is 0, expected a whole number from 1, or null to take it away'],
      [{ patience: 1.5 }, 'budget: patience is 1.5, expected a whole number from 1, or null to take it away'],
      [{ target: 'low' }, 'budget: target is "low", expected a number, or null to take it away'],
      [{ cost: 0 }, 'budget: cost is 0, expected a number > 0, or null to take it away'],
      [{ maxFailures: null }, 'budget: maxFailures is null, expected a whole number from 1'],
      [
        { trials: null },
        'budget: no rule is left that ends the study; keep one of trials, timeMs, target, patience, cost',
      ],
    ])('is refused where it cannot be: %o', (stop, words) => {
      expect(send(study(), { kind: 'budget', stop } as never)).toBe(words);
    });

    it('may have no rule where the sampler ends by itself', () => {
      const ledger = studyOf({ ...four, order, sampler: { name: 'grid', options: {} } });
      expect(send(ledger, { kind: 'budget', stop: { trials: null } })).toBeTypeOf('object');
    });
  });

  describe('parallel', () => {
    it('widens, and narrows as trials end', () => {
      const ledger = studyOf({ parallel: 2, stop: { trials: 50, maxFailures: 1 }, order });
      go(ledger);
      send(ledger, { kind: 'parallel', parallel: 4 });
      check(ledger);
      end(ledger, 0, 1);
      go(ledger);
      expect(running(ledger).length).toBe(4);
      send(ledger, { kind: 'parallel', parallel: 1 });
      check(ledger);
      for (let i = 0; i < 8; i++) {
        end(ledger, running(ledger)[0], 1);
        go(ledger);
      }
      expect(running(ledger).length).toBe(1);
      expect(ledger.definition.parallel).toBe(1);
    });

    it('is refused where it cannot be', () => {
      for (const parallel of [0, 1001, 1.5, '4'])
        expect(send(study(), { kind: 'parallel', parallel } as never)).toBe(
          `parallel: got ${JSON.stringify(parallel)}, expected a whole number from 1 to 1000`,
        );
    });
  });
});
