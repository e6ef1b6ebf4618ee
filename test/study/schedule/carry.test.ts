import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileSpace } from '../../../study/space/dimensions.ts';
import { encodeFull } from '../../../study/space/point.ts';
import type { LedgerRow } from '../../../study/ledger/row.ts';
import type { SourceStudy } from '../../../study/exchange/warm-start.ts';
import { carriedResults, championIn } from '../../../study/schedule/carry.ts';
import type { StudyDefinition } from '../../../study/study.ts';
import { definitionOf } from '../definitions.ts';

const row = (number: number, changes: Partial<LedgerRow> = {}): LedgerRow => ({
  number,
  state: 'complete',
  origin: 'sampler',
  x: Float64Array.of(number / 1000, 1),
  space: 1,
  sampler: 1,
  seed: number,
  asOf: 0,
  closed: number + 1,
  values: [number],
  reports: [],
  attempts: 1,
  ...changes,
});

const source = (rows: readonly LedgerRow[], definition: StudyDefinition = definitionOf()): SourceStudy => {
  const { space, sampler, parallel } = definition;
  return { definition, epochs: [{ seq: 0, space, sampler, parallel, was: {} }], rows };
};

const table = fc
  .array(
    fc.record({
      state: fc.constantFrom<LedgerRow['state']>('complete', 'complete', 'pruned', 'failed', 'infeasible', 'paused'),
      old: fc.boolean(),
      value: fc.integer({ min: -50, max: 50 }),
    }),
    { maxLength: 40 },
  )
  .map((cells) => {
    // imported rows follow the champion's trial and come before all others
    const [first, ...rest] = cells;
    const inOrder = [...rest.filter(({ old }) => old), ...rest.filter(({ old }) => !old)];
    return [...(first ? [{ ...first, old: false }] : []), ...inOrder].map(({ state, old, value }, number) =>
      row(number, {
        state,
        values: [value],
        ...(old && { origin: 'imported', notes: { from: `before trial ${number}` } }),
      }),
    );
  });

const usable = ({ state }: LedgerRow): boolean => ['complete', 'pruned', 'infeasible'].includes(state);
const nameOf = ({ origin, number, notes }: LedgerRow): string =>
  origin === 'imported' ? notes!.from! : `test trial ${number}`;

describe('what a night begins with', () => {
  it('carries results that were measured, at most as many as asked for, oldest first', () => {
    fc.assert(
      fc.property(table, fc.integer({ min: 1, max: 45 }), (rows, carry) => {
        const { imported, note } = carriedResults(definitionOf(), source(rows), carry);
        expect(note).toBeUndefined();
        expect(imported.length).toBe(Math.min(carry, rows.filter(usable).length));
        const inOrder = [
          ...rows.filter(({ origin }) => origin === 'imported'),
          ...rows.filter(({ origin }) => origin !== 'imported'),
        ];
        const names = imported.map(({ from }) => from);
        expect(names).toEqual(
          inOrder
            .filter(usable)
            .map(nameOf)
            .filter((name) => names.includes(name)),
        );
        for (const trial of imported) {
          const original = rows.find((each) => nameOf(each) === trial.from)!;
          expect(Array.from(trial.x)).toEqual([...original.x]);
          expect(trial.values).toEqual(original.values);
          expect(trial.state).toBe(original.state);
        }
      }),
      { seed: 7, numRuns: 500 },
    );
  });

  it('carries the best that the study measured itself, and of the rest the newest', () => {
    fc.assert(
      fc.property(table, fc.integer({ min: 1, max: 45 }), (rows, carry) => {
        const names = new Set(carriedResults(definitionOf(), source(rows), carry).imported.map(({ from }) => from));
        const own = rows.filter(({ state, origin }) => state === 'complete' && origin !== 'imported');
        const best = own.sort((a, b) => a.values![0]! - b.values![0]!).slice(0, Math.ceil(carry / 2));
        for (const each of best) expect(names).toContain(nameOf(each));
        const others = rows.filter((each) => usable(each) && !best.includes(each));
        const age = (each: LedgerRow): number => (each.origin === 'imported' ? each.number : 1000 + each.number);
        const kept = others.filter((each) => names.has(nameOf(each))).map(age);
        const left = others.filter((each) => !names.has(nameOf(each))).map(age);
        expect(Math.min(Infinity, ...kept)).toBeGreaterThan(Math.max(-Infinity, ...left));
      }),
      { seed: 8, numRuns: 500 },
    );
  });

  it('prefers high values where they are wanted', () => {
    const goal = { objectives: [{ name: 'loss', goal: 'maximize' }] } as const;
    const definition = definitionOf(goal);
    const rows = [row(0, { values: [9] }), row(1, { values: [1] }), row(2, { values: [2] })];
    const { imported } = carriedResults(definition, source(rows, definition), 2);
    expect(imported.map(({ values }) => values![0])).toEqual([9, 2]);
  });

  it('forgets parameters that are gone, leaves out what does not fit, and says so', () => {
    const before = definitionOf();
    const [x] = before.space.parameters;
    const domain = { kind: 'float', low: 0.002, high: 1, scale: 'linear' } as const;
    const definition = definitionOf({ space: { version: 1, parameters: [{ ...x!, domain }], forbid: [] } });
    const { imported, note } = carriedResults(
      definition,
      source(
        [0, 1, 2, 3].map((n) => row(n)),
        before,
      ),
      10,
    );
    expect(imported.map((trial) => Array.from(trial.x))).toEqual([[0.002], [0.003]]);
    expect(note).toBe('test: 2 of 4 trials fit the space; 2 do not: x is below 0.002 (2 trials)');
  });

  it('measures constraints by the bounds of today', () => {
    const before = definitionOf({ constraints: [{ name: 'ms', below: 10 }] });
    const rows = [row(0, { constraints: [5] }), row(1, { constraints: [15], state: 'infeasible' })];
    const states = (below: number): string[] => {
      const definition = definitionOf({ constraints: [{ name: 'ms', below }] });
      return carriedResults(definition, source(rows, before), 10).imported.map(({ state }) => state);
    };
    expect(states(20)).toEqual(['complete', 'complete']);
    expect(states(1)).toEqual(['infeasible', 'infeasible']);
  });

  it('begins anew where points are tried once, where something else was measured, and where that is asked for', () => {
    const study = source([row(0)]);
    expect(carriedResults(definitionOf(), study, 0)).toEqual({ imported: [] });
    for (const once of [{ deterministic: true }, { sampler: { name: 'grid', options: {} } }])
      expect(carriedResults(definitionOf(once), study, 10)).toEqual({ imported: [] });
    const other = definitionOf({ objectives: [{ name: 'loss', goal: 'maximize' }] });
    expect(carriedResults(other, study, 10)).toEqual({
      imported: [],
      note: 'begins anew: test measured something else',
    });
  });

  it('brings rows of every space that the study had into the last', () => {
    const definition = definitionOf();
    const { space, sampler, parallel } = definition;
    const z = { name: 'z', domain: { kind: 'int', low: 1, high: 4, scale: 'linear' } } as const;
    const wider = { ...space, version: 2, parameters: [...space.parameters, z] };
    const study: SourceStudy = {
      definition,
      epochs: [
        { seq: 0, space, sampler, parallel, was: {} },
        { seq: 1, space: wider, sampler, parallel, was: { z: 3 } },
      ],
      rows: [row(0), row(1, { space: 2, x: Float64Array.of(0.5, 1, 2) })],
    };
    const { imported } = carriedResults(definitionOf({ space: { ...wider, version: 1 } }), study, 10);
    expect(imported.map(({ x }) => Array.from(x))).toEqual([
      [0, 1, 3],
      [0.5, 1, 2],
    ]);
  });
});

describe('a champion', () => {
  it('keeps its place in the space, or is said to have none', () => {
    const definition = definitionOf();
    expect(championIn(definition, { x: 0.5, y: 1, gone: 3 })).toEqual({ params: { x: 0.5, y: 1 } });
    expect(championIn(definition, { x: 2, y: 1 })).toEqual({ left: 'x = 2 is above 1' });
    expect(championIn(definition, { x: 0.5 })).toMatchObject({ left: expect.stringContaining('y is missing') });
    const placed = championIn(definition, { x: 0.5, y: 1 });
    const { params } = placed as { params: Parameters<typeof encodeFull>[1] };
    expect([...encodeFull(compileSpace(definition.space), params)]).toEqual([0.5, 1]);
  });
});
