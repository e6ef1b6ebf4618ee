/** Reports of running trials and a pruner's verdicts, played without a server. */
import { describe, expect, it } from 'vitest';
import { settle } from '../../../study/ledger/apply.ts';
import { createLedger } from '../../../study/ledger/begin.ts';
import { rowOf, type Ledger } from '../../../study/ledger/ledger.ts';
import { recordReports } from '../../../study/ledger/reports.ts';
import type { SchedulingRules } from '../../../study/ledger/scheduling.ts';
import type { PruningRules } from '../../../study/scheduling.ts';
import type { StudyDefinition } from '../../../study/study.ts';
import { definitionOf } from '../definitions.ts';
import { end, failed, float, go, paused, result, send, spaceOf } from './rig.ts';

interface State {
  heard: string[];
  /** Best value at step 1 of trials that have ended, and since when. */
  best: { y: number; seq: number }[];
}

/** Prunes what is worse at step 1 than the best trial that has ended was. */
const strict: SchedulingRules = {
  crossings: { from: 1, every: 1, most: 100 },
  begin: (): State => ({ heard: [], best: [] }),
  rules: {
    form: 'pruner',
    reported(state, number, { step, y }, seq) {
      state.heard.push(`${number}: ${y} at ${step}, since ${seq}`);
    },
    ended(state, { number, state: how, reports }, seq) {
      state.heard.push(`${number} ${how}, since ${seq}`);
      if (reports[0]) state.best.push({ y: reports[0].y, seq });
    },
    verdict(state, { reports }, asOf) {
      const [first] = reports;
      const known = state.best.filter(({ seq }) => seq <= asOf).map(({ y }) => y);
      return known.length > 0 && first!.y > Math.min(...known) ? { prune: `above ${Math.min(...known)}` } : 'go on';
    },
  } satisfies PruningRules<State> as PruningRules,
};

const study = (changes: Partial<StudyDefinition> = {}): Ledger =>
  createLedger(
    definitionOf({
      space: spaceOf(1, float('x', 0, 1)),
      scheduler: { name: 'strict', options: {} },
      stop: { trials: 9, maxFailures: 10 },
      ...changes,
    }),
    0,
    strict,
  );

const heard = ({ state }: Ledger): string[] => (state.scheduling!.own as State).heard;

/** @returns what becomes of the trial */
function report(ledger: Ledger, number: number, step: number, value: number, attempt = 1): string {
  const [verdict] = recordReports(ledger, [{ number, attempt, step, value }]);
  settle(ledger, 0);
  return verdict!;
}

/** A study whose trial 0 had the value 5 at step 1. */
function begun(changes?: Partial<StudyDefinition>): Ledger {
  const ledger = study(changes);
  go(ledger);
  report(ledger, 0, 1, 5);
  end(ledger, 0, 4);
  go(ledger);
  return ledger;
}

describe('a report', () => {
  it('is heard at once, its verdict recorded, and the trial is pruned whatever it ends in', () => {
    for (const outcome of [result(1), failed, paused('c')]) {
      const ledger = begun();
      expect(report(ledger, 1, 1, 6)).toBe('prune');
      expect(ledger.state.verdicts).toEqual([{ number: 1, prunedAt: 1, reason: 'above 5' }]);
      end(ledger, 1, outcome);
      expect(rowOf(ledger, 1)).toMatchObject({ state: 'pruned', reports: [[1, 6]], notes: { reason: 'above 5' } });
      expect(rowOf(ledger, 1).values).toBeUndefined();
      expect(ledger.state.counts).toMatchObject({ complete: 1, pruned: 1, failed: 0 });
      expect(heard(ledger)).toEqual([
        '0: 5 at 1, since 0',
        '0 complete, since 1',
        '1: 6 at 1, since 1',
        '1 pruned, since 2',
      ]);
    }
  });

  it('keeps the checkpoint of a pruned trial', () => {
    const ledger = begun();
    report(ledger, 1, 1, 6);
    end(ledger, 1, paused('saved'));
    expect(rowOf(ledger, 1).notes).toMatchObject({ checkpoint: 'saved' });
  });

  it('is to be maximised where the objective is', () => {
    const ledger = begun({ objectives: [{ name: 'accuracy', goal: 'maximize' }] });
    expect(report(ledger, 1, 1, 6)).toBe('go on');
    go(ledger);
    end(ledger, 1, 6);
    go(ledger);
    expect(report(ledger, 2, 1, 4)).toBe('prune');
    expect(heard(ledger)[2]).toBe('1: -6 at 1, since 1');
  });

  it('of a step that is known already, or of an attempt before, is dropped', () => {
    const ledger = study();
    go(ledger);
    report(ledger, 0, 1, 5);
    report(ledger, 0, 1, 9);
    report(ledger, 0, 2, 4, 2);
    report(ledger, 0, 3, 9);
    expect(ledger.state.scheduling!.curves[0]).toEqual({
      attempt: 2,
      reports: [
        [1, 5],
        [2, 4],
      ],
    });
  });

  it('that does not cross is dropped, though a later attempt thinks it does', () => {
    const rules: SchedulingRules = { ...strict, crossings: { at: [2, 8] } };
    const ledger = createLedger(definitionOf({ space: spaceOf(1, float('x', 0, 1)) }), 0, rules);
    go(ledger);
    report(ledger, 0, 2, 5);
    report(ledger, 0, 3, 4, 2);
    report(ledger, 0, 9, 3, 2);
    expect(ledger.state.scheduling!.curves[0]!.reports.map(([step]) => step)).toEqual([2, 9]);
  });

  it('after the verdict never was', () => {
    const ledger = begun();
    report(ledger, 1, 1, 6);
    expect(report(ledger, 1, 2, 0)).toBe('prune');
    end(ledger, 1, 0);
    expect(rowOf(ledger, 1).reports).toEqual([[1, 6]]);
  });

  it('of a trial that does not run is dropped', () => {
    const ledger = begun();
    expect(report(ledger, 0, 9, 9)).toBe('go on');
    expect(report(ledger, 77, 1, 9)).toBe('go on');
    expect(ledger.state.scheduling!.curves).toEqual({});
  });

  it('that got lost comes with the outcome, and is judged then', () => {
    const ledger = begun();
    end(ledger, 1, {
      ...result(1),
      crossed: [
        [1, 6],
        [2, 1],
      ],
    });
    expect(rowOf(ledger, 1)).toMatchObject({ state: 'pruned', reports: [[1, 6]] });
  });

  it('gives way to a person who ended the trial before', () => {
    const ledger = begun();
    send(ledger, { kind: 'fail', number: 1 });
    report(ledger, 1, 1, 6);
    end(ledger, 1, 1);
    expect(rowOf(ledger, 1)).toMatchObject({ state: 'failed', notes: { reason: 'failed' } });
  });
});

describe('with order trial', () => {
  it('a verdict sees what had closed when the trial was opened, whenever its report comes', () => {
    const late = study({ order: 'trial', parallel: 2 });
    const early = study({ order: 'trial', parallel: 2 });
    for (const ledger of [late, early]) expect(go(ledger)).toEqual([0, 1]);
    const zero = (ledger: Ledger): void => {
      report(ledger, 0, 1, 5);
      end(ledger, 0, 4);
    };
    const one = (ledger: Ledger): void => {
      // worse than 0, which had not closed when 1 was opened
      expect(report(ledger, 1, 1, 6)).toBe('go on');
      end(ledger, 1, 3);
    };
    zero(late);
    one(late);
    one(early);
    zero(early);
    for (const ledger of [late, early]) {
      expect(go(ledger)).toEqual([2, 3].slice(0, 2));
      expect(report(ledger, 3, 1, 5.5)).toBe('prune');
      expect(report(ledger, 2, 1, 4.5)).toBe('go on');
      end(ledger, 3, 0);
      end(ledger, 2, 2);
    }
    expect(early.rows).toEqual(late.rows);
    expect(heard(early)).toEqual(heard(late));
    expect(early.state.counts).toMatchObject({ complete: 3, pruned: 1 });
  });

  it('a pruner hears of a trial when its turn has come', () => {
    const ledger = study({ order: 'trial', parallel: 2 });
    go(ledger);
    report(ledger, 1, 1, 6);
    end(ledger, 1, 3);
    expect(heard(ledger)).toEqual([]);
    report(ledger, 0, 1, 5);
    end(ledger, 0, 4);
    expect(heard(ledger)).toEqual([
      '0: 5 at 1, since 1',
      '0 complete, since 1',
      '1: 6 at 1, since 2',
      '1 complete, since 2',
    ]);
  });
});
