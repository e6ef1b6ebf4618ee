import { describe, expect, it } from 'vitest';
import { continuationOf, forkOf } from '../../client/forking.ts';
import type { RecordedStudy } from '../../client/record.ts';
import type { StudyStatus } from '../../study/contract.ts';
import { statusOf } from '../../study/ledger/status.ts';
import { epochAt } from '../../study/ledger/ledger.ts';
import type { StudyDefinition } from '../../study/study.ts';
import { definitionOf } from '../study/definitions.ts';
import { simulate, type Planned } from '../study/ledger/simulation.ts';
import { define, messageOf } from '../study/studies.ts';

function recorded(changes: Partial<StudyDefinition> = {}, plan: readonly Planned[] = []): RecordedStudy {
  const definition = definitionOf({ name: 'digits', stop: { trials: 12, maxFailures: 20 }, ...changes });
  const ledger = simulate(definition, plan, (running) => running[0]);
  const { edits, epochs, startedAt } = ledger.state;
  const log = { edits, epochs, startedAt };
  return { definition, log, rows: ledger.rows, status: statusOf(ledger, 1), isOpen: false };
}

describe('a fork', () => {
  const source = recorded();

  it('is named after the study and the trial, and logs where it comes from', () => {
    const { definition, past } = forkOf(source, { at: 5, who: 'ann' });
    expect(definition).toEqual({ ...source.definition, name: 'digits-fork-5' });
    expect(past.state.tags).toEqual({ 'forked-from': 'digits@5' });
    expect(past.state.edits).toMatchObject([
      { who: 'ann', why: "fork of study 'digits' at trial 5", seq: past.state.seq, edit: { kind: 'tag' } },
    ]);
    expect(past.rows).toEqual(source.rows.slice(0, 5));
  });

  it('begins an epoch with its new sampler, behind what was open', () => {
    const sampler = { name: 'tpe', options: {} };
    const trial = recorded({ order: 'trial', parallel: 4 });
    const { state } = forkOf(trial, { at: 5, sampler }).past;
    expect(state.opened.map(({ number, asOf }) => [number, epochAt(state.epochs, asOf).sampler.name])).toEqual([
      [5, 'random'],
      [6, 'random'],
      [7, 'random'],
    ]);
    expect(epochAt(state.epochs, state.seq).sampler).toEqual(sampler);
    expect(epochAt(state.epochs, state.seq - 1).sampler.name).toBe('random');
  });

  it('may have another budget', () => {
    const { definition, past } = forkOf(source, { at: 12, stop: ({ trials = 0 }) => ({ trials: trials + 8 }) });
    expect(definition.stop).toEqual({ trials: 20, maxFailures: 20 });
    expect(past.state.stop).toEqual({ trials: 20, maxFailures: 20 });
  });

  it('is evaluated and promoted as the study is, and so is one that goes on', () => {
    const { evaluate, promote } = define('{ evaluate: { seed: 3 }, promote: { command: [ship] } }');
    const evaluated = recorded({ evaluate: evaluate!, promote: promote! });
    for (const { definition } of [
      forkOf(evaluated, { at: 5 }),
      continuationOf(evaluated, { stop: () => ({ trials: 20 }) }),
    ])
      expect(definition).toMatchObject({ evaluate, promote });
  });

  it('looks at the test data once more than what it goes on from', () => {
    const judged = recorded();
    const evaluation = { look: 3, judgement: {} } as StudyStatus['evaluation'];
    const source = { ...judged, status: { ...judged.status, evaluation } } as RecordedStudy;
    const more = { stop: () => ({ trials: 20 }) };
    expect(forkOf(source, { at: 12, ...more }).past.state.looks).toBe(3);
    expect(continuationOf(source, more).past.state.looks).toBe(3);
    expect(continuationOf(judged, more).past.state.looks).toBeUndefined();
  });

  it('fixes what the study fixes', () => {
    const { definition } = forkOf(recorded({ fixed: { x: 0.25 } }), { at: 5 });
    expect(definition.fixed).toEqual({ x: 0.25 });
  });

  it('can itself be forked, and keeps where it comes from', () => {
    const { definition, past } = forkOf(source, { at: 8 });
    const { edits, epochs, startedAt } = past.state;
    const fork: RecordedStudy = { ...source, definition, rows: past.rows, log: { edits, epochs, startedAt } };
    const again = forkOf(fork, { at: 4 });
    expect(again.definition.name).toBe('digits-fork-8-fork-4');
    expect(again.past.state.tags).toEqual({ 'forked-from': 'digits-fork-8@4' });
    expect(again.past.rows).toEqual(source.rows.slice(0, 4));
  });

  const length = source.rows.length;
  it.each([
    [
      { at: -1 },
      `study 'digits' has ${length} trials, so it cannot be forked at -1; expected a whole number from 0 to ${length}`,
    ],
    [
      { at: 2.5 },
      `study 'digits' has ${length} trials, so it cannot be forked at 2.5; expected a whole number from 0 to ${length}`,
    ],
    [
      { at: length },
      `a fork of study 'digits' at ${length} would end at once: all 12 trials are done; give it more than that`,
    ],
    [
      { at: 5, stop: () => ({ trials: 3 }) },
      "a fork of study 'digits' at 5 would end at once: all 3 trials are done; give it more than that",
    ],
    [
      { at: 5, stop: () => ({ trials: -3 }) },
      'budget: trials is -3, expected a whole number from 1, or null to take it away',
    ],
  ])('is refused in words: %j', (options, message) => {
    expect(messageOf(() => forkOf(source, options))).toBe(message);
  });

  it('of an open study waits for the outcomes it shares', () => {
    const rows = source.rows.map(({ closed, ...row }) =>
      row.number === 3 ? { ...row, state: 'running' as const } : { ...row, closed: closed! },
    );
    const open = { ...source, rows, isOpen: true };
    expect(messageOf(() => forkOf(open, { at: 5 }))).toBe(
      "trial 3 of study 'digits' is running, so it cannot be forked at 5 yet; fork it at 3, or wait",
    );
    expect(forkOf(open, { at: 3 }).past.rows).toEqual(source.rows.slice(0, 3));
  });
});

describe('a continuation', () => {
  const source = recorded();

  it('has the larger budget from the beginning, and a note in its log', () => {
    const { definition, past } = continuationOf(source, { stop: ({ trials = 0 }) => ({ trials: trials + 8 }) });
    expect(definition).toEqual({ ...source.definition, stop: { trials: 20, maxFailures: 20 } });
    expect(past.state.stopped).toBeNull();
    expect(past.state.edits).toMatchObject([
      { edit: { kind: 'note', text: `continued after ${source.rows.length} trials, trials 12 -> 20` } },
    ]);
  });

  it('goes by the rules that held in the end', () => {
    const edited = recorded({}, [
      { at: 4, during: false, edit: { kind: 'budget', stop: { trials: 15, patience: 50 } } },
    ]);
    const { definition, past } = continuationOf(edited, { stop: ({ trials = 0 }) => ({ trials: trials + 5 }) });
    expect(definition.stop).toEqual({ trials: 20, maxFailures: 20 });
    expect(past.state.stop).toEqual({ trials: 20, maxFailures: 20, patience: 50 });
  });

  it('goes on where the study was paused', () => {
    const stopped = recorded({}, [
      { at: 4, during: false, edit: { kind: 'pause', now: false } },
      { at: 4, during: false, edit: { kind: 'stop', now: false } },
    ]);
    expect(stopped.status.status).toBe('stopped');
    expect(continuationOf(stopped, {}).past.state).toMatchObject({ paused: false, stopped: null });
  });

  it('has used the time that it had used', () => {
    const slow = { ...source, rows: source.rows.map((row) => ({ ...row, finishedAt: 60_000 })) };
    const { past } = continuationOf(slow, { stop: () => ({ trials: 20, timeMs: 120_000 }) });
    expect(Date.now() - past.state.startedAt).toBeGreaterThanOrEqual(60_000);
    expect(messageOf(() => continuationOf(slow, { stop: () => ({ trials: 20, timeMs: 50_000 }) }))).toBe(
      "study 'digits' would end at once: the time limit of 50s is used up; give it more than that",
    );
  });

  it('is refused while the study runs, and where nothing would be left to do', () => {
    expect(messageOf(() => continuationOf({ ...source, isOpen: true }, {}))).toBe(
      "study 'digits' is still running: change its budget, or stop it first and continue it then",
    );
    expect(messageOf(() => continuationOf(source, {}))).toBe(
      "study 'digits' would end at once: all 12 trials are done; give it more than that",
    );
    const reached = recorded({ stop: { trials: 40, target: 0.01, maxFailures: 20 } });
    expect(messageOf(() => continuationOf(reached, { stop: () => ({ trials: 90 }) }))).toMatch(
      /^study 'digits' would end at once: trial \d+ reached the target 0.01 with .*; give it more than that$/,
    );
  });
});
