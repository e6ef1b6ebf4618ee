import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  fitTrials,
  foreignResult,
  importedTrial,
  theirDefinition,
  trialsOfStudy,
  type SourceStudy,
} from '../../../study/exchange/warm-start.ts';
import { readImported } from '../../../study/ledger/given.ts';
import type { LedgerRow } from '../../../study/ledger/row.ts';
import type { StudyDefinition } from '../../../study/study.ts';
import { definitionOf } from '../definitions.ts';
import { simulate } from '../ledger/simulation.ts';
import { messageOf } from '../studies.ts';

const definition = definitionOf({
  name: 'old',
  constraints: [{ name: 'ms', below: 3 }],
  stop: { trials: 20, maxFailures: 20 },
});

function source(changes: Partial<StudyDefinition> = {}, plan: Parameters<typeof simulate>[1] = []): SourceStudy {
  const whole = { ...definition, ...changes };
  const { state, rows } = simulate(whole, plan, (running) => running[0]);
  return { definition: whole, epochs: state.epochs, rows };
}

const points = (rows: readonly { readonly x: ArrayLike<number> }[]): number[][] => rows.map(({ x }) => Array.from(x));

describe('trials of a study', () => {
  it('keep their exact points and results in the same space', () => {
    fc.assert(
      fc.property(fc.nat(1000), (seed) => {
        const from = source({ seed });
        const { fitted } = fitTrials(trialsOfStudy(from, definition), definition, {}, 'old');
        expect(points(fitted)).toEqual(points(from.rows));
        expect(fitted.map(importedTrial)).toEqual(
          from.rows.map(({ x, state, values, constraints, cost, notes, number }) => ({
            x,
            state,
            ...(values && { values, constraints, cost, train: notes?.train, folds: notes?.folds }),
            from: `old trial ${number}`,
          })),
        );
        // as an edit they come to the same rows
        const read = readImported(
          definition,
          fitted.map((trial) => foreignResult(trial, definition)),
        );
        expect(points(read)).toEqual(points(from.rows));
        expect(
          read.map(({ state, result }) => [state, result?.values, result?.constraints, result?.train, result?.folds]),
        ).toEqual(
          from.rows.map(({ state, values, constraints, notes }) => [
            state,
            values,
            constraints,
            notes?.train,
            notes?.folds,
          ]),
        );
      }),
      { seed: 41, numRuns: 30 },
    );
  });

  it('keep what was measured by fold only where it is of the same objective', () => {
    const [loss, size] = [
      { name: 'loss', goal: 'minimize' },
      { name: 'size', goal: 'minimize' },
    ] as const;
    const from = source({ objectives: [loss, size] });
    const complete = from.rows.filter(({ values }) => values);
    const foldsIn = (objectives: StudyDefinition['objectives'], values = {}): unknown[] =>
      trialsOfStudy(from, theirDefinition({ ...definition, objectives }, values)).flatMap((trial) =>
        trial.values ? [[trial.train, trial.folds]] : [],
      );
    const kept = complete.map(({ notes }) => [notes!.train, notes!.folds]);
    const gone = complete.map(() => [undefined, undefined]);
    expect(foldsIn([loss])).toEqual(kept);
    expect(foldsIn([{ ...loss, name: 'error' }], { loss: 'error' })).toEqual(kept);
    expect(foldsIn([size, loss])).toEqual(gone);
    expect(foldsIn([size])).toEqual(gone);
  });

  it('leave out those that have not ended', () => {
    const from = source();
    const rows = from.rows.map((row): LedgerRow => (row.number === 3 ? { ...row, state: 'running' } : row));
    expect(trialsOfStudy({ ...from, rows }, definition).length).toBe(from.rows.length - 1);
  });

  it('of an earlier space have in the last one what was said of them then', () => {
    const [x, y] = definition.space.parameters;
    const z = { name: 'z', domain: { kind: 'float', low: 0, high: 1, scale: 'linear' } } as const;
    const space = { ...definition.space, version: 2, parameters: [x, y, z] };
    const from = source({}, [{ at: 10, during: false, edit: { kind: 'space', space, was: { z: 0.5 } } }]);
    // the simulated sampler knows two parameters
    const trials = trialsOfStudy({ ...from, rows: from.rows.slice(0, 10) }, { ...definition, space });
    expect(trials.every(({ params }) => params['z'] === 0.5)).toBe(true);
  });

  it('may have measured under other names', () => {
    const from = source({
      objectives: [{ name: 'val_loss', goal: 'minimize' }],
      constraints: [{ name: 'latency', below: 3 }],
    });
    const values = { val_loss: 'loss', latency: 'ms' };
    const { fitted } = fitTrials(
      trialsOfStudy(from, theirDefinition(definition, values)),
      definition,
      { values },
      'old',
    );
    expect(fitted.map(({ values: numbers }) => numbers)).toEqual(from.rows.map((row) => row.values));
    expect(messageOf(() => theirDefinition(definition, { val_loss: 'los' }))).toBe(
      "values.val_loss is 'los', which this study does not measure, expected loss or ms; did you mean 'loss'?",
    );
  });
});

describe('fitting', () => {
  const trials = [
    { params: { x: 0.5, y: 1 }, state: 'complete' as const, values: [3], constraints: [1], from: 'line 2' },
    { params: { x: 7, y: 1 }, state: 'complete' as const, values: [0], constraints: [1], from: 'line 3' },
    { params: { x: 0.25, y: 1 }, state: 'complete' as const, values: [1], constraints: [1], from: 'line 4' },
    { params: { x: 0.75, y: 1 }, state: 'complete' as const, values: [0], constraints: [5], from: 'line 5' },
    { params: { x: 0.1, y: 1 }, state: 'failed' as const, from: 'line 6' },
  ];
  const xs = (fitted: readonly { readonly x: Float64Array }[]): number[] => fitted.map(({ x }) => x[0]);

  it('refuses what is not in the space with a list, or leaves it out', () => {
    expect(messageOf(() => fitTrials(trials, definition, {}, 'a.csv'))).toBe(
      'a.csv: 4 of 5 trials fit the space; 1 does not: x = 7 is above 1 (1 trial)\n' +
        '  line 3: x = 7 is above 1\nmap, assume or drop parameters, or leave such trials out with skip',
    );
    const { fitted, words } = fitTrials(trials, definition, { skip: true }, 'a.csv');
    expect(xs(fitted)).toEqual([0.5, 0.25, 0.75, 0.1]);
    expect(words).toBe('a.csv: 4 of 5 trials fit the space; 1 does not: x = 7 is above 1 (1 trial)');
  });

  it('refuses a source that has nothing to give', () => {
    expect(messageOf(() => fitTrials([], definition, {}, "study 'old'"))).toBe(
      "study 'old': there are no trials, so there is nothing to start from; expected trials that have ended",
    );
  });

  it('judges feasibility by the bounds of this study', () => {
    const { fitted } = fitTrials(trials, definition, { skip: true }, 'a.csv');
    expect(fitted.map(({ state }) => state)).toEqual(['complete', 'complete', 'infeasible', 'failed']);
  });

  it('keeps the best complete ones in their order', () => {
    expect(xs(fitTrials(trials, definition, { skip: true, keep: 1 }, 'a.csv').fitted)).toEqual([0.25]);
    expect(xs(fitTrials(trials, definition, { skip: true, keep: 9 }, 'a.csv').fitted)).toEqual([0.5, 0.25]);
    const up = { ...definition, objectives: [{ name: 'loss', goal: 'maximize' as const }] };
    expect(xs(fitTrials(trials, up, { skip: true, keep: 1 }, 'a.csv').fitted)).toEqual([0.5]);
  });
});
