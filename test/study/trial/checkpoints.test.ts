import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkpointsToKeep, type CheckpointRow } from '../../../study/trial/checkpoints.ts';
import type { TrialState } from '../../../study/trial/trial.ts';

const STATES: readonly TrialState[] = ['waiting', 'running', 'paused', 'complete', 'pruned', 'failed', 'infeasible'];
const LIVE: readonly TrialState[] = ['waiting', 'running', 'paused'];

const studies = fc
  .array(
    fc.record({
      state: fc.constantFrom(...STATES),
      checkpoint: fc.option(
        fc.integer({ min: 0, max: 30 }).map((i) => `s3://b/${i}`),
        { nil: undefined },
      ),
      parent: fc.option(fc.nat({ max: 20 }), { nil: undefined }),
      baseline: fc.boolean(),
    }),
    { maxLength: 20 },
  )
  .map((rows) =>
    rows.map(({ state, checkpoint, parent, baseline }, number): CheckpointRow => ({
      number,
      state,
      ...(checkpoint !== undefined && { checkpoint }),
      ...(parent !== undefined && { parent }),
      ...(baseline && { baseline }),
    })),
  );

const rules = fc.record({ chosen: fc.array(fc.nat({ max: 20 }), { maxLength: 3 }), retries: fc.boolean() });

describe('the checkpoints to keep', () => {
  it('are those of live, chosen, baseline, parent and retryable trials, and of no others', () => {
    fc.assert(
      fc.property(studies, rules, (rows, { chosen, retries }) => {
        const { pointers, trials } = checkpointsToKeep(rows, { chosen, retries });
        const reasons = (row: CheckpointRow): boolean[] => [
          LIVE.includes(row.state),
          chosen.includes(row.number),
          row.baseline === true,
          rows.some(({ state, parent }) => LIVE.includes(state) && parent === row.number),
          retries && row.state === 'failed',
        ];
        const needed = rows.filter((row) => reasons(row).some(Boolean));
        expect([...pointers].sort()).toEqual([...new Set(needed.flatMap(({ checkpoint = [] }) => checkpoint))].sort());
        expect([...trials]).toEqual(rows.filter(({ state }) => state === 'running').map(({ number }) => number));
      }),
      { seed: 5, numRuns: 500 },
    );
  });

  it('name what a trial may go on from, which is kept', () => {
    fc.assert(
      fc.property(studies, rules, (rows, options) => {
        const { pointers, resumable } = checkpointsToKeep(rows, options);
        for (const pointer of resumable) expect(pointers.has(pointer)).toBe(true);
        for (const { state, checkpoint } of rows)
          if (LIVE.includes(state) && checkpoint !== undefined) expect(resumable.has(checkpoint)).toBe(true);
      }),
      { seed: 6, numRuns: 200 },
    );
  });

  it('are the same whatever the order of the rows, and more where more is chosen', () => {
    fc.assert(
      fc.property(studies, rules, fc.nat({ max: 20 }), (rows, options, more) => {
        const kept = checkpointsToKeep(rows, options);
        const turned = checkpointsToKeep(rows.toReversed(), options);
        expect(new Set(turned.pointers)).toEqual(new Set(kept.pointers));
        const { pointers } = checkpointsToKeep(rows, { ...options, chosen: [...options.chosen, more] });
        for (const pointer of kept.pointers) expect(pointers.has(pointer)).toBe(true);
      }),
      { seed: 8, numRuns: 200 },
    );
  });
});
