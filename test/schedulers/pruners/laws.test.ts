/** What every pruner must hold, whatever is reported. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { schedulerOptions, SCHEDULERS } from '../../../schedulers/registry.ts';
import type { EndedTrial, KnownReport, Pruner, SchedulingProblem } from '../../../schedulers/scheduler.ts';

const problem: SchedulingProblem = { objectives: 1, parallel: 4, seed: 3 };
const pruners = SCHEDULERS.filter((scheduler): scheduler is Pruner => scheduler.form === 'pruner');
const settings: Readonly<Record<string, readonly Readonly<Record<string, number | string>>[]>> = {
  median: [{ startup: 1 }, { startup: 2, interval: 2, minTrials: 2 }],
  percentile: [{ startup: 0, percentile: 60 }],
  threshold: [{ upper: 0.5 }, { lower: -0.5 }],
  patient: [{ patience: 0 }, { patience: 1, of: 'percentile', startup: 1 }],
  wilcoxon: [{ pThreshold: 0.3 }],
  'asha-stopping': [{ max: 8, eta: 2 }],
  'hyperband-stopping': [{ max: 8, eta: 2 }],
};
const cases = pruners.flatMap((pruner) => settings[pruner.name]!.map((raw) => ({ name: pruner.name, raw, pruner })));

type Call =
  | {
      readonly call: 'report';
      readonly number: number;
      readonly report: KnownReport;
      readonly curve: readonly KnownReport[];
    }
  | { readonly call: 'end'; readonly trial: EndedTrial };

/** Calls of a study of several trials at a time; values of few kinds, so that ties are common. */
const study = fc
  .array(fc.tuple(fc.nat(3), fc.integer({ min: -4, max: 4 }), fc.integer({ min: 0, max: 11 })), {
    minLength: 60,
    maxLength: 200,
  })
  .map((moves) => {
    const calls: Call[] = [];
    const slots = [0, 1, 2, 3].map((number) => ({ number, curve: [] as KnownReport[] }));
    let next = 4;
    for (const [slot, value, fate] of moves) {
      const trial = slots[slot]!;
      const report = { step: trial.curve.length + 1, y: value / 4 };
      trial.curve = [...trial.curve, report];
      calls.push({ call: 'report', number: trial.number, report, curve: trial.curve });
      if (fate > 2) continue;
      const state = (['complete', 'complete', 'failed'] as const)[fate]!;
      calls.push({ call: 'end', trial: { number: trial.number, state, reports: trial.curve } });
      slots[slot] = { number: next++, curve: [] };
    }
    return calls;
  });

function carryOut(pruner: Pruner, state: unknown, call: Call, seq: number): void {
  if (call.call === 'report') pruner.reported(state, call.number, call.report, seq);
  else pruner.ended(state, call.trial, seq);
}

describe.each(cases)('$name $raw', ({ pruner, raw }) => {
  const options = schedulerOptions(pruner, raw);
  const begin = (): unknown => pruner.begin(problem, options);

  it('decides the same with a state that went through JSON, and changes nothing by a verdict', () => {
    let prunes = 0;
    fc.assert(
      fc.property(study, (calls) => {
        const state = begin();
        let carried = begin();
        for (const [seq, call] of calls.entries()) {
          carried = JSON.parse(JSON.stringify(carried));
          for (const one of [state, carried]) carryOut(pruner, one, call, seq);
          if (call.call !== 'report') continue;
          const before = JSON.stringify(state);
          const trial = { number: call.number, reports: call.curve };
          const verdict = pruner.verdict(state, trial, Infinity);
          expect(pruner.verdict(carried, trial, Infinity)).toEqual(verdict);
          expect(pruner.verdict(state, trial, Infinity)).toEqual(verdict);
          expect(JSON.stringify(state)).toBe(before);
          if (verdict === 'go on') continue;
          expect(verdict.prune.length).toBeGreaterThan(10);
          prunes++;
        }
      }),
      { seed: 17, numRuns: 60 },
    );
    expect(prunes).toBeGreaterThan(0);
  });

  it('sees only what was taken in by the position that it judges as of', () => {
    fc.assert(
      fc.property(study, fc.nat(100), (calls, cut) => {
        const at = Math.min(cut, calls.length);
        const early = begin();
        const late = begin();
        for (const [seq, call] of calls.entries()) {
          if (seq < at) carryOut(pruner, early, call, seq);
          carryOut(pruner, late, call, seq);
        }
        for (const call of calls.slice(at)) {
          if (call.call !== 'report') continue;
          const trial = { number: call.number, reports: call.curve };
          expect(pruner.verdict(late, trial, at - 1)).toEqual(pruner.verdict(early, trial, Infinity));
        }
      }),
      { seed: 18, numRuns: 60 },
    );
  });

  it('keeps a bounded state, and the same as of any position of late', () => {
    const state = begin();
    const curve = [1, 2, 3, 4].map((step) => ({ step, y: 0 }));
    let seq = 0;
    const end = (number: number): void => {
      const reports = curve.map(({ step }) => ({ step, y: ((number * 7919) % 1009) / 1009 - number * 1e-3 }));
      for (const report of reports) pruner.reported(state, number, report, ++seq);
      pruner.ended(state, { number, state: 'complete', reports }, ++seq);
    };
    for (let number = 0; number < 3000; number++) end(number);
    const [size, asOf] = [JSON.stringify(state).length, seq];
    const trial = {
      number: 100_000,
      reports: [
        { step: 1, y: -0.9 },
        { step: 2, y: -0.8 },
        { step: 3, y: -0.7 },
      ],
    };
    const verdict = pruner.verdict(state, trial, asOf);
    for (let number = 3000; number < 3060; number++) end(number);
    expect(pruner.verdict(state, trial, asOf)).toEqual(verdict);
    for (let number = 3060; number < 6000; number++) end(number);
    expect(JSON.stringify(state).length).toBeLessThan(1.5 * size + 200);
    expect(size).toBeLessThan(200_000);
  });

  it('hears reports at steps that there are', () => {
    const crossings = pruner.crossings(options);
    if ('at' in crossings) expect(crossings.at.length).toBeGreaterThan(0);
    else expect([crossings.from >= 0, crossings.every >= 1, crossings.most >= 1]).toEqual([true, true, true]);
  });
});
