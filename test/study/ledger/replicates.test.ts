/** Studies whose trials run several times, played without a server. */
import { describe, expect, it } from 'vitest';
import { audit } from '../../../samplers/audit.ts';
import { createStudySession } from '../../../samplers/study-session.ts';
import { rulesOf } from '../../../schedulers/rules.ts';
import { settle } from '../../../study/ledger/apply.ts';
import { createLedger } from '../../../study/ledger/begin.ts';
import { decodeRows, encodeRows, shapeOf } from '../../../study/ledger/blocks.ts';
import { askSlot, isFinished, rowOf, type Ledger } from '../../../study/ledger/ledger.ts';
import { recordOf } from '../../../study/ledger/row.ts';
import { recordSuggestions, slotsToAsk } from '../../../study/ledger/slots.ts';
import { statusOf } from '../../../study/ledger/status.ts';
import type { StudyDefinition } from '../../../study/study.ts';
import { definitionOf } from '../definitions.ts';
import { end, failed, float, go, paused, result, running, send, spaceOf, start } from './rig.ts';

const study = (options: object = {}, changes: Partial<StudyDefinition> = {}): Ledger => {
  const definition = definitionOf({
    space: spaceOf(1, float('x', 0, 1)),
    scheduler: { name: 'replicates', options: { ...options } },
    stop: { trials: 4, maxFailures: 10 },
    ...changes,
  });
  return createLedger(definition, 0, rulesOf(definition));
};

const next = (ledger: Ledger, outcome: Parameters<typeof end>[2]): number => {
  go(ledger);
  const number = running(ledger)[0]!;
  end(ledger, number, outcome);
  return number;
};

/** Plays a study with a sampler of the package: trial `number` is worth (x - 0.3)^2, and noise that follows from number and run. */
function played(definition: StudyDefinition, pick: (running: readonly number[]) => number): Ledger {
  const ledger = createLedger(definition, 0, rulesOf(definition));
  const session = createStudySession(definition, ledger.state.epochs);
  while (!isFinished(ledger)) {
    for (;;) {
      ledger.asking = slotsToAsk(ledger);
      if (ledger.asking.length === 0) break;
      const { suggestions, sampler } = session.ask(ledger.asking.map(askSlot));
      recordSuggestions(ledger, suggestions, sampler);
      settle(ledger, 0);
      session.push(ledger.changed.splice(0));
    }
    start(ledger);
    const number = pick(running(ledger));
    const row = rowOf(ledger, number);
    const run = row.notes?.replicates?.length ?? 0;
    const noise = ((number * 7919 + run * 104_729) % 101) / 101 - 0.5;
    end(ledger, number, (number * 5 + run) % 17 === 16 ? failed : result((row.x[0]! - 0.3) ** 2 + 0.2 * noise));
    session.push(ledger.changed.splice(0));
  }
  return ledger;
}

describe('a trial that runs several times', () => {
  it('rests between its runs, is worth their mean, and is complete after the last', () => {
    const ledger = study({ most: 2, final: 3, top: 1 }, { stop: { trials: 1, maxFailures: 10 } });
    next(ledger, result(5, { checkpoint: 'c0', reports: [[1, 9]] }));
    expect(rowOf(ledger, 0)).toMatchObject({ state: 'waiting', values: [5], notes: { replicates: [5] } });
    next(ledger, result(2, { reports: [[1, 7]] }));
    expect(rowOf(ledger, 0)).toMatchObject({ values: [3.5], reports: [[1, 7]] });
    expect(ledger.state.best).toMatchObject({ number: 0, values: { loss: 3.5 }, replicates: 2 });
    next(ledger, 2);
    expect(isFinished(ledger)).toBe(true);
    expect(recordOf(ledger.definition, ledger.state.epochs, rowOf(ledger, 0))).toMatchObject({
      state: 'complete',
      values: { loss: 3 },
      replicates: [5, 2, 2],
      segments: [
        { to: 1, values: { loss: 5 } },
        { to: 2, values: { loss: 3.5 } },
        { to: 3, values: { loss: 3 } },
      ],
    });
    const { best, noise, counts } = statusOf(ledger, 0);
    expect(counts).toEqual({ complete: 1, pruned: 0, failed: 0, infeasible: 0 });
    expect(noise).toMatchObject({ standardDeviation: Math.sqrt(3), degreesOfFreedom: 2 });
    expect(best).toMatchObject({ replicates: 3, standardError: 1 });
  });

  it('never goes on from the checkpoint of a run that has ended, but from that of one that was broken off', () => {
    const ledger = study();
    go(ledger);
    end(ledger, 0, result(5, { checkpoint: 'first' }));
    go(ledger);
    expect(rowOf(ledger, 0)).toMatchObject({ state: 'running', notes: { replicates: [5] } });
    expect(rowOf(ledger, 0).notes).not.toHaveProperty('checkpoint');
    send(ledger, { kind: 'pause', now: true });
    end(ledger, 0, paused('second'));
    send(ledger, { kind: 'resume' });
    go(ledger);
    expect(rowOf(ledger, 0)).toMatchObject({ state: 'running', notes: { checkpoint: 'second', replicates: [5] } });
  });

  it('is complete with the runs it has where it is clearly worse', () => {
    const ledger = study();
    for (const value of [1, 2, 1.5]) next(ledger, value);
    next(ledger, 9);
    expect(rowOf(ledger, 1)).toMatchObject({ state: 'complete', values: [9], notes: { replicates: [9] } });
    expect(ledger.state.counts).toMatchObject({ complete: 1, pruned: 0 });
    expect(ledger.state.best).toMatchObject({ number: 0 });
  });

  it('has failed if a run fails, and is infeasible if the mean of a constraint is', () => {
    const ledger = study({}, { constraints: [{ name: 'memory', below: 10 }] });
    next(ledger, result(1, { constraints: [4] }));
    next(ledger, failed);
    expect(rowOf(ledger, 0)).toMatchObject({ state: 'failed', notes: { replicates: [1] } });
    expect(ledger.state.best).toBeNull();
    next(ledger, result(1, { constraints: [4] }));
    next(ledger, result(1, { constraints: [15] }));
    expect(rowOf(ledger, 1)).toMatchObject({
      constraints: [9.5],
      segments: [{ constraints: [4] }, { constraints: [9.5] }],
    });
    next(ledger, result(1, { constraints: [14] }));
    expect(rowOf(ledger, 1)).toMatchObject({ state: 'infeasible', constraints: [11] });
    expect(ledger.state.best).toBeNull();
  });

  it('is judged by its mean in the direction of the goal', () => {
    const ledger = study(
      { most: 2, final: 2, top: 2, alpha: 0.001 },
      { objectives: [{ name: 'loss', goal: 'maximize' }] },
    );
    for (const value of [1, 9, 6, 6, 2, 2]) next(ledger, value);
    expect(ledger.state.best).toMatchObject({ number: 1, values: { loss: 6 } });
  });
});

describe('a study with replicates', () => {
  const definition = study(
    { top: 5, alpha: 0.2 },
    { stop: { trials: 24, maxFailures: 100 }, parallel: 3, order: 'trial', sampler: { name: 'tpe', options: {} } },
  ).definition;
  const shown = ({ state, rows }: Ledger): unknown => [
    state.best,
    state.counts,
    rows.map(({ x, notes, ...row }) => ({ ...row, x: [...x], notes })),
  ];

  it('decides the same whatever run ends first', () => {
    const first = played(definition, (running) => running[0]!);
    const last = played(definition, (running) => running.at(-1)!);
    expect(shown(last)).toEqual(shown(first));
    expect(first.state.counts.complete).toBe(24);
    expect(first.rows.filter(({ segments = [] }) => segments.length > 3).length).toBeGreaterThan(2);
  });

  it.each([
    ['tpe', 24],
    ['gp', 13],
  ])(
    'is audited with the sampler %s, which saw means: its best and its suggestions follow from its rows',
    (name, trials) => {
      const own = { ...definition, sampler: { name, options: {} }, stop: { trials, maxFailures: 100 } };
      const ledger = played(own, (running) => running.at(-1)!);
      const rows = decodeRows(encodeRows(ledger.rows, shapeOf(own)));
      const { edits, epochs, startedAt } = ledger.state;
      const status = statusOf(ledger, 0);
      const log = { edits, epochs, startedAt };
      const found = audit({ definition: own, log, rows, status });
      expect(found).toEqual({ recomputed: rows.length, skipped: {} });
      // means that were other ones show in what was suggested after them
      const changed = rows.map((row) =>
        (row.segments?.length ?? 0) < 2
          ? row
          : { ...row, values: [9], segments: row.segments!.map((segment) => ({ ...segment, values: [9] })) },
      );
      expect(audit({ definition: own, log, rows: changed, status }).difference).toMatchObject({ what: 'x' });
    },
  );
});
