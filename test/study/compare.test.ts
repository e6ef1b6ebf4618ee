import { describe, expect, it } from 'vitest';
import { compareStudies, describeComparison, type StudyTable } from '../../study/compare.ts';
import type { LedgerRow } from '../../study/ledger/row.ts';
import type { StudyDefinition } from '../../study/study.ts';
import { definitionOf } from './definitions.ts';
import { simulate } from './ledger/simulation.ts';

function table(changes: Partial<StudyDefinition> = {}): StudyTable {
  const definition = definitionOf({ stop: { trials: 6, maxFailures: 20 }, ...changes });
  const { state, rows } = simulate(definition, [], (running) => running[0]);
  return { definition, epochs: state.epochs, rows };
}

const changed = (study: StudyTable, number: number, changes: Partial<LedgerRow>): StudyTable => ({
  ...study,
  rows: study.rows.map((row) => (row.number === number ? { ...row, ...changes } : row)),
});

describe('two studies', () => {
  const a = table();

  it('are equal whatever they are called, and whenever they ran', () => {
    const b = changed(table({ name: 'other' }), 2, { startedAt: 99, finishedAt: 100, attempts: 3 });
    const comparison = compareStudies(a, b);
    expect(comparison).toEqual({
      definition: [],
      trials: [a.rows.length, a.rows.length],
      differing: { params: 0, values: 0, state: 0 },
      equal: true,
    });
    expect(describeComparison(comparison)).toBe(
      `equal: the same definition, ${a.rows.length} trials, ended in the same order`,
    );
  });

  it('differ by definition', () => {
    const b = { ...a, definition: { ...a.definition, seed: 8 } };
    expect(describeComparison(compareStudies(a, b))).toBe(
      `seed: 7 -> 8\nthe ${a.rows.length} trials that both have are equal`,
    );
  });

  it('differ by what changed under way', () => {
    const epoch = { ...a.epochs[0], seq: 3, sampler: { name: 'tpe', options: { candidates: 9 } } };
    const { definition, equal } = compareStudies(a, { ...a, epochs: [...a.epochs, epoch] });
    expect(definition).toEqual([
      'change 1 under way: absent -> at position 3 of the log: space version 1, sampler tpe { candidates: 9 }, parallel 1',
    ]);
    expect(equal).toBe(false);
  });

  it('differ by trials, of which the first is shown', () => {
    const b = changed(changed(a, 1, { x: Float64Array.of(0.5, a.rows[1].x[1]) }), 3, { values: [9] });
    const comparison = compareStudies(a, { ...b, rows: b.rows.slice(0, -1) });
    expect(comparison).toMatchObject({
      trials: [a.rows.length, a.rows.length - 1],
      differing: { params: 1, values: 1, state: 0 },
      first: { trial: 1, words: `x ${a.rows[1].x[0]} -> 0.5` },
      equal: false,
    });
    expect(describeComparison(comparison)).toBe(
      [
        `trials: ${a.rows.length} -> ${a.rows.length - 1}`,
        `of ${a.rows.length - 1} trials that both have, differing: 1 in params, 1 in values`,
        `first, trial 1: x ${a.rows[1].x[0]} -> 0.5`,
      ].join('\n'),
    );
  });

  it('differ by state, and by the order in which trials ended', () => {
    const [two, three] = [a.rows[2].closed!, a.rows[3].closed!];
    const b = changed(changed(changed(a, 2, { closed: three }), 3, { closed: two }), 4, { state: 'pruned' });
    expect(describeComparison(compareStudies(a, b))).toBe(
      [
        `of ${a.rows.length} trials that both have, differing: 1 in state`,
        `first, trial 4: state "${a.rows[4].state}" -> "pruned"`,
        'order of ending: after 2 of them, trial 2 -> trial 3',
      ].join('\n'),
    );
  });
});
