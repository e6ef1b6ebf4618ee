import { describe, expect, it } from 'vitest';
import { versionsOf } from '../../samplers/row-versions.ts';
import { runsOf } from '../../samplers/sampler.ts';
import { samplerRow } from '../../samplers/rows.ts';
import type { LedgerRow } from '../../study/ledger/row.ts';
import { definitionOf } from '../study/definitions.ts';

const pruned: LedgerRow = {
  number: 4,
  state: 'pruned',
  origin: 'sampler',
  x: Float64Array.of(0.5),
  space: 1,
  sampler: 1,
  seed: 9,
  asOf: 2,
  closed: 7,
  reports: [
    [1, 0.25],
    [3, 0.75],
  ],
  attempts: 1,
};
const smaller = definitionOf({ objectives: [{ name: 'loss', goal: 'minimize' }] });
const larger = definitionOf({ objectives: [{ name: 'accuracy', goal: 'maximize' }] });

describe('a row as samplers see it', () => {
  it('has of a pruned trial the last step and the value there, to be minimised', () => {
    expect(samplerRow(smaller, pruned)).toMatchObject({ state: 'pruned', step: 3, y: Float64Array.of(0.75) });
    expect(samplerRow(larger, pruned)).toMatchObject({ step: 3, y: Float64Array.of(-0.75) });
  });

  it('takes results over reports, and reports of one objective alone', () => {
    expect(samplerRow(smaller, { ...pruned, values: [2] })).toMatchObject({ step: 3, y: Float64Array.of(2) });
    const both = definitionOf({ objectives: [...smaller.objectives, ...larger.objectives] });
    expect(samplerRow(both, pruned)).not.toHaveProperty('y');
    expect(samplerRow(smaller, { ...pruned, reports: [] })).not.toHaveProperty('y');
  });

  it('is complete after each replicate, with the means so far', () => {
    const replicated = {
      ...larger,
      constraints: [{ name: 'memory', below: 10 }],
      scheduler: { name: 'replicates', options: {} },
    };
    const segments = [
      { to: 1, bracket: 0, rung: 0, values: [4], constraints: [12], seq: 3 },
      { to: 2, bracket: 0, rung: 1, values: [5], constraints: [9], seq: 6 },
    ];
    const row: LedgerRow = { ...pruned, state: 'complete', values: [5], constraints: [9], segments };
    const versions = versionsOf(samplerRow(replicated, row));
    // that it closed says nothing new
    expect(versions.map(({ state, y, c, closed }) => [state, y![0], c![0], closed])).toEqual([
      ['complete', -4, 2, 3],
      ['complete', -5, -1, 6],
    ]);
    expect(versions.map(runsOf)).toEqual([1, 2]);
    const failed = versionsOf(samplerRow(replicated, { ...row, state: 'failed', segments: segments.slice(0, 1) }));
    expect(failed.map(({ state }) => state)).toEqual(['complete', 'failed']);
  });

  it('says of an imported trial which study or file it comes from', () => {
    const sources = ['digits trial 3', 'trial 4 of digits', 'digits', 'old.csv line 7', 'trial 4', undefined].map(
      (from) => samplerRow(smaller, { ...pruned, origin: 'imported', ...(from && { notes: { from } }) }).source,
    );
    expect(sources).toEqual(['digits', 'digits', 'digits', 'old.csv', '', '']);
    expect(samplerRow(smaller, { ...pruned, notes: { from: 'trial 4' } })).not.toHaveProperty('source');
  });

  it('has steps of pruned trials alone', () => {
    for (const state of ['complete', 'failed', 'paused', 'running'] as const)
      expect(samplerRow(smaller, { ...pruned, state })).not.toHaveProperty('step');
  });
});
